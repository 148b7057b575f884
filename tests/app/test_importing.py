"""The verb import: what is taken, what is refused, and what stays."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from tests.app.shop import (
    BOOKS,
    MARCH,
    declaration,
    fill,
    make_workspace,
    take,
    write_books,
    write_laboratory,
    write_readings,
)

from celadon.accounts.tables import LEAF
from celadon.app.filing import form_content
from celadon.app.importing import ImportIncomplete, import_files
from celadon.app.running import run
from celadon.app.workspace import Workspace
from celadon.errors import DeclarationError, InputError
from celadon.records.ledger.batches import read_batch
from celadon.records.tables import FINDING


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path)


def rules(workspace: Workspace) -> list[str]:
    result = run(workspace, ["works"], MARCH)["works"]
    return sorted(result.table(FINDING)["rule"].to_pylist())


def test_what_a_file_gave(workspace: Workspace) -> None:
    done = fill(workspace)
    assert [(item.file, item.kind, item.rows, item.position) for item in done] == [
        ("readings.csv", "reading", 2 * 744 + 745, 2),
        ("books.xlsx", "activity", 5, 3),
        ("laboratory.xlsx", "sample", 2, 4),
    ]
    assert [item.findings for item in done] == [()] * 3


def test_a_stream_or_product_is_known_by_each_of_its_names(
    workspace: Workspace, tmp_path: Path
) -> None:
    take(workspace, write_books(tmp_path / "books.xlsx"))
    (batch,) = workspace.ledger("works").batches("activity")
    assert set(read_batch(batch)["stream"].to_pylist()) == {"coal", "coil"}


def test_a_file_that_cannot_be_read_does_not_stop_the_others(
    workspace: Workspace, tmp_path: Path
) -> None:
    good = [write_books(tmp_path / name) for name in ("first.xlsx", "last.xlsx")]
    write_books(good[1], BOOKS[:2])
    text = tmp_path / "text.xlsx"
    text.write_text("no workbook", encoding="utf-8")
    absent = tmp_path / "absent.xlsx"
    with pytest.raises(ImportIncomplete) as caught:
        import_files(workspace, "works", [good[0], text, absent, good[1]], "activity")
    error = caught.value
    assert [done.file for done in error.taken] == ["first.xlsx", "last.xlsx"]
    assert error.summary == "2 of 4 files cannot be read; the others were taken"
    names = [Path(fault.where[0]).name for fault in error.faults]
    assert names == ["text.xlsx", "absent.xlsx"]
    assert len(workspace.ledger("works").batches("activity")) == 2
    assert pickle.loads(pickle.dumps(error)).taken == error.taken  # noqa: S301


def test_a_single_file_that_cannot_be_read_says_so(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^Cannot read absent.csv"):
        import_files(workspace, "works", [tmp_path / "absent.csv"], "readings-wide")


def test_a_profile_that_there_is_not(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="No profile is called 'oracle'"):
        import_files(workspace, "works", [write_books(tmp_path / "books.xlsx")], "oracle")


def test_a_declaration_that_changed_between_imports_is_committed(
    workspace: Workspace, tmp_path: Path
) -> None:
    take(workspace, write_readings(tmp_path / "readings.csv"))
    site = workspace.site_file("works")
    site.write_text(site.read_text(encoding="utf-8") + '\n[[unit]]\nid = "new"\n', encoding="utf-8")
    take(workspace, write_books(tmp_path / "books.xlsx"))
    take(workspace, write_laboratory(tmp_path / "laboratory.xlsx"))
    kinds = [line["kind"] for line in workspace.ledger("works").lines()]
    assert kinds == ["declaration", "reading", "declaration", "activity", "sample"]


BAD = (*BOOKS[:4], ("钢材", "产量", "2025-03-01", "2025-03-31", 5000, "t"))


def test_what_was_not_taken_stays_with_the_account(workspace: Workspace, tmp_path: Path) -> None:
    done = take(workspace, write_books(tmp_path / "books.xlsx", BAD))
    assert (done.rows, [found.rule for found in done.findings]) == (4, ["unknown_stream"])
    assert rules(workspace).count("unknown_stream") == 1
    again = take(workspace, tmp_path / "books.xlsx")
    assert again.replayed
    assert rules(workspace).count("unknown_stream") == 1


def test_it_is_gone_when_the_file_is_read_again_with_a_corrected_declaration(
    workspace: Workspace, tmp_path: Path
) -> None:
    take(workspace, write_books(tmp_path / "books.xlsx", BAD))
    site = workspace.site_file("works")
    renamed = site.read_text(encoding="utf-8").replace("钢卷", "钢材")
    site.write_text(renamed, encoding="utf-8")
    done = take(workspace, tmp_path / "books.xlsx")
    assert (done.rows, done.replayed, done.findings) == (5, False, ())
    found = rules(workspace)
    assert "unknown_stream" not in found
    assert "repeated_row" not in found  # the four rows taken before count once
    result = run(workspace, ["works"], MARCH)["works"]
    made = {x["leaf"]: x for x in result.tables["leaf"].to_pylist()}
    assert made["production/works/coil/made/amount/2025-03"]["count"] == 5_000_000
    assert made["supply/mill/coal/purchased/amount/2025-03"]["count"] == 500_000


def test_a_corrected_profile_replaces_what_the_wrong_one_read(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = workspace.site_file("works").parent / "profiles"
    folder.mkdir()
    profile = (
        'id = "books"\nkind = "activity"\nfile = "xlsx"\nlayout = "rows"\n'
        '[columns]\nstream = ["物流"]\nkind = ["类别"]\nfrom = ["起"]\nto = ["止"]\n'
        'quantity = ["数量"]\nunit = ["单位"]\n[words]\n"产量" = "production"\n"采购" = "{}"\n'
        '"期初库存" = "opening_stock"\n"期末库存" = "closing_stock"\n'
    )
    file = write_books(tmp_path / "books.xlsx")
    for word in ("sale", "purchase"):
        (folder / "books.toml").write_text(profile.format(word), encoding="utf-8")
        import_files(workspace, "works", [file], "books")
    (batch,) = workspace.ledger("works").batches("activity")
    kinds = read_batch(batch)["kind"].to_pylist()
    assert sorted(kinds) == sorted(
        ["opening_stock", "purchase", "purchase", "closing_stock", "production"]
    )


def test_findings_are_kept_as_plain_data(workspace: Workspace, tmp_path: Path) -> None:
    take(workspace, write_books(tmp_path / "books.xlsx", BAD))
    (note,) = workspace.ledger("works").refused()
    assert note == json.loads(json.dumps(note))
    assert note["rule"] == "unknown_stream"


def test_a_declaration_at_fault_stops_the_import(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    site = workspace.site_file("works")
    site.write_text(declaration().replace("natural_gas", "town_gas"), encoding="utf-8")
    with pytest.raises(DeclarationError, match="does not fit the reference tables"):
        take(workspace, write_books(tmp_path / "books.xlsx"))
    assert workspace.ledger("works").lines() == []


def test_a_file_read_with_two_profiles_is_told(workspace: Workspace, tmp_path: Path) -> None:
    file = write_readings(tmp_path / "readings.csv")
    import_files(workspace, "works", [file], "readings-wide")
    profiles = workspace.site_file("works").parent / "profiles"
    profiles.mkdir()
    other = 'id = "other"\nkind = "reading"\nfile = "csv"\nlayout = "wide"\nignore = ["e2"]\n'
    other += '[time]\ncolumn = ["时间", "time"]\nformat = "%Y-%m-%d %H:%M"\n'
    (profiles / "other.toml").write_text(other, encoding="utf-8")
    import_files(workspace, "works", [file], "other")
    assert "read_twice" in rules(workspace)


def test_a_month_with_a_refused_row_is_missing_until_a_later_file_gives_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    def coal() -> tuple[int, int]:
        result = run(workspace, ["works"], MARCH)["works"]
        [leaf] = [
            x
            for x in result.table(LEAF).to_pylist()
            if x["leaf"] == "supply/mill/coal/purchased/amount/2025-03"
        ]
        [form] = form_content(workspace, result, "zh").activity.monthly("coal", "purchase", MARCH)
        assert (form.count is None) == (leaf["seconds_missing"] > 0)
        return leaf["count"], leaf["seconds_missing"]

    more = ("无烟煤", "购入", "2025-03-05", "2025-03-05", "120,5", "t")
    take(workspace, write_books(tmp_path / "books.xlsx", (*BOOKS, more)))
    assert coal() == (0, 31 * 86_400)
    take(workspace, write_books(tmp_path / "later.xlsx", (*BOOKS, (*more[:4], 120.5, "t"))))
    assert coal() == (620_500, 0)


def test_an_empty_file_is_refused_and_nothing_is_committed(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes(b"")
    with pytest.raises(ImportIncomplete, match=r"a\.csv"):
        import_files(workspace, "works", [tmp_path / "a.csv"], "readings-wide")
    assert workspace.ledger("works").batches("reading") == []
