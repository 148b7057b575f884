"""Parts of a month against the tariff read by hand, in Decimal, interval by interval."""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from celadon.accounts.bill import Bill, Drawn, Tariff
from celadon.accounts.bill.supply import SupplyBills, Unbilled, bill_supply
from celadon.records.period import Period
from celadon.records.supply import Supply

PLAIN: dict[str, Any] = {
    "id": "t", "valid_from": dt.date(2025, 1, 1), "source": "simulated", "confidence": "D",
    "simulated": True, "export_price": "0.2713",
    "rates": [
        {"id": "energy", "price": "0.38517", "varies": True},
        {"id": "funds", "price": "0.0292389", "factor_adjusted": False},
    ],
    "ratios": {"high": "1.5", "flat": "1"},
    "hours": [{"band": "high", "start": "08:00", "end": "11:00"}, {"band": "flat"}],
    "tiers": [{"above": "150000", "adds": "0.05"}, {"above": "300000", "adds": "-0.02"}],
    "basic": {
        "capacity_price": "23", "measured_price": "38.4", "contract_price": "36",
        "contract_floor": "0.40", "overrun_from": "1.05",
        "discount_from": "260", "discount_times": "0.9",
        "ratchet_share": "0.9", "ratchet_months": 1, "part_month": "by_days",
    },
    "power_factor": {
        "standard": "0.90", "steps": [{"start": "0.90", "end": "0.70", "percent": "0.5"}],
    },
}  # fmt: skip
KVA = 1500
JUNE, JULY = 30 * 96, 31 * 96


def tariff(**changed: Any) -> Tariff:
    return Tariff.model_validate({**PLAIN, **changed})


def basic(**changed: Any) -> dict[str, Any]:
    return {**PLAIN["basic"], **changed}


def supply(basis: str = "measured") -> Supply:
    more = {"contract_kw": "900"} if basis == "contract" else {}
    return Supply.model_validate({
        "id": "gate", "imported": ["e1"], "tariffs": ["t"], "capacity_kva": str(KVA),
        "basis": basis, **more,
    })  # fmt: skip


def load(gone: slice = slice(0, 0)) -> Drawn:
    """June and July 2025 by the quarter of an hour, from local midnight."""
    draw = np.random.default_rng(8)
    count = JUNE + JULY
    imported = draw.integers(60_000, 240_000, count)
    imported[gone] = -1
    start = dt.datetime(2025, 5, 31, 16)
    return Drawn(
        start, 900, imported, draw.integers(0, 9_000, count), imported * 3 // 4,
        zone="Asia/Shanghai",
    )  # fmt: skip


def billed(days: str, drawn: Drawn | None = None, given: Tariff | None = None,
           basis: str = "measured") -> SupplyBills:  # fmt: skip
    return bill_supply(supply(basis), drawn or load(), [given or tariff()], Period.parse(days))


def bill(days: str, drawn: Drawn | None = None, given: Tariff | None = None,
         basis: str = "measured") -> Bill:  # fmt: skip
    (found,) = billed(days, drawn, given, basis).months
    assert isinstance(found, Bill)
    return found


def cents(amount: Decimal) -> int:
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_EVEN))


