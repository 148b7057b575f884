"""The demand to declare, beside a search over every kW."""

from __future__ import annotations

from fractions import Fraction

import pytest

from celadon.accounts.bill import MonthDrawn, Tariff, bill_month
from celadon.errors import InputError
from celadon.plan.operation import declare_demand
from celadon.records.period import Period


def tariff(**basic: str) -> Tariff:
    given = {"contract_floor": "0.4", "overrun_from": "1.05", "overrun_times": "2", **basic}
    return Tariff.model_validate({
        "id": "simulated", "valid_from": "2024-01-01", "source": "simulated", "confidence": "D",
        "simulated": True, "rates": [{"id": "energy", "price": "0.5"}], "basic": given,
    })  # fmt: skip


def month(period: str, peak_kw: int) -> MonthDrawn:
    return MonthDrawn(
        Period.parse(period), {"flat": 10**9}, 0, Fraction(peak_kw * 1000), None, Fraction(0),
        None, 0, 900,
    )  # fmt: skip


def test_beats_every_whole_kw() -> None:
    months = [month("2024-03", 840), month("2025-03", 630), month("2026-03", 1050)]
    known = tariff(contract_price="36")
    (found,) = declare_demand(known, months, Fraction(1000))
    searched = {
        kw: sum(
            bill_month(
                known, each, basis="contract", capacity=Fraction(1000), contract=Fraction(kw)
            ).total
            for each in months
        )
        for kw in range(400, 1101)
    }
    assert found.contract == min(searched, key=lambda kw: searched[kw]) == 800
    assert found.mean == Fraction(searched[800], 3)
    # By hand, CNY: 800, 600 and 1,000 kW fit; declaring 800 kW costs so much more than these:
    assert found.regret == Fraction((7200 + 15120 - 7200) * 100, 3)
    assert found.worst == 792000


def test_floor_holds() -> None:
    (found,) = declare_demand(tariff(contract_price="36"), [month("2025-03", 100)], Fraction(1000))
    assert (found.contract, found.regret) == (400, 0)


def test_without_a_price_there_is_nothing_to_declare() -> None:
    with pytest.raises(InputError, match="knows no declared demand"):
        declare_demand(tariff(measured_price="38"), [month("2025-03", 100)], Fraction(1000))
