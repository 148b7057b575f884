"""What stands beside the total of emissions has sheets of its own, each line a formula."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from tests.app.shop import (
    BOOKS,
    LABORATORY,
    MARCH,
    declaration,
    make_workspace,
    take,
    write_books,
    write_laboratory,
    write_readings,
)

from celadon.app.reporting import write_site_report
from celadon.app.running import run

OWN = """
[accounting]
process_method = "iron-and-steel-process"
"""
STREAMS = """
[[stream]]
id = "biogas"
name_zh = "沼气"
carrier = "biogas"
from = "outside"
to = "mill"
monthly = "consumption"
carbon = "combustion"

[[stream]]
id = "water"
name_zh = "废水"
carrier = "waste_water"
from = "mill"
to = "drain"
monthly = "discharge"
carbon = "anaerobic_water"
"""


def test_biogenic_gases_and_processes_have_sheets_that_hold(tmp_path: Path) -> None:
    text = declaration(method="other-industry-ndrc-2015") + STREAMS
    text = text.replace("[accounting]", OWN.strip())
    workspace = make_workspace(tmp_path, text)
    take(workspace, write_readings(tmp_path / "readings.csv"))
    days = ("2025-03-01", "2025-03-31")
    rows = [("biogas", "消耗", *days, 20, "万Nm3"), ("water", "排放", *days, 3000, "m3")]
    take(workspace, write_books(tmp_path / "books.xlsx", [*BOOKS, *rows]))
    told = [("biogas", "低位发热量", *days, 21, "MJ/Nm3", "化验", "L2"),
            ("water", "进水化学需氧量", *days, 8000, "g/m3", "化验", "L3"),
            ("water", "出水化学需氧量", *days, 500, "g/m3", "化验", "L3"),
            ("water", "甲烷修正因子", *days, "0.5", "1", "化验", "L3")]  # fmt: skip
    take(workspace, write_laboratory(tmp_path / "laboratory.xlsx", [*LABORATORY, *told]))
    result = run(workspace, ["works"], MARCH)["works"]
    files = write_site_report(workspace, result, "zh")
    book = load_workbook(files.workbook, data_only=True)
    totals = {}
    for name in ("生物质CO2", "CH4 质量", "工序碳平衡"):
        cells = list(book[name].iter_rows(values_only=True))
        heads = list(cells[3])
        assert {row[heads.index("校核")] for row in cells[4:-1]} == {"✓"}
        totals[name] = cells[-1][heads.index("校核") - 2]
    # 200,000 Nm3 x 21 MJ x 54.6 t/TJ; 3,000 m3 x 7.5 kg x 0.25 x 0.5
    assert totals["生物质CO2"] == 229.32
    assert totals["CH4 质量"] == 2.8125
