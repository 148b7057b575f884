"""The carbon of each process: what goes in less what goes out, closed to the gram over the site."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.tiny import Made, account, make_site, sample, stream, used

METHOD = {"process_method": "iron-and-steel-process"}
UNITS = [{"id": "ovens"}, {"id": "furnace"}, {"id": "stoves", "parent": "furnace"}, {"id": "mill"}]
NETWORKS = [{"id": "gas", "carrier": "blast_furnace_gas"}, {"id": "yard", "carrier": "coke"}]
STREAMS = [
    stream("coal", "cleaned_coal", "outside", "ovens"),
    stream("coke-made", "coke", "ovens", "yard"),
    stream("coke-charged", "coke", "yard", "furnace"),
    stream("flux", "limestone", "outside", "furnace"),
    stream("gas-made", "blast_furnace_gas", "furnace", "gas"),
    stream("gas-stoves", "blast_furnace_gas", "gas", "stoves"),  # comes back to where it was made
    stream("gas-ovens", "blast_furnace_gas", "gas", "ovens"),  # a circle through coke and gas
    stream("gas-mill", "blast_furnace_gas", "gas", "mill"),
    stream("gas-burnt", "blast_furnace_gas", "gas", "flare"),
    stream("iron", "pig_iron", "furnace", "mill"),
    stream("iron-sold", "pig_iron", "furnace", "outside"),
    stream("power", "electricity", "outside", "mill"),
]


def made(amounts: dict[str, int], samples: list[Any] | None = None) -> Made:
    site = make_site(STREAMS, units=UNITS, networks=NETWORKS, accounting=METHOD)
    rows = [used(name, count) for name, count in amounts.items()]
    return account(site, rows=rows, samples=samples or ())


def sums(result: Made) -> dict[str, int]:
    by_place: dict[str, int] = defaultdict(int)
    for leaf in result.of(account="process_carbon"):
        by_place[leaf["unit"]] += leaf["value"]
    return by_place


def test_a_furnace_releases_what_it_does_not_pass_on() -> None:
    """Coke 500 t at 28.447 GJ/t and 29.5 tC/TJ, limestone in, gas and iron out."""
    amounts = {"coke-charged": 500_000, "flux": 100_000, "gas-made": 10**9, "iron": 900_000}
    result = made(amounts)
    registry = result.book.registry
    gas = registry.look_up("fuels", "blast_furnace_gas", "net_calorific_value",
                           set="NDRC-2013-2015").value_text  # fmt: skip
    carbon = registry.look_up("fuels", "blast_furnace_gas", "carbon_content_per_heat",
                              set="NDRC-2013-2015").value_text  # fmt: skip
    ratio = Decimal(44) / 12
    coke = Decimal(500) * Decimal("28.447") * Decimal("0.0295") * ratio
    passed = Decimal(100) * Decimal(gas) * Decimal(carbon) / 1000 * ratio  # 100 x 10^4 Nm3
    flux, iron = Decimal(100) * Decimal("0.44"), Decimal(900) * Decimal("0.172")
    expected = coke + flux - passed - iron
    assert abs(Decimal(sums(result)["furnace"]) / 10**6 - expected) <= Decimal("0.000003")


def test_what_comes_back_inside_a_process_stays_inside_it() -> None:
    """Gas to the stoves of the furnace is no input of the furnace: its net is lower."""
    result = made({"gas-made": 10**9, "gas-stoves": 3 * 10**8})
    found = sums(result)
    assert found["furnace"] == -found["gas"]
    assert found["stoves"] > 0


@settings(max_examples=60, deadline=None)
@given(
    counts=st.lists(st.integers(0, 10**12), min_size=len(STREAMS), max_size=len(STREAMS)),
    content=st.none() | st.decimals("0.1", "9", places=4),
)
def test_processes_networks_and_flare_add_to_the_boundary_of_the_site(
    counts: list[int], content: Decimal | None
) -> None:
    amounts = {plain["id"]: count for plain, count in zip(STREAMS, counts, strict=True)}
    samples = [sample("gas-burnt", "carbon_content", str(content), "tC/1e4Nm3")] if content else []
    found = sums(made(amounts, samples))
    inside = sum(found.get(place, 0) for place in ("ovens", "furnace", "mill", "gas", "yard"))
    assert inside + found.get("flare", 0) == found.get("works", 0)


def test_it_is_a_view_of_its_own_and_in_no_total_of_the_site() -> None:
    result = made({"coal": 1_000_000})
    assert not result.of(account="carbon")
    booked = {(x["unit"], x["scope"]) for x in result.of(account="process_carbon") if x["value"]}
    assert booked == {("ovens", "in"), ("works", "in")}


def test_a_carrier_without_a_value_keeps_the_processes_it_crosses_empty() -> None:
    site = make_site(
        [stream("coke", "coke", "outside", "mill", monthly="purchase")], accounting=METHOD
    )
    result = account(site)
    assert not [leaf for leaf in result.of(account="process_carbon") if leaf["value"]]
    assert "activity_missing" in result.rules()
