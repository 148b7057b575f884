"""The tables of returns: what goes into one beside the account, and what its checks say."""

from __future__ import annotations

from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.assess.tables import VERDICT
from celadon.records.tables import FINDING
from celadon.tables import Column, Schema, declare

RETURN_ACTIVITY = declare(
    "return_activity",
    "What a stream moved in a stretch of days, as the leaves of the account took it.",
    "物流在一段时间内的活动量（账户所采用的数值）。",
    [
        Column("site", "text", "site", "厂区"),
        Column("stream", "text", "stream or product", "物流或产品"),
        Column("carrier", "text", "carrier; a product stands for itself", "品种；产品为其自身"),
        Column("from_day", "date", "first local day", "起始日"),
        Column("to_day", "date", "day after the last local day", "截止日（不含）"),
        Column("count", "bigint", "amount in small units of the carrier", "以最小单位计的数量"),
        Column("seconds_missing", "bigint", "meter time without any value", "缺失时长", unit="s"),
    ],
    ["site", "stream", "from_day", "to_day"],
)

RETURN_CHECK = declare(
    "return_check",
    "One check of a return: yes, no, or cannot tell, because.",
    "对报送文件的一项核对：是、否或无法判定及原因。",
    [
        Column("number", "bigint", "place in the order of the checks", "序号"),
        Column("check", "text", "what was asked, such as account_hash", "核对项"),
        Column("outcome", "text", "yes, no or cannot_tell", "结果"),
        Column("because", "text", "which of the answers to this check", "答复类别"),
        Column("place", "text", "file, row or figure that it speaks of", "位置"),
        Column("numbers", "text", "JSON of what the words of the answer name", "数值（JSON）"),
        Column("refuses", "boolean", "whether the return is not accepted for it", "是否据此退回"),
    ],
    ["number"],
)

TABLES: dict[str, Schema] = {
    f"{schema.name}.parquet": schema
    for schema in (LEAF, LEAF_INPUT, PARAMETER, VERDICT, FINDING, RETURN_ACTIVITY)
}
"""The tables that every return holds, by the name of their file."""
