"""The carbon of processes in the report; gases apart; and what is empty, with why."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from tests.accounts.test_process_carbon import made as processes_made
from tests.accounts.tiny import MARCH, Made, account, make_site, sample, stream, used
from tests.report.overlaps import outside, overlaps
from tests.report.synthetic import make_content

from celadon.assess.tables import VERDICT
from celadon.languages import LANGUAGES
from celadon.records.finding import finding_table
from celadon.records.tables import METER_DAY
from celadon.reference import load_registry
from celadon.report.blocks import Figure, Grid
from celadon.report.content import ReportContent
from celadon.report.draft import Draft
from celadon.report.sections.carbon import carbon_section
from celadon.report.sections.empty import empty_parts
from celadon.report.sections.processes import process_carbon
from celadon.report.sections.products import carbon_by_product
from celadon.report.tables import FLOW


def content_of(found: Made) -> ReportContent:
    """The content of a report of tiny accounts."""
    return make_content(
        site=found.book.site, period_from=MARCH.from_day, period_to=MARCH.to_day,
        leaves=found.accounts.leaves, leaf_inputs=found.accounts.inputs,
        parameters=found.accounts.parameters, registry=load_registry(), methods={},
        findings=finding_table(found.findings), verdicts=VERDICT.from_rows([]),
        meter_days=METER_DAY.from_rows([]), flows=FLOW.from_rows([]), load=None, last_year=None,
        rules={},
    )  # fmt: skip


AMOUNTS = {
    "coal": 3_000_000, "coke-made": 2_000_000, "coke-charged": 1_900_000, "flux": 100_000,
    "gas-made": 10**9, "gas-stoves": 3 * 10**8, "gas-ovens": 2 * 10**8, "gas-mill": 4 * 10**8,
    "gas-burnt": 10**8, "iron": 900_000, "iron-sold": 100_000,
}  # fmt: skip


@cache
def works() -> ReportContent:
    return content_of(processes_made(AMOUNTS))


def table(draft: Draft) -> Grid:
    return next(block for block in process_carbon(draft) if isinstance(block, Grid))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_is_legible(language: str) -> None:
    draft = Draft(works(), language)
    (figure,) = [b for b in process_carbon(draft) if isinstance(b, Figure)]
    assert overlaps(figure.svg) == []
    assert outside(figure.svg) == []


def test_the_processes_add_to_the_site() -> None:
    grid = table(Draft(works(), "en"))
    *places, summed, site = grid.rows
    outermost = [row for row in places if not row.cells[0].indent]
    assert [row.cells[0].text for row in places if row.cells[0].indent] == ["stoves"]
    total = sum(Fraction(row.cells[3].exact) for row in outermost)
    assert total == Fraction(summed.cells[3].exact) == Fraction(site.cells[3].exact)
    assert "to the gram" in grid.source


def test_a_process_that_passes_nothing_on_has_a_dash_there() -> None:
    grid = table(Draft(works(), "en"))
    stoves = next(row for row in grid.rows if row.cells[0].text == "stoves")
    assert stoves.cells[2].text == "–"
    assert stoves.cells[1].exact == stoves.cells[3].exact


def test_a_process_that_gives_more_than_it_took_is_shown_in_the_accent() -> None:
    draft = Draft(content_of(processes_made({"gas-made": 10**9})), "en")
    (figure,) = [b for b in process_carbon(draft) if isinstance(b, Figure)]
    assert "more out than in" in figure.svg


def test_without_a_process_method_there_is_no_balance() -> None:
    assert process_carbon(Draft(make_content(), "en")) == []


def acid() -> Made:
    product = {"id": "acid", "monthly": "production", "carbon": "nitric_acid"}
    site = make_site([], products=[product], accounting={"carbon_method": "chemicals-ndrc-2013"})
    rows = [row_of("acid", 5_000_000)]
    return account(site, rows=rows, samples=[sample("acid", "gas_factor", "8", "kgN2O/t")])


def row_of(item: str, count: int) -> Any:
    return used(item, count).__class__(
        item, "production", MARCH.from_day, MARCH.to_day, count, 2, 1, "books.xlsx"
    )


def test_gases_stay_apart_and_add_as_carbon_dioxide() -> None:
    draft = Draft(content_of(acid()), "en")
    grid = next(
        b for b in carbon_section(draft).blocks if isinstance(b, Grid) and b.title == "Gases apart"
    )
    *_, nitrous, total = grid.rows
    assert nitrous.cells[0].text == "N2O"
    assert nitrous.cells[1].exact == "40"  # 5,000 t x 8 kg/t
    assert Fraction(nitrous.cells[3].exact) == 40 * Fraction(nitrous.cells[2].exact)
    assert nitrous.cells[3].exact == total.cells[3].exact


def reasons(content: ReportContent, language: str = "en") -> dict[str, str]:
    (grid,) = empty_parts(Draft(content, language))
    assert isinstance(grid, Grid)
    return {row.cells[0].text: row.cells[1].text for row in grid.rows}


def test_what_is_empty_is_named_with_why() -> None:
    told = reasons(make_content())
    assert told["Electricity by market"].startswith("The site declares no contract")
    assert told["Pollutants and waste"] == "The site declares no outlet."
    assert len(told) == 8
    assert len(reasons(make_content(), "zh")) == 8


def test_what_is_there_is_not_named_as_empty() -> None:
    told = reasons(content_of(acid()))
    assert "Gases other than CO₂" not in told
    assert "Carbon balance of processes" in told


def test_a_gas_without_a_factor_is_told_as_lacking() -> None:
    product = {"id": "acid", "monthly": "production", "carbon": "nitric_acid"}
    coal = stream("coal", "anthracite", "outside", "mill", carbon="combustion")
    method = {"carbon_method": "chemicals-mee-2022"}
    site = make_site([coal], products=[product], accounting=method)
    found = account(site, rows=[used("coal", 1000), row_of("acid", 1000)])
    assert "a value is lacking for: acid" in reasons(content_of(found))["Gases other than CO₂"]


def test_carbon_by_product_is_the_emission_over_the_output() -> None:
    draft = Draft(make_content(), "en")
    lines = draft.lines.where(account="carbon")
    (grid,) = carbon_by_product(draft, lines)
    assert isinstance(grid, Grid)
    steel = next(row for row in grid.rows if row.cells[0].text == "crude steel")
    made = draft.lines.where(account="production", stream="crude-steel").total()
    expected = Fraction(lines.total(), made * 1000)
    assert abs(Fraction(steel.cells[3].exact) - expected) < Fraction(1, 10**11)
    assert steel.cells[5].text == "–"
