"""The energy-flow picture from the table of flows."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from celadon.records.site import DRAIN, FLARE, OUTSIDE, STOCK
from celadon.report.blocks import Block, Figure
from celadon.report.charts.sankey import simplified
from celadon.report.charts.sankey_chart import SankeyNode, SankeyWords, sankey_chart
from celadon.report.draft import Draft
from celadon.report.figures import chart_unit

LEAST = Fraction(5, 1000)
"""Flows below this share of the supply are gathered."""

_OTHERS = "others"


def flow_picture(draft: Draft) -> list[Block]:
    """The Sankey chart in tce; nothing where no flow is known.

    What is bought and sold gets a node for each carrier, what is flared one for each place, so that
    no band crosses the whole picture to reach a common end.
    """
    rows = [row for row in draft.content.flows.to_pylist() if row["gce"] > 0]
    if not rows:
        return []
    supply = sum(row["gce"] for row in rows if row["origin"] in (OUTSIDE, STOCK))
    least = LEAST * (supply or sum(row["gce"] for row in rows))
    size, unit = chart_unit(Fraction(supply or 1, 10**6), "tce", draft.language)
    grouped = _with_small_ends_gathered(rows, least)
    per_unit = 10**6 * size
    flows = simplified(
        ((a, b, carrier, gce / per_unit) for a, b, carrier, gce in grouped),
        float(least / per_unit),
        _OTHERS,
    )
    names = {node: _node(draft, node) for a, b, _, _ in flows for node in (a, b)}
    carriers = {
        carrier: draft.names.carrier(carrier)
        for _, _, carrier, _ in sorted(flows, key=lambda flow: -flow[3])
        if carrier != _OTHERS
    }
    say = draft.say
    words = SankeyWords(
        say("energy.flows"), unit, say("report.others"), say("energy.used"), say("energy.lost"),
        say("energy.unexplained"), say("energy.released"),
    )  # fmt: skip
    svg = sankey_chart(flows, names, carriers, words)
    note = say("energy.flows_note", unit=unit)
    return [Figure("energy-flows", say("energy.flows"), svg, note, wide=True)]


def _with_small_ends_gathered(
    rows: list[dict[str, object]], least: Fraction
) -> list[tuple[str, str, str, int]]:
    """Ends split by carrier or place; carriers that are bought or sold in little share a node."""
    bought: dict[str, int] = defaultdict(int)
    sold: dict[str, int] = defaultdict(int)
    for row in rows:
        if row["origin"] in (OUTSIDE, STOCK):
            bought[str(row["carrier"])] += int(str(row["gce"]))
        if row["destination"] == OUTSIDE:
            sold[str(row["carrier"])] += int(str(row["gce"]))
    split = []
    for row in rows:
        origin, destination = str(row["origin"]), str(row["destination"])
        carrier, gce = str(row["carrier"]), int(str(row["gce"]))
        if origin in (OUTSIDE, STOCK):
            origin = f"+{carrier if bought[carrier] >= least else _OTHERS}"
        if destination == OUTSIDE:
            destination = f"-{carrier if sold[carrier] >= least else _OTHERS}"
        elif destination in (FLARE, DRAIN):
            destination = f"{destination}@{origin}"
        split.append((origin, destination, carrier, gce))
    return split


def _node(draft: Draft, node: str) -> SankeyNode:
    if node[0] in "+-":
        carrier = node[1:]
        name = draft.say("report.others") if carrier == _OTHERS else draft.names.carrier(carrier)
        key = "energy.bought" if node[0] == "+" else "energy.sold_carrier"
        return SankeyNode(draft.say(key, carrier=name), end=True)
    if "@" in node:
        return SankeyNode(draft.names.node(node.partition("@")[0]), end=True)
    units = {unit.id for unit in draft.content.site.units}
    return SankeyNode(draft.names.node(node), keeps=node in units)
