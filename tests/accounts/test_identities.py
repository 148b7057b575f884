"""Identities of mass, carbon and energy on plants that hypothesis makes up.

Every check is exact. What streams move is known from the plant itself, and not read back from the
account; where a figure is rounded, the identity is held on the ratio before it is, and what is
rounded is held to be that, half to even.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.accounts.plants import BEYOND, Plant, plants
from tests.accounts.tiny import Made, account, make_site

from celadon.accounts.account import compute_accounts
from celadon.accounts.balance import balances
from celadon.accounts.book import open_book
from celadon.accounts.changes import account_changes, waterfall
from celadon.accounts.forms import Forms
from celadon.accounts.market import MARKET
from celadon.accounts.rungs import gas_of, scope_and_gas
from celadon.accounts.samples import Samples
from celadon.accounts.tables import LEAF
from celadon.accounts.views import views_of
from celadon.engine import Engine
from celadon.errors import DeclarationError
from celadon.exact import quantise
from celadon.records.period import Period
from celadon.records.site import DRAIN, FLARE
from celadon.records.tables import METER_DAY, SHARED_DAY
from celadon.reference import load_registry
from celadon.reference.methods import methods

Leaf = dict[str, Any]
OWN = ("green_electricity", "own_use_electricity", "fossil_electricity")
SIBLINGS = {
    "chemicals-ndrc-2013": "chemicals-mee-2022", "chemicals-mee-2022": "chemicals-ndrc-2013",
    "cement-ndrc-2013": "cement-mee-2022-2025",
    "electrolytic-aluminium-ndrc-2013": "electrolytic-aluminium-mee-2024",
    "power-ndrc-2013": "power-mee-2022", "general-industry-2015": "iron-and-steel-ndrc-2013",
}  # fmt: skip
"""Two editions or guidelines for one works, held beside each other."""

CUTS = ("unit", "month", "scope", "stream", "carrier", "method", "clause")


def made_of(plant: Plant, **changed: Any) -> Made:
    given_ = {
        "rows": plant.rows, "samples": plant.samples, "days": plant.days,
        "settlements": plant.settlements, "period": plant.period, "site": plant.site,
    } | changed  # fmt: skip
    return account(**given_)


def exact(leaf: Leaf) -> Fraction:
    """What a leaf stands for before it is rounded."""
    return Fraction(leaf["count"] * leaf["num"], leaf["den"])


class Flows:
    """What a plant's streams join, and what each moved by its own records."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        plain = plant.plain
        self.ends = {s["id"]: (s["from"], s["to"]) for s in plain["streams"]}
        self.meters = {s["id"]: s.get("meters") for s in (*plain["streams"], *plain["products"])}
        self.parents = {unit["id"]: unit.get("parent") for unit in plain["units"]}
        self.networks = [network["id"] for network in plain["networks"]]

    def within(self, unit: str) -> set[str]:
        """A unit and all that lies in it."""
        found = {unit}
        for one, parent in self.parents.items():
            if parent in found:
                found.add(one)
        return found

    def moved(self, leaf: Leaf) -> tuple[int | None, int]:
        """What a leaf's item moved in its days, and how much of that is estimated."""
        meters = self.meters[leaf["stream"]]
        if not meters:
            return self.plant.moved[leaf["stream"], leaf["from_day"]], 0
        whole = estimated = 0
        for name in meters:
            sign = -1 if name.startswith("-") else 1
            for day, (measured, guessed) in self.plant.daily[name.lstrip("-")].items():
                if leaf["from_day"] <= day < leaf["to_day"]:
                    whole += sign * (measured + guessed)
                    estimated += guessed
        return whole, estimated


def hold_leaves(plant: Plant, made: Made) -> None:
    """Each leaf counts what was moved, with its sign, and is rounded once, half to even."""
    flows = Flows(plant)
    for leaf in made.leaves:
        assert leaf["value"] == quantise(exact(leaf), 0), leaf
        if leaf["account"] == MARKET and leaf["scope"] in (*OWN, "purchased_electricity"):
            continue
        moved, estimated = flows.moved(leaf)
        if moved is None:
            assert (leaf["count"], leaf["value"]) == (0, 0)
            assert leaf["seconds_missing"] == (leaf["to_day"] - leaf["from_day"]).days * 86_400
            continue
        assert abs(leaf["count"]) == abs(moved), leaf
        assert leaf["estimated"] == quantise(Fraction(estimated * leaf["num"], leaf["den"]), 0)


def hold_cuts(made: Made) -> None:
    """The leaves add to one whole by every cut; each measure stands for itself."""
    whole: dict[tuple[str, str], int] = defaultdict(int)
    for leaf in made.leaves:
        whole[leaf["account"], leaf["measure"]] += leaf["value"]
    for cut in CUTS:
        sums: dict[tuple[str, str, Any], int] = defaultdict(int)
        for leaf in made.leaves:
            sums[leaf["account"], leaf["measure"], leaf[cut]] += leaf["value"]
        again: dict[tuple[str, str], int] = defaultdict(int)
        for (name, measure, _), value in sums.items():
            again[name, measure] += value
        assert again == whole
    for view in views_of(made.leaves):
        assert view.total == whole[view.account, "co2"]