def july_by_hand(first: int, after: int) -> dict[str, int]:
    """0.01 CNY by line of days of July, by days, read off the tariff as a person would."""
    drawn = load()
    kwh = [Decimal(int(each)) / 1000 for each in drawn.imported]
    june, july = kwh[:JUNE], kwh[JUNE:]
    days = slice((first - 1) * 96, (after - 1) * 96)
    band = {"high": Decimal(0), "flat": Decimal(0)}
    for number, each in enumerate(july[days]):
        band["high" if 32 <= number % 96 < 44 else "flat"] += each
    total = sum(band.values())
    lines = {
        "energy high": cents(band["high"] * Decimal("0.38517") * Decimal("1.5")),
        "energy flat": cents(band["flat"] * Decimal("0.38517")),
        "funds ": cents(total * Decimal("0.0292389")),
    }
    before = sum(july[: days.start], Decimal(0))
    low = max(before, Decimal(150000))
    first_tier = min(before + total, Decimal(300000)) - low
    second_tier = before + total - max(before, Decimal(300000))
    if first_tier > 0:
        lines["1 "] = cents(first_tier * Decimal("0.05"))
    if second_tier > 0:
        lines["2 "] = cents(second_tier * Decimal("-0.02"))
    fed_in = sum(Decimal(int(each)) for each in drawn.exported[JUNE:][days]) / 1000
    lines["fed_in "] = cents(-fed_in * Decimal("0.2713"))
    month = sum(july)
    peak = max(max(july) * 4, max(june) * 4 * Decimal("0.9"))
    price = Decimal("38.4") * (Decimal("0.9") if month >= 260 * KVA else 1)
    lines["measured "] = cents(peak * price * (after - first) / 31)
    reactive = sum(int(each) for each in drawn.reactive[JUNE:]) / 1000
    factor = round(100 * float(month) / math.hypot(float(month), reactive))
    assert 70 <= factor < 90
    adjusted = sum(v for k, v in lines.items() if k not in ("funds ", "fed_in "))
    lines["adjustment "] = cents(Decimal(adjusted) / 100 * Decimal("0.005") * (90 - factor))
    return lines


@pytest.mark.parametrize(("first", "after"), [(1, 16), (16, 32), (5, 20), (2, 32), (9, 10)])
def test_days_of_a_month_to_the_cent(first: int, after: int) -> None:
    end = f"2025-07-{after:02}" if after < 32 else "2025-08-01"
    found = bill(f"2025-07-{first:02}/{end}")
    assert {f"{x.id} {x.band}": x.amount for x in found.lines} == july_by_hand(first, after)
    assert found.left_out == ()
    demand = next(line for line in found.lines if line.part == "demand")
    assert demand.days == (after - first, 31)
    assert {"part_month", "part_by_days", "part_tiers", "part_factor"} <= set(found.notes)


def test_the_parts_of_a_month_add_to_it() -> None:
    """To a cent or so: each line of each part is rounded once."""
    parts = [bill(days) for days in ("2025-07-01/2025-07-16", "2025-07-16/2025-08-01")]
    whole = bill("2025-07")
    assert whole.notes == ()
    assert whole.left_out == ()
    assert abs(sum(part.total for part in parts) - whole.total) <= 6
    tiers = [[x.quantity for x in b.lines if x.part == "tier"] for b in (*parts, whole)]
    assert sum(tiers[0]) + sum(tiers[1]) == sum(tiers[2])


def test_every_day_that_is_asked_for_has_its_bill() -> None:
    found = billed("2025-06-15/2025-07-15").months
    assert [str(each.period) for each in found] == [
        "2025-06-15/2025-07-01", "2025-07-01/2025-07-15"
    ]  # fmt: skip
    assert all(isinstance(each, Bill) for each in found)


def test_in_full_is_the_demand_of_the_whole_month() -> None:
    given = tariff(basic=basic(part_month="in_full"))
    part, whole = bill("2025-07-05/2025-07-20", given=given), bill("2025-07", given=given)
    assert part.part("demand") == whole.part("demand") > 0
    assert "part_in_full" in part.notes
    assert part.power_factor == whole.power_factor


def test_a_tariff_that_does_not_say_charges_no_demand_for_a_part() -> None:
    found = bill("2025-07-05/2025-07-20", given=tariff(basic=basic(part_month=None)))
    assert found.part("demand") == found.part("power_factor") == 0
    assert found.left_out == ("demand", "power_factor")
    assert "part_unknown" in found.notes
    assert bill("2025-07", given=tariff(basic=basic(part_month=None))).left_out == ()


