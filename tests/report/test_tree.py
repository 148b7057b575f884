"""The tree of contributions, and the balance of processes: every amount, no words on others."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import pytest
from tests.report.overlaps import boxes, outside, overlaps
from tests.report.synthetic import make_content

from celadon.languages import LANGUAGES
from celadon.report.blocks import Figure
from celadon.report.charts.carbon_balance import Balance, BalanceWords, carbon_balance_chart
from celadon.report.charts.tree import Branch, contribution_tree
from celadon.report.draft import Draft
from celadon.report.figures import grouped
from celadon.report.lines import Lines
from celadon.report.sections import contributions
from celadon.report.sections.contributions import MOST, contribution_picture, mean_factor

F = Fraction
HEADS = ("Kind", "Booked at", "Source", "Activity × mean factor", "Letter")


@cache
def draft(language: str) -> Draft:
    return Draft(make_content(), language)


def leaf(number: int, value: F | int) -> Branch:
    return Branch(f"stream {number} 焦炉煤气", F(value), f"{grouped(F(value))} · 1.2 %", (),
                  ("828,275 t", "× 2.2968 t CO₂/t"), "B ▲", "data, equation")  # fmt: skip


def tree(values: list[F | int]) -> str:
    leaves = tuple(leaf(n, v) for n, v in enumerate(values))
    total = sum(values, F(0))
    told = grouped(total)
    unit = Branch("Coking", total, told, leaves)
    kind = Branch("Fuel combustion", total, told, (unit,))
    root = Branch("模拟钢铁联合企业", total, f"{told} t CO₂", (kind,))
    return contribution_tree(root, HEADS, "tree")


@pytest.mark.parametrize(
    "values",
    [[5], [0], [-3], [10**9, 1, F(1, 10**6)], [0, 0], list(range(-20, 20))],
    ids=["one", "zero", "credit", "tiny beside huge", "zeros", "forty"],
)
def test_nothing_lies_on_top_of_anything_else(values: list[F | int]) -> None:
    drawing = tree(values)
    assert overlaps(drawing) == []
    assert outside(drawing) == []
    assert sum(box.words == "B ▲" for box in boxes(drawing)) == len(values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tree_of_an_account_names_every_source(language: str) -> None:
    made = draft(language)
    lines = made.lines.where(account="carbon")
    (figure,) = contribution_picture(made, lines)
    assert isinstance(figure, Figure)
    for stream in {line.stream for line in lines}:
        assert made.names.stream(stream) in figure.svg
    assert overlaps(figure.svg) == []
    assert outside(figure.svg) == []


def test_branches_add_to_their_whole() -> None:
    made = draft("en")
    root = contributions._root(made, made.lines.where(account="carbon"))

    def check(branch: Branch) -> None:
        if branch.parts:
            assert sum(part.value for part in branch.parts) == branch.value
            for part in branch.parts:
                check(part)

    check(root)
    assert root.value == F(made.lines.where(account="carbon").total(), 10**6)


def test_the_smallest_branches_are_gathered_and_stay_in_the_sum(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = draft("en")
    lines = made.lines.where(account="carbon")
    monkeypatch.setattr(contributions, "MOST", 6)
    root = contributions._root(made, lines)
    assert root.rows < len(lines.by(lambda line: (line.scope, line.unit, line.stream)))
    assert root.value == F(lines.total(), 10**6)
    assert sum(part.value for part in root.parts) == root.value
    assert MOST == 32  # what one page of paper holds


def test_activity_times_factor_is_the_emission() -> None:
    made = draft("en")
    for lines in made.lines.where(account="carbon").by(lambda line: line.stream).values():
        found = mean_factor(made, lines)
        assert found is not None
        assert found.activity * found.factor == abs(F(lines.total(), 10**6))


def test_no_factor_where_nothing_moved() -> None:
    assert mean_factor(draft("en"), Lines(())) is None


BALANCES = [
    Balance("Blast furnace", F(3_458_333), F(2_620_225), "838,108"),
    Balance("转炉", F(100), F(140), "−40"),
    Balance("a process with a very long name indeed, and a second line", F(0), F(0), "0"),
    *(Balance(f"工序 {n}", F(n, 1000), F(0), f"{n}") for n in range(40)),
]


def test_a_balance_of_forty_processes_is_legible() -> None:
    words = BalanceWords("Came in", "Passed on", "Released", "more out than in")
    drawing = carbon_balance_chart(BALANCES, "balance", words)
    assert overlaps(drawing) == []
    assert outside(drawing) == []
    assert "more out than in" in drawing
    assert "more out than in" not in carbon_balance_chart(BALANCES[:1], "balance", words)


def test_both_bars_of_a_process_are_of_one_length() -> None:
    for balance in BALANCES[:2]:
        assert balance.received == balance.given + balance.released