def hold_energy(plant: Plant, made: Made) -> None:
    """A unit gets what flows into it less what flows out; all units, networks and ends get what
    crosses the boundary of the site."""
    flows = Flows(plant)
    moved: dict[str, Fraction] = defaultdict(Fraction)
    for leaf in made.of(account="flow"):
        moved[leaf["stream"]] += exact(leaf)
    entered: dict[str, Fraction] = defaultdict(Fraction)
    for stream, energy in moved.items():
        origin, destination = flows.ends[stream]
        entered[destination] += energy
        entered[origin] -= energy
    of_unit: dict[str, Fraction] = defaultdict(Fraction)
    for leaf in made.of(account="process_energy"):
        of_unit[leaf["unit"]] += exact(leaf)
    for unit in flows.parents:
        assert of_unit[unit] == sum((entered[n] for n in flows.within(unit)), Fraction(0)), unit
    outermost = [unit for unit, parent in flows.parents.items() if parent is None]
    inside = sum((of_unit[unit] for unit in outermost), Fraction(0))
    inside += sum((entered[node] for node in (*flows.networks, FLARE, DRAIN)), Fraction(0))
    crossed = sum(map(exact, made.of(account="energy", measure="calorific_value")), Fraction(0))
    assert inside == crossed
    electric = {s["id"] for s in plant.plain["streams"] if s["carrier"] == "electricity"}
    both = [
        sorted(
            (leaf["stream"], leaf["from_day"], leaf["value"])
            for leaf in made.of(account="energy", measure=measure)
            if leaf["stream"] not in electric
        )
        for measure in ("calorific_value", "equivalent_value")
    ]
    assert both[0] == both[1]


def hold_carbon(plant: Plant, made: Made) -> None:
    """Processes, networks and what is flared add to what crosses the site: to the gram."""
    flows = Flows(plant)
    places: dict[str, int] = defaultdict(int)
    before: dict[str, Fraction] = defaultdict(Fraction)
    for leaf in made.of(account="process_carbon"):
        places[leaf["unit"]] += leaf["value"]
        before[leaf["unit"]] += exact(leaf)
    parts = [unit for unit, parent in flows.parents.items() if parent is None]
    parts += [*flows.networks, FLARE, DRAIN]
    assert sum(places[part] for part in parts) == places[plant.site.id]
    assert sum((before[part] for part in parts), Fraction(0)) == before[plant.site.id]


def hold_mass(plant: Plant, made: Made) -> None:
    """Networks keep what came in and did not go out; the site gets what its places and ends got."""
    flows = Flows(plant)
    got: dict[tuple[str, str], int] = defaultdict(int)
    carriers = {s["id"]: s["carrier"] for s in plant.plain["streams"]}
    for (stream, _), count in plant.moved.items():
        if stream in flows.ends and count is not None:
            for node, sign in zip(flows.ends[stream], (-1, 1), strict=True):
                got[carriers[stream], node] += sign * count
    for stream, meters in flows.meters.items():
        for name in (meters or ()) if stream in flows.ends else ():
            amount = sum(map(sum, plant.daily[name.lstrip("-")].values()))
            for node, sign in zip(flows.ends[stream], (-1, 1), strict=True):
                got[carriers[stream], node] += (-sign if name.startswith("-") else sign) * amount
    for balance in balances(made.accounts.leaves):
        assert balance.unaccounted == got[balance.carrier, balance.network]
    supplied: dict[str, int] = defaultdict(int)
    for leaf in made.of(account="supply"):
        supplied[leaf["carrier"]] += leaf["value"]
    for carrier in set(carriers.values()):
        assert supplied[carrier] == sum(
            amount for (of, node), amount in got.items() if of == carrier and node not in BEYOND
        )


def hold_gases(made: Made) -> None:
    """Carbon dioxide equivalent is the mass of the gas times its potential in the method's set."""
    registry = load_registry()
    masses = {(x["stream"], x["scope"], x["from_day"]): x for x in made.of(account="gas")}
    for leaf in made.of(account="carbon"):
        gas = scope_and_gas(leaf["scope"])[1]
        if not gas:
            continue
        mass = masses.pop((leaf["stream"], leaf["scope"], leaf["from_day"]))
        assert gas_of(mass["measure"]) == gas
        potential = registry.records[f"gwp/{methods()[leaf['method']].gwp_set}/{gas}/100"].value
        assert potential is not None
        assert exact(leaf) == exact(mass) * potential
        assert abs(leaf["value"] - mass["value"] * potential) <= (potential + 1) / 2
    assert all(made.found("no_parameter") for _ in masses)  # a potential is not known: it is told


