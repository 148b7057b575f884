"""Layout of an energy-flow picture: nodes in columns, bands between them, room for every label.

The graph of a works has circles (furnace gas heats the stoves of the furnace that made it). Bands
that close a circle run back beneath the picture; all others run from left to right. Long bands keep
a slot in every column they pass, so that they never run through a node.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Flow = tuple[str, str, str, float]
"""Origin, destination, carrier, amount."""

NODE_WIDTH = 9.0
"""Width of a node, and of the slot of a passing band, in pixels."""
_GAP = 9.0
_SLOT_GAP = 4.0


@dataclass(slots=True)
class Node:
    """A node, or the slot of a passing band, with its place in the picture."""

    id: str
    column: int
    entering: float = 0.0
    leaving: float = 0.0
    slot: bool = False
    label_height: float = 0.0
    y: float = 0.0
    height: float = 0.0

    @property
    def size(self) -> float:
        """What passes it: the larger of what enters and what leaves."""
        return max(self.entering, self.leaving)

    @property
    def room(self) -> float:
        """The height it needs: its own or its label's."""
        return max(self.height, self.label_height)

    @property
    def middle(self) -> float:
        """The height of its centre."""
        return self.y + self.height / 2


@dataclass(slots=True)
class Band:
    """A band: what it carries, the nodes and slots it touches, and its upper edge at each side."""

    origin: str
    destination: str
    carrier: str
    amount: float
    path: list[str]
    backward: bool = False
    leaves_at: float = 0.0
    enters_at: float = 0.0
    lane: float = 0.0


@dataclass(slots=True)
class Layout:
    """A finished layout: ``scale`` is pixels per amount, columns stand ``pitch`` apart."""

    nodes: dict[str, Node]
    bands: list[Band]
    scale: float
    pitch: float
    height: float
    columns: int = field(default=0)


def simplified(flows: Iterable[Flow], least: float, others: str) -> list[Flow]:
    """Flows of the same pair and carrier added up; those below ``least`` gathered per pair."""
    sums: dict[tuple[str, str, str], float] = defaultdict(float)
    for origin, destination, carrier, amount in flows:
        sums[origin, destination, carrier] += amount
    gathered: dict[tuple[str, str, str], float] = defaultdict(float)
    for (origin, destination, carrier), amount in sums.items():
        gathered[origin, destination, carrier if amount >= least else others] += amount
    return [(*key, amount) for key, amount in sorted(gathered.items()) if amount > 0]


def lay_out(
    flows: Sequence[Flow], label_heights: Mapping[str, float], height: float, pitch: float
) -> Layout:
    """Places for all nodes and bands.

    Parameters
    ----------
    flows : as :func:`simplified` gives them; amounts are positive.
    label_heights : how high each node's label is, in pixels.
    height : what the fullest column should take, in pixels, where labels allow it.
    pitch : distance between columns.
    """
    backward = backward_pairs(flows)
    columns = _columns(flows, backward)
    nodes, bands = _graph(flows, backward, columns, label_heights)
    order = _ordered(nodes, bands)
    scale = _scale(order, height)
    for node in nodes.values():
        node.height = max(node.size * scale, 1.0)
    _place(order, bands, nodes)
    _ports(nodes, bands, scale)
    bottom = max((node.y + node.room for node in nodes.values()), default=0.0)
    for band in sorted(
        (band for band in bands if band.backward),
        key=lambda b: (columns[b.origin] - columns[b.destination], b.origin, b.carrier),
    ):
        bottom += 8.0
        band.lane = bottom
        bottom += max(band.amount * scale, 1.0)
    return Layout(nodes, bands, scale, pitch, bottom, max(columns.values(), default=0) + 1)


