"""The market view of electricity: what covers it, what does not, and what the rest counts by.

Factors are those of the shipped tables, written here again by hand: for the reporting year 2025 the
programme enterprise_gbt32150 takes 0.5306 kgCO2/kWh for all purchased electricity, 0.6096 for what
is not claimed as green, 0.8273 for fossil supply (announcement of 2025, figures of 2023).
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.tiny import (
    MARCH,
    Made,
    account,
    make_site,
    meter,
    meter_days,
    stream,
    used,
)

from celadon.accounts.settlements import Settlement, settlement_from_row
from celadon.errors import DeclarationError
from celadon.records.period import Period

METHOD = {
    "carbon_method": "iron-and-steel-ndrc-2013",
    "electricity_programme": "enterprise_gbt32150",
}
POWER = stream("power", "electricity", "outside", "mill", carbon="electricity")
POWER_OUT = stream("power-out", "electricity", "mill", "outside", carbon="electricity")
FLUX = stream("limestone", "limestone", "outside", "mill", carbon="flux")
HEAT = stream("heat", "heat", "outside", "mill", carbon="heat")
ONE_MWH = {"value": "1", "unit": "MWh", "document": "rule of the certificates"}
MWH = 10**6
"""In Wh."""


def contract(name: str = "wind", kind: str = "green_power", **rest: Any) -> dict[str, Any]:
    plain = {"id": name, "kind": kind, "stream": "power", "from_day": dt.date(2025, 1, 1),
             "document": "PPA-1"}  # fmt: skip
    if kind == "green_power":
        plain["certificate"] = ONE_MWH
    return plain | rest


def settled(
    mwh: str | int,
    first: int = 0,
    last: int = 0,
    *,
    name: str = "wind",
    days: str = "2025-03",
    certified: str | None = "2025-03",
    row: int = 2,
    position: int = 1,
    document: str = "S-3",
    file: str = "green.xlsx",
) -> Settlement:
    """A settlement of so many MWh, with the certificates from the first to the last."""
    period = Period.parse(days)
    month = Period.parse(certified) if certified and last else None
    return settlement_from_row(
        {
            "contract": name, "from_day": period.from_day, "to_day": period.to_day,
            "count": int(Fraction(mwh) * MWH), "document": document,
            "first_serial": f"GEC-{first:06}" if last else None,
            "last_serial": f"GEC-{last:06}" if last else None,
            "certified_from": month and month.from_day, "certified_to": month and month.to_day,
            "sheet": None, "source_row": row,
        },
        position, file,
    )  # fmt: skip


def made(
    *settlements: Settlement,
    contracts: tuple[dict[str, Any], ...] = (contract(),),
    streams: tuple[dict[str, Any], ...] = (POWER,),
    mwh: int = 1000,
    accounting: dict[str, str] = METHOD,
    **rest: Any,
) -> Made:
    site = make_site(streams, accounting=accounting, contracts=contracts)
    rows = [used("power", mwh * MWH), *rest.pop("rows", ())]
    return account(site, rows=rows, settlements=settlements, **rest)


def both(found: Made) -> tuple[int, int]:
    """Location and market view in g CO2."""
    return found.total(account="carbon"), found.total(account="carbon_market")


def test_covered_power_counts_zero_and_the_rest_at_the_residual_factor() -> None:
    """1,000 MWh, of which 400 are green: 1,000 x 530.6 kg, and 600 x 609.6 kg."""
    found = made(settled(400, 1, 400))
    assert both(found) == (530_600_000, 365_760_000)
    assert not [each for each in found.findings if each.subject == "wind"]
    green, rest = sorted(found.of(account="carbon_market"), key=lambda leaf: leaf["scope"])
    assert (green["scope"], green["count"], green["value"]) == ("green_electricity", 400 * MWH, 0)
    assert (rest["scope"], rest["count"]) == ("purchased_electricity", 600 * MWH)
    assert "annex D" in green["clause"]


def test_without_a_contract_there_is_no_second_view() -> None:
    assert not made(contracts=()).of(account="carbon_market")


def test_settlements_of_a_contract_that_is_gone_are_told() -> None:
    found = made(settled(400, 1, 400), settled(9, 1, 9, days="2025-02"), contracts=())
    assert len(found.found("contract_undeclared")) == 1


def test_a_contract_alone_covers_nothing() -> None:
    """1,000 x 609.6 kg: whoever claims is measured by what is left to all."""
    assert both(made())[1] == 609_600_000


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (settled(400), "certificate_missing"),
        (settled(400, 1, 400, certified="2025-02"), "certificate_period"),
        (settled(400, 1, 400, certified=None), "certificate_period"),
        (settled(400, 1, 400, document=""), "settlement_without_document"),
        (settled(400, 1, 400, name="gone"), "contract_undeclared"),
    ],
)
def test_what_lacks_anything_covers_nothing_and_is_told(row: Settlement, rule: str) -> None:
    found = made(row)
    assert both(found)[1] == 609_600_000
    (told,) = found.found(rule)
    assert told.numbers["count"] == 400 * MWH
    for language in ("en", "zh"):
        assert "green.xlsx › row 2" in told.text(language)
        assert "annex D" in told.text(language)


def test_a_settlement_outside_its_contract_covers_nothing() -> None:
    expired = contract(to_day=dt.date(2025, 3, 15))
    found = made(settled(400, 1, 400), contracts=(expired,))
    assert both(found)[1] == 609_600_000
    (told,) = found.found("contract_expired")
    assert told.numbers["last"] == "2025-03-14"


@pytest.mark.parametrize(("mwh", "last", "covered"), [("400", 300, 300), ("250", 300, 250)])
def test_where_amounts_differ_the_lesser_covers(mwh: str, last: int, covered: int) -> None:
    found = made(settled(mwh, 1, last))
    assert both(found)[1] == (1000 - covered) * 609_600
    (told,) = found.found("certificate_amount")
    assert told.numbers["certified"] == last * MWH
    assert told.numbers["counted"] == covered * MWH


def test_no_more_than_the_contract_is_covered() -> None:
    """500 MWh agreed; 300 of the first sheet, and 200 of the second's 400."""
    agreed = contract(amount={"value": "500", "unit": "MWh"})
    rows = settled(300, 1, 300), settled(400, 301, 700, row=3, document="S-4")
    found = made(*rows, contracts=(agreed,))
    assert both(found)[1] == 500 * 609_600
    (told,) = found.found("settlement_above_contract")
    assert (told.numbers["settled"], told.numbers["counted"]) == (700 * MWH, 200 * MWH)


