"""Which boundaries a stream crosses, and what the crossings add up to."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.accounts.tiny import make_site, stream

from celadon.accounts.graph import Crossing, Graph
from celadon.records.site import DRAIN, FLARE, OUTSIDE, STOCK, Site

UNITS = (
    {"id": "furnace"},
    {"id": "stoves", "parent": "furnace"},
    {"id": "burner", "parent": "stoves"},
    {"id": "mill"},
)
NETWORKS = ({"id": "gas", "carrier": "other_gas"}, {"id": "main", "carrier": "other_gas"})
INNER = ("furnace", "stoves", "burner", "mill", "gas", "main")


def gas_site(*edges: tuple[str, str]) -> Site:
    streams = [stream(f"s{n}", "other_gas", a, b) for n, (a, b) in enumerate(edges)]
    return make_site(streams, units=UNITS, networks=NETWORKS)


def crossings(origin: str, destination: str) -> dict[str, int]:
    site = gas_site((origin, destination))
    return {c.place: c.sign for c in Graph(site).unit_crossings(site.streams[0])}


def test_what_enters_a_unit_enters_every_unit_around_it() -> None:
    assert crossings("gas", "burner") == {"burner": 1, "stoves": 1, "furnace": 1}
    assert crossings("burner", "gas") == {"burner": -1, "stoves": -1, "furnace": -1}


def test_what_stays_inside_a_unit_crosses_no_boundary_of_it() -> None:
    assert crossings("furnace", "burner") == {"burner": 1, "stoves": 1}
    assert crossings("burner", "stoves") == {"burner": -1}


def test_between_units_one_gives_and_the_other_takes() -> None:
    assert crossings("burner", "mill") == {"burner": -1, "stoves": -1, "furnace": -1, "mill": 1}


def test_networks_see_what_enters_and_leaves_them() -> None:
    site = gas_site(("gas", "main"))
    found = list(Graph(site).network_crossings(site.streams[0]))
    assert found == [Crossing("main", 1, "in"), Crossing("gas", -1, "out")]


@pytest.mark.parametrize(
    ("origin", "destination", "crossing"),
    [
        (OUTSIDE, "mill", Crossing("mill", 1, "purchased")),
        (STOCK, "mill", Crossing("mill", 1, "stock")),
        ("mill", OUTSIDE, Crossing("mill", -1, "sold")),
        ("mill", STOCK, Crossing("mill", -1, "stock")),
        ("mill", FLARE, None),
        ("mill", DRAIN, None),
        ("mill", "gas", None),
        (OUTSIDE, FLARE, Crossing("works", 1, "purchased")),
        (OUTSIDE, STOCK, None),
        (STOCK, OUTSIDE, None),
    ],
)
def test_the_boundary_of_the_site(origin: str, destination: str, crossing: Crossing | None) -> None:
    site = gas_site((origin, destination))
    assert Graph(site).site_crossing(site.streams[0]) == crossing


def test_a_stream_is_at_home_where_it_goes_or_else_where_it_comes_from() -> None:
    ends = (OUTSIDE, STOCK, FLARE, DRAIN)
    for origin, destination in product((*ends, "mill", "gas"), repeat=2):
        if origin == destination:
            continue
        site = gas_site((origin, destination))
        home = Graph(site).home(site.streams[0])
        inner = [node for node in (destination, origin) if node not in ends]
        assert home == (inner[0] if inner else "works")


def test_the_outermost_of_some_units() -> None:
    graph = Graph(gas_site())
    assert graph.outermost(["burner", "furnace", "mill"]) == {"furnace", "mill"}
    assert graph.outermost(["burner"]) == {"burner"}


ORIGINS = st.sampled_from((*INNER, OUTSIDE, STOCK))
DESTINATIONS = st.sampled_from((*INNER, OUTSIDE, STOCK, FLARE, DRAIN))
EDGES = st.lists(
    st.tuples(ORIGINS, DESTINATIONS, st.integers(0, 1000)).filter(lambda edge: edge[0] != edge[1]),
    max_size=25,
)


@given(edges=EDGES)
def test_what_all_places_keep_is_what_the_site_keeps(edges: list[tuple[str, str, int]]) -> None:
    """Over the outermost units and the networks: what came in less what went out and was lost."""
    site = gas_site(*((a, b) for a, b, _ in edges))
    graph = Graph(site)
    outermost = graph.outermost(unit.id for unit in site.units)
    places = boundary = lost = 0
    for each, (_, destination, amount) in zip(site.streams, edges, strict=True):
        inside = [c.sign for c in graph.unit_crossings(each) if c.place in outermost]
        inside += [c.sign for c in graph.network_crossings(each)]
        places += sum(inside) * amount
        crossing = graph.site_crossing(each)
        boundary += crossing.sign * amount if crossing else 0
        lost += amount if destination in (FLARE, DRAIN) else 0
    assert places == boundary - lost


@given(edges=EDGES)
def test_a_unit_keeps_what_it_and_the_units_inside_it_keep(
    edges: list[tuple[str, str, int]],
) -> None:
    """A parent's balance is that of its children and of what is joined to itself."""
    site = gas_site(*((a, b) for a, b, _ in edges))
    graph = Graph(site)
    kept = dict.fromkeys(("furnace", "stoves"), 0)
    own = 0
    for each, (origin, destination, amount) in zip(site.streams, edges, strict=True):
        for crossing in graph.unit_crossings(each):
            if crossing.place in kept:
                kept[crossing.place] += crossing.sign * amount
        own += amount * ((destination == "furnace") - (origin == "furnace"))
    assert kept["furnace"] == kept["stoves"] + own
