"""One month's bill, line by line; each line is rounded once, and the total adds what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from celadon.accounts.bill.demand import Basis, demand_charges, offered
from celadon.accounts.bill.drawn import MonthDrawn
from celadon.accounts.bill.factor_steps import PowerFactor
from celadon.accounts.bill.part_month import PartRead, demand_left_out, part_charges, part_notes
from celadon.accounts.bill.power_factor import adjustment, hundredths, is_below_steps
from celadon.accounts.bill.tariff import Basic, Rate, Tariff, price
from celadon.errors import Fault, InputError
from celadon.exact import quantise
from celadon.records.period import Period

Part = Literal["energy", "tier", "export", "demand", "power_factor"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a bill.

    Parameters
    ----------
    part, id, band : what is charged: the part of the bill, the rate or charge in it, the band.
    quantity, unit : what the price multiplies.
    price : CNY per unit, with ``times`` already in it where a ratio or factor applies.
    amount : in 0.01 CNY.
    days : of a charge by the month that is charged by days: the days billed, and those of the
        month; their share is in ``price`` and ``times``.
    """

    part: Part
    id: str
    band: str
    quantity: Fraction
    unit: str
    price: Fraction
    times: Fraction
    amount: int
    days: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """The bill of a month.

    Parameters
    ----------
    power_factor : in hundredths; None where reactive energy is not metered or nothing was drawn.
    notes : rules whose words tell the reader what to know: ``hours_missing``, ``export_missing``,
        ``hourly_peak``, ``bands_mixed``, ``coincident_mixed``, ``no_reactive``,
        ``factor_below_steps``, and ``part_...`` of a part of a month.
    left_out : parts that are not in the bill, wholly or partly, as they cannot be known.
    """

    tariff: str
    period: Period
    basis: Basis | None
    lines: tuple[Line, ...]
    drawn: MonthDrawn
    power_factor: int | None
    notes: tuple[str, ...]
    left_out: tuple[Part, ...] = ()

    @property
    def total(self) -> int:
        """What is to be paid, in 0.01 CNY: the sum of the lines."""
        return sum(line.amount for line in self.lines)

    def part(self, part: Part) -> int:
        """The sum of the lines of one part, in 0.01 CNY."""
        return sum(line.amount for line in self.lines if line.part == part)


def bill_month(
    tariff: Tariff,
    month: MonthDrawn,
    *,
    basis: Basis | None = None,
    capacity: Fraction = Fraction(0),
    contract: Fraction | None = None,
    earlier_peaks: Sequence[Fraction] = (),
    part: PartRead | None = None,
) -> Bill:
    """The bill of a month under a tariff.

    Parameters
    ----------
    basis : of the second part; None for a tariff without one.
    capacity, contract : in kVA and kW; see :func:`celadon.accounts.bill.demand.demand_charges`.
    earlier_peaks : W, of the months before, the latest last.
    part : the calendar month whose days ``month`` is; without it, the days are billed as a month
        of their own.

    Raises
    ------
    InputError
        If the tariff is not in force on every day of the month, or has no price for the basis.
    """
    _in_force(tariff, month.period)
    before = 0 if part is None else part.drawn_before
    left_out: list[Part] = ["tier"] if tariff.tiers and before is None else []
    notes = _notes(tariff, month)
    lines = _energy(tariff, month)
    lines += [] if before is None else _tiers(tariff, before, month.imported)
    lines += _export(tariff, month)
    if tariff.basic is not None:
        chosen = _offered(tariff, tariff.basic, basis)
        lines += _demand(tariff.basic, chosen, capacity, contract, month, earlier_peaks, part)
        why = demand_left_out(tariff.basic, chosen, part) if part is not None else None
        if why is not None:
            left_out.append("demand")
            notes.append(why)
    factor = _factor(month if part is None else part.whole, part)
    if tariff.power_factor is not None:
        if factor is None or left_out:
            left_out += ["power_factor"] if month.imported else []
        else:
            lines += _adjustment(tariff, tariff.power_factor, lines, factor)
            if is_below_steps(tariff.power_factor, factor):
                notes.append("factor_below_steps")
    if part is not None:
        notes = [*part_notes(tariff, part, left_out), *notes]
    used = basis if tariff.basic else None
    return Bill(
        tariff.id, month.period, used, tuple(lines), month, factor, tuple(notes), tuple(left_out)
    )


def _offered(tariff: Tariff, basic: Basic, basis: Basis | None) -> Basis:
    known = offered(basic)
    if basis is None or basis not in known:
        found = "no basis" if basis is None else basis
        fault = Fault(("basis",), found, f"one of {', '.join(known)}", "choose one of them")
        raise InputError(f"The tariff {tariff.id} has no such price", [fault])
    return basis


