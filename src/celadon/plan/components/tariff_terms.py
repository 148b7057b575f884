"""A tariff of the bill as the terms of a design: prices by the step, and by the month for demand.

Only what is linear is taken: a price by the hour, a price on a month's highest power, a share of an
earlier peak, an overrun that costs more, tiers that cost more the more is drawn. A tier that costs
less makes two plans of one, and is refused by name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from celadon.accounts.bill import Basis, Tariff
from celadon.accounts.bill.tariff import DAYS, price
from celadon.errors import DeclarationError, Fault
from celadon.numerics.lp.expression import Floats, Index
from celadon.plan.components.horizon import Horizon


@dataclass(frozen=True, eq=False)
class TierTerms:
    """What is added above a level in one month: MWh, and CNY/kWh more than below it."""

    month: int
    above: float
    adds: float


@dataclass(frozen=True, eq=False)
class TariffTerms:
    """What a year's tariffs come to on the steps of a design.

    Attributes
    ----------
    price, export_price : CNY/kWh in each step.
    demand_price : CNY/kW (or CNY/kVA) of each month on the basis chosen; zero without one.
    floor, overrun_from, overrun_times : of a contracted demand, month by month.
    ratchet : for each month, the earlier month and the share of its peak that is billed at least.
    coincident_price : CNY/kW of each month; ``coincident`` tells the steps that it looks at.
    tiers : those that add anything.
    numbers : which month of the calendar each is, 1 to 12.
    coincident_so_far : MW already metered in the coincident hours of each month: that is spent.
    """

    price: Floats
    export_price: Floats
    demand_price: Floats
    floor: Floats
    overrun_from: Floats
    overrun_times: Floats
    ratchet: tuple[tuple[int, int, float], ...]
    coincident_price: Floats
    coincident: Index
    tiers: tuple[TierTerms, ...]
    numbers: tuple[int, ...]
    coincident_so_far: Floats


def tariff_terms(
    tariffs: Sequence[Tariff], horizon: Horizon, basis: Basis | None, who: str
) -> TariffTerms:
    """The terms of the tariffs that are in force one after the other.

    Parameters
    ----------
    basis : what the second part is charged for; None where no tariff has one.
    who : whose tariffs they are, for errors.

    Raises
    ------
    DeclarationError
        If a month has no tariff, a tariff has no price for the basis, or a part is not linear.
    """
    months = tariffs_by_month(tariffs, horizon, who)
    _refuse_clock_changes(tariffs, horizon, who)
    _refuse_other_basis(tariffs, basis, who)
    quarters = quarters_of(horizon)
    prices = [_steps_price(each, quarters) for each in tariffs]
    which = np.array([tariffs.index(each) for each in months])[horizon.month]
    paid = np.array([float(price(each.export_price)) for each in tariffs])
    basics = [each.basic for each in months]
    return TariffTerms(
        price=np.choose(which, prices),
        export_price=paid[which],
        demand_price=_by_month(basics, f"{basis}_price") if basis else np.zeros(len(months)),
        floor=_by_month(basics, "contract_floor"),
        overrun_from=_by_month(basics, "overrun_from"),
        overrun_times=_by_month(basics, "overrun_times"),
        ratchet=tuple(_ratchets(months)),
        coincident_price=np.array([_coincident_price(t, m) for t, m in _dated(months, horizon)]),
        coincident=_coincident_steps(months, horizon, quarters),
        tiers=tuple(tier for n, each in enumerate(months) for tier in _tiers(each, n, who)),
        numbers=tuple(days[0].month for days in days_of_months(horizon)),
        coincident_so_far=np.zeros(len(months)),
    )


def tariffs_by_month(tariffs: Sequence[Tariff], horizon: Horizon, who: str) -> list[Tariff]:
    """The one tariff that is in force on all days of each month.

    Raises
    ------
    DeclarationError
        Naming every month that has none, or two.
    """
    if horizon.start is None:
        fault = Fault((who, "tariff"), "a year without a date",
                      "a tariff is in force from a day on", "give the design its year")  # fmt: skip
        raise DeclarationError(f"{who} cannot be billed", [fault])
    lacking, found = list[tuple[str, str]](), []
    for number, days in enumerate(days_of_months(horizon)):
        on = [t for t in tariffs if all(t.in_force(day) for day in (days[0], days[-1]))]
        if len(on) == 1:
            found.append(on[0])
            continue
        some = [t.id for t in tariffs if any(t.in_force(day) for day in days)]
        told = " and ".join(t.id for t in on) + " at once" if on else (
            f"{' and '.join(some)} on some days only" if some else "no tariff")  # fmt: skip
        lacking.append((horizon.months[number], told))
    if lacking:
        summary = f"{who} has {len(lacking)} month(s) without one tariff"
        raise DeclarationError(summary, _months_lacking(lacking, who))
    return found


def _months_lacking(lacking: Sequence[tuple[str, str]], who: str) -> list[Fault]:
    """A fault for each run of months of which the same is told."""
    faults = []
    for told, run in groupby(lacking, key=lambda month: month[1]):
        months = [month for month, _ in run]
        span = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
        faults.append(
            Fault((who, "tariff", span), told, "one tariff is in force on all days of a month",
                  "add the file of the tariff that follows to the list, or correct valid_from and "
                  "valid_to"),
        )  # fmt: skip
    return faults


def days_of_months(horizon: Horizon) -> list[list[dt.date]]:
    """The local days of each month of a horizon, first to last."""
    day = horizon.stamps().astype("datetime64[D]")
    return [
        [each.item() for each in np.unique(day[horizon.month == number])]
        for number in range(len(horizon.months))
    ]


def _refuse_clock_changes(tariffs: Sequence[Tariff], horizon: Horizon, who: str) -> None:
    """Hours of a design are standard time; those of a tariff are the clock's."""
    assert horizon.start is not None  # noqa: S101  looked at before
    year = horizon.start.year
    for each in tariffs:
        if each.zone is None:  # it goes by the hours of the design
            continue
        zone = ZoneInfo(each.zone)
        offsets = {dt.datetime(year, m, 15, 12, tzinfo=zone).utcoffset() for m in range(1, 13)}
        if len(offsets) > 1:
            fault = Fault((who, each.id, "zone"), f"{each.zone}, whose clock changes in the year",
                          "a zone with one time all year",
                          "write its hours in standard time, in such a zone")  # fmt: skip
            raise DeclarationError(f"{who} cannot be billed", [fault])


