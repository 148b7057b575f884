"""The verb compare: a correction, another month, another method, each with its cause."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.app.shop import BOOKS, MARCH, declaration, fill, make_workspace, take, write_books

from celadon.accounts.changes import CAUSES, waterfall
from celadon.app.comparing import by_other_edition, compare
from celadon.app.reporting import report_content, write_site_report
from celadon.app.running import SiteRun, run
from celadon.app.workspace import Workspace
from celadon.errors import LookupRefused, WorkspaceError
from celadon.languages import LANGUAGES
from celadon.records.period import Period


def causes(changes, account: str = "carbon", measure: str = "co2") -> set[str]:
    found = waterfall(changes, account, measure)
    assert found["before"] + sum(found[cause] for cause in CAUSES) == found["after"]
    return {cause for cause in CAUSES if found[cause]}


def test_a_correction_is_told_against_what_was_known_before(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path / "shop")
    fill(workspace)
    position = len(workspace.ledger("works").lines())
    doubled = [(*row[:4], row[4] * 2, *row[5:]) if row[0] == BOOKS[0][0] else row for row in BOOKS]
    take(workspace, write_books(tmp_path / "books-corrected.xlsx", doubled))
    found = compare(workspace, "works", MARCH, known_at=position)
    assert found.before.header["hash"] != found.after.header["hash"]
    changed = {row["stream"] for row in found.changes.to_pylist() if row["before"] != row["after"]}
    assert changed == {"coal"}


def test_nothing_is_told_where_nothing_changed(filled: Workspace) -> None:
    position = len(filled.ledger("works").lines())
    found = compare(filled, "works", MARCH, known_at=position)
    assert all(row["before"] == row["after"] for row in found.changes.to_pylist())


def test_a_month_with_data_against_one_without_is_coverage(filled: Workspace) -> None:
    found = compare(filled, "works", MARCH, earlier=Period.parse("2025-02"))
    assert causes(found.changes) <= {"coverage", "activity"}


def test_another_method(filled: Workspace) -> None:
    found = compare(filled, "works", MARCH, method="iron-and-steel")
    assert not causes(found.changes)  # the family's edition of that month is the same method


@pytest.mark.parametrize("asked", [{}, {"earlier": Period.parse("2025-02"), "known_at": 3}])
def test_exactly_one_thing_to_compare_with(filled: Workspace, asked: dict[str, object]) -> None:
    with pytest.raises(WorkspaceError, match="exactly one"):
        compare(filled, "works", MARCH, **asked)  # type: ignore[arg-type]


def test_periods_of_other_lengths_are_refused(filled: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="same length"):
        compare(filled, "works", MARCH, earlier=Period.parse("2024"))


def test_an_unknown_method_is_refused_before_anything_is_computed(filled: Workspace) -> None:
    with pytest.raises(LookupRefused, match="no-such"):
        compare(filled, "works", MARCH, method="no-such")


def acid_works(folder: Path) -> tuple[Workspace, SiteRun]:
    """The small works, its product an acid of a kind that only the edition of 2013 knows."""
    acid = 'name_zh = "钢卷"\ncarbon = "nitric_acid_with_nscr"'
    text = declaration(method="chemicals-ndrc-2013").replace('name_zh = "钢卷"', acid)
    workspace = make_workspace(folder, text)
    fill(workspace)
    return workspace, run(workspace, ["works"], MARCH)["works"]


def test_an_edition_that_does_not_know_a_kind_is_left_out_and_told(tmp_path: Path) -> None:
    workspace, result = acid_works(tmp_path)
    content = report_content(workspace, result)
    assert content.edition is None
    assert content.edition_refused is not None
    (fault,) = content.edition_refused.faults
    assert "coil" in fault.place
    told = {"en": "the site cannot be accounted as it is declared.", "zh": "无法核算现有厂区声明"}
    titles = content.edition_refused.title
    for language in LANGUAGES:
        html = write_site_report(workspace, result, language).html.read_text(encoding="utf-8")
        assert told[language] in html
        assert titles.text(language) in html
        assert "nitric_acid_with_nscr" in html


def test_only_what_an_edition_does_not_know_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: object) -> SiteRun:
        raise LookupRefused("no record")

    workspace, result = acid_works(tmp_path)
    monkeypatch.setattr("celadon.app.comparing.run_of", wrong)
    with pytest.raises(LookupRefused, match="no record"):
        by_other_edition(workspace, result)
