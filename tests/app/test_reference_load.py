"""A user's table is taken whole or not at all, through the gate of the shipped ones."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from celadon.app.referencing import (
    confirm_reference,
    load_reference,
    show_reference,
    verify_reference,
)
from celadon.app.workspace import Workspace
from celadon.chain import sha256_file
from celadon.errors import ChainBroken, DeclarationError
from celadon.reference import load as loading
from celadon.reference import load_registry
from celadon.reference.audit import LOADED, Audit
from celadon.reference.user_table import UserSheet, column_of, table_of

# Every value is made up for the test; no standard states it.
ENGLISH = """\
subject,parameter,set,basis,value,unit,source,locator
sintering,grade_3,GB 21256-2013,process_energy,999.0,kgce/t,gb-21256-2013,table 9
"""
CHINESE = """\
对象,中文名称,参数,标准或因子集,口径,数值,单位,来源,页码
sintering,烧结,3级,GB 21256-2013,process_energy,９９９.0,kgce/t,GB 21256-2013,表 9
"""
ROW = "norms/GB-21256-2013/sintering/process_energy/grade_3"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "plant", "plant", "en")


def written(folder: Path, text: str, name: str = "norms.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_headings_of_either_language_in_either_encoding(
    workspace: Workspace, tmp_path: Path, text: str, encoding: str
) -> None:
    done = load_reference(workspace, written(tmp_path, text, encoding=encoding), by="Ann")
    assert [(row.row, row.kind, row.letter) for row in done.rows] == [(ROW, "added", "C")]
    record = workspace.registry().records[ROW]
    assert (record.value_text, record.unit, record.source.id) == (
        "999.0", "kgce/t", "gb-21256-2013",
    )  # fmt: skip
    assert record.subject_zh == ("烧结" if text == CHINESE else "")


def test_a_workbook_is_read_sheet_by_sheet(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    source = ("id", "title_en", "force", "status", "confidence", "in_force_to")
    with xlsxwriter.Workbook(path) as book:
        norms, sources = book.add_worksheet("能耗限额"), book.add_worksheet("sources")
        for number, line in enumerate(CHINESE.replace("GB 21256-2013,表", "own,表").splitlines()):
            norms.write_row(number, 0, line.split(","))
        sources.write_row(0, 0, source)
        sources.write_row(1, 0, ("own", "Made up for a test", "none", "final", "C", "2026-07-01"))
    done = load_reference(workspace, path)
    assert {(row.table, row.kind) for row in done.rows} == {
        ("norms", "added"), ("sources", "added"),
    }  # fmt: skip
    assert workspace.registry().records[ROW].source.title_en == "Made up for a test"


def test_the_line_names_who_and_keeps_the_original(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, ENGLISH)
    load_reference(workspace, path, by="Ann")
    audit = Audit(workspace.folder / "reference")
    (line,) = audit.lines()
    assert (line["kind"], line["by"], line["file"]) == (LOADED, "Ann", "norms.csv")
    assert line["sha256"] == sha256_file(path)
    kept = audit.original(line)
    assert kept is not None
    assert kept.read_bytes() == path.read_bytes()
    assert line["wrote"]["norms"] == sha256_file(audit.folder / "norms.csv")
    assert verify_reference(workspace).tables == {"norms": "as_loaded"}


def test_the_digest_of_the_tables_changes_and_the_same_file_again_does_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = written(tmp_path, ENGLISH)
    before = workspace.registry().digest
    load_reference(workspace, path)
    after = workspace.registry().digest
    assert after != before
    files = {p: p.read_bytes() for p in workspace.folder.rglob("*") if p.is_file()}
    again = load_reference(workspace, path)
    assert (again.done, {row.kind for row in again.rows}) == (False, {"same"})
    assert {p: p.read_bytes() for p in workspace.folder.rglob("*") if p.is_file()} == files
    assert workspace.registry().digest == after


def test_check_only_says_what_it_would_do(workspace: Workspace, tmp_path: Path) -> None:
    would = load_reference(workspace, written(tmp_path, ENGLISH), check=True)
    assert [row.kind for row in would.rows] == ["added"]
    assert not (workspace.folder / "reference").exists()


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("parameter,set", "parametre,set", "parametre", "a heading that names no column"),
        ("kgce/t,gb-21256-2013", "kgce/t,nobody", "source", "nobody"),
        ("999.0", '"9,99"', "value", "9,99"),
        ("999.0,kgce/t", "999.0,kgce/tonne", "unit", "kgce/tonne"),
        ("table 9\n", "table 9\nshort,row\n", "row 3", "2 cells under 8 headings"),
    ],
)
def test_a_fault_names_the_row_of_the_users_own_file(
    workspace: Workspace, tmp_path: Path, old: str, new: str, place: str, words: str
) -> None:
    path = written(tmp_path, ENGLISH.replace(old, new, 1))
    with pytest.raises(DeclarationError) as refused:
        load_reference(workspace, path)
    faults = refused.value.faults
    assert any(place in fault.where and words in fault.found for fault in faults), faults
    assert all(fault.where[0] == "norms.csv" for fault in faults)
    assert not (workspace.folder / "reference" / "norms.csv").exists()


def test_a_missing_column_is_named_in_both_languages(workspace: Workspace, tmp_path: Path) -> None:
    lines = ENGLISH.splitlines()
    without = "\n".join([lines[0].replace(",unit,source,locator", ""), lines[1][:-29], ""])
    assert without.endswith("process_energy,999.0\n")
    with pytest.raises(DeclarationError) as refused:
        load_reference(workspace, written(tmp_path, without))
    told = {fault.where[-1]: fault.remedy for fault in refused.value.faults}
    assert set(told) == {"unit", "source"}
    assert "单位" in told["unit"]


def test_all_faults_come_at_once_and_nothing_is_half_loaded(
    workspace: Workspace, tmp_path: Path
) -> None:
    load_reference(workspace, written(tmp_path, ENGLISH))
    before = (workspace.folder / "reference" / "norms.csv").read_bytes()
    line = ENGLISH.splitlines()[1]
    rows = [
        line.replace("grade_3", "grade_1"),
        line.replace("grade_3", "grade_2").replace("gb-21256-2013", "nobody"),
        line.replace("sintering", "pelletizing").replace("999.0", "x"),
    ]
    text = "\n".join([ENGLISH.splitlines()[0], *rows, ""])
    with pytest.raises(DeclarationError) as refused:
        load_reference(workspace, written(tmp_path, text))
    assert {fault.where[1] for fault in refused.value.faults} == {"row 3", "row 4"}
    assert (workspace.folder / "reference" / "norms.csv").read_bytes() == before


def test_a_factor_whose_unit_does_not_fit_its_basis_is_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    text = (
        "subject,parameter,set,value,unit,source\n"
        "coke,net_calorific_value,mine,28.4,tC/TJ,arithmetic\n"
    )
    with pytest.raises(DeclarationError) as refused:
        load_reference(workspace, written(tmp_path, text, "fuels.csv"))
    assert refused.value.faults[0].where == ("fuels.csv", "row 2", "unit")


def test_another_figure_under_a_shipped_id_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    text = (
        "record,subject,parameter,set,value,unit,source\n"
        "fuels/NDRC-2013-2015/coke/oxidation_rate,coke,oxidation_rate,NDRC-2013-2015,94,%,"
        f"{load_registry().records['fuels/NDRC-2013-2015/coke/oxidation_rate'].source.id}\n"
    )
    with pytest.raises(DeclarationError, match="what a shipped id means does not change"):
        load_reference(workspace, written(tmp_path, text, "fuels.csv"))


def test_two_editions_on_one_day_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    shipped = load_registry().records["norms/GB-21256-2025/sintering/process_energy/grade_3"]
    start = shipped.validity.from_text
    text = (
        "subject,parameter,set,basis,value,unit,source,valid_from,valid_to\n"
        f"sintering,grade_3,GB 21256-2031,process_energy,1,kgce/t,arithmetic,{start},2090-01-01\n"
    )
    with pytest.raises(DeclarationError, match="one edition holds on a day") as refused:
        load_reference(workspace, written(tmp_path, text))
    assert "GB 21256-2025" in refused.value.faults[0].found


def test_only_a_named_person_vouches_for_official_text(
    workspace: Workspace, tmp_path: Path
) -> None:
    text = ENGLISH.replace("locator", "locator,confidence").replace("table 9", "table 9,A")
    path = written(tmp_path, text)
    with pytest.raises(DeclarationError, match="a named person vouches"):
        load_reference(workspace, path)
    done = load_reference(workspace, path, by="Ann")
    assert [row.letter for row in done.rows] == ["A"]


def test_the_same_row_twice_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    text = ENGLISH + ENGLISH.splitlines()[1] + "\n"
    with pytest.raises(DeclarationError, match="the same row twice"):
        load_reference(workspace, written(tmp_path, text))


def test_two_sheets_of_one_table_are_both_taken(workspace: Workspace, tmp_path: Path) -> None:
    path, lines = tmp_path / "mine.xlsx", ENGLISH.splitlines()

    def fill(*rows: str) -> None:
        with xlsxwriter.Workbook(path) as book:
            for number, row in enumerate(rows):
                sheet = book.add_worksheet(f"page {number}")
                sheet.write_row(0, 0, lines[0].split(","))
                sheet.write_row(1, 0, row.split(","))

    fill(lines[1], lines[1])
    with pytest.raises(DeclarationError, match="the same row twice") as refused:
        load_reference(workspace, path, "norms")
    assert refused.value.faults[0].where == ("mine.xlsx", "page 1", "row 2")
    fill(lines[1], lines[1].replace("grade_3", "grade_2").replace("kgce/t", "kgce/tonne"))
    with pytest.raises(DeclarationError) as refused:
        load_reference(workspace, path, "norms")
    assert refused.value.faults[0].where == ("mine.xlsx", "page 1", "row 2", "unit")
    fill(lines[1], lines[1].replace("grade_3", "grade_2"))
    load_reference(workspace, path, "norms")
    assert {ROW, f"{ROW[:-1]}2"} <= workspace.registry().records.keys()


def test_a_later_file_adds_to_what_was_loaded(workspace: Workspace, tmp_path: Path) -> None:
    load_reference(workspace, written(tmp_path, ENGLISH))
    more = ENGLISH.replace("grade_3", "grade_2")
    changed = ENGLISH.splitlines()[1].replace("999.0", "998")
    done = load_reference(workspace, written(tmp_path, more + changed + "\n"))
    assert [(row.kind, row.before, row.after) for row in done.rows] == [
        ("added", "", "999.0 kgce/t"),
        ("corrected", "value 999.0", "value 998"),
    ]
    records = workspace.registry().records
    assert [records[ROW[:-1] + n].value_text for n in "32"] == ["998", "999.0"]


def test_a_crash_before_the_line_loads_nothing_and_after_it_everything(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, folder = written(tmp_path, ENGLISH), workspace.folder / "reference"

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Audit, "append", crash)
        with pytest.raises(KeyboardInterrupt):
            load_reference(workspace, path)
    assert ROW not in workspace.registry().records
    assert Audit(folder).lines() == []
    settle = loading.settle
    calls: list[int] = []

    def crash_second(audit: Audit) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        settle(audit)

    with monkeypatch.context() as broken:
        broken.setattr(loading, "settle", crash_second)
        with pytest.raises(KeyboardInterrupt):
            load_reference(workspace, path)
    assert len(Audit(folder).lines()) == 1
    again = load_reference(workspace, path)
    assert {row.kind for row in again.rows} == {"same"}
    assert workspace.registry().records[ROW].value_text == "999.0"
    assert len(Audit(folder).lines()) == 1
    assert verify_reference(workspace).tables == {"norms": "as_loaded"}


def test_what_was_changed_outside_is_found(workspace: Workspace, tmp_path: Path) -> None:
    load_reference(workspace, written(tmp_path, ENGLISH), by="Ann")
    folder = workspace.folder / "reference"
    table, audit = folder / "norms.csv", folder / "audit.jsonl"
    sound = {path: path.read_bytes() for path in (table, audit)}
    table.write_bytes(sound[table].replace(b"999.0", b"111.0"))
    with pytest.raises(ChainBroken, match="changed outside celadon"):
        verify_reference(workspace)
    table.write_bytes(sound[table])
    audit.write_bytes(sound[audit].replace(b"Ann", b"Ben"))
    with pytest.raises(ChainBroken, match="does not verify"):
        verify_reference(workspace)
    with pytest.raises(ChainBroken):
        show_reference(workspace, ROW)
    audit.write_bytes(sound[audit])
    (original,) = (folder / "originals").iterdir()
    original.write_bytes(b"other")
    with pytest.raises(ChainBroken, match="kept file"):
        verify_reference(workspace)


def test_a_file_put_there_by_hand_is_told_apart(workspace: Workspace) -> None:
    folder = workspace.folder / "reference"
    folder.mkdir()
    shipped = load_registry().rows("regions")[0]
    head, row = ",".join(shipped), ",".join(shipped.values())
    (folder / "regions.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    assert verify_reference(workspace).tables == {"regions": "by_hand"}


def test_the_table_is_told_by_name_file_or_ids() -> None:
    def sheet(name: str, *headers: str, row: tuple[str, ...] = ()) -> UserSheet:
        return UserSheet("x.csv", name, headers, ((2, row),) if row else ())

    assert table_of(sheet("燃料"), "x", "") == "fuels"
    assert table_of(sheet(""), "water_norms", "") == "water_norms"
    assert table_of(sheet("", "record", row=("fuels/a/b/c",)), "x", "") == "fuels"
    assert table_of(sheet(""), "x", "") == ""
    assert table_of(sheet(""), "x", "no_table") == ""
    assert column_of("Ｕnit", ("unit",)) == "unit"


def test_a_table_changed_by_hand_is_not_taken_on(workspace: Workspace, tmp_path: Path) -> None:
    """Neither a load nor a confirmation builds on it; moved out and loaded, it is in order."""
    load_reference(workspace, written(tmp_path, ENGLISH))
    own = workspace.folder / "reference" / "norms.csv"
    own.write_text(own.read_text(encoding="utf-8").replace("999.0", "49.0"), encoding="utf-8")
    more = written(tmp_path, ENGLISH.replace("grade_3", "grade_2"), "more.csv")
    for act in (
        lambda: load_reference(workspace, more, "norms"),
        lambda: confirm_reference(workspace, ROW, "Ann", "p. 1"),
        lambda: verify_reference(workspace),
    ):
        with pytest.raises(ChainBroken, match="changed outside celadon"):
            act()
    moved = own.rename(tmp_path / "mine.csv")
    load_reference(workspace, moved, "norms")
    assert verify_reference(workspace).tables["norms"] == "as_loaded"
    assert workspace.registry().records[ROW].value_text == "49.0"