def backward_pairs(flows: Sequence[Flow]) -> set[tuple[str, str]]:
    """The pairs to run backward so that the rest has no circle, chosen to carry little.

    The greedy order of P. Eades, X. Lin and W. F. Smyth, "A fast and effective heuristic for the
    feedback arc set problem" (1993), with amounts as weights.
    """
    weights: dict[tuple[str, str], float] = defaultdict(float)
    for origin, destination, _, amount in flows:
        weights[origin, destination] += amount
    left: list[str] = []
    right: list[str] = []
    waiting = sorted({node for pair in weights for node in pair})
    while waiting:
        inside = {pair: w for pair, w in weights.items() if set(pair) <= set(waiting)}
        out, into = _degrees(inside)
        sinks = [node for node in waiting if not out[node]]
        sources = [node for node in waiting if not into[node]]
        if sinks:
            right = [*sinks, *right]
            waiting = [node for node in waiting if node not in sinks]
        elif sources:
            left += sources
            waiting = [node for node in waiting if node not in sources]
        else:
            best = max(waiting, key=lambda node: (out[node] - into[node], node))
            left.append(best)
            waiting.remove(best)
    rank = {node: place for place, node in enumerate([*left, *right])}
    return {(a, b) for a, b in weights if rank[a] >= rank[b]}


def _degrees(
    weights: Mapping[tuple[str, str], float],
) -> tuple[dict[str, float], dict[str, float]]:
    out: dict[str, float] = defaultdict(float)
    into: dict[str, float] = defaultdict(float)
    for (origin, destination), weight in weights.items():
        out[origin] += weight
        into[destination] += weight
    return out, into


def _columns(flows: Sequence[Flow], backward: set[tuple[str, str]]) -> dict[str, int]:
    """Longest path from the left; a supplier stands just before the first that it supplies."""
    forward = {(a, b) for a, b, _, _ in flows if (a, b) not in backward}
    columns = {node: 0 for a, b, _, _ in flows for node in (a, b)}
    for _ in columns:
        moved = False
        for origin, destination in sorted(forward):
            if columns[destination] <= columns[origin]:
                columns[destination] = columns[origin] + 1
                moved = True
        if not moved:
            break
    supplied = {destination for _, destination in forward}
    for node in columns:
        targets = [columns[b] for a, b in forward if a == node]
        if node not in supplied and targets:
            columns[node] = min(targets) - 1
    return columns


def _graph(
    flows: Sequence[Flow],
    backward: set[tuple[str, str]],
    columns: Mapping[str, int],
    label_heights: Mapping[str, float],
) -> tuple[dict[str, Node], list[Band]]:
    nodes = {
        node: Node(node, column, label_height=label_heights.get(node, 0.0))
        for node, column in columns.items()
    }
    bands = []
    for origin, destination, carrier, amount in flows:
        nodes[origin].leaving += amount
        nodes[destination].entering += amount
        back = (origin, destination) in backward
        path = [origin]
        if not back:
            for column in range(columns[origin] + 1, columns[destination]):
                slot = f"{origin}>{destination}>{carrier}>{column}"
                nodes[slot] = Node(slot, column, amount, amount, slot=True)
                path.append(slot)
        bands.append(Band(origin, destination, carrier, amount, [*path, destination], back))
    return nodes, bands


def _links(bands: Sequence[Band]) -> list[tuple[str, str, float]]:
    return [
        (a, b, band.amount)
        for band in bands
        if not band.backward
        for a, b in itertools.pairwise(band.path)
    ]


def _ordered(nodes: Mapping[str, Node], bands: Sequence[Band]) -> list[list[Node]]:
    """Columns whose nodes stand near what they are joined to: barycentres, swept both ways."""
    width = max((node.column for node in nodes.values()), default=-1) + 1
    order: list[list[Node]] = [[] for _ in range(width)]
    for node in sorted(nodes.values(), key=lambda n: (-n.size, n.id)):
        order[node.column].append(node)
    before, after = _neighbours(bands)
    for sweep in range(16):
        rank = _ranks(order)
        joined = before if sweep % 2 == 0 else after
        for column in order if sweep % 2 == 0 else reversed(order):
            column.sort(key=lambda node: (_barycentre(node, joined, rank), node.id))
            rank.update(_ranks([column]))
    return order


def _neighbours(
    bands: Sequence[Band],
) -> tuple[dict[str, list[tuple[str, float]]], dict[str, list[tuple[str, float]]]]:
    before: dict[str, list[tuple[str, float]]] = defaultdict(list)
    after: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for a, b, amount in _links(bands):
        before[b].append((a, amount))
        after[a].append((b, amount))
    return before, after


