"""Present value, return and payback: identities that a spreadsheet holds too."""

from __future__ import annotations

import pytest
from tests.plan.microgrid.sites import everything

from celadon.plan.cash_flow import (
    Asset,
    cash_flow,
    internal_return,
    payback,
    present_value,
    standing_design,
)
from celadon.plan.components.cost import annuity


def test_the_return_makes_the_present_value_nothing() -> None:
    amounts = [-1000.0, 300.0, 320.0, 350.0, 150.0, 90.0]
    rate = internal_return(amounts).rate
    assert rate is not None
    assert present_value(rate, amounts) == pytest.approx(0, abs=1e-6)
    assert rate == pytest.approx(0.0885, abs=1e-3) or 0 < rate < 1


def test_no_return_is_said_where_there_is_none() -> None:
    assert internal_return([-100.0, -1.0]).why == "no_change"
    assert internal_return([100.0, 1.0]).rate is None
    several = internal_return([-100.0, 230.0, -132.0])  # 10 % and 20 %
    assert (several.rate, several.why) == (None, "several")


def test_payback_counts_parts_of_a_year_and_interest() -> None:
    assert payback([-100.0, 40.0, 40.0, 40.0]) == pytest.approx(2.5)
    with_interest = payback([-100.0, 40.0, 40.0, 40.0], 0.05)
    assert with_interest is not None
    assert with_interest > 2.5
    assert payback([-100.0, 40.0, 40.0, 40.0], 0.2) is None


def asset(life: float, investment: float = 100.0) -> Asset:
    return Asset("pv.capacity", 1.0, 1.0, investment, life, 0.0, annuity(0.07, life) * investment)


def test_level_years_are_worth_what_the_annuity_says() -> None:
    """Over one life, the present value is the saving less the annuity, times its worth."""
    flow = cash_flow([asset(20)], [], {"power bought": 5.0}, {"power bought": 30.0}, 0.07)
    expected = (25.0 - annuity(0.07, 20) * 100.0) / annuity(0.07, 20)
    assert flow.present_value == pytest.approx(expected, rel=1e-12)


def test_what_ends_is_renewed_and_what_is_left_has_worth() -> None:
    flow = cash_flow([asset(8)], [], {}, {}, 0.07, years=20)
    assert [year.year for year in flow.years if year.replacement] == [8, 16]
    assert flow.years[-1].residual == pytest.approx(50.0)
    assert sum(flow.net) == pytest.approx(-250.0)


def test_what_stands_today_is_loads_grid_and_boilers_on_fuel() -> None:
    kept = {component.id for component in standing_design(everything()).components}
    assert {"load", "heat", "grid", "boiler", "coke-gas"} <= kept
    assert not kept & {"battery", "wind", "chp", "pump", "stack"}
    assert {"pv"} <= kept  # of which the design says that some stands
