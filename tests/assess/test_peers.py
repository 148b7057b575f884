"""The own past and the peers of a figure, from rows made by hand."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from tests.assess.made import FROM, TO

from celadon.assess import reason_text
from celadon.assess.history import history_rows
from celadon.assess.peers import LEAST_TO_SCORE, peer_rows, population, quantile, score
from celadon.assess.reasons import encoded, reason


def row(site: str, num: int | None, den: int | None = 1_000_000, **changed: Any) -> dict[str, Any]:
    return {
        "site": site, "subject": "furnace", "indicator": "process_energy", "rule": "norm",
        "standard": "x", "from_day": FROM, "to_day": TO, "num": num, "den": den, "unit": "kgce/t",
        "limits": "{}", "outcome": "cannot_tell", "because": "[]", "confidence": None, **changed,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("now", "before", "outcome", "told"),
    [
        (388, 400, "better", "−12.000 kgce/t on the year before (400.000), -3.000 %"),
        (412, 400, "worse", "+12.000 kgce/t on the year before (400.000), +3.000 %"),
        (400, 400, "same", "+0.000 kgce/t on the year before (400.000), +0.000 %"),
        (-30, -24, "better", "−6.000 kgce/t on the year before (−24.000), -25.000 %"),
        (5, 0, "worse", "+5.000 kgce/t on the year before (0.000), — %"),
    ],
)
def test_the_year_before(now: int, before: int, outcome: str, told: str) -> None:
    (found,) = history_rows(
        [row("a", now * 10**6), row("a", now * 10**6, rule="levels-2023")],
        [row("a", before * 10**6)],
    )
    assert (found["rule"], found["outcome"]) == ("own-history", outcome)
    assert reason_text(found["because"], "en").replace("−", "-") == told.replace("−", "-")
    assert json.loads(found["limits"]) == {"year_before": str(before)}


def test_the_year_before_is_not_known_or_not_whole() -> None:
    (none,) = history_rows([row("a", 5)], [row("b", 5)])
    assert (none["outcome"], reason_text(none["because"], "en")) == (
        "cannot_tell", "there is no figure of the year before",
    )  # fmt: skip
    hours = encoded([reason("missing_time", hours="30.0")])
    (open_one,) = history_rows([row("a", 5)], [row("a", 6, because=hours)])
    assert open_one["outcome"] == "cannot_tell"
    assert "(30.0 h)" in reason_text(open_one["because"], "en")
    lacks = encoded([reason("no_production")])
    (without,) = history_rows([row("a", None, None, because=lacks)], [row("a", 6)])
    assert without["because"] == lacks


def peers_of(number: int) -> list[dict[str, Any]]:
    """Peers on a line of 400 - 2 ln(t), every other one 8 below it."""
    found = []
    for index in range(number):
        tonnes = 1_000 * (index + 1)
        value = Fraction(400 - 2 * math.log(tonnes)) - (8 if index % 2 else 0)
        found.append(row(f"s{index:02d}", round(value * tonnes * 1000), tonnes * 1000))
    return found


def test_the_place_is_exact() -> None:
    rows = [row(f"s{n}", (300 + n) * 10**6) for n in range(11)]
    peers = population(rows)
    place, _ = peer_rows(rows[3], peers)
    assert place["outcome"] == "shown"
    told = reason_text(place["because"], "en")
    assert told == "3 of 10 peers need less, 7 need more, median 305.500 kgce/t"
    limits = {"best_quarter": "302.5", "median": "305.5", "last_quarter": "307.75"}
    assert json.loads(place["limits"]) == limits
    assert quantile([Fraction(5)], Fraction(1, 2)) == 5


def test_the_score_is_of_what_size_does_not_explain() -> None:
    rows = peers_of(40)
    peers = population(rows)
    assert peers.fit is not None
    assert peers.fit.peers == 40
    assert float(peers.fit.slope) == pytest.approx(-2, abs=1.5)
    scores = [score((each["site"], "furnace", "process_energy"), peers) for each in rows]
    assert all(each is not None and 1 <= each <= 100 for each in scores)
    assert max(s for s in scores if s) == 100
    low = [s for index, s in enumerate(scores) if index % 2 and s]
    high = [s for index, s in enumerate(scores) if not index % 2 and s]
    assert min(low) > max(high)
    _, scored = peer_rows(rows[1], peers)
    told = reason_text(scored["because"], "en")
    assert told.startswith(f"{scores[1]} of 100: the line through 40 peers (0 far from the rest")
    assert "ln(t), R² " in told
    assert json.loads(scored["limits"])["score"] == str(scores[1])


def test_the_line_and_the_scores_are_those_of_an_independent_calculation() -> None:
    rows = peers_of(60)
    far = row("far", 900 * 5_000 * 1000, 5_000 * 1000)  # further than any line should look
    peers = population([*rows, far])
    near = [(float(Fraction(r["num"], r["den"])), float(Fraction(r["den"], 1000))) for r in rows]
    y = np.array([value for value, _ in near])
    design = np.column_stack([np.ones(len(y)), np.log([tonnes for _, tonnes in near])])
    solved, *_ = np.linalg.lstsq(design, y, rcond=None)
    rest = y - design @ solved
    r2 = 1 - rest @ rest / ((y - y.mean()) @ (y - y.mean()))
    assert peers.fit is not None
    assert (peers.fit.peers, peers.fit.left_out) == (60, 1)
    told = [float(peers.fit.intercept), float(peers.fit.slope), float(peers.fit.r2)]
    assert told == pytest.approx([*solved, r2], abs=2e-6)
    error = math.sqrt(rest @ rest / (len(y) - 2))
    assert float(peers.fit.standard_error) == pytest.approx(error, abs=2e-6)
    above = 900 - float(solved @ [1, math.log(5_000)])
    everyone = sorted([*rest, above])
    for each, own in zip(rows, rest, strict=True):
        not_lower = sum(other >= own - 1e-5 for other in everyone)
        key = (each["site"], "furnace", "process_energy")
        assert score(key, peers) == math.ceil(100 * not_lower / 61)


def test_the_order_of_the_population_changes_nothing() -> None:
    rows = peers_of(30)
    assert population(rows).differences == population(rows[::-1]).differences


def test_few_peers_say_nothing() -> None:
    rows = peers_of(LEAST_TO_SCORE - 1)
    place, scored = peer_rows(rows[0], population(rows))
    assert (place["outcome"], scored["outcome"]) == ("shown", "cannot_tell")
    assert "peers with a figure: 19, and fewer than 20" in reason_text(scored["because"], "en")
    few, _ = peer_rows(rows[0], population(rows[:4]))
    assert "fewer than 10" in reason_text(few["because"], "en")


def test_peers_of_one_size_and_without_a_figure() -> None:
    rows = [row(f"s{n}", n * 10**6) for n in range(25)]
    rows.append(row("none", None, None))
    peers = population(rows)
    _, scored = peer_rows(rows[0], peers)
    assert "the output of all 25 peers is the same" in reason_text(scored["because"], "en")
    place, _ = peer_rows(rows[-1], peers)
    assert reason_text(place["because"], "en") == "there is no figure to compare"


def test_a_slip_of_a_thousand_does_not_pull_the_line() -> None:
    rows = peers_of(40)
    slip = row("slip", 400_000 * 10**6)
    one, other = population(rows), population([*rows, slip])
    assert one.fit is not None
    assert other.fit is not None
    assert (one.fit.intercept, one.fit.slope) == (other.fit.intercept, other.fit.slope)
    assert (other.fit.peers, other.fit.left_out) == (40, 1)
    assert score(("slip", "furnace", "process_energy"), other) == 3  # the last of 41, rounded up


def test_an_enterprise_is_no_peer_of_itself() -> None:
    others = [row(f"s{n:02d}", (300 + n) * 10**6) for n in range(12)]
    own = [row("own", (100 + n) * 10**6, subject=f"line-{n}") for n in range(20)]
    peers = population([*others, *own])
    assert len(peers.values) == 13  # enterprises, not lines
    place, _ = peer_rows(own[5], peers)
    told = reason_text(place["because"], "en")
    assert told.startswith("0 of 12 peers need less, 12 need more, median 305.500 kgce/t")
    assert told.endswith("its 19 other lines of the kind are no peers and are left out")


def test_a_line_is_scored_in_the_place_of_its_enterprise() -> None:
    rows = peers_of(24)
    extra = [{**rows[0], "subject": "mill", "num": rows[0]["num"] * 2}]
    peers = population([*rows, *extra])
    assert (len(peers.values), peers.fit is not None) == (24, True)
    _, worst = peer_rows(extra[0], peers)
    _, best = peer_rows(rows[1], peers)
    score_of = [json.loads(each["limits"])["score"] for each in (worst, best)]
    assert int(score_of[0]) < 10 < int(score_of[1])
