"""What changed between two accounts: each cause by itself, and all of them without a rest."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.test_market import METHOD, MWH, POWER, contract, settled
from tests.accounts.tiny import account, make_site, sample, stream, used

from celadon.accounts.changes import CAUSES, Items, account_changes, waterfall
from celadon.engine import Engine
from celadon.records.period import Period

STEEL = "iron-and-steel-ndrc-2013"
MARCH, LAST_MARCH = Period.parse("2025-03"), Period.parse("2024-03")
COKE = stream("coke", "coke", "outside", "mill", carbon="combustion")
COAL = stream("coal", "anthracite", "outside", "mill", carbon="combustion")


def leaves(
    *, coke: int = 1_000_000, coal: int | None = None, heat: str | None = None,
    method: str = STEEL, month: str = "2025-03",
) -> pa.Table:  # fmt: skip
    streams = [COKE] if coal is None else [COKE, COAL]
    rows = [used("coke", coke, month)] + ([used("coal", coal, month)] if coal else [])
    samples = [sample("coke", "net_calorific_value", heat, "GJ/t", month)] if heat else []
    site = make_site(streams, accounting={"carbon_method": method})
    return account(site, Period.parse(month), rows, samples).accounts.leaves


def changes(
    before: pa.Table, after: pa.Table, period: Period = MARCH, earlier: Period | None = None
) -> dict[str, int]:
    with Engine(1) as engine:
        table = account_changes(engine, before, after, period, earlier)
    found = waterfall(table, "carbon", "co2")
    parts = [found[cause] for cause in CAUSES]
    assert found["before"] + sum(parts) == found["after"]
    return {cause: found[cause] for cause in CAUSES if found[cause]}


def total(table: pa.Table) -> int:
    return sum(
        r["value"] for r in table.to_pylist() if (r["account"], r["measure"]) == ("carbon", "co2")
    )


def test_nothing_changed() -> None:
    assert changes(leaves(), leaves()) == {}


def test_an_amount_corrected_is_activity_to_the_last_gram() -> None:
    before, after = leaves(coke=1_000_000), leaves(coke=1_234_567)
    assert changes(before, after) == {"activity": total(after) - total(before)}


def test_a_heat_value_measured_later_is_a_parameter() -> None:
    before, after = leaves(), leaves(heat="29.1")
    assert changes(before, after) == {"parameter": total(after) - total(before)}


def test_amount_and_parameter_part_the_change() -> None:
    before, after = leaves(), leaves(coke=1_100_000, heat="29.1")
    found = changes(before, after)
    assert (
        found["activity"] == total(before) // 10 or abs(found["activity"] - total(before) / 10) < 1
    )
    assert found["parameter"] == total(after) - total(before) - found["activity"]


def test_another_method_is_the_method() -> None:
    """The common part of the guidelines has the same fuels: only what is left is the method's."""
    before, after = leaves(heat="28"), leaves(heat="29", method="general-industry-2015")
    assert changes(before, after) == {"method": total(after) - total(before)}


def test_a_stream_added_is_the_boundary() -> None:
    before, after = leaves(), leaves(coal=500_000)
    assert changes(before, after) == {"boundary": total(after) - total(before)}


def test_a_figure_that_was_empty_is_coverage() -> None:
    without = make_site([COKE], accounting={})
    before = account(without, rows=[used("coke", 1_000_000)]).accounts.leaves
    assert changes(before, leaves()) == {"coverage": total(leaves())}


def test_a_month_that_was_missing_is_coverage_and_no_activity() -> None:
    site = make_site([COKE], accounting={"carbon_method": STEEL})
    before = account(site).accounts.leaves
    assert changes(before, leaves()) == {"coverage": total(leaves())}


def market(bought: int, *green: int) -> pa.Table:
    """The market view of so many MWh, of which contracts settle some."""
    site = make_site([POWER], accounting=METHOD, contracts=[contract()])
    settlements = [settled(mwh, 1, mwh) for mwh in green]
    rows = [used("power", bought * MWH)]
    return account(site, rows=rows, settlements=settlements).accounts.leaves


def market_changes(before: pa.Table, after: pa.Table) -> dict[str, int]:
    with Engine(1) as engine:
        table = account_changes(engine, before, after, MARCH)
    found = waterfall(table, "carbon_market", "co2")
    assert found["before"] + sum(found[cause] for cause in CAUSES) == found["after"]
    return {cause: found[cause] for cause in CAUSES if found[cause]}