def _refuse_other_basis(tariffs: Sequence[Tariff], basis: Basis | None, who: str) -> None:
    faults = []
    for each in tariffs:
        known = [b for b in ("capacity", "contract", "measured")
                 if each.basic and getattr(each.basic, f"{b}_price") is not None]  # fmt: skip
        if (known and basis not in known) or (basis and not known):
            rule = f"one of {', '.join(known)}" if known else "no basis: it has one part only"
            faults.append(Fault((who, "basis"), f"{basis or 'nothing'}, under {each.id}", rule,
                                "choose one that the tariff has a price for"))  # fmt: skip
    if faults:
        raise DeclarationError(f"{who} has no price for its demand", faults)


def quarters_of(horizon: Horizon) -> NDArray[np.datetime64]:
    """When each quarter hour of each step begins: steps down, their quarters across."""
    within = max(1, round(horizon.hours * 4))
    parts = np.arange(within) * np.timedelta64(15, "m")
    found: NDArray[np.datetime64] = horizon.stamps()[:, None] + parts
    return found


def _steps_price(tariff: Tariff, quarters: NDArray[np.datetime64]) -> Floats:
    """CNY/kWh in each step: a step that lies in several bands is split evenly over its time."""
    found = _quarters_price(tariff, quarters)
    low, high = found.min(axis=1), found.max(axis=1)
    mean: Floats = np.where(low == high, low, found.mean(axis=1))
    return mean


