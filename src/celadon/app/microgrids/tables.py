"""The tables of a batch of microgrids: its sites, and why some of them have no plan."""

from __future__ import annotations

from celadon.plan.microgrid.tables import (
    MICROGRID_COST,
    MICROGRID_FLOW,
    MICROGRID_PEAK,
    MICROGRID_RULE,
    MICROGRID_SIZE,
)
from celadon.records.tables import FINDING
from celadon.tables import Column, Schema, declare

MICROGRID_SITE = declare(
    "microgrid_site",
    "A site of a batch of microgrids: whether it could be planned, what the plan costs, and how long it took.",
    "批量设计中的一个厂区：是否得到方案、方案成本及用时。",
    [
        Column("design", "text", "the folder of its design file, below that of the batch", "设计文件所在文件夹（相对路径）"),
        Column("id", "text", "id in the design file; empty if it cannot be read", "设计编号，无法读取时为空"),
        Column("name_zh", "text", "name in Chinese", "中文名称"),
        Column("name_en", "text", "name in English", "英文名称"),
        Column("year", "bigint", "calendar year", "年份", nullable=True),
        Column("simulated", "boolean", "whether its figures are invented; empty if it cannot be read", "是否模拟，无法读取时为空", nullable=True),
        Column("status", "text", "planned, infeasible, unbounded, unsolved, refused or ended", "状态：已得方案、不可行、无界、未解出、被拒、进程中断"),
        Column("cost", "bigint", "yearly cost of the plan, the sum of its parts; empty without a plan", "方案年成本，无方案时为空", unit="fen", nullable=True),
        Column("gap", "bigint", "cost less proved bound, in millionths of a millionth of the cost; empty where nothing is proved", "与下界之差占成本的比例（万亿分之一），未证明时为空", nullable=True),
        Column("findings", "bigint", "findings on its series and its plan", "发现条数"),
        Column("took", "bigint", "time from the file to the plan", "用时", unit="ms"),
        Column("reason", "text", "why there is no plan, in English; empty with one", "没有方案的原因（英文），有方案时为空"),
    ],
    ["design"],
)  # fmt: skip

MICROGRID_REASON = declare(
    "microgrid_reason",
    "Why a site of a batch has no plan: a demand that would have to give way, or a fault of its files.",
    "批量设计中厂区没有方案的原因：须放宽的要求，或文件中的问题。",
    [
        Column("design", "text", "the folder of its design file, below that of the batch", "设计文件所在文件夹（相对路径）"),
        Column("number", "bigint", "which of its reasons", "序号"),
        Column("place", "text", "the demand, or the place in the file", "要求或位置"),
        Column("found", "text", "what is asked, or what is there", "现有要求或发现"),
        Column("rule", "text", "what was expected", "规则"),
        Column("remedy", "text", "what would be enough, or what to do", "放宽到多少即可，或处置建议"),
    ],
    ["design", "number"],
)  # fmt: skip

OF_PLAN: tuple[Schema, ...] = (MICROGRID_SIZE, MICROGRID_COST, MICROGRID_PEAK, MICROGRID_RULE)
"""Tables of every plan; in their column ``design`` stands the folder of the site."""

GATHERED: tuple[Schema, ...] = (MICROGRID_SITE, MICROGRID_REASON, *OF_PLAN, FINDING)
"""The tables of a batch, each in parts of many sites."""

FLOW: Schema = MICROGRID_FLOW
"""Left where it is asked for, a part a site."""
