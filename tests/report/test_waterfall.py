"""Waterfalls: one step and forty, nothing and next to nothing, below zero, in both languages."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree as Xml

import pytest
from tests.report.overlaps import outside, overlaps

from celadon.report.charts.waterfall import Step, waterfall_chart
from celadon.report.figures import grouped

F = Fraction
WORDS = ("more than before", "less than before", "the axis does not begin at zero")


def step(label: str, value: F | int, kind: str = "change") -> Step:
    return Step(label, F(value), grouped(F(value), 2), kind, "−12.3 %")  # type: ignore[arg-type]


def drawn(changes: list[tuple[str, F | int]], before: F | int) -> str:
    after = before + sum(value for _, value in changes)
    steps = [step("2024", before, "total"), *(step(*c) for c in changes)]
    return waterfall_chart([*steps, step("2025", after, "total")], "碳排放", *WORDS)


def bars(drawing: str) -> list[tuple[float, float]]:
    """Left and width of every bar, without the squares of the legend."""
    found = [node for node in Xml.fromstring(drawing).iter() if node.tag.endswith("rect")]  # noqa: S314
    return [
        (float(node.get("x", 0)), float(node.get("width", 0)))
        for node in found if node.get("height") == "14"
    ]  # fmt: skip


CASES = {
    "none": [],
    "one": [("活动量", -5)],
    "zeros": [("Activity", 0), ("Factors and heat values", 0)],
    "forty": [(f"stream {n} with a long name 焦炉煤气管网", (-1) ** n * n) for n in range(40)],
    "tiny beside huge": [("a grain", F(1, 1000)), ("a mountain", 900_000), ("减少", F(-1, 10**6))],
    "below zero": [("credit", -400), ("扣减", -800), ("back", 100)],
}  # fmt: skip


@pytest.mark.parametrize("before", [0, 100, 7_690_420, -350], ids=str)
@pytest.mark.parametrize("case", CASES)
def test_nothing_lies_on_top_of_anything_else(case: str, before: int) -> None:
    drawing = drawn(CASES[case], before)
    assert overlaps(drawing) == []
    assert outside(drawing) == []


def test_each_bar_begins_where_the_last_one_ended() -> None:
    drawing = drawn([("a", 60), ("b", -90), ("c", 10)], 100)
    scale = bars(drawing)[0][1] / 100
    zero = bars(drawing)[0][0]
    ends = [(round((x - zero) / scale), round((x + w - zero) / scale)) for x, w in bars(drawing)]
    assert ends == [(0, 100), (100, 160), (70, 160), (70, 80), (0, 80)]


def test_what_is_not_nothing_is_seen_and_what_is_nothing_is_no_bar() -> None:
    drawing = drawn([("a grain", F(1, 10**6)), ("nothing", 0)], 10**9)
    widths = [wide for _, wide in bars(drawing)]
    assert len(widths) == 3
    assert min(widths) >= 2


def test_the_axis_is_broken_only_where_it_says_so() -> None:
    near, far = drawn([("a", 5)], 1000), drawn([("a", 900)], 1000)
    assert (WORDS[2] in near, WORDS[2] in far) == (True, False)


def test_the_axis_is_never_broken_where_a_total_is_below_zero() -> None:
    assert WORDS[2] not in drawn([("a", 5)], -1000)


def test_figures_are_printed_as_given() -> None:
    drawing = drawn([("a", F(-1234567, 100))], 7_690_420)
    assert "−12,345.67" in drawing
