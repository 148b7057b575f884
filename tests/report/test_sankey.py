"""The energy-flow picture: what enters a node leaves it or is shown as kept; nothing overlaps."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from celadon.report.charts.sankey import Flow, Layout, backward_pairs, lay_out, simplified
from celadon.report.charts.sankey_chart import SankeyNode, SankeyWords, sankey_chart

WORKS: list[Flow] = [
    ("coal", "coking", "cleaned_coal", 1900.0),
    ("coking", "coke yard", "coke", 1500.0),
    ("coking", "oven gas", "coke_oven_gas", 390.0),
    ("oven gas", "coking", "coke_oven_gas", 120.0),
    ("oven gas", "rolling", "coke_oven_gas", 100.0),
    ("coke yard", "furnace", "coke", 1400.0),
    ("furnace", "furnace gas", "blast_furnace_gas", 650.0),
    ("furnace gas", "furnace", "blast_furnace_gas", 220.0),
    ("furnace gas", "power", "blast_furnace_gas", 300.0),
    ("power", "busbar", "electricity", 160.0),
    ("busbar", "rolling", "electricity", 70.0),
    ("busbar", "furnace", "electricity", 60.0),
]
NODES = st.sampled_from("abcdefgh")
GRAPHS = st.lists(
    st.tuples(NODES, NODES, st.sampled_from(["x", "y"]), st.floats(0.01, 1e6)),
    min_size=1,
    max_size=24,
).map(lambda flows: [flow for flow in flows if flow[0] != flow[1]])


def is_acyclic(pairs: set[tuple[str, str]]) -> bool:
    left = set(pairs)
    while left:
        targets = {b for _, b in left}
        free = {(a, b) for a, b in left if a not in targets}
        if not free:
            return False
        left -= free
    return True


@given(GRAPHS)
@settings(max_examples=150, deadline=None)
def test_what_runs_forward_has_no_circle(flows: list[Flow]) -> None:
    backward = backward_pairs(flows)
    assert is_acyclic({(a, b) for a, b, _, _ in flows} - backward)


def test_a_works_turns_back_only_what_is_smaller() -> None:
    assert backward_pairs(WORKS) == {
        ("oven gas", "coking"), ("furnace gas", "furnace"), ("busbar", "furnace"),
    }  # fmt: skip


@given(GRAPHS)
@settings(max_examples=100, deadline=None)
def test_any_graph_is_laid_out_without_overlap(flows: list[Flow]) -> None:
    flows = simplified(flows, 0.0, "others")
    if not flows:
        return
    names = {node for a, b, _, _ in flows for node in (a, b)}
    layout = lay_out(flows, dict.fromkeys(names, 30.0), 400.0, 100.0)
    assert_no_overlap(layout)
    for band in layout.bands:
        columns = [layout.nodes[name].column for name in band.path]
        if not band.backward:
            assert all(b == a + 1 for a, b in pairwise(columns))


def assert_no_overlap(layout: Layout) -> None:
    columns: dict[int, list[tuple[float, float]]] = {}
    for node in layout.nodes.values():
        columns.setdefault(node.column, []).append((node.y, node.y + node.room))
    for spans in columns.values():
        for (_, end), (start, _) in pairwise(sorted(spans)):
            assert start >= end - 1e-6


def test_bands_leave_and_enter_within_their_nodes_and_beside_each_other() -> None:
    layout = lay_out(WORKS, {}, 400.0, 100.0)
    for side, at in (("origin", "leaves_at"), ("destination", "enters_at")):
        spans: dict[str, list[tuple[float, float]]] = {}
        for band in layout.bands:
            start = getattr(band, at)
            spans.setdefault(getattr(band, side), []).append(
                (start, start + band.amount * layout.scale)
            )
        for name, found in spans.items():
            node = layout.nodes[name]
            assert min(s for s, _ in found) >= node.y - 1e-6
            assert max(e for _, e in found) <= node.y + node.height + 1e-6
            for (_, end), (start, _) in pairwise(sorted(found)):
                assert start >= end - 1e-6


def test_simplifying_keeps_the_sum_of_each_pair() -> None:
    flows = [("a", "b", f"c{n}", float(n)) for n in range(10)] + [("a", "b", "c9", 1.0)]
    kept = simplified(flows, 5.0, "others")
    assert sum(flow[3] for flow in kept) == sum(flow[3] for flow in flows)
    amounts = {carrier: amount for _, _, carrier, amount in kept}
    assert amounts["others"] == 1 + 2 + 3 + 4
    assert amounts["c9"] == 10


def test_the_picture_names_each_node_once_with_what_passes_it() -> None:
    names = {node for a, b, _, _ in WORKS for node in (a, b)}
    nodes = {name: SankeyNode(name, keeps=name in ("coking", "furnace")) for name in names}
    words = SankeyWords("flows", "kt", "others", "used", "lost", "unexplained", "released")
    carriers = {carrier: carrier for _, _, carrier, _ in WORKS}
    drawing = sankey_chart(WORKS, nodes, carriers, words)
    assert drawing.count('d="M') == len(WORKS)
    assert drawing.count(">coking<") == 1
    # the furnace gets 1400 + 220 + 60 and gives 650
    assert "<title>used: 1,030.0 kt</title>" in drawing
    assert ">1,680<" in drawing


def test_labels_stand_on_plates_and_inside_the_picture() -> None:
    """The last column has what is left of the width, and its words are broken to fit it."""
    names = {node for a, b, _, _ in WORKS for node in (a, b)}
    nodes = {name: SankeyNode(f"{name} with a long name") for name in names}
    words = SankeyWords("flows", "kt", "others", "used", "lost", "unexplained", "released")
    drawing = sankey_chart(WORKS, nodes, {}, words, width=716)
    plates = re.findall(
        r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="[\d.]+" rx="2"', drawing
    )
    assert len(plates) == len(names)
    assert max(float(x) + float(wide) for x, wide in plates) <= 716 + 2
