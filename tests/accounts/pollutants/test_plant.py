"""A works with outlets from its files to its leaves, its explanations and its report."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.accounts.pollutants.plant import (
    LABORATORY,
    MORE_LABORATORY,
    OUTLETS,
    hours,
    plant,
    so2,
)
from tests.app.shop import MARCH, reading_rows, take, write_books, write_laboratory, write_readings
from tests.cli.speaking import typed

from celadon.accounts.tables import LEAF
from celadon.app.explaining import Question, explain
from celadon.app.reporting import report_content
from celadon.app.result import CACHED
from celadon.app.running import SiteRun, run
from celadon.app.summary import summarise
from celadon.app.telling import Node
from celadon.app.workspace import Workspace
from celadon.errors import WorkspaceError
from celadon.records.period import Period
from celadon.records.tables import FINDING
from celadon.report.blocks import Grid, Note, Section
from celadon.report.draft import Draft
from celadon.report.page import lay_out, render
from celadon.report.sections.pollutants import pollutants_section

EXPECTED = {
    # 74 times the ten hours of 20.5 .. 29.5 and four more: 18,588 x 50,000 mg
    ("stack-1", "so2"): 929_400,
    ("stack-1", "nox"): 744 * 80 * 50,
    ("stack-1", "particulates"): 50_000,  # 500 t x 12.5 kg/t x 0.8 %
    ("drain-1", "cod"): 504_000,  # 12,000 m3 x 42 g/m3
    ("slag", "generated"): 100_000,
    ("slag", "reused"): 70_000,
    ("slag", "disposed"): 20_500,
    ("slag", "stored"): 9_500,
}


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return plant(tmp_path_factory.mktemp("plant"))


@pytest.fixture(scope="module")
def march(works: Workspace) -> SiteRun:
    return run(works, ["works"], MARCH)["works"]


def of_outlets(result: SiteRun) -> dict[tuple[str, str], dict[str, Any]]:
    rows = result.table(LEAF).to_pylist()
    return {(r["unit"], r["measure"]): r for r in rows if r["account"] in ("pollutant", "waste")}


def findings(result: SiteRun, rule: str) -> list[dict[str, Any]]:
    return [row for row in result.table(FINDING).to_pylist() if row["rule"] == rule]


def test_every_outlet_by_hand(march: SiteRun) -> None:
    found = of_outlets(march)
    assert {key: row["value"] for key, row in found.items()} == EXPECTED
    assert not any(row["seconds_missing"] or row["estimated"] for row in found.values())


def test_what_has_no_test_is_a_finding(march: SiteRun) -> None:
    lacks = [row for row in findings(march, "no_parameter") if row["subject"] == "effluent"]
    assert len(lacks) == 1
    assert "ammonia_nitrogen_concentration" in lacks[0]["numbers"]


def test_hours_without_a_reading_are_missing_and_not_filled(tmp_path: Path) -> None:
    works = plant(tmp_path, content=lambda hour: None if hour in (10, 11, 12) else so2(hour))
    found = of_outlets(run(works, ["works"], MARCH)["works"])
    row = found["stack-1", "so2"]
    assert row["seconds_missing"] == 3 * 3_600
    # 20.5, 21.5 and 22.5 mg/Nm3 are lost
    assert row["value"] == (18_588 * 10 - 205 - 215 - 225) * 5_000 // 1_000
    assert found["stack-1", "nox"]["seconds_missing"] == 0


def test_a_flow_may_be_the_amounts_of_an_interval_meter(tmp_path: Path) -> None:
    state = 'id = "flow-1"\nkind = "state"\nmeasure = "Nm3/h"'
    amounts = 'id = "flow-1"\nkind = "interval"\nstuck_after = 0\nmeasure = "Nm3"'
    assert state in OUTLETS
    works = plant(tmp_path, OUTLETS.replace(state, amounts), flow_unit="Nm3")
    found = of_outlets(run(works, ["works"], MARCH)["works"])
    assert {key: row["value"] for key, row in found.items()} == EXPECTED
    assert_as_from_nothing(works, tmp_path / "copy")


def test_hours_below_zero_are_told(tmp_path: Path) -> None:
    works = plant(tmp_path, content=lambda hour: "-0.3" if hour in (10, 11) else so2(hour))
    result = run(works, ["works"], MARCH)["works"]
    row = of_outlets(result)["stack-1", "so2"]
    assert row["value"] == (18_588 * 10 - 205 - 215) * 5_000 // 1_000
    assert row["seconds_missing"] == 7_200
    (told,) = findings(result, "monitor_negative")
    assert '"minutes":120' in told["numbers"]


def test_a_change_does_anew_what_it_touches_and_is_a_run_from_nothing(tmp_path: Path) -> None:
    works = plant(tmp_path)
    run(works, ["works"], MARCH)
    rows = [[row[0], row[1] + 3] for row in reading_rows()[100:105]]
    take(works, write_readings(tmp_path / "correction.csv", rows, ["e1"]))
    assert_as_from_nothing(works, tmp_path / "first")
    later = tmp_path / "later.csv"
    stamp = f"{hours()[200]:%Y-%m-%d %H:%M}"
    later.write_text(f"时间,so2-1 (mg/Nm3)\n{stamp},99.5\n", encoding="utf-8")
    take(works, later)
    again = assert_as_from_nothing(works, tmp_path / "second")
    # 99.5 in place of 20.5 mg/Nm3 in one hour of 50,000 Nm3
    assert of_outlets(again)["stack-1", "so2"]["value"] == 929_400 + 79 * 50
    take(
        works,
        write_books(tmp_path / "more.xlsx", [("钢卷", "产量", "2025-02-01", "2025-02-28", 9, "t")]),
    )
    assert assert_as_from_nothing(works, tmp_path / "third").anew == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "stack-1"', 'id = "chimney"'),
        ('so2 = "so2-1", nox = "nox-1"', 'so2 = "nox-1", nox = "so2-1"'),
        ('so2 = "so2-1", ', ""),
        ('medium = "air"', 'medium = "air"\nwet = ["flow", "so2", "nox"]'),
    ],
)
def test_an_outlet_declared_otherwise_is_counted_anew(tmp_path: Path, old: str, new: str) -> None:
    works = plant(tmp_path)
    run(works, ["works"], MARCH)
    place = works.site_file("works")
    text = place.read_text(encoding="utf-8")
    assert old in text
    place.write_text(text.replace(old, new), encoding="utf-8")
    assert_as_from_nothing(works, tmp_path / "copy")


def test_a_return_takes_outlets_for_declared(works: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "works.celadon-return.zip"
    done = typed("return", "pack", "works", "--period", "2025-03", "-w", works.folder,
                 "--out", out, "--json")  # fmt: skip
    outcomes = {one["check"]: one["outcome"] for one in json.loads(done.output)["checks"]}
    assert (outcomes["boundary"], outcomes["activity"]) == ("yes", "yes")


def assert_as_from_nothing(works: Workspace, copy: Path) -> SiteRun:
    again = run(works, ["works"], MARCH)["works"]
    shutil.copytree(works.folder, copy, ignore=shutil.ignore_patterns("cache"))
    whole = run(Workspace(copy), ["works"], MARCH)["works"]
    for schema in CACHED:
        assert again.table(schema).equals(whole.table(schema)), schema.name
    assert again.header["hash"] == whole.header["hash"]
    return again


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_change_no_digit(works: Workspace, march: SiteRun, threads: int) -> None:
    position = march.header["read"]["position"]
    other = run(works, ["works"], MARCH, threads=threads, known_at=position)["works"]
    assert other.header["hash"] == march.header["hash"]


def test_a_monitored_mass_is_explained_to_its_files(works: Workspace, march: SiteRun) -> None:
    text = told(explain(works, march, Question("pollutant", measure="so2")))
    assert text[0].startswith("929.400 kg pollutants · SO2")
    assert any("Stack 1 · SO2 (stack-1.so2) · into the air" in line for line in text)
    assert sum("744 readings rows 2 to 745 monitors.csv" in line for line in text) == 2


def test_a_factor_is_explained_to_its_sample(works: Workspace, march: SiteRun) -> None:
    question = Question("pollutant", measure="particulates")
    text = "\n".join(told(explain(works, march, question, "zh")))
    assert "颗粒物产排污系数" in text
    assert "D2" in text


def test_pollutants_are_not_added_together(works: Workspace, march: SiteRun) -> None:
    with pytest.raises(WorkspaceError) as refused:
        explain(works, march, Question("pollutant"))
    assert "one measure" in refused.value.faults[0].remedy


def told(node: Node) -> list[str]:
    lines = [" ".join(text for text in (node.value, node.label, node.source) if text)]
    return lines + [line for part in node.parts for line in told(part)]


def section(works: Workspace, result: SiteRun, language: str) -> Section:
    return pollutants_section(Draft(report_content(works, result), language))


def texts(section: Section) -> list[list[str]]:
    grids = [block for block in section.blocks if isinstance(block, Grid)]
    return [[cell.text for cell in row.cells] for grid in grids for row in grid.rows]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_tells_outlets_intensities_and_waste(
    works: Workspace, march: SiteRun, language: str
) -> None:
    found = section(works, march, language)
    rows = texts(found)
    stack = "Stack 1" if language == "en" else "1 号排气筒"
    assert [stack, "车间", "929.40", "2,976.0", "50.00", "–", ""] in rows
    # 929.4 kg over 5,000 t of coils
    assert any(row[1] == "钢卷" and row[4] == "185.88 g/t" for row in rows)
    assert ["100.00", "70.00", "20.50", "9.500", ""] in [row[2:] for row in rows]
    (note,) = [block for block in found.blocks if isinstance(block, Note)]
    assert note.kind == "open"
    assert ("Ammonia nitrogen" if language == "en" else "氨氮") in note.text


def test_the_whole_report_leads_to_each_leaf(works: Workspace, march: SiteRun) -> None:
    draft = Draft(report_content(works, march), "zh")
    first, sections = lay_out(draft)
    html = render(draft, first, sections)
    for row in of_outlets(march).values():
        assert f'id="{row["leaf"]}"' in html
    assert 'id="pollutants"' in html


def test_a_works_without_outlets_has_no_such_section(tmp_path: Path) -> None:
    works = plant(tmp_path, text="")
    result = run(works, ["works"], MARCH)["works"]
    assert section(works, result, "en").blocks == ()


def test_a_year_later_the_changes_stand_side_by_side(tmp_path: Path) -> None:
    """Less coal a year later: less carbon, and less dust with it."""
    works = plant(tmp_path, text=WITHOUT_MONITORS)
    rows = [
        ("coal", "期初库存", "2026-03-01", "2026-03-01", 100, "t"),
        ("coal", "采购", "2026-03-04", "2026-03-04", 350, "t"),
        ("coal", "期末库存", "2026-03-31", "2026-03-31", 50, "t"),
    ]
    take(works, write_books(tmp_path / "next.xlsx", rows))
    samples = [
        (*row[:2], row[2].replace("2025", "2026"), row[3].replace("2025", "2026"), *row[4:])
        for row in (*LABORATORY, *MORE_LABORATORY)
        if row[0] == "coal"
    ]
    take(works, write_laboratory(tmp_path / "laboratory-next.xlsx", samples))
    result = run(works, ["works"], Period.parse("2026-03"))["works"]
    rows_told = texts(section(works, result, "en"))
    (coal,) = [row for row in rows_told if row[0] == "无烟煤"]
    # 400 t in place of 500 t: 100 t x 12.5 kg/t x 0.8 % = 10 kg
    assert coal[1] == "Particulates"
    assert coal[3] == "−10.00"
    assert coal[2].startswith("−")
    assert coal[5] == "both fell"
    (mill,) = [row for row in rows_told if row[0] == "车间" and row[1] == "Particulates"]
    assert mill[5].startswith("cannot tell")  # the gas of a year later was never read


def test_compare_shows_what_cut_both(tmp_path: Path) -> None:
    """Two months on, with half the coal: the same table on the command line."""
    works = plant(tmp_path, text=WITHOUT_MONITORS)
    rows = [
        ("coal", "采购", "2025-05-04", "2025-05-04", 250, "t"),
        ("coal", "期初库存", "2025-05-01", "2025-05-01", 0, "t"),
        ("coal", "期末库存", "2025-05-31", "2025-05-31", 0, "t"),
    ]
    take(works, write_books(tmp_path / "may.xlsx", rows))
    samples = [
        (*row[:2], "2025-05-01", "2025-05-31", *row[4:])
        for row in (*LABORATORY, *MORE_LABORATORY)
        if row[0] == "coal"
    ]
    take(works, write_laboratory(tmp_path / "laboratory-may.xlsx", samples))
    asked = ("compare", "works", "--with", "2025-03", "--period", "2025-05", "-w", works.folder)
    done = typed(*asked, "--account", "pollutant", "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "carbon and pollutants side by side" in done.output
    (line,) = [line for line in done.output.splitlines() if "both fell" in line]
    assert "无烟煤" in line
    assert "−25.00" in line  # 250 t x 12.5 kg/t x 0.8 %
    document = json.loads(typed(*asked, "--json").output)
    (coal,) = [one for one in document["together"] if one["place"] == "coal"]
    assert (coal["change"], coal["outcome"]) == (-25_000, "both")


def test_totals_tell_what_a_pollutant_lacks(works: Workspace, march: SiteRun) -> None:
    summary = summarise(march)
    cod = summary.total("pollutant", "cod")
    assert cod is not None
    assert (cod.value, cod.is_whole) == (504_000, True)
    lacking = summary.total("pollutant", "ammonia_nitrogen")
    assert lacking is not None
    assert (lacking.is_known, lacking.lacking) == (False, ("effluent",))
    waste = summary.total("waste", "generated")
    assert waste is not None
    assert waste.value == 100_000


WITHOUT_MONITORS = OUTLETS.replace(', so2 = "so2-1", nox = "nox-1"', "")
