"""What a load refuses, so that no user's row shadows, breaks or contradicts what is there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from celadon.app.referencing import load_reference
from celadon.app.workspace import Workspace
from celadon.errors import DeclarationError, Fault, InputError
from celadon.reference import load_registry
from celadon.reference.naming import Naming
from celadon.reference.shapes import RECORD_TABLES

# Every value is made up for the tests; no standard states it.
NORMS = "subject,parameter,set,basis,value,unit,source,valid_from,valid_to\n"
OLDER = "sintering,grade_3,GB 21256-2020,process_energy,999,kgce/t,arithmetic,2020-01-01,"
HELD = "norms/GB-21256-2025/sintering/process_energy/grade_3"
FUELS = "subject,parameter,set,value,unit,source\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "plant", "plant", "en")


def loaded(workspace: Workspace, text: str, name: str = "norms.csv", by: str = "") -> list[str]:
    path = workspace.folder.parent / name
    path.write_text(text, encoding="utf-8")
    return [row.row for row in load_reference(workspace, path, by=by).rows]


def refused(workspace: Workspace, text: str, name: str = "norms.csv") -> tuple[Fault, ...]:
    """The faults of a file; nothing of it is loaded."""
    with pytest.raises(DeclarationError) as error:
        loaded(workspace, text, name)
    assert not (workspace.folder / "reference" / name).exists()
    assert workspace.registry().digest == load_registry().digest
    return error.value.faults


def test_an_open_ended_edition_beside_the_next_is_refused_with_its_end(
    workspace: Workspace,
) -> None:
    """A newer edition ends no older one: until its end is stated, both answer for a day."""
    (fault,) = refused(workspace, NORMS + OLDER + "\n")
    assert fault.where == ("norms.csv", "row 2")
    assert fault.found.startswith("GB 21256-2025 (in force from 2026-07-01) beside GB 21256-2020")
    assert fault.rule.startswith("one edition holds on a day")
    assert "valid_to 2026-07-01 in the row norms/GB-21256-2020/" in fault.remedy
    loaded(workspace, NORMS + OLDER + "2026-07-01\n")
    registry = workspace.registry()

    def value(day: dt.date) -> str:
        return registry.look_up("norms", "sintering", "grade_3", on=day).value_text

    assert value(dt.date(2026, 6, 30)) == "999"
    assert value(dt.date(2026, 7, 1)) == load_registry().describe(HELD).value_text


def test_a_later_edition_of_ones_own_ends_the_shipped_one_by_its_source(
    workspace: Workspace, tmp_path: Path
) -> None:
    newer = NORMS + OLDER.replace("2020", "2031") + "\n"
    (fault,) = refused(workspace, newer)
    assert "in_force_to 2031-01-01 in the row gb-21256-2025 of sources" in fault.remedy
    path = tmp_path / "mine.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, text in (
            ("norms", newer),
            ("sources", "id,in_force_to\ngb-21256-2025,2031-01-01"),
        ):
            sheet = book.add_worksheet(name)
            for number, line in enumerate(text.splitlines()):
                sheet.write_row(number, 0, line.split(","))
    load_reference(workspace, path)
    ask = ("norms", "sintering", "grade_3")
    assert workspace.registry().look_up(*ask, on=dt.date(2031, 1, 1)).value_text == "999"


def test_many_figures_of_two_editions_are_one_fault(workspace: Workspace) -> None:
    grades = "".join(OLDER.replace("grade_3", f"grade_{n}") + "\n" for n in (1, 2, 3))
    (fault,) = refused(workspace, NORMS + grades)
    assert "and 2 more figures of the two" in fault.found


def test_a_source_whose_dates_make_editions_meet_is_refused(workspace: Workspace) -> None:
    loaded(workspace, NORMS + OLDER.replace("arithmetic,2020-01-01", "gb-21256-2013,") + "\n")
    path = workspace.folder.parent / "sources.csv"
    path.write_text("id,in_force_to\ngb-21256-2013,2030-01-01\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="one edition holds on a day") as error:
        load_reference(workspace, path)
    assert error.value.faults[0].where == ("sources.csv",)
    assert not (workspace.folder / "reference" / "sources.csv").exists()


@pytest.mark.parametrize("basis", ["", "process_energy"])
def test_a_row_that_leaves_its_basis_untold_takes_no_answer_away(
    workspace: Workspace, basis: str
) -> None:
    row = f"own,sintering,grade_3,GB 21256-2025,{basis},999,kgce/t,gb-21256-2025\n"
    text = "record,subject,parameter,set,basis,value,unit,source\n" + row.replace(
        "own,", "norms/own,", 1
    )
    (fault,) = refused(workspace, text)
    assert HELD in fault.rule
    if not basis:
        assert fault.where == ("norms.csv", "row 2", "basis")
        assert "process_energy" in fault.remedy
    record = workspace.registry().look_up("norms", "sintering", "grade_3", on=dt.date(2026, 8, 1))
    assert record.record == HELD


def test_a_row_that_tells_more_than_the_shipped_one_does_not_break_its_answer(
    workspace: Workspace,
) -> None:
    text = "subject,parameter,set,area,value,unit,source\n"
    text += "coke,net_calorific_value,NDRC-2013-2015,CN-HE,28.5,GJ/t,arithmetic\n"
    (fault,) = refused(workspace, text, "fuels.csv")
    assert fault.where[-1] == "area"
    assert "a set of its own" in fault.remedy
    loaded(workspace, text.replace("NDRC-2013-2015", "own laboratory"), "fuels.csv")


def test_a_replacement_has_the_basis_and_a_value_of_what_it_replaces(workspace: Workspace) -> None:
    head = "record,subject,parameter,set,basis,value,unit,source,replaces\n"
    row = "norms/own,sintering,grade_3,GB 21256-2025,{},{},kgce/t,arithmetic," + HELD + "\n"
    for basis, value, words in (
        ("", "999", "answers what the row answered"),
        ("process_energy", "", "it has no value"),
    ):
        faults = refused(workspace, head + row.format(basis, value))
        assert any(words in fault.rule for fault in faults), faults
    loaded(workspace, head + row.format("process_energy", "999"))
    found = workspace.registry().look_up("norms", "sintering", "grade_3", on=dt.date(2026, 8, 1))
    assert found.value_text == "999"


@pytest.mark.parametrize(
    ("table", "row", "told"),
    [
        ("norms", "烧结,3级,own,process_energy,,999,kgce/t,arithmetic",
         ("sintering", "烧结", "process_energy", "")),
        ("norms", "Sintering,grade 3,own,process energy,,999,kgce/t,arithmetic",
         ("sintering", "", "process_energy", "")),
        ("fuels", "焦炭,低位发热量,own,,,28.5,GJ/t,arithmetic", ("coke", "焦炭", "", "")),
        ("coal_equivalents", "原煤,折标准煤系数,own,calorific,,0.7143,kgce/kg,arithmetic",
         ("raw_coal", "原煤", "calorific", "")),
        ("electricity", "average,排放因子,own,province,河北,0.5,kgCO2/kWh,arithmetic",
         ("average", "", "province", "CN-HE")),
    ],
)  # fmt: skip
def test_names_that_the_tables_show_are_understood(
    workspace: Workspace, table: str, row: str, told: tuple[str, ...]
) -> None:
    text = "对象,参数,因子集,口径,地区,数值,单位,来源\n" + row + "\n"
    (name,) = loaded(workspace, text, f"{table}.csv")
    record = workspace.registry().describe(name)
    assert (record.subject, record.subject_zh, record.basis, record.area) == told
    assert name.startswith(f"{table}/own/{told[0]}")


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("烧结机,grade_3,own,999,kgce/t", "subject", "烧结 (sintering)"),
        ("烧结,三级,own,999,kgce/t", "parameter", "(grade_3)"),
        ("电炉,grade_3,own,999,kgce/t", "subject", "electric_arc_furnace_50_70_t"),
    ],
)
def test_names_that_nothing_has_or_several_have_are_refused(
    workspace: Workspace, row: str, column: str, words: str
) -> None:
    text = "subject,parameter,set,value,unit,source\n" + row + ",arithmetic\n"
    (fault,) = refused(workspace, text)
    assert fault.where == ("norms.csv", "row 2", column)
    assert words in fault.rule


def test_a_source_that_comes_with_the_rows_may_be_named_by_its_number(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "mine.xlsx"
    with xlsxwriter.Workbook(path) as book:
        norms, sources = book.add_worksheet("norms"), book.add_worksheet("sources")
        norms.write_row(0, 0, ("subject", "parameter", "set", "value", "unit", "source"))
        norms.write_row(1, 0, ("sintering", "grade_3", "own", "999", "kgce/t", "Q/X 1-2030"))
        sources.write_row(0, 0, ("id", "number", "force", "status", "confidence"))
        sources.write_row(1, 0, ("own-1", "Q/X 1-2030", "none", "final", "C"))
    load_reference(workspace, path)
    assert workspace.registry().describe("norms/own/sintering/grade_3").source.id == "own-1"


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("fuels", "coke,net_calorific_value,own,-20,GJ/t", "value"),
        ("electricity", "average,co2_factor,own,-0.5,kgCO2/kWh", "value"),
    ],
)
def test_a_negative_figure_of_what_cannot_be_negative_is_refused(
    workspace: Workspace, table: str, row: str, column: str
) -> None:
    (fault,) = refused(workspace, FUELS + row + ",arithmetic\n", f"{table}.csv")
    assert fault.where == (f"{table}.csv", "row 2", column)
    assert "zero or more" in fault.rule


def test_a_limit_of_a_process_that_gives_energy_may_be_negative(workspace: Workspace) -> None:
    loaded(workspace, NORMS + "converter,grade_3,own,process_energy,-31,kgce/t,arithmetic,,\n")


def test_what_the_lint_says_of_the_rows_is_told_with_their_place(workspace: Workspace) -> None:
    path = workspace.folder.parent / "fuels.csv"
    rows = (
        "coke,net_calorific_value,own,20000,GJ/t,arithmetic",
        "anthracite,net_calorific_value,own,26.7,GJ/t,arithmetic",
        "antracite,oxidation_rate,own,94,%,arithmetic",
    )
    path.write_text(FUELS + "\n".join(rows) + "\n", encoding="utf-8")
    done = load_reference(workspace, path, check=True)
    told = {(f.rule, f.row.line, f.row.file) for f in done.doubts}
    assert ("thousandfold", 2, "fuels.csv") in told
    assert ("subject_like_another", 4, "fuels.csv") in told
    assert {line for _, line, _ in told} == {2, 4}


def test_a_failed_formula_is_named_with_its_cell(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "fuels.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("fuels")
        sheet.write_row(0, 0, FUELS.strip().split(","))
        sheet.write_row(1, 0, ("coke", "net_calorific_value", "own"))
        sheet.write_formula(1, 3, "=NA()", value="#N/A")
        sheet.write_row(1, 4, ("GJ/t", "arithmetic"))
        sheet.write_row(2, 0, ("tar", "net_calorific_value"))
        sheet.write_formula(2, 2, "=Sheet9!A1", value="#REF!")
        sheet.write_row(2, 3, ("30", "GJ/t", "arithmetic"))
    with pytest.raises(DeclarationError) as error:
        load_reference(workspace, path)
    assert [(f.where[-2], f.found) for f in error.value.faults] == [
        ("D2", "the error word #N/A"), ("C3", "the error word #REF!"),
    ]  # fmt: skip


def test_a_province_whose_code_was_merged_is_refused(workspace: Workspace) -> None:
    head = "subject,parameter,set,area,basis,data_year,value,unit,source\n"
    row = "average,co2_factor,own,{},province,2024,0.5,kgCO2/kWh,arithmetic\n"
    for area in ("CN-999", "513000", "川渝"):
        (fault,) = refused(workspace, head + row.format(area), "electricity.csv")
        assert fault.where == ("electricity.csv", "row 2", "area")
    (name,) = loaded(workspace, head + row.format("510000"), "electricity.csv")
    assert workspace.registry().describe(name).area == "CN-SC"


REGIONS = "code,iso,name_zh,name_en,grid,confidence,note\n"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("510000,CN-XX,,,,,", "iso", "here it is CN-SC"),
        ("510000,,川渝省,,,,", "name_zh", "here it is 四川省"),
        ("999000,CN-CQ,重庆二,x,,C,", "iso", "here 500000"),
        ("51,CN-SX1,某省,x,,C,", "code", "six digits"),
    ],
)
def test_a_users_provinces_keep_the_meaning_of_the_codes(
    workspace: Workspace, row: str, column: str, words: str
) -> None:
    faults = refused(workspace, REGIONS + row + "\n", "regions.csv")
    assert faults[0].where == ("regions.csv", "row 2", column)
    assert words in faults[0].rule


def test_a_carrier_keeps_its_unit(workspace: Workspace) -> None:
    faults = refused(workspace, "id,account_unit\ncoke,kg\n", "carriers.csv")
    assert faults[0].where == ("carriers.csv", "row 2", "account_unit")


def test_a_row_that_changes_what_a_shipped_one_says_is_told_as_such(workspace: Workspace) -> None:
    path = workspace.folder.parent / "sources.csv"
    path.write_text(
        "id,in_force_from,licence\ngb-21256-2025,2026-08-01,own copy\n", encoding="utf-8"
    )
    (row,) = load_reference(workspace, path).rows
    assert (row.kind, row.before) == ("changed", "in_force_from 2026-07-01; licence -")


@pytest.mark.parametrize("value", ["1e400", "1e-400", "1234567890123456789"])
def test_a_number_of_no_printed_size_is_refused(workspace: Workspace, value: str) -> None:
    row = f"coke,net_calorific_value,own,{value},GJ/t,arithmetic\n"
    (fault,) = refused(workspace, FUELS + row, "fuels.csv")
    assert fault.where == ("fuels.csv", "row 2", "value")


def test_a_file_that_only_says_it_is_a_workbook(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "fuels.xlsx"
    path.write_bytes(b"\x8f\x12 no archive")
    with pytest.raises(InputError, match="cannot be read") as error:
        load_reference(workspace, path)
    assert "save it as .xlsx or .csv" in error.value.faults[0].remedy


def test_a_users_file_of_the_name_of_a_shipped_table_is_judged_alone(workspace: Workspace) -> None:
    """Electricity has a unit of its own in the table of default values, and is no alarm."""
    path = workspace.folder.parent / "cbam_defaults.csv"
    path.write_text(
        "country,cn_code,variant,route_indicator,direct,total,unit,source\n"
        "Atlantis,27160000,,,0.5,0.5,tCO2e/MWh,iea-country-electricity\n",
        encoding="utf-8",
    )
    assert load_reference(workspace, path, check=True).doubts == ()


def test_an_empty_column_of_replacements_is_none(workspace: Workspace) -> None:
    text = FUELS.replace("source", "source,替代")
    row = "coke,net_calorific_value,own,28.5,GJ/t,arithmetic,\n"
    assert loaded(workspace, text + row, "fuels.csv") == ["fuels/own/coke/net_calorific_value"]
    written = (workspace.folder / "reference" / "fuels.csv").read_text(encoding="utf-8")
    assert "replaces" not in written


def test_a_date_that_is_none_in_a_source_is_told_though_rows_rest_on_it(
    workspace: Workspace,
) -> None:
    path = workspace.folder.parent / "sources.csv"
    path.write_text("id,in_force_to\ngb-21256-2025,soon\n", encoding="utf-8")
    with pytest.raises(DeclarationError) as error:
        load_reference(workspace, path)
    assert [fault.where for fault in error.value.faults] == [
        ("sources.csv", "row 2", "in_force_to")
    ]


def test_all_faults_are_told_together_those_of_repeated_rows_too(workspace: Workspace) -> None:
    """A row that stands twice hides neither the faults of others nor its own."""
    head = "subject,parameter,set,value,unit,source\n"
    rows = [
        "coke,net_calorific_value,mine,28.4,GJ/t,arithmetic",
        "coke,net_calorific_value,mine,28.4,GJ/t,nobody",
        "coke,oxidation_rate,mine,ninety,%,arithmetic",
        "coke,carbon_content,mine,#N/A,tC/GJ,arithmetic",
        "烧瓶,oxidation_rate,mine,90,%,arithmetic",
    ]
    faults = refused(workspace, head + "\n".join(rows) + "\n", "fuels.csv")
    told = {(fault.where[1], fault.found.partition(" ")[0]) for fault in faults}
    assert {place for place, _ in told} == {"row 3", "row 4", "D5", "row 6"}
    assert sum(fault.where[1] == "row 3" for fault in faults) == 2  # repeated, and of no source
    assert any("nobody" in fault.found for fault in faults)
    assert len(faults) == 5


def test_each_repeat_of_a_row_is_told(workspace: Workspace) -> None:
    row = "coke,net_calorific_value,mine,28.4,GJ/t,arithmetic"
    text = f"subject,parameter,set,value,unit,source\n{row}\n{row}\n{row}\n"
    faults = refused(workspace, text, "fuels.csv")
    assert [fault.found for fault in faults] == ["the same row twice"] * 2


def test_a_name_that_is_new_is_told_with_what_comes_close(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "fuels.csv"
    rows = [
        "cokee,net_calorific_value,mine,28.4,GJ/t,arithmetic",
        "cokee,oxidation_rate,mine,93,%,arithmetic",
        "coke,net_calorific_valeu,mine,28.4,GJ/t,arithmetic",
        "zzz9,net_calorific_value,mine,28.4,GJ/t,arithmetic",
        "coke,net_calorific_value,mine,28.4,GJ/t,arithmetic",
    ]
    text = "\n".join(["subject,parameter,set,value,unit,source", *rows])
    file.write_text(text + "\n", encoding="utf-8")
    told = load_reference(workspace, file, check=True).unknown
    assert [(one.column, one.text, one.place) for one in told] == [
        ("subject", "cokee", "fuels.csv › row 2"),
        ("parameter", "net_calorific_valeu", "fuels.csv › row 4"),
        ("subject", "zzz9", "fuels.csv › row 5"),
    ]
    assert "(coke)" in told[0].near
    assert "(net_calorific_value)" in told[1].near
    assert told[2].near == ""


@pytest.mark.parametrize("table", sorted(RECORD_TABLES))
def test_no_name_of_a_shipped_row_is_new(table: str) -> None:
    registry = load_registry()
    naming = Naming(registry, table)
    for row in registry.rows(table):
        assert naming.is_known("subject", row["subject"])
        assert naming.is_known("parameter", row["parameter"])
