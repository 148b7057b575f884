"""The tables of a batch of microgrids: its sites, and why some of them have no plan."""

from __future__ import annotations

from celadon.plan.microgrid.tables import (
    MICROGRID_COST,
    MICROGRID_FLOW,
    MICROGRID_ORIGIN,
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

OF_PLAN: tuple[Schema, ...] = (
    MICROGRID_SIZE, MICROGRID_COST, MICROGRID_PEAK, MICROGRID_RULE, MICROGRID_ORIGIN,
)  # fmt: skip
"""Tables of every plan; in their column ``design`` stands the folder of the site."""

GATHERED: tuple[Schema, ...] = (MICROGRID_SITE, MICROGRID_REASON, *OF_PLAN, FINDING)
"""The tables of a batch, each in parts of many sites."""

FLOW: Schema = MICROGRID_FLOW
"""Left where it is asked for, a part a site."""

MICROGRID_SCREEN = declare(
    "microgrid_screen",
    "A screened site: what a design would roughly cost and save, and what of it is proved.",
    "厂区初筛：设计的大致成本与节约，以及其中已证明的部分。",
    [
        Column("design", "text", "the folder of its design file, below that of the screening", "设计文件所在文件夹（相对路径）"),
        Column("id", "text", "id in the design file; empty if it cannot be read", "设计编号，无法读取时为空"),
        Column("name_zh", "text", "name in Chinese", "中文名称"),
        Column("name_en", "text", "name in English", "英文名称"),
        Column("year", "bigint", "calendar year", "年份", nullable=True),
        Column("simulated", "boolean", "whether its figures are invented; empty if it cannot be read", "是否模拟，无法读取时为空", nullable=True),
        Column("status", "text", "screened, infeasible, unbounded, unsolved, refused or ended", "状态：已初筛、不可行、无界、未解出、被拒、进程中断"),
        Column("proved", "boolean", "whether an infeasible status is proved of the full year, not of typical days only", "不可行是否对全年成立（而非仅对典型日）", nullable=True),
        Column("days", "bigint", "typical days that stand for the year", "典型日数", nullable=True),
        Column("estimate", "bigint", "yearly cost by the typical days: an estimate", "典型日估算年成本", unit="fen", nullable=True),
        Column("lower", "bigint", "no design costs less, proved; empty where nothing is proved", "任何方案年成本的下界（已证明），未证明时为空", unit="fen", nullable=True),
        Column("cost", "bigint", "what the capacities cost in the full year, so that the optimum is not above it; empty where it was not reckoned", "所选容量全年实际成本（最优成本的上界），未核算时为空", unit="fen", nullable=True),
        Column("today", "bigint", "yearly cost of the plant as it stands, reckoned as the cost is; empty where it cannot meet the demands", "现状年成本，现有设备不能满足需求时为空", unit="fen", nullable=True),
        Column("saving", "bigint", "today less the cost, or less the estimate where there is no cost", "相对现状的年节约", unit="fen", nullable=True),
        Column("changed", "bigint", "capacities that had to be changed for the full year", "为满足全年而调整的容量个数", nullable=True),
        Column("findings", "bigint", "findings on its series", "发现条数"),
        Column("took", "bigint", "time from the file to the figures", "用时", unit="ms"),
        Column("reason", "text", "why there are no figures, in English; empty with them", "没有结果的原因（英文），有结果时为空"),
    ],
    ["design"],
)  # fmt: skip

MICROGRID_SCREEN_SIZE = declare(
    "microgrid_screen_size",
    "A capacity of a screened site.",
    "初筛厂区的容量。",
    [
        Column("design", "text", "the folder of its design file, or its id", "设计文件所在文件夹或设计编号"),
        Column("block", "text", "component and capacity", "设备与容量"),
        Column("count", "bigint", "capacity by the typical days, in its unit", "典型日所得容量"),
        Column("priced", "bigint", "capacity whose full year was reckoned; empty where none was", "核算全年所用容量，未核算时为空", nullable=True),
        Column("unit", "text", "W, Wh or g", "单位"),
    ],
    ["design", "block"],
)  # fmt: skip

SCREENED_TABLES: tuple[Schema, ...] = (
    MICROGRID_SCREEN, MICROGRID_SCREEN_SIZE, MICROGRID_REASON, FINDING,
)  # fmt: skip
"""The tables of a screening, each in parts of many sites."""
