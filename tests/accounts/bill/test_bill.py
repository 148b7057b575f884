"""Bills against a plain reading of the tariff, interval by interval."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celadon.accounts.bill import (
    Basis,
    Drawn,
    MonthDrawn,
    Tariff,
    bill_month,
    cheapest_choice,
    load_tariff,
)
from celadon.accounts.bill.choice import best_contract
from celadon.accounts.bill.drawn import months_drawn
from celadon.accounts.bill.factor_steps import PowerFactor
from celadon.accounts.bill.power_factor import adjustment, hundredths
from celadon.errors import DeclarationError, InputError
from celadon.records.period import Period

CAPACITY = Fraction(8000)
ZONE = "Asia/Shanghai"
YEAR = Period.parse("2025")


def shipped() -> Tariff:
    data = files("celadon.simulate") / "data" / "tariff_two_part.toml"
    return load_tariff(Path(str(data)))


TARIFF = shipped()


def load(seed: int, days: int = 365, seconds: int = 900, month: int = 1) -> Drawn:
    """A load from the first local midnight of a month of 2025 on, a few intervals missing."""
    draw = np.random.default_rng(seed)
    count = days * 86400 // seconds
    imported = draw.integers(200_000, 1_500_000, count) * (seconds // 900)
    imported[draw.integers(0, count, 3)] = -1
    return Drawn(
        dt.datetime(2025, month, 1) - dt.timedelta(hours=8), seconds, imported,
        draw.integers(0, 40_000, count), draw.integers(0, 400_000, count), zone=ZONE,
    )  # fmt: skip


def band_of(local: dt.datetime) -> str:
    clock, holiday = f"{local:%H:%M}", local.date() in TARIFF.holidays
    if holiday and "10:00" <= clock < "15:00":
        return "deep"
    if local.month in (7, 8) and not holiday and "19:00" <= clock < "21:00":
        return "sharp"
    if "08:00" <= clock < "11:00" or "18:00" <= clock < "22:00":
        return "high"
    return "low" if clock < "07:00" else "flat"


def by_hand(drawn: Drawn, month: Period, zone: ZoneInfo) -> dict[str, int]:
    """0.01 CNY by line, for the basis ``measured``, read off the tariff as a person would."""
    energy: dict[str, int] = {}
    exported = reactive = peak = 0
    for n in range(len(drawn.imported)):
        start = drawn.start + dt.timedelta(seconds=n * drawn.seconds)
        local = start.replace(tzinfo=dt.UTC).astimezone(zone)
        if local.date() not in month:
            continue
        exported += int(drawn.exported[n])
        reactive += int(drawn.reactive[n])
        if drawn.imported[n] < 0:
            continue
        band = band_of(local)
        energy[band] = energy.get(band, 0) + int(drawn.imported[n])
        peak = max(peak, int(drawn.imported[n]))
    ratio = {"sharp": "1.8", "high": "1.5", "flat": "1", "low": "0.45", "deep": "0.25"}

    def cents(amount: Fraction) -> int:
        return round(amount * 100)

    lines = {}
    for rate, price in (("energy", "0.3850"), ("transmission", "0.1200")):
        for band, watt_hours in energy.items():
            each = Fraction(price) * Fraction(ratio[band])
            lines[f"{rate} {band}"] = cents(Fraction(watt_hours, 1000) * each)
    total = sum(energy.values())
    for rate, price in (("losses", "0.0150"), ("system", "0.0310"), ("funds", "0.0272")):
        lines[f"{rate} "] = cents(Fraction(total, 1000) * Fraction(price))
    lines["fed_in "] = -cents(Fraction(exported, 1000) * Fraction("0.25"))
    times = Fraction(9, 10) if Fraction(total, 1000) >= 260 * CAPACITY else 1
    lines["measured "] = cents(Fraction(peak * 4, 1000) * Fraction("38.4") * times)
    factor = hundredths(total, reactive)
    assert factor is not None
    adjusted = sum(v for k, v in lines.items() if not k.startswith(("funds", "fed_in")))
    if factor > 90:
        share = Fraction(-15, 10000) * min(factor - 90, 5)
    else:
        share = Fraction(5, 1000) * (90 - factor)
        assert factor >= 70, "the test draws no worse"
    if share:
        lines["adjustment "] = cents(Fraction(adjusted, 100) * share)
    return lines


@pytest.mark.parametrize("text", ["2025-01", "2025-07", "2025-10"])
def test_a_bill_is_what_a_person_computes(text: str) -> None:
    month = Period.parse(text)
    drawn = load(1, days=31, month=month.from_day.month)
    (split,) = months_drawn(drawn, TARIFF, month)
    bill = bill_month(TARIFF, split, basis="measured", capacity=CAPACITY)
    expected = by_hand(drawn, month, ZoneInfo("Asia/Shanghai"))
    assert {f"{line.id} {line.band}": line.amount for line in bill.lines} == expected
    assert bill.total == sum(expected.values())


def test_missing_intervals_are_told_and_never_zero() -> None:
    drawn = load(2, days=31)
    (month,) = months_drawn(drawn, TARIFF, Period.parse("2025-01"))
    gone = int((drawn.imported < 0).sum())
    assert month.seconds_missing == gone * 900
    assert "hours_missing" in bill_month(TARIFF, month, basis="capacity").notes
    (none,) = months_drawn(drawn, TARIFF, Period.parse("2025-03"))
    assert (none.seconds_missing, none.peak_at, none.imported) == (31 * 86400, None, 0)


def test_a_day_of_23_hours_has_its_own_clock() -> None:
    """In Berlin, the hour from 02:00 is absent on 30 March 2025 and 08:00 comes an hour sooner."""
    tariff = TARIFF.model_copy(update={"zone": "Europe/Berlin"})
    start = dt.datetime(2025, 2, 28, 23)
    drawn = Drawn(start, 900, np.full(31 * 96 - 4, 1000), zone=ZONE)
    (month,) = months_drawn(drawn, tariff, Period.parse("2025-03"))
    assert month.seconds_missing == 0
    assert month.by_band["low"] == (31 * 28 - 4) * 1000
    assert month.by_band["high"] == 31 * 28 * 1000


def month_of(peak_kw: int, energy_kwh: int, reactive: int | None = None) -> MonthDrawn:
    return MonthDrawn(
        Period.parse("2025-02"), {"flat": energy_kwh * 1000}, 0, Fraction(peak_kw * 1000), None,
        Fraction(0), reactive, 0, 900,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("basis", "contract", "peak", "energy", "expected"),
    [
        ("capacity", None, 5000, 10**6, {"capacity": 8000 * 2300}),
        ("contract", 5000, 5250, 10**6, {"contract": 5000 * 3600}),  # 105 % is free
        ("contract", 5000, 5300, 10**6, {"contract": 5000 * 3600, "overrun": 50 * 7200}),
        ("contract", 100, 3000, 10**6, {"contract": 3200 * 3600}),  # the floor of 40 %
        ("measured", None, 5300, 10**6, {"measured": 5300 * 3840}),
        ("measured", None, 5300, 2_080_000, {"measured": 5300 * 3456}),  # 260 kWh/kVA: 90 %
        ("measured", None, 5300, 2_079_999, {"measured": 5300 * 3840}),
    ],
)
def test_the_second_part(
    basis: Basis, contract: int | None, peak: int, energy: int, expected: dict[str, int]
) -> None:
    bill = bill_month(
        TARIFF, month_of(peak, energy), basis=basis, capacity=CAPACITY,
        contract=None if contract is None else Fraction(contract),
    )  # fmt: skip
    assert {line.id: line.amount for line in bill.lines if line.part == "demand"} == expected


def test_an_earlier_peak_is_billed_again() -> None:
    assert TARIFF.basic is not None
    basic = TARIFF.basic.model_copy(update={"ratchet_share": "0.8", "ratchet_months": 2})
    tariff = TARIFF.model_copy(update={"basic": basic})
    peaks = [Fraction(9_000_000), Fraction(6_000_000), Fraction(5_000_000)]
    bill = bill_month(
        tariff, month_of(4000, 10**6), basis="measured", capacity=CAPACITY, earlier_peaks=peaks
    )
    (line,) = [line for line in bill.lines if line.part == "demand"]
    assert line.quantity == 4800  # 80 % of 6,000; the peak of three months ago is forgotten


def test_tiers_go_both_ways() -> None:
    tiers = ({"above": "1000", "adds": "0.05"}, {"above": "3000", "adds": "-0.02"})
    tariff = Tariff.model_validate({**TARIFF.model_dump(), "tiers": tiers})
    bill = bill_month(tariff, month_of(10, 3500), basis="capacity", capacity=CAPACITY)
    assert [(x.quantity, x.amount) for x in bill.lines if x.part == "tier"] == [
        (2000, 10000), (500, -1000)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("factor", "percent"),
    [(90, "0"), (89, "0.5"), (70, "10"), (69, "11"), (65, "15"), (60, "25"),
     (93, "-0.45"), (95, "-0.75"), (99, "-0.75")],
)  # fmt: skip
def test_the_power_factor_table(factor: int, percent: str) -> None:
    assert TARIFF.power_factor is not None
    assert adjustment(TARIFF.power_factor, factor) == Fraction(percent) / 100


@given(st.integers(1, 10**12), st.integers(0, 10**12))
def test_the_power_factor_is_the_cosine(active: int, reactive: int) -> None:
    found = hundredths(active, reactive)
    assert found is not None
    assert abs(found - 100 * active / np.hypot(active, reactive)) <= 0.5 + 1e-9


@settings(max_examples=30, deadline=None)
@given(st.integers(500, 9000), st.integers(1, 200))
def test_no_declared_demand_costs_less(peak: int, step: int) -> None:
    assert TARIFF.basic is not None
    month = month_of(peak, 10**6)
    best = best_contract(TARIFF.basic, month, CAPACITY)

    def cost(contract: Fraction) -> int:
        return bill_month(
            TARIFF, month, basis="contract", capacity=CAPACITY, contract=contract
        ).total

    least = cost(best)
    for level in range(0, 9000, step * 10):
        assert least <= cost(Fraction(level))


def test_the_cheapest_choice_is_no_dearer_than_any_other() -> None:
    months = list(months_drawn(load(3), TARIFF, YEAR))
    choices = cheapest_choice(TARIFF, months, CAPACITY)
    assert [c.quarter for c in choices] == [f"2025 Q{n}" for n in (1, 2, 3, 4)]
    for choice in choices:
        assert set(choice.others) == {"capacity", "contract", "measured"}
        assert choice.total == min(choice.others.values())


def test_a_tariff_that_ends_in_mid_month_is_not_stretched() -> None:
    tariff = TARIFF.model_copy(update={"valid_to": dt.date(2025, 2, 15)})
    with pytest.raises(InputError) as caught:
        bill_month(tariff, month_of(10, 10), basis="capacity")
    assert "2025-02-15" in caught.value.summary
    assert "two parts" in caught.value.faults[0].remedy


def test_hourly_readings_say_that_they_hide_a_peak() -> None:
    (month,) = months_drawn(load(4, days=31, seconds=3600), TARIFF, Period.parse("2025-01"))
    assert "hourly_peak" in bill_month(TARIFF, month, basis="measured").notes
    unread = replace(month, reactive=None)
    assert "no_reactive" in bill_month(TARIFF, unread, basis="measured").notes


def test_what_cannot_be_billed_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be billed"):
        Drawn(dt.datetime(2025, 1, 1, 0, 7), 900, np.zeros(4, np.int64), zone=ZONE)
    with pytest.raises(InputError, match="cannot be billed"):
        Drawn(dt.datetime(2025, 1, 1), 900, np.zeros(4, np.int64), np.zeros(3, np.int64), zone=ZONE)
    single = TARIFF.model_copy(update={"basic": None})
    assert bill_month(single, month_of(10, 10)).basis is None
    with pytest.raises(InputError, match="no such price"):
        bill_month(TARIFF, month_of(10, 10))


def test_a_file_names_all_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "tariff.toml"
    path.write_text(
        'id = "t"\nvalid_from = 2025-01-01\nsource = "s"\nconfidence = "D"\n'
        '[[rates]]\nid = "energy"\nprice = "0.4o"\n[[rates]]\nid = "x"\nprize = "1"\n',
        encoding="utf-8",
    )
    with pytest.raises(DeclarationError) as caught:
        load_tariff(path)
    assert {fault.place for fault in caught.value.faults} == {
        "tariff.toml › rates.0.price",
        "tariff.toml › rates.1.price",
        "tariff.toml › rates.1.prize",
    }


def test_every_hour_needs_a_band() -> None:
    plain = TARIFF.model_dump()
    plain["hours"] = [h for h in plain["hours"] if h["band"] != "flat"]
    with pytest.raises(ValueError, match=r"no band for month 1, workday, 07:00"):
        Tariff.model_validate(plain)


def test_a_rule_without_steps_changes_nothing() -> None:
    assert adjustment(PowerFactor(standard="0.90", steps=()), 50) == 0
