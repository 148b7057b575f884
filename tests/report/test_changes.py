"""What changed in a year, and by another edition: parts that add up, and no zero for nothing."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest
from tests.report.overlaps import outside, overlaps
from tests.report.synthetic import make_content
from tests.report.two_years import content_of_two_years

from celadon.accounts.changes import CAUSES, waterfall
from celadon.languages import LANGUAGES
from celadon.report.blocks import Figure, Grid, Note, Row
from celadon.report.content import OtherEdition
from celadon.report.draft import Draft
from celadon.report.lines import Lines
from celadon.report.page import lay_out, render
from celadon.report.sections.changes import changes_section, edition_section


def draft(language: str = "en") -> Draft:
    return Draft(content_of_two_years(), language)


def grid(draft: Draft, place: int = 0) -> Grid:
    return [b for b in changes_section(draft).blocks if isinstance(b, Grid)][place]


def exact(row: Row, column: int) -> Fraction:
    return Fraction(row.cells[column].exact)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_legible(language: str) -> None:
    made = draft(language)
    drawn = [
        block
        for section in (changes_section(made), edition_section(made))
        for block in section.blocks
        if isinstance(block, Figure)
    ]
    names = [figure.name for figure in drawn]
    assert names == [
        "change-of-carbon", "change-of-carbon-by-stream", "change-of-energy",
        "change-of-energy-by-stream", "change-of-water", "edition-by-cause",
    ]  # fmt: skip
    for figure in drawn:
        assert overlaps(figure.svg) == [], figure.name
        assert outside(figure.svg) == [], figure.name


def test_the_streams_of_the_table_add_to_the_total_and_its_causes_to_the_change() -> None:
    made = draft()
    carbon = grid(made)
    *rows, total = carbon.rows
    parts = waterfall(made.content.changes, "carbon", "co2")
    shown = [cause for cause in CAUSES if parts[cause]]
    assert len(carbon.headings) == 5 + len(shown)
    for column in range(2, len(carbon.headings)):
        known = [row for row in rows if row.cells[column].exact]
        assert sum(exact(row, column) for row in known) == exact(total, column)
    assert exact(total, 3) - exact(total, 2) == exact(total, 4)
    assert sum(exact(total, 5 + n) for n in range(len(shown))) == exact(total, 4)
    assert exact(total, 3) == Fraction(made.lines.where(account="carbon").total(), 10**6)


def test_the_months_add_to_the_totals() -> None:
    made = draft()
    months = grid(made, -1)
    assert [row.cells[0].text for row in months.rows][:2] == ["Jan", "Feb"]
    for account, column in (("carbon", 1), ("energy", 4)):
        measure = "co2" if account == "carbon" else "calorific_value"
        parts = waterfall(made.content.changes, account, measure)
        for place, side in enumerate(("before", "after")):
            total = sum(exact(row, column + place) for row in months.rows)
            assert total == Fraction(parts[side], 10**6)


def test_what_only_one_year_knows_is_no_zero() -> None:
    carbon = grid(draft())
    row = next(row for row in carbon.rows if row.cells[0].text == "Limestone flux")
    assert (row.cells[2].text, row.cells[3].text) == ("–", "179,819")


def test_streams_of_one_name_are_told_apart() -> None:
    (figure,) = [
        b for b in changes_section(draft()).blocks
        if isinstance(b, Figure) and b.name == "change-of-carbon-by-stream"
    ]  # fmt: skip
    assert "anthracite · breeze-in" in figure.svg
    assert "electricity · Electricity sent" in figure.svg


def test_without_a_year_before_there_is_no_section_and_a_reason() -> None:
    made = Draft(make_content(), "en")
    assert changes_section(made).blocks == ()
    assert edition_section(made).blocks == ()
    html = render(made, *lay_out(made))
    assert "The ledger holds nothing of the same period a year earlier." in html
    assert "No other edition of the method is loaded." in html


def test_two_editions_stand_line_by_line() -> None:
    made = draft()
    (table,) = [b for b in edition_section(made).blocks if isinstance(b, Grid)]
    *rows, total = table.rows
    edition = made.content.edition
    assert edition is not None
    other = Lines.of(edition.leaves).total()
    assert exact(total, 6) == Fraction(other, 10**6)
    assert exact(total, 8) == exact(total, 6) - exact(total, 4)
    tar = next(row for row in rows if row.cells[0].text.startswith("coal tar"))
    assert [tar.cells[n].text for n in (3, 6, 7, 8)] == ["–", "–", "–", "–"]
    coal = next(row for row in rows if row.cells[0].text.startswith("washed coal"))
    assert [coal.cells[n].text for n in (1, 5, 7)] == ["t CO₂/t", "B", "A"]


def test_an_edition_that_computes_nothing_says_so() -> None:
    made = content_of_two_years()
    assert made.edition is not None
    nothing = OtherEdition(
        "TEST 3", made.edition.title, made.edition.leaves.slice(0, 0), made.edition.changes
    )
    section = edition_section(Draft(dataclasses.replace(made, edition=nothing), "en"))
    (note,) = section.blocks
    assert isinstance(note, Note)
    assert "no line of this period could be computed" in note.text