def test_what_is_covered_beyond_the_amount_of_the_month_is_told() -> None:
    """1,000 MWh were purchased, 1,200 settled: 200 cover nothing, and no later month."""
    found = made(settled(1200, 1, 1200))
    assert both(found)[1] == 0
    (told,) = found.found("cover_above_amount")
    assert (told.numbers["left"], told.numbers["moved"]) == (200 * MWH, 1000 * MWH)


def test_a_certificate_used_twice_stays_with_the_row_that_came_first() -> None:
    """Rows of positions 1 and 2 share the certificates 301 to 400: the second covers 100 MWh."""
    rows = settled(200, 301, 500, row=7, position=2, file="late.xlsx"), settled(400, 1, 400)
    found = made(*rows)
    assert both(found)[1] == 500 * 609_600
    (told,) = found.found("certificate_used_twice")
    assert told.numbers["number"] == 100
    text = told.text("en")
    assert "late.xlsx › row 7" in text
    assert "green.xlsx › row 2" in text
    assert "GEC-301 .. GEC-400" in text


def test_a_row_that_is_refused_uses_no_certificate() -> None:
    found = made(settled(400, 1, 400, document=""), settled(400, 1, 400, row=3, position=2))
    assert both(found)[1] == 600 * 609_600


def test_own_use_needs_its_monthly_record_and_no_certificate() -> None:
    own = contract("roof", "own_use")
    found = made(settled(100, name="roof", document="自用记录 3"), contracts=(own,))
    assert both(found)[1] == 900 * 609_600
    assert found.of(account="carbon_market", scope="own_use_electricity")[0]["count"] == 100 * MWH


def test_the_same_sheet_counts_once() -> None:
    own = contract("roof", "own_use")
    rows = settled(100, name="roof"), settled(100, name="roof", row=9)
    found = made(*rows, contracts=(own,))
    assert both(found)[1] == 900 * 609_600
    assert found.found("settlement_repeated")


def test_supply_known_to_be_fossil_counts_by_the_factor_of_fossil_power() -> None:
    """300 x 827.3 kg and 700 x 609.6 kg."""
    fossil = contract("coal", "fossil_supply")
    found = made(settled(300, name="coal"), contracts=(fossil,))
    assert both(found)[1] == 300 * 827_300 + 700 * 609_600