def _quarters_price(tariff: Tariff, stamps: NDArray[np.datetime64]) -> Floats:
    """CNY/kWh in each quarter: the fixed parts, and those that the ratio of the hour multiplies."""
    fixed = sum((price(rate.price) for rate in tariff.rates if not rate.varies), price("0"))
    varying = sum((price(rate.price) for rate in tariff.rates if rate.varies), price("0"))
    by_band = {name: float(fixed + varying * price(times)) for name, times in tariff.ratios.items()}
    if not tariff.hours:
        return np.full(stamps.shape, by_band["flat"])
    day = stamps.astype("datetime64[D]")
    month = stamps.astype("datetime64[M]").astype(np.int64) % 12 + 1
    quarter = (stamps - day).astype(np.int64) // 15
    kinds = np.array(DAYS)[_kind_of_day(tariff, day)]
    open_steps = np.ones(stamps.shape, bool)
    found = np.zeros(stamps.shape)
    for each in tariff.hours:  # the first that fits gives the band
        fits = (
            open_steps & np.isin(month, each.months) & np.isin(kinds, each.days)
            & (quarter >= each.quarters.start) & (quarter < each.quarters.stop)
        )  # fmt: skip
        found[fits] = by_band[each.band]
        open_steps &= ~fits
    return found


def _kind_of_day(tariff: Tariff, day: NDArray[np.datetime64]) -> Index:
    free = np.isin(day, np.array(tariff.holidays, "datetime64[D]"))
    weekend = ~np.is_busday(day)
    return np.where(free, DAYS.index("holiday"),
                    np.where(weekend, DAYS.index("weekend"), DAYS.index("workday")))  # fmt: skip


def _by_month(basics: Sequence[object], name: str) -> Floats:
    return np.array([float(price(getattr(each, name))) if each else 0.0 for each in basics])


def _ratchets(months: Sequence[Tariff]) -> list[tuple[int, int, float]]:
    """Month, earlier month, share; what lies before the year is not known."""
    return [
        (number, earlier, float(price(each.basic.ratchet_share)))
        for number, each in enumerate(months)
        if each.basic is not None
        for earlier in range(max(0, number - each.basic.ratchet_months), number)
    ]


def _dated(months: Sequence[Tariff], horizon: Horizon) -> list[tuple[Tariff, int]]:
    return [
        (tariff, days[0].month)
        for tariff, days in zip(months, days_of_months(horizon), strict=True)
    ]


def _coincident_price(tariff: Tariff, month: int) -> float:
    rule = tariff.basic.coincident if tariff.basic else None
    return float(price(rule.price)) if rule and month in rule.months else 0.0


def _coincident_steps(
    months: Sequence[Tariff],
    horizon: Horizon,
    quarters: NDArray[np.datetime64],
) -> Index:
    """The steps that lie, wholly or partly, in the hours of the coincident charge."""
    quarter = (quarters - quarters.astype("datetime64[D]")).astype(np.int64) // 15
    looked_at = np.zeros(horizon.count, bool)
    for number, (tariff, month) in enumerate(_dated(months, horizon)):
        if _coincident_price(tariff, month):
            assert tariff.basic is not None  # noqa: S101  it has a price
            assert tariff.basic.coincident is not None  # noqa: S101
            hours = np.isin(quarter, tariff.basic.coincident.quarters).any(axis=1)
            looked_at |= (horizon.month == number) & hours
    return np.flatnonzero(looked_at)


def _tiers(tariff: Tariff, month: int, who: str) -> list[TierTerms]:
    """The tiers as what each adds to the one below."""
    levels = sorted((price(tier.above), price(tier.adds)) for tier in tariff.tiers)
    found, below = [], price("0")
    for above, adds in levels:
        if adds < below:
            fault = Fault(
                (tariff.id, "tiers", f"above {above} kWh"), f"adds {float(adds):g} CNY/kWh, less "
                f"than the {float(below):g} below it", "a tier costs no less than the one below",
                f"in {who}, give the price that holds for what will be drawn as a rate, and leave "
                "the tiers out",
            )  # fmt: skip
            raise DeclarationError(f"The tiers of {tariff.id} cannot be designed with", [fault])
        if adds > below:
            found.append(TierTerms(month, float(above) / 1000, float(adds - below)))
        below = adds
    return found


def tariffs_of(names: Sequence[str], known: Mapping[str, Tariff], who: str) -> list[Tariff]:
    """The tariffs of a connection by the names that it gives.

    Raises
    ------
    DeclarationError
        If one has not been read.
    """
    missing = [name for name in names if name not in known]
    if missing:
        rule = "one of the tariffs of the design: " + (", ".join(sorted(known)) or "there is none")
        faults = [Fault((who, "tariff"), repr(name), rule, "correct the name of the file")
                  for name in missing]  # fmt: skip
        raise DeclarationError(f"{who} names a tariff that is not there", faults)
    return [known[name] for name in names]