def _ranks(order: Iterable[Sequence[Node]]) -> dict[str, float]:
    ranks = {}
    for column in order:
        whole = sum(node.size for node in column) or 1.0
        done = 0.0
        for node in column:
            ranks[node.id] = (done + node.size / 2) / whole
            done += node.size
    return ranks


def _barycentre(
    node: Node, joined: Mapping[str, list[tuple[str, float]]], rank: Mapping[str, float]
) -> float:
    neighbours = joined.get(node.id, [])
    weight = sum(amount for _, amount in neighbours)
    if not weight:
        return rank[node.id]
    return sum(rank[other] * amount for other, amount in neighbours) / weight


def _gap(node: Node) -> float:
    return _SLOT_GAP if node.slot else _GAP


def _scale(order: Sequence[Sequence[Node]], height: float) -> float:
    """The largest scale at which every column fits the height, labels included."""
    low, high = 0.0, height / max((node.size for c in order for node in c), default=1.0)
    for _ in range(40):
        middle = (low + high) / 2
        tallest = max(
            sum(max(n.size * middle, n.label_height, 1.0) + _gap(n) for n in column)
            for column in order
        )
        low, high = (middle, high) if tallest <= height else (low, middle)
    return low or high


def _place(
    order: Sequence[Sequence[Node]], bands: Sequence[Band], nodes: Mapping[str, Node]
) -> None:
    """Heights: each node as near the middle of its neighbours as those above it allow."""
    before, after = _neighbours(bands)
    for column in order:
        _settle(column, [0.0] * len(column))
    for sweep in range(24):
        joined = before if sweep % 2 == 0 else after
        for column in order if sweep % 2 == 0 else reversed(order):
            wishes = []
            for node in column:
                near = joined.get(node.id, [])
                weight = sum(amount for _, amount in near)
                middle = (
                    sum(nodes[other].middle * amount for other, amount in near) / weight
                    if weight
                    else node.middle
                )
                wishes.append(middle - node.height / 2)
            _settle(column, wishes)
    top = min((node.y for node in nodes.values()), default=0.0)
    for node in nodes.values():
        node.y -= top


def _settle(column: Sequence[Node], wishes: Sequence[float]) -> None:
    """Put a column's nodes at their wishes; those that would touch form a block and share."""
    blocks: list[tuple[float, float, list[tuple[Node, float]]]] = []
    for node, wish in zip(column, wishes, strict=True):
        weight, sum_of_wishes, members = node.room, wish * node.room, [(node, 0.0)]
        while blocks:
            above_weight, above_sum, above = blocks[-1]
            last, offset = above[-1]
            reach = offset + last.room + (_gap(last) + _gap(node)) / 2
            if above_sum / above_weight + reach <= sum_of_wishes / weight:
                break
            blocks.pop()
            moved = [(member, place + reach) for member, place in members]
            sum_of_wishes += above_sum - sum(member.room for member, _ in members) * reach
            weight += above_weight
            members = [*above, *moved]
        blocks.append((weight, sum_of_wishes, members))
    for weight, sum_of_wishes, members in blocks:
        for node, offset in members:
            node.y = sum_of_wishes / weight + offset


def _ports(nodes: Mapping[str, Node], bands: Sequence[Band], scale: float) -> None:
    """Where bands leave and enter: in the order of where they go, backward ones lowest."""
    leaving: dict[str, list[Band]] = defaultdict(list)
    entering: dict[str, list[Band]] = defaultdict(list)
    for band in bands:
        leaving[band.origin].append(band)
        entering[band.destination].append(band)
    for name, group in leaving.items():
        at = nodes[name].y
        for band in sorted(group, key=lambda b: (b.backward, nodes[b.path[1]].middle, b.carrier)):
            band.leaves_at = at
            at += band.amount * scale
    for name, group in entering.items():
        at = nodes[name].y
        for band in sorted(group, key=lambda b: (b.backward, nodes[b.path[-2]].middle, b.carrier)):
            band.enters_at = at
            at += band.amount * scale
