"""The books of a simulated enterprise hold physical balances, and errors are told as they are."""

from __future__ import annotations

import pytest
from tests.simulate.nation.making import SPEC, made

from celadon.simulate.nation.books import KJ_PER_KGCE, Books
from celadon.simulate.nation.figures import sectors
from celadon.simulate.nation.plan import BOOK_KINDS, draw_plan
from celadon.simulate.nation.return_faults import KINDS, plant_return_error

NUMBERS = range(1, 120)


def amounts(books: Books, stream: str, kind: str) -> dict[int, int]:
    return {e.month: e.count for e in books.entries if (e.stream, e.kind) == (stream, kind)}


@pytest.mark.parametrize("metered", [False, True])
def test_energy_of_the_year_is_unit_energy_times_production(metered: bool) -> None:
    for number in NUMBERS:
        enterprise, _, books = made(number, metered=metered)
        heat = {(v.stream, v.month): v.count for v in books.heat_values}
        total = 0.0
        for use in enterprise.sector.uses:
            stream = use.carrier.replace("_", "-")
            for month, used in enumerate(books.used[stream]):
                value = heat.get((stream, month))
                gce = value / KJ_PER_KGCE * 1000 if value else SPEC.known.gce[use.carrier]
                total += used * gce
        expected = enterprise.unit_energy * 1000 * enterprise.production
        assert total == pytest.approx(expected, rel=1e-4), enterprise.site


def test_what_is_bought_covers_use_and_the_change_of_the_stock() -> None:
    seen = 0
    for number in NUMBERS:
        _, _, books = made(number)
        for stream in {e.stream for e in books.entries if e.kind == "opening_stock"}:
            bought, opening, closing = (
                amounts(books, stream, kind)
                for kind in ("purchase", "opening_stock", "closing_stock")
            )
            assert [bought[m] + opening[m] - closing[m] for m in range(12)] == books.used[stream]
            assert [opening[m] for m in range(1, 12)] == [closing[m] for m in range(11)]
            assert min(bought.values()) >= 0
            seen += 1
    assert seen > 20


def test_production_adds_to_the_year_and_follows_the_season() -> None:
    for number in NUMBERS:
        enterprise, days, books = made(number)
        assert sum(books.made) == pytest.approx(enterprise.production * 1000, rel=1e-6)
        assert days.made.sum() == pytest.approx(1)
        assert days.drawn.sum() == pytest.approx(1)
        assert min(books.made) >= 0
    beer = next(s for s in sectors() if s.id == "beer")
    brewery = next(made(n) for n in range(1, 2000) if made(n)[0].sector == beer)
    assert sum(brewery[2].made[5:8]) > 1.5 * sum(brewery[2].made[:3])


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_changes_the_books_where_it_says(kind: str) -> None:
    planted = 0
    for number in NUMBERS:
        enterprise, _, before = made(number)
        _, _, after = made(number)
        told = plant_return_error(SPEC.seed, enterprise, after, kind, SPEC.year)
        if not told:
            assert before == after
            continue
        planted += 1
        assert before != after
        assert before.used == after.used, "the truth behind the books stays"
        stream = told[0].place.partition(" › ")[0]
        unlike = {e.stream for e in before.entries if e not in after.entries}
        unlike |= {e.stream for e in after.entries if e not in before.entries}
        assert unlike <= {stream}
        assert told[0].why
    assert planted > 5


def test_plans_use_every_kind_and_leave_most_enterprises_clean() -> None:
    plans = [draw_plan(1, made(number)[0], 0.2) for number in range(1, 1200)]
    faulty = [plan for plan in plans if plan.faulty]
    assert len(faulty) / len(plans) == pytest.approx(0.2, abs=0.04)
    assert {plan.kind for plan in faulty} == set(BOOK_KINDS)
    assert {plan.kind for plan in plans if not plan.faulty} == {""}