def test_all_else_is_counted_as_in_the_location_view() -> None:
    """Limestone 100 t x 0.440, heat 10 GJ x 0.11, 50 MWh sent out x 0.5306: the same in both."""
    rows = [used("limestone", 100_000), used("heat", 10_000_000), used("power-out", 50 * MWH)]
    found = made(settled(400, 1, 400), streams=(POWER, POWER_OUT, FLUX, HEAT), rows=rows)
    other = 44_000_000 + 1_100_000 - 50 * 530_600
    assert both(found) == (1000 * 530_600 + other, 600 * 609_600 + other)
    for scope in ("process", "purchased_heat", "exported_electricity"):
        here, there = (found.of(account=a, scope=scope) for a in ("carbon", "carbon_market"))
        assert [x["value"] for x in here] == [x["value"] for x in there] != []


def test_a_figure_without_its_factor_stays_empty_and_says_so() -> None:
    """For 2026 the programme's choice is not known: no zero, no other year's factor."""
    site = make_site((POWER,), accounting=METHOD, contracts=(contract(),))
    found = account(site, Period.parse("2026-03"), rows=[used("power", 10**9, "2026-03")])
    assert not found.of(account="carbon_market")
    figures = [each.numbers["figures"] for each in found.found("no_parameter")]
    assert ["carbon_market/co2"] in figures
    assert ["carbon/co2"] in figures


def test_what_a_fuel_lacks_the_market_view_lacks_too() -> None:
    unknown = stream("odd", "carbon_waste", "outside", "mill", carbon="flux")
    found = made(streams=(POWER, unknown), rows=[used("odd", 1000)])
    figures = [each.numbers["figures"] for each in found.found("no_parameter")]
    assert ["carbon/co2", "carbon_market/co2"] in figures


def test_a_metered_stream_keeps_what_is_missing_and_estimated() -> None:
    """31 days of 10 MWh, 2 of each estimated, 60 s of each missing; 100 MWh covered."""
    metered = stream("power", "electricity", "outside", "mill", carbon="electricity", meters=["m"])
    site = make_site((metered,), accounting=METHOD, contracts=(contract(),), meters=[meter("m")])
    days = meter_days("m", MARCH, 8 * MWH, estimated=2 * MWH, seconds_missing=60)
    found = account(site, days=days, settlements=[settled(100, 1, 100)])
    rest = found.of(account="carbon_market", scope="purchased_electricity")[0]
    assert rest["value"] == 210 * 609_600
    assert rest["estimated"] == 62 * 609_600
    assert rest["seconds_missing"] == 31 * 60


@pytest.mark.parametrize("covered", [POWER_OUT | {"id": "power"}, FLUX | {"id": "power"}])
def test_a_contract_covers_purchased_electricity_only(covered: dict[str, Any]) -> None:
    with pytest.raises(DeclarationError) as refused:
        made(streams=(covered,))
    assert "comes from outside" in refused.value.faults[0].rule


ROWS = st.lists(
    st.tuples(st.integers(1, 400), st.integers(1, 300), st.integers(1, 300)), max_size=6
)


@settings(max_examples=40, deadline=None)
@given(ROWS, st.integers(0, 600))
def test_no_power_is_covered_twice_or_lost(rows: list[tuple[int, int, int]], mwh: int) -> None:
    """Each certificate covers 1 MWh once, no row above its settlement, no month above its use."""
    used_up: set[int] = set()
    covered = 0
    listed = []
    for number, (first, certificates, amount) in enumerate(rows):
        held = set(range(first, first + certificates)) - used_up
        used_up |= held
        covered += min(len(held), amount)
        listed.append(settled(amount, first, first + certificates - 1, row=number + 2))
    found = made(*listed, mwh=mwh)
    rest = max(0, mwh - covered)
    assert both(found)[1] == rest * 609_600
    counts = [leaf["count"] for leaf in found.of(account="carbon_market")]
    assert sum(counts) == mwh * MWH
    left = sum(each.numbers["left"] for each in found.found("cover_above_amount"))
    assert left == max(0, covered - mwh) * MWH


def test_every_line_leads_to_its_settlement_and_factor() -> None:
    found = made(settled(400, 1, 400), streams=(POWER, FLUX), rows=[used("limestone", 100_000)])
    inputs = found.accounts.inputs.to_pylist()
    for leaf in found.of(account="carbon_market"):
        roles = {row["role"] for row in inputs if row["leaf"] == leaf["leaf"]}
        assert roles & {"co2_factor", "green_co2_factor"}, leaf["leaf"]
        if leaf["stream"] == "power":
            assert "settlement" in roles
    known = {row["parameter"] for row in found.parameters()}
    assert {row["ref"] for row in inputs if row["kind"] == "parameter"} <= known
