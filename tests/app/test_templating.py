"""The verb template: what returns is committed once, corrected by a later return, and accounted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from tests.app.shop import add_site, declaration, make_workspace
from tests.app.test_sectors_told import MINUTES, SMELTER
from tests.records.templates.returns import columns, free_row, put, row_of

from celadon.app.importing import import_files
from celadon.app.result import SiteRun
from celadon.app.running import run
from celadon.app.templating import (
    Returned,
    site_equipment,
    take_template,
    write_template,
)
from celadon.app.workspace import Workspace
from celadon.errors import InputError, WorkspaceError
from celadon.records.period import Period
from celadon.records.templates.cells import open_returned

QUARTER = Period.parse("2025-01-01/2025-04-01")
YEAR = Period.parse("2025")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path)


def sent(workspace: Workspace, name: str = "sent.xlsx", period: Period = QUARTER) -> Path:
    path = workspace.folder.parent / name
    if not path.exists():
        write_template(workspace, "works", path, period, "zh")
    return path


def returns(workspace: Workspace, fill: Callable[[Workbook], object], name: str) -> Path:
    book = openpyxl.load_workbook(sent(workspace))
    fill(book)
    path = workspace.folder.parent / name
    book.save(path)
    return path


def take(workspace: Workspace, path: Path, **more: Any) -> Returned:
    return take_template(workspace, "works", path, "zh", **more)


def fill_all(book: Workbook) -> None:
    """A quarter of the shop: gas by its counter, coal by its stocks, its product."""
    meters = book["抄表"]
    for row, count in enumerate((1000, 31_000, 58_000, 90_000), start=6):
        put(meters, row, reading=count)
    for sheet, kind, amounts in (
        ("购入", "购入", (400, 300, 350)),
        ("产量", "产量", (5000, 4800, 5100)),
    ):
        for month, amount in enumerate(amounts, start=1):
            put(book[sheet], row_of(book[sheet], kind, f"2025-{month:02d}"), quantity=amount)
    for row, amount in enumerate((100, 120, 90, 110), start=6):
        put(book["库存"], row, quantity=amount)
    laboratory = book["化验"]
    put(laboratory, row_of(laboratory, "coal", "低位发热量"), value=26.5, document="L1")
    put(book["设备"], 6, equipment="P1", class_="泵", pieces=2, power=55, process_unit="车间")


def coal_burnt(result: SiteRun) -> list[int]:
    """What the energy account counts of the coal, by month: purchases and change of stock."""
    rows = [row for row in result.tables["leaf"].to_pylist() if row["stream"] == "coal"]
    months = {str(row["month"]): row["count"] for row in rows if row["account"] == "energy"}
    return [months[name] for name in sorted(months)]


def test_a_return_is_committed_by_kind_and_accounted(workspace: Workspace) -> None:
    done = take(workspace, returns(workspace, fill_all, "back.xlsx"))
    assert done.findings == ()
    assert {kind.kind: kind.rows for kind in done.taken} == {
        "reading": 4, "activity": 10, "sample": 1, "equipment": 1,
    }  # fmt: skip
    result = run(workspace, ["works"], QUARTER)["works"]
    days = [row for row in result.tables["meter_day"].to_pylist() if row["meter"] == "g1"]
    assert sum(row["measured"] + row["estimated"] for row in days) == 89_000 * 1000  # NL
    assert sum(row["seconds_missing"] for row in days) == 0
    assert coal_burnt(result) == [380_000, 330_000, 330_000]  # kg
    places = [i["ref"] for i in result.tables["leaf_input"].to_pylist() if i["kind"] == "row"]
    assert all(place.startswith("back.xlsx › ") for place in places)


def test_what_a_register_read_by_the_month_passed_is_measured(workspace: Workspace) -> None:
    """Only its split by day is an estimate: the account and the line of the run follow."""
    take(workspace, returns(workspace, fill_all, "back.xlsx"))
    result = run(workspace, ["works"], QUARTER)["works"]
    days = [row for row in result.tables["meter_day"].to_pylist() if row["meter"] == "g1"]
    assert all(row["estimated"] and not row["measured"] for row in days)
    leaves = [row for row in result.tables["leaf"].to_pylist() if row["stream"] == "gas"]
    counted = {(str(row["month"]), row["count"], row["estimated"]) for row in leaves}
    assert {(count, estimated) for _, count, estimated in counted} == {
        (30_000_000, 0), (27_000_000, 0), (32_000_000, 0),
    }  # fmt: skip
    times = {row["meter"]: row for row in result.tables["meter_time"].to_pylist()}
    assert (times["g1"]["measured"], times["g1"]["estimated"]) == (90 * 86_400, 0)


def test_the_same_file_again_adds_nothing(workspace: Workspace) -> None:
    path = returns(workspace, fill_all, "back.xlsx")
    first = take(workspace, path)
    length = len(workspace.ledger("works").lines())
    again = take(workspace, path)
    assert all(kind.replayed for kind in again.taken)
    assert [kind.position for kind in again.taken] == [kind.position for kind in first.taken]
    assert len(workspace.ledger("works").lines()) == length


def test_a_corrected_return_replaces_what_it_corrects(workspace: Workspace) -> None:
    take(workspace, returns(workspace, fill_all, "back.xlsx"))

    def correct(book: Workbook) -> None:
        fill_all(book)
        put(book["购入"], row_of(book["购入"], "coal", "2025-02"), quantity=310)
        put(book["抄表"], 8, reading=57_000)

    take(workspace, returns(workspace, correct, "back-2.xlsx"))
    result = run(workspace, ["works"], QUARTER)["works"]
    assert coal_burnt(result) == [380_000, 340_000, 330_000]
    days = [
        row
        for row in result.tables["meter_day"].to_pylist()
        if row["meter"] == "g1" and row["day"] < dt.date(2025, 3, 1)
    ]
    assert sum(row["measured"] + row["estimated"] for row in days) == 56_000 * 1000


def test_a_return_read_again_under_a_new_declaration_counts_once(workspace: Workspace) -> None:
    path = returns(workspace, fill_all, "back.xlsx")
    take(workspace, path)
    text = declaration().replace('name_zh = "钢卷"', 'name_zh = "卷板"')
    add_site(workspace, text)
    done = take(workspace, path)
    assert [found.rule for found in done.findings] == ["template_redeclared"] + [
        "template_name_differs" for _ in done.findings[1:]
    ]
    rows = [batch.rows for batch in workspace.ledger("works").batches("activity")]
    assert rows == [10]


def test_findings_stay_with_the_commit_and_the_rest_is_taken(
    workspace: Workspace, tmp_path: Path
) -> None:
    def spoil(book: Workbook) -> None:
        fill_all(book)
        put(book["购入"], row_of(book["购入"], "coal", "2025-02"), quantity="300t")

    marked = tmp_path / "deep" / "marked.xlsx"
    done = take(workspace, returns(workspace, spoil, "back.xlsx"), marked=marked)
    assert [found.rule for found in done.findings] == ["template_number"]
    assert {kind.kind: kind.rows for kind in done.taken}["activity"] == 9
    notes = workspace.ledger("works").refused()
    assert [(note["rule"], note["place"]) for note in notes] == [
        ("template_number", done.findings[0].place)
    ]
    assert openpyxl.load_workbook(marked).sheetnames[0] == "核对结果"
    result = run(workspace, ["works"], QUARTER)["works"]
    assert "template_number" in {row["rule"] for row in result.tables["finding"].to_pylist()}
    corrected = openpyxl.load_workbook(marked)
    sheet = corrected["购入"]
    put(sheet, row_of(sheet, "coal", "2025-02"), quantity=300)
    back = tmp_path / "corrected.xlsx"
    corrected.save(back)
    assert take(workspace, back).findings == ()


def test_an_exchange_is_a_batch_of_its_own(workspace: Workspace) -> None:
    def fill(book: Workbook) -> None:
        put(book["换表"], 6, id="g1", exchanged="2025-02-10 09:00", closing=40_000, opening=0)

    done = take(workspace, returns(workspace, fill, "back.xlsx"))
    assert [(kind.kind, kind.rows) for kind in done.taken] == [("exchange", 1)]


def test_equipment_is_listed_edited_and_put_out_of_use(workspace: Workspace) -> None:
    assert site_equipment(workspace, "works") == []
    take(workspace, returns(workspace, fill_all, "back.xlsx"))
    (pump,) = site_equipment(workspace, "works")
    assert (pump["equipment"], pump["class"], pump["unit"], pump["power"]) == (
        "P1", "pump", "mill", 55_000,
    )  # fmt: skip
    later = openpyxl.load_workbook(sent(workspace, "later.xlsx"))
    sheet = later["设备"]
    row = row_of(sheet, "P1")
    assert sheet.cell(row, columns(sheet)["power"]).value == 55
    put(sheet, row, pieces=0)
    put(sheet, free_row(sheet), equipment="M1", class_="Motor", pieces=1)
    path = workspace.folder.parent / "later-back.xlsx"
    later.save(path)
    take(workspace, path)
    assert [one["equipment"] for one in site_equipment(workspace, "works")] == ["M1"]


def test_a_template_is_never_written_over_a_file(workspace: Workspace) -> None:
    path = sent(workspace)
    with pytest.raises(WorkspaceError, match="exists already"):
        write_template(workspace, "works", path, QUARTER, "zh")
    with pytest.raises(WorkspaceError, match="XLSX"):
        write_template(workspace, "works", path.with_suffix(".csv"), QUARTER, "zh")


def test_a_returned_file_is_never_marked_itself(workspace: Workspace) -> None:
    path = returns(workspace, fill_all, "back.xlsx")
    before = path.read_bytes()
    with pytest.raises(WorkspaceError, match="replace the returned file"):
        take(workspace, path, marked=path)
    with pytest.raises(WorkspaceError, match="XLSX"):
        take(workspace, path, marked=path.with_suffix(".pdf"))
    assert path.read_bytes() == before


def test_what_cannot_be_read_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "no.xlsx"
    path.write_bytes(b"no workbook")
    with pytest.raises(InputError):
        take(workspace, path)
    with pytest.raises(InputError, match="Cannot read"):
        take(workspace, tmp_path / "absent.xlsx")
    assert not workspace.ledger("works").manifest.exists()


def test_a_stamp_that_someone_wrote_into_is_no_obstacle(workspace: Workspace) -> None:
    def fill(book: Workbook) -> None:
        fill_all(book)
        stamp = book.custom_doc_props["celadon-template"]
        stamp.value = stamp.value.replace("2025-01-01/2025-04-01", "last winter")

    path = returns(workspace, fill, "back.xlsx")
    assert open_returned(path).stamp is not None
    assert {kind.kind for kind in take(workspace, path).taken} >= {"reading", "activity"}


def test_other_files_of_the_site_are_read_beside_it(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, returns(workspace, fill_all, "back.xlsx"))
    path = tmp_path / "gas.csv"
    path.write_text("时间,g1 (Nm3)\n2025-04-01 00:00,90001\n", encoding="utf-8")
    import_files(workspace, "works", [path], "readings-wide")
    assert len(workspace.ledger("works").batches("reading")) == 2
    assert YEAR.from_day.year == 2025


def test_what_a_sector_is_asked_reaches_its_account(tmp_path: Path) -> None:
    """1,000 t x 0.143 kg/t x 2.25 minutes of CF4, as from files of another kind; C2F6 a tenth."""
    workspace = make_workspace(tmp_path, SMELTER)

    def fill(book: Workbook) -> None:
        put(book["产量"], row_of(book["产量"], "metal", "2025-03"), quantity=1000)
        laboratory = book["化验"]
        [row] = [
            row[0].row
            for row in laboratory.iter_rows(min_row=6)
            if MINUTES in (values := [str(cell.value) for cell in row])
            and any(value.startswith("2025-03-01") for value in values)
        ]
        put(laboratory, row, value=2.25, document="L1")

    done = take(workspace, returns(workspace, fill, "back.xlsx"))
    assert done.findings == ()
    leaves = run(workspace, ["works"], Period.parse("2025-03"))["works"].tables["leaf"].to_pylist()
    found = {row["measure"]: row["value"] for row in leaves if row["account"] == "gas"}
    assert found == {"cf4": 321_750, "c2f6": 32_175}


def test_a_file_is_known_by_the_edition_of_its_template(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before celadon knew a later edition is not read a second time."""
    back = returns(workspace, fill_all, "back.xlsx")
    before = [(kind.kind, kind.position) for kind in take(workspace, back).taken]
    monkeypatch.setattr("celadon.app.templating.VERSION", 99)
    again = take(workspace, back)
    assert [(kind.kind, kind.position) for kind in again.taken] == before
    assert all(kind.replayed for kind in again.taken)