def test_certificates_are_green_power_and_no_coverage() -> None:
    """400 of 1,000 MWh settled, each at 0.6096 t for what is not claimed: 243.84 t less."""
    assert market_changes(market(1000), market(1000, 400)) == {"green_power": -243_840_000}
    assert market_changes(market(1000, 400), market(1000)) == {"green_power": 243_840_000}


def test_power_bought_beside_the_same_certificates_is_activity() -> None:
    assert market_changes(market(1000, 400), market(1100, 400)) == {"activity": 60_960_000}


def test_more_power_and_more_certificates_are_told_apart() -> None:
    found = market_changes(market(1000, 400), market(1100, 450))
    assert found == {"activity": 60_960_000, "green_power": -30_480_000}


def declared(before: Items, after: Items) -> dict[str, int]:
    """The change where only the later account has a figure of coal."""
    with Engine(1) as engine:
        one, other = leaves(), leaves(coal=500_000)
        found = waterfall(
            account_changes(engine, one, other, MARCH, items=(before, after)), "carbon", "co2"
        )
    return {cause: found[cause] for cause in CAUSES if found[cause]}


def test_a_row_that_one_lacks_of_a_stream_that_both_declare_is_coverage() -> None:
    both, one = Items({"coke", "coal"}), Items({"coke"})
    assert declared(both, both).keys() == {"coverage"}
    assert declared(one, both).keys() == {"boundary"}


def test_months_of_two_years_are_matched_in_their_order() -> None:
    before, after = leaves(month="2024-03"), leaves(coke=900_000)
    assert changes(before, after, MARCH, LAST_MARCH) == {"activity": total(after) - total(before)}


AMOUNT = st.integers(0, 10**11)
HEAT = st.none() | st.decimals("1", "50", places=3).map(str)


@settings(max_examples=40, deadline=None)
@given(amounts=st.tuples(AMOUNT, AMOUNT), heats=st.tuples(HEAT, HEAT),
       coals=st.tuples(st.none() | AMOUNT, st.none() | AMOUNT))  # fmt: skip
def test_the_parts_always_add_to_the_change(amounts: Any, heats: Any, coals: Any) -> None:
    sides = [
        leaves(coke=amount, heat=heat, coal=coal)
        for amount, heat, coal in zip(amounts, heats, coals, strict=True)
    ]
    changes(*sides)  # asserts that the parts add to the change
    with Engine(1) as engine:
        table = account_changes(engine, *sides, MARCH)
    for row in table.to_pylist():
        parts = sum(row[f"by_{cause}"] for cause in CAUSES)
        assert parts == (row["after"] or 0) - (row["before"] or 0)


REST = 609_600
"""Grams per MWh of what is not claimed as green: see test_market."""


def test_all_of_it_covered_before_or_after_is_green_power_too() -> None:
    assert market_changes(market(1000, 1000), market(1000)) == {"green_power": 1000 * REST}
    assert market_changes(market(1000, 400), market(1000, 1000)) == {"green_power": -600 * REST}


def test_a_month_of_electricity_that_was_missing_is_coverage_and_no_green_power() -> None:
    site = make_site([POWER], accounting=METHOD, contracts=[contract()])
    before = account(site).accounts.leaves
    assert market_changes(before, market(1000, 300)) == {"coverage": 700 * REST}


def test_a_line_that_only_one_method_has_is_the_method_unless_it_lacks_a_value() -> None:
    before = after = leaves(coal=500_000)
    of_coal = pc.and_(pc.equal(after["stream"], "coal"), pc.equal(after["account"], "carbon"))
    after = after.filter(pc.invert(of_coal))
    method = pa.array(["general-industry-2015"] * len(after), pa.string())
    after = after.set_column(after.column_names.index("method"), "method", method)
    both = Items({"coke", "coal"})
    for told, cause in ((both, "method"), (Items(both.declared, {"coal"}), "coverage")):
        with Engine(1) as engine:
            table = account_changes(engine, before, after, MARCH, items=(both, told))
        found = waterfall(table, "carbon", "co2")
        named = {name: found[name] for name in CAUSES if found[name]}
        assert named == {cause: total(after) - total(before)}
