"""What to declare when peaks are not known: by hand, by closed form, by searching every kW."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist

import pytest
from tests.plan.operation.test_declaring import month, tariff

from celadon.accounts.bill import bill_month
from celadon.errors import InputError
from celadon.plan.operation.demand_advice import Terms, advise_demand
from celadon.plan.operation.peaks_to_come import Run, runs_of_forecast, runs_of_history
from celadon.records.period import Period

ALL = {"contract_price": "36", "measured_price": "38", "capacity_price": "20"}
MARCH = Period.parse("2026-03")


def runs(*peaks: int, weights: tuple[int, ...] = ()) -> list[Run]:
    return [
        Run(f"{n}", Fraction(w), {MARCH.from_day: month("2026-03", kw)})
        for n, (kw, w) in enumerate(zip(peaks, weights or (1,) * len(peaks), strict=True))
    ]


def test_every_basis_is_the_mean_of_the_bills_and_the_declaration_beats_every_kw() -> None:
    terms = Terms(Fraction(1000), basis="measured")
    ways = runs(840, 630, 1050, weights=(1, 2, 1))
    advice = advise_demand([tariff(**ALL)], [MARCH], ways, terms)
    (found,) = advice.months
    energy = 50_000_000  # 10^9 Wh at 0.5 CNY, in 0.01 CNY

    def mean(basis: str, contract: Fraction | None = None) -> Fraction:
        return sum(
            (
                way.weight / 4
                * (bill_month(tariff(**ALL), way.months[MARCH.from_day], basis=basis,  # type: ignore[arg-type]
                              capacity=Fraction(1000), contract=contract).total - energy)
                for way in ways
            ),
            Fraction(0),
        )  # fmt: skip

    searched = {kw: mean("contract", Fraction(kw)) for kw in range(400, 1101)}
    assert found.contract == min(searched, key=lambda kw: searched[kw])
    assert found.contract is not None
    assert found.expected == {
        "capacity": mean("capacity"), "contract": mean("contract", found.contract),
        "measured": mean("measured"),
    }  # fmt: skip
    (quarter,) = advice.quarters
    assert (quarter.quarter, quarter.basis) == ("2026 Q1", "capacity")
    assert advice.present == found.expected["measured"]
    assert advice.expected == 20 * 1000 * 100
    assert found.regret is not None
    assert found.regret > 0


def test_a_normal_error_is_declared_at_the_quantile_that_the_overrun_asks_for(
    tmp_path: Path,
) -> None:
    """One kW more costs p and saves 2 x 1.05 p where it overruns: P(overrun) = 1 / 2.1."""
    file = tmp_path / "peaks.csv"
    file.write_text("month,peak_kW,spread_kW\n2026-03,1000,100\n", encoding="utf-8")
    advice = advise_demand(
        [tariff(contract_price="36")], [MARCH], runs_of_forecast(file), Terms(Fraction(1000))
    )
    (found,) = advice.months
    fits = NormalDist(1000, 100).inv_cdf(1 - 1 / 2.1) / 1.05
    assert found.contract is not None
    assert float(found.contract) == pytest.approx(fits, abs=100 * 0.03)
    assert float(found.overrun) == pytest.approx(1 / 2.1, abs=0.02)
    assert float(found.peak[1]) == pytest.approx(1000, abs=1e-3)


def test_one_declaration_for_three_months_lies_between_theirs() -> None:
    coming = [Period.parse(f"2026-0{n}") for n in (1, 2, 3)]
    drawn = {p.from_day: month(str(p), kw) for p, kw in zip(coming, (500, 700, 1000), strict=True)}
    terms = Terms(Fraction(1000), hold=3)
    advice = advise_demand([tariff(contract_price="36")], coming, [Run("1", Fraction(1), drawn)],
                           terms)  # fmt: skip
    declared = {each.contract for each in advice.months}
    # 2.1 p is saved by each month that overruns, 3 p paid for one kW more: worth it below the
    # second peak (two overrun), not above it (one does)
    assert declared == {Fraction(700) / Fraction("1.05")}
    free = advise_demand([tariff(contract_price="36")], coming, [Run("1", Fraction(1), drawn)],
                         replace(terms, hold=1))  # fmt: skip
    assert [each.contract for each in free.months] == [
        Fraction(kw) / Fraction("1.05") for kw in (500, 700, 1000)
    ]
    assert free.expected < advice.expected


def test_notice_keeps_the_present_declaration() -> None:
    coming = [Period.parse(f"2026-0{n}") for n in (1, 2)]
    drawn = {p.from_day: month(str(p), 840) for p in coming}
    terms = Terms(Fraction(1000), notice=1, contract=Fraction(600))
    first, second = advise_demand(
        [tariff(contract_price="36")], coming, [Run("1", Fraction(1), drawn)], terms
    ).months
    assert (first.contract, first.is_held, first.overrun) == (600, True, 1)
    assert (second.contract, second.is_held, second.overrun) == (800, False, 0)
    assert first.expected["contract"] == (600 + 2 * (840 - 630)) * 3600
    with pytest.raises(InputError, match="declared at present"):
        advise_demand([tariff(contract_price="36")], coming, [Run("1", Fraction(1), drawn)],
                      replace(terms, contract=None))  # fmt: skip


def test_the_floor_holds_and_is_told() -> None:
    (found,) = advise_demand([tariff(contract_price="36")], [MARCH], runs(100, 200),
                             Terms(Fraction(1000))).months  # fmt: skip
    assert (found.contract, found.at_floor, found.overrun) == (400, True, 0)


def test_a_ratchet_looks_back_on_the_same_run() -> None:
    known = tariff(measured_price="38", ratchet_share="0.8", ratchet_months="2")
    coming = [Period.parse("2026-03"), Period.parse("2026-04")]
    ways = [
        Run("1", Fraction(1), {p.from_day: month(str(p), kw) for p, kw in zip(coming, kws,
                                                                          strict=True)})
        for kws in ((1000, 500), (400, 500))
    ]  # fmt: skip
    terms = Terms(Fraction(1000), earlier_peaks=(Fraction(600_000),))
    march, april = advise_demand([known], coming, ways, terms).months
    assert march.expected["measured"] == (1000 + 480) * 3800 / 2
    assert april.expected["measured"] == (800 + 500) * 3800 / 2


def test_the_past_is_taken_by_calendar_month_and_thin_months_are_left_out() -> None:
    metered = [
        month("2023-03", 300), month("2024-03", 400), month("2025-03", 500),
        replace(month("2025-04", 10), seconds_missing=29 * 86400),
        replace(month("2024-04", 600), seconds_missing=3600),
    ]  # fmt: skip
    coming = [Period.parse("2026-03"), Period.parse("2026-04"), Period.parse("2026-05")]
    history = runs_of_history(metered, coming)
    peaks = [[int(m.peak / 1000) for m in run.months.values()] for run in history.runs]
    assert peaks == [[500, 600], [400], [300]]
    assert [str(p) for p in history.left_out] == ["2025-04"]
    assert [str(p) for p in history.with_gaps] == ["2024-04"]
    advice = advise_demand([tariff(contract_price="36")], coming, history.runs,
                           Terms(Fraction(500)))  # fmt: skip
    assert [m.ways for m in advice.months] == [3, 1]
    assert advice.unknown == (coming[2],)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("month,peak_kW\n2026-13,5\n", "a month such as 2026-03"),
        ("month,peak_kW\n2026-03,-5\n", "zero or above"),
        ("month,peak_kW,spread_kW\n2026-03,5,1\n2026-03,6,1\n", "one row a month"),
        ("month,peak_kW,weight\n2026-03,5,1\n2026-04,6,2\n", "of this run"),
        ("peak_kW\n5\n", "one of its columns"),
    ],
)
def test_a_forecast_at_fault_is_refused(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "peaks.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        runs_of_forecast(file)
    assert any(told in fault.rule for fault in refused.value.faults)


def test_a_discount_asks_for_the_energy() -> None:
    known = tariff(contract_price="36", discount_from="260", discount_times="0.9")
    drawn = replace(month("2026-03", 500), by_band={"": 0})
    way = Run("1", Fraction(1), {MARCH.from_day: drawn})
    with pytest.raises(InputError, match="discount"):
        advise_demand([known], [MARCH], [way], Terms(Fraction(1000)))
    enough = Run("1", Fraction(1), {dt.date(2026, 3, 1): month("2026-03", 500)})
    (found,) = advise_demand([known], [MARCH], [enough], Terms(Fraction(1000))).months
    assert found.expected["contract"] == round(Fraction(500) / Fraction("1.05") * 36 * 90)
