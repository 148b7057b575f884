"""The energy-flow picture from the table of flows."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

from celadon.records.site import DRAIN, FLARE, OUTSIDE, STOCK
from celadon.report.blocks import Block, Figure
from celadon.report.charts.sankey import simplified
from celadon.report.charts.sankey_chart import SankeyNode, SankeyWords, sankey_chart
from celadon.report.draft import Draft
from celadon.report.figures import chart_unit

LEAST = Fraction(5, 1000)
"""Flows and places below this share of the supply are gathered."""

DRAWN = Fraction(1, 1000)
"""Flows that stay below this share of the supply are not drawn; the note tells their sum."""

_OTHERS, _PLACES = "others", "smaller-places"

Edge = tuple[str, str, str, int]
"""Origin, destination, carrier and gce."""


def flow_picture(draft: Draft) -> list[Block]:
    """The Sankey chart in tce; nothing where no flow is known.

    What is bought and sold gets a node for each carrier, what is flared one for each place, so that
    no band crosses the whole picture to reach a common end.
    """
    rows = [_forward(row) for row in draft.content.flows.to_pylist() if row["gce"]]
    if not rows:
        return []
    supply = sum(row["gce"] for row in rows if row["origin"] in (OUTSIDE, STOCK))
    supply = supply or max(row["gce"] for row in rows)
    least = LEAST * supply
    edges, places = _with_small_places_gathered(_with_ends_split(rows, least), least)
    size, unit = chart_unit(Fraction(supply, 10**6), "tce", draft.language)
    per_unit = 10**6 * size
    flows = simplified(
        ((a, b, carrier, gce / per_unit) for a, b, carrier, gce in edges),
        float(least / per_unit),
        _OTHERS,
    )
    drawn = [flow for flow in flows if flow[3] >= DRAWN * supply / per_unit]
    left_out = sum(flow[3] for flow in flows) - sum(flow[3] for flow in drawn)
    names = {node: _node(draft, node, places) for a, b, _, _ in drawn for node in (a, b)}
    carriers = {
        carrier: draft.names.carrier(carrier)
        for _, _, carrier, _ in sorted(drawn, key=lambda flow: -flow[3])
        if carrier != _OTHERS
    }
    say = draft.say
    words = SankeyWords(
        say("energy.flows"), unit, say("report.others"), say("energy.used"), say("energy.lost"),
        say("energy.unexplained"), say("energy.released"),
    )  # fmt: skip
    svg = sankey_chart(drawn, names, carriers, words)
    note = say("energy.flows_note", unit=unit, left_out=f"{left_out:,.2f}")
    return [Figure("energy-flows", say("energy.flows"), svg, note, wide=True)]


def _forward(row: dict[str, Any]) -> dict[str, Any]:
    """A flow below zero is one the other way."""
    if row["gce"] > 0:
        return row
    turned = {"origin": row["destination"], "destination": row["origin"], "gce": -row["gce"]}
    return {**row, **turned}


def _with_ends_split(rows: list[dict[str, Any]], least: Fraction) -> list[Edge]:
    """Ends split by carrier or place; carriers that are bought or sold in little share a node."""
    bought: dict[str, int] = defaultdict(int)
    sold: dict[str, int] = defaultdict(int)
    for row in rows:
        if row["origin"] in (OUTSIDE, STOCK):
            bought[row["carrier"]] += row["gce"]
        if row["destination"] in (OUTSIDE, STOCK):
            sold[row["carrier"]] += row["gce"]
    small_bought, small_sold = _small(bought, least), _small(sold, least)
    split = []
    for row in rows:
        origin, destination, carrier = row["origin"], row["destination"], row["carrier"]
        if origin in (OUTSIDE, STOCK):
            origin = f"+{_OTHERS if carrier in small_bought else carrier}"
        if destination in (OUTSIDE, STOCK):
            destination = f"-{_OTHERS if carrier in small_sold else carrier}"
        elif destination in (FLARE, DRAIN):
            destination = f"{destination}@{origin}"
        split.append((origin, destination, carrier, row["gce"]))
    return split


def _with_small_places_gathered(edges: list[Edge], least: Fraction) -> tuple[list[Edge], int]:
    """Places that little passes as one place, what passes among them being inside; their number."""
    entering: dict[str, int] = defaultdict(int)
    leaving: dict[str, int] = defaultdict(int)
    for origin, destination, _, gce in edges:
        leaving[origin] += gce
        entering[destination] += gce
    sizes = {
        node: max(entering[node], leaving[node])
        for node in sorted({*entering, *leaving})
        if node[0] not in "+-" and "@" not in node
    }
    small = _small(sizes, least)

    def place(node: str) -> str:
        if node in small:
            return _PLACES
        end, at, origin = node.partition("@")
        return f"{end}@{_PLACES}" if at and origin in small else node

    gathered = [(place(a), place(b), carrier, gce) for a, b, carrier, gce in edges]
    return [edge for edge in gathered if edge[0] != edge[1]], len(small)


def _small(amounts: dict[str, int], least: Fraction) -> set[str]:
    """What is below ``least``; nothing where it is only one, which may as well keep its name."""
    small = {name for name, amount in amounts.items() if amount < least}
    return small if len(small) > 1 else set()


def _node(draft: Draft, node: str, places: int) -> SankeyNode:
    if node[0] in "+-":
        carrier = node[1:]
        name = draft.say("report.others") if carrier == _OTHERS else draft.names.carrier(carrier)
        key = "energy.bought" if node[0] == "+" else "energy.sold_carrier"
        return SankeyNode(draft.say(key, carrier=name), end=True)
    if "@" in node:
        return SankeyNode(draft.names.node(node.partition("@")[0]), end=True)
    if node == _PLACES:
        return SankeyNode(draft.say("energy.small_places", number=places), keeps=True)
    units = {unit.id for unit in draft.content.site.units}
    return SankeyNode(draft.names.node(node), keeps=node in units)
