"""One enterprise of a simulated nation, made once and held against what it should be."""

from __future__ import annotations

from functools import cache

from celadon.simulate.nation.books import Books, simulate_books
from celadon.simulate.nation.days import Days, simulate_days
from celadon.simulate.nation.enterprise import Enterprise, draw_enterprise
from celadon.simulate.nation.nation import NationOptions, spec_of

OPTIONS = NationOptions(20, seed=1, meters=12, faulty=0.2)
SPEC = spec_of(OPTIONS)


@cache
def enterprise(number: int) -> Enterprise:
    return draw_enterprise(SPEC.seed, number, SPEC.limits, SPEC.meters)


def made(number: int, *, metered: bool = False) -> tuple[Enterprise, Days, Books]:
    """An enterprise, its days, and fresh books."""
    who = enterprise(number)
    days = simulate_days(SPEC.seed, SPEC.year, who)
    return who, days, simulate_books(SPEC.seed, who, days, SPEC.known, metered=metered)