def _demand(
    basic: Basic,
    basis: Basis,
    capacity: Fraction,
    contract: Fraction | None,
    month: MonthDrawn,
    earlier_peaks: Sequence[Fraction],
    part: PartRead | None,
) -> list[Line]:
    """The second part: of the month, or of its days where it is charged by them."""
    days, share = None, Fraction(1)
    if part is None:
        charges = demand_charges(basic, basis, capacity, contract, month, earlier_peaks)
    else:
        charges = part_charges(basic, basis, capacity, contract, part, earlier_peaks)
        if basic.part_month == "by_days":
            days, share = part.share, Fraction(*part.share)
    return [
        replace(_line("demand", c.id, "", c.quantity, c.unit, c.price * times, times), days=days)
        for c, times in ((each, each.times * share) for each in charges)
    ]


def _factor(month: MonthDrawn, part: PartRead | None) -> int | None:
    """The power factor of a month; of a part of one, where the whole month is read."""
    if month.reactive is None or (part is not None and not part.read_whole):
        return None
    return hundredths(month.imported, month.reactive)


def _adjustment(tariff: Tariff, rule: PowerFactor, lines: list[Line], factor: int) -> list[Line]:
    share = adjustment(rule, factor)
    base = Fraction(sum(line.amount for line in lines if _adjusted(tariff, line)), 100)
    return [_line("power_factor", "adjustment", "", base, "CNY", share, share)] if share else []


def _energy(tariff: Tariff, month: MonthDrawn) -> list[Line]:
    """A rate that varies has a line for each band; one that does not has one for the month."""
    lines = []
    for rate in tariff.rates:
        bands = month.by_band if rate.varies else {"": month.imported}
        for band, amount in bands.items():
            if amount:
                times = price(tariff.ratios[band]) if band else Fraction(1)
                lines.append(_energy_line(rate, band, amount, times))
    return lines


def _energy_line(rate: Rate, band: str, amount: int | Fraction, times: Fraction) -> Line:
    each = price(rate.price) * times
    return _line("energy", rate.id, band, Fraction(amount) / 1000, "kWh", each, times)


def _tiers(tariff: Tariff, before: int, imported: int) -> list[Line]:
    """What lies above the level of each tier, up to the next; ``before`` Wh went before it."""
    low, high = Fraction(before, 1000), Fraction(before + imported, 1000)
    levels = sorted((price(tier.above), price(tier.adds)) for tier in tariff.tiers)
    lines = []
    for number, (above, adds) in enumerate(levels):
        end = levels[number + 1][0] if number + 1 < len(levels) else high
        within = min(high, end) - max(low, above)
        if within > 0 and adds:
            lines.append(_line("tier", str(number + 1), "", within, "kWh", adds, Fraction(1)))
    return lines


def _export(tariff: Tariff, month: MonthDrawn) -> list[Line]:
    paid = price(tariff.export_price)
    if not month.exported or not paid:
        return []
    sold = Fraction(month.exported, 1000)
    return [_line("export", "fed_in", "", sold, "kWh", -paid, Fraction(1))]


def _line(
    part: Part, name: str, band: str, quantity: Fraction, unit: str, each: Fraction, times: Fraction
) -> Line:
    return Line(part, name, band, quantity, unit, each, times, quantise(quantity * each, 2))


def _adjusted(tariff: Tariff, line: Line) -> bool:
    if line.part == "energy":
        return next(rate.factor_adjusted for rate in tariff.rates if rate.id == line.id)
    return line.part in ("tier", "demand")


def _in_force(tariff: Tariff, period: Period) -> None:
    outside = next((day for day in period.days if not tariff.in_force(day)), None)
    if outside is not None:
        until = f" until {tariff.valid_to}" if tariff.valid_to else ""
        fault = Fault(
            (tariff.id, str(outside)), f"in force from {tariff.valid_from}{until}",
            "a tariff in force on every day that it bills",
            "give the tariff of the other days as well, and bill the month in two parts",
        )  # fmt: skip
        raise InputError(f"The tariff {tariff.id} is not in force on {outside}", [fault])


def _notes(tariff: Tariff, month: MonthDrawn) -> list[str]:
    found = []
    if month.seconds_missing:
        found.append("hours_missing")
    if month.exported_missing:
        found.append("export_missing")
    if month.interval > 15 * 60 and tariff.basic is not None:
        found.append("hourly_peak")
    if month.mixed.amount:
        found.append("bands_mixed")
    if month.coincident_mixed:
        found.append("coincident_mixed")
    if month.reactive is None and tariff.power_factor is not None:
        found.append("no_reactive")
    return found
