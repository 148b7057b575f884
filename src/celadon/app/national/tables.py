"""What a national run leaves: its folder, and the tables that only it has."""

from __future__ import annotations

from pathlib import Path

from celadon.accounts.tables import CERTIFICATE, LEAF, LEAF_INPUT, PARAMETER
from celadon.app.workspace import Workspace
from celadon.assess.tables import VERDICT
from celadon.records.period import Period
from celadon.records.tables import FINDING, METER_DAY
from celadon.tables import Column, Schema, declare

SITE_RUN = declare(
    "site_run",
    "One site of a national run: who it is, what was read, its totals, and the hash of its account.",
    "全国运行中的一个厂区：身份、读入内容、合计及账户哈希。",
    [
        Column("site", "text", "site", "厂区"),
        Column("name_zh", "text", "name in Chinese", "中文名称"),
        Column("name_en", "text", "name in English", "英文名称"),
        Column("owner", "text", "enterprise that answers for it", "责任企业"),
        Column("credit_code", "text", "unified social credit code; empty elsewhere", "统一社会信用代码"),
        Column("region", "text", "province as declared", "所在省份（按声明）"),
        Column("industry", "text", "industry code", "行业代码"),
        Column("simulated", "boolean", "made up for trial", "是否模拟"),
        Column("hash", "text", "SHA-256 of its leaf rows", "账户行的 SHA-256"),
        Column("position", "bigint", "lines of its ledger that were read", "读到账本第几条"),
        Column("readings", "bigint", "readings in the period", "期内读数条数"),
        Column("measured", "bigint", "measured meter time", "实测时长", unit="s"),
        Column("estimated", "bigint", "estimated meter time", "估计时长", unit="s"),
        Column("missing", "bigint", "missing meter time", "缺失时长", unit="s"),
        Column("energy", "bigint", "comprehensive energy, calorific value; empty if nothing is known", "综合能耗（当量值）", unit="gce", nullable=True),
        Column("energy_equivalent", "bigint", "the same at equivalent value", "综合能耗（等价值）", unit="gce", nullable=True),
        Column("carbon", "bigint", "emissions", "排放量", unit="gCO2", nullable=True),
        Column("water", "bigint", "water intake", "取水量", unit="L", nullable=True),
        Column("months", "bigint", "months that the period touches", "期间涉及的月数"),
        Column("energy_months", "bigint", "of them those whose energy is whole", "其中综合能耗（当量值）完整的月数"),
        Column("energy_equivalent_months", "bigint", "of them those whose energy at equivalent value is whole", "其中综合能耗（等价值）完整的月数"),
        Column("carbon_months", "bigint", "of them those whose emissions are whole", "其中排放量完整的月数"),
        Column("water_months", "bigint", "of them those whose water intake is whole", "其中取水量完整的月数"),
        Column("lacking", "text", "figures that are not whole, with blanks between; empty if all are", "不完整的合计项，空为全部完整"),
    ],
    ["site"],
)  # fmt: skip

SITE_FAILED = declare(
    "site_failed",
    "A fault that kept a site out of a national run.",
    "使厂区未能纳入全国运行的问题。",
    [
        Column("site", "text", "site", "厂区"),
        Column("number", "bigint", "which of its faults", "序号"),
        Column("error", "text", "kind of the error", "错误类型"),
        Column("summary", "text", "what could not be done", "未能完成的事"),
        Column("place", "text", "where", "位置"),
        Column("found", "text", "what is there", "发现"),
        Column("rule", "text", "what was expected", "规则"),
        Column("remedy", "text", "what to do next", "处置建议"),
    ],
    ["site", "number"],
)

NATION_TOTAL = declare(
    "nation_total",
    "A total over the sites of a national run, and what it covers: of how many sites and months.",
    "全国运行的合计，及其覆盖的厂区数与厂区月数。",
    [
        Column("grouping", "text", "whole, region or sector", "分组方式：全部、省份或行业"),
        Column("name", "text", "province or division of industry; empty for the whole", "省份或行业，全部为空"),
        Column("figure", "text", "energy, energy_equivalent, carbon or water", "合计项"),
        Column("unit", "text", "unit of the value", "单位"),
        Column("value", "bigint", "sum over the sites that have any; empty if none has", "有数厂区之和，均无则为空", nullable=True),
        Column("sites", "bigint", "sites that give a value", "提供数值的厂区数"),
        Column("of_sites", "bigint", "sites asked for; of a province or an industry those that could be run", "应含厂区数"),
        Column("months", "bigint", "months of sites whose figure is whole", "数值完整的厂区月数"),
        Column("of_months", "bigint", "months of all those sites", "应含厂区月数"),
    ],
    ["grouping", "name", "figure"],
)  # fmt: skip

PARTED: tuple[Schema, ...] = (SITE_RUN, LEAF, VERDICT, FINDING, CERTIFICATE)
"""Tables of which each shard leaves a part; days of meters are left where they are asked for."""

LINEAGE: tuple[Schema, ...] = (LEAF_INPUT, PARAMETER)
"""What explains every leaf; left where it is asked for."""

EVERY: tuple[Schema, ...] = (*PARTED, METER_DAY, *LINEAGE)
"""All tables that a shard may leave a part of."""


def wanted_tables(*, days: bool, lineage: bool) -> tuple[Schema, ...]:
    """The tables that a run leaves, with the days of meters or the lineage of leaves if wanted."""
    return (*PARTED, *((METER_DAY,) if days else ()), *(LINEAGE if lineage else ()))


FAILED, TOTALS = "sites.parquet", "totals.parquet"
"""The files of ``site_failed`` and ``nation_total``, which are of all shards together."""


def nation_folder(workspace: Workspace, period: Period) -> Path:
    """Where a national run of a period leaves its tables, one folder a table.

    The name has a dot, which no site's id has.
    """
    return workspace.folder / "out" / "nation.{}".format(str(period).replace("/", "_"))