def hold_views(plant: Plant, made: Made) -> None:
    """The views by location and by market are one but for the electricity that was purchased."""
    market = made.of(account=MARKET)
    if not plant.plain["contracts"]:
        assert not market
        return
    own = {leaf["stream"] for leaf in made.of(account="carbon", scope="purchased_electricity")}
    own |= {leaf["stream"] for leaf in market if leaf["scope"] in (*OWN, "purchased_electricity")}
    kept = [
        sorted(
            (x["stream"], x["scope"], x["from_day"], x["count"], x["num"], x["den"], x["value"],
             x["method_confidence"])
            for x in leaves if x["stream"] not in own
        )
        for leaves in (made.of(account="carbon"), market)
    ]  # fmt: skip
    assert kept[0] == kept[1]
    located: dict[tuple[str, Any], int] = defaultdict(int)
    marketed: dict[tuple[str, Any], int] = defaultdict(int)
    for leaves, sums in ((made.of(account="carbon"), located), (market, marketed)):
        for leaf in leaves:
            if leaf["stream"] in own:
                sums[leaf["stream"], leaf["from_day"]] += leaf["count"]
    lacking = {found.subject for found in made.found("no_parameter")}
    for key in located.keys() & marketed.keys():
        assert located[key] == marketed[key] or key[0] in lacking


def hold_order(plant: Plant, made: Made, random: Random) -> None:
    """The order of rows, of samples and of tables changes nothing; nor does the unit of a value."""
    digest = LEAF.digest(made.accounts.leaves)
    swapped = {name: random.sample(list(found), len(found)) for name, found in (
        ("rows", plant.rows), ("samples", plant.twins), ("days", plant.days),
    )}  # fmt: skip
    plain = {
        name: random.sample(list(found), len(found)) if isinstance(found, list) else found
        for name, found in plant.plain.items()
    }
    again = made_of(Plant(plant.period, plain), **swapped, settlements=plant.settlements)
    assert LEAF.digest(again.accounts.leaves) == digest


def hold_forms(plant: Plant, made: Made) -> None:
    """Lines shared with other sites give the very leaves that the site's own book gives."""
    site, forms = plant.site, Forms()
    with Engine(1) as engine:
        engine.load(METER_DAY, METER_DAY.from_rows(plant.days))
        engine.load(SHARED_DAY, SHARED_DAY.from_rows([]))
        book = open_book(
            site, load_registry(), plant.period, plant.rows, Samples(plant.samples), forms,
            plant.settlements,
        )  # fmt: skip
        found = compute_accounts(engine, {site.id: book}, forms)
    assert LEAF.digest(found.leaves) == LEAF.digest(made.accounts.leaves)


def hold_month(plant: Plant, made: Made) -> None:
    """A month of a longer period is the account of that month."""
    months = list(plant.period.months())
    if len(months) == 1 or plant.settlements:
        return
    last: Period = months[-1]
    leaves = made.accounts.leaves.to_pylist()
    kept = LEAF.from_rows([leaf for leaf in leaves if leaf["month"] == last.from_day])
    assert LEAF.digest(made_of(plant, period=last).accounts.leaves) == LEAF.digest(kept)


def hold_editions(plant: Plant, made: Made) -> None:
    """Of two editions side by side nothing but carbon differs, and the causes add to the change."""
    accounting = plant.plain["accounting"]
    other = SIBLINGS.get(accounting["carbon_method"])
    if other is None:
        return
    plain = plant.plain | {"accounting": accounting | {"carbon_method": other}}
    try:
        beside = made_of(plant, site=make_site(**plain))
    except DeclarationError:  # a kind that the other edition does not know
        return
    of_method = ("carbon", "gas", "biogenic", MARKET)
    kept = [
        [leaf for leaf in each.leaves if leaf["account"] not in of_method]
        for each in (made, beside)
    ]
    assert kept[0] == kept[1]
    with Engine(1) as engine:
        leaves = made.accounts.leaves, beside.accounts.leaves
        changes = account_changes(engine, *leaves, plant.period)
    for name, measure in {(x["account"], x["measure"]) for x in (*made.leaves, *beside.leaves)}:
        told = waterfall(changes, name, measure)
        before, after = told.pop("before"), told.pop("after")
        assert before == made.total(account=name, measure=measure)
        assert after == beside.total(account=name, measure=measure)
        assert before + sum(told.values()) == after
        assert name in of_method or not any(told.values())


def hold_all(plant: Plant, random: Random) -> Made:
    made = made_of(plant)
    hold_leaves(plant, made)
    hold_cuts(made)
    hold_energy(plant, made)
    hold_carbon(plant, made)
    hold_mass(plant, made)
    hold_gases(made)
    hold_views(plant, made)
    hold_order(plant, made, random)
    hold_month(plant, made)
    turn = random.randrange(4)  # what costs another account each is held on some of the plants
    if turn == 0:
        hold_forms(plant, made)
    elif turn == 1:
        hold_editions(plant, made)
    return made


def run(examples: int) -> None:
    """Hold every identity on so many plants."""

    @settings(
        max_examples=examples, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(plant=plants(), seed=st.integers(0, 2**32))
    def held(plant: Plant, seed: int) -> None:
        hold_all(plant, Random(seed))  # noqa: S311  it decides on an order, and on no secret

    held()


def test_identities_hold_on_generated_plants() -> None:
    run(60)


@pytest.mark.long
def test_identities_hold_on_ten_thousand_generated_plants() -> None:
    run(10_000)