@pytest.mark.parametrize(
    ("basis", "changed", "charged"),
    [
        ("measured", {}, set()),
        ("capacity", {}, {"capacity"}),
        ("contract", {}, set()),  # its price may be that of the discount
        (
            "contract",
            {"discount_from": None, "discount_times": "1"},
            {"contract"},
        ),  # an overrun is not known
    ],
)
def test_what_rests_on_days_that_are_not_read_is_left_out(
    basis: str, changed: dict[str, Any], charged: set[str]
) -> None:
    drawn = load(slice(JUNE + 20 * 96, JUNE + JULY))
    found = bill("2025-07-05/2025-07-20", drawn, tariff(basic=basic(**changed)), basis)
    assert {line.id for line in found.lines if line.part == "demand"} == charged
    assert ("demand" in found.left_out) == (basis != "capacity")
    assert ("part_unread" in found.notes) == (basis != "capacity")
    assert "power_factor" in found.left_out
    assert "tier" not in found.left_out  # the days before are read


def test_tiers_need_the_days_before() -> None:
    found = bill("2025-07-20/2025-08-01", load(slice(JUNE + 96, JUNE + 100)))
    assert "tier" in found.left_out
    assert found.part("tier") == 0
    assert "part_tiers_unread" in found.notes
    assert "part_tiers" in bill("2025-07-20/2025-08-01").notes


def test_a_month_without_readings_has_no_bill() -> None:
    drawn = load(slice(JUNE, JUNE + JULY))
    june, july = billed("2025-06-01/2025-08-01", drawn).months
    assert isinstance(june, Bill)
    assert isinstance(july, Unbilled)
    assert july.fault.found == "no reading"
    assert "an earlier peak" in july.fault.rule
    assert billed("2025-06-01/2025-08-01", drawn).total == june.total


def test_a_ratchet_says_when_an_earlier_month_is_not_read() -> None:
    assert "ratchet_unread" in bill("2025-06").notes  # nothing is known of May
    assert "ratchet_unread" not in bill("2025-07").notes
    assert "ratchet_unread" not in bill("2025-06", basis="capacity").notes


def test_a_tariff_that_ends_in_mid_month_says_which_days_to_bill() -> None:
    old = tariff(valid_to=dt.date(2025, 7, 16))
    new = tariff(id="new", valid_from=dt.date(2025, 7, 16))
    drawn = load()
    (month,) = bill_supply(supply(), drawn, [old, new], Period.parse("2025-07")).months
    assert isinstance(month, Unbilled)
    advised = [word.rstrip(",") for word in month.fault.remedy.split() if "/" in word]
    assert advised == ["2025-07-01/2025-07-16", "2025-07-16/2025-08-01"]
    parts = [bill_supply(supply(), drawn, [old, new], Period.parse(d)).bills for d in advised]
    assert [part.tariff for (part,) in parts] == ["t", "new"]
    assert abs(sum(part.total for (part,) in parts) - bill("2025-07").total) <= 6
    (alone,) = bill_supply(supply(), drawn, [old], Period.parse("2025-07")).months
    assert isinstance(alone, Unbilled)
    assert alone.fault.remedy.endswith("--period 2025-07-01/2025-07-16")


def test_the_comparison_is_of_whole_months() -> None:
    found = billed("2025-06-15/2025-08-01")
    assert [choice.quarter for choice in found.choices] == ["2025 Q3"]
    assert "part_not_compared" in found.bills[0].notes
    (choice,) = found.choices
    assert choice.others["measured"] == bill("2025-07").total  # with June's peak in its ratchet


def test_days_by_days_never_charge_more_than_the_month() -> None:
    whole = bill("2025-07").part("demand")
    days = [bill(f"2025-07-{day:02}/2025-07-{day + 1:02}").part("demand") for day in range(1, 31)]
    assert len(set(days)) == 1
    assert Fraction(days[0]) == pytest.approx(Fraction(whole, 31), abs=1)
