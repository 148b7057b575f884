"""What is odd in a tariff that can be read: figures in another unit, days and hours that miss."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from celadon.accounts.bill.bounds import Bounds
from celadon.accounts.bill.tariff import Tariff, price
from celadon.records.finding import Finding
from celadon.records.period import Period


def tariff_findings(tariff: Tariff, whose: str) -> list[Finding]:
    """What is odd in a tariff: it may be meant.

    Parameters
    ----------
    whose : the site or design that is billed by it.
    """
    found = []
    for place, given, bounds in figures(tariff):
        if not bounds.is_usual(given):
            low, high = bounds.usual or ("", "")
            if bounds.smallest and abs(price(given)) < price(bounds.smallest):
                low = bounds.smallest
            unit = "" if bounds.unit == "1" else f" {bounds.unit}"
            told = {"given": given, "unit": unit, "low": low, "high": high}
            found.append(Finding(whose, "tariff_figure_odd", tariff.id, place, told))
    years = range(tariff.valid_from.year, (tariff.valid_to or dt.date.max).year + 1)
    outside = sorted(day for day in set(tariff.holidays) if day.year not in years)
    if outside:
        told = {"number": str(len(outside)), "first": str(outside[0])}
        found.append(Finding(whose, "tariff_holidays_outside", tariff.id, "holidays", told))
    if not tariff.holidays and any(each.days == ("holiday",) for each in tariff.hours):
        found.append(Finding(whose, "tariff_no_holidays", tariff.id, "holidays"))
    return found


def zone_findings(tariff: Tariff, site: str, zone: str, period: Period) -> list[Finding]:
    """Whether the clock of a tariff is another than that of the site that is billed by it.

    Parameters
    ----------
    site, zone : whose clock it is compared with, on the first day of each month of a period.
    """
    own = tariff.clock(zone)
    noons = [dt.datetime.combine(month.from_day, dt.time(12)) for month in period.months()]
    apart = {
        hours for hours in ((_ahead(own, noon) - _ahead(ZoneInfo(zone), noon)) for noon in noons)
        if hours
    }  # fmt: skip
    if not apart:
        return []
    most = max(apart, key=abs)
    told = {"zone": tariff.zone, "site_zone": zone, "hours": f"{abs(most):g}"}
    return [Finding(site, "tariff_zone_apart", tariff.id, "zone", told)]


def figures(given: BaseModel, place: str = "") -> Iterator[tuple[str, str, Bounds]]:
    """Every decimal of a declaration with its place in the file and its bounds.

    Examples
    --------
    >>> from celadon.accounts.bill.tariff import Tier
    >>> [(place, text) for place, text, _ in figures(Tier(above="10", adds="0.1"))]
    [('above', '10'), ('adds', '0.1')]
    """
    for name, field in type(given).model_fields.items():
        value, here = getattr(given, name), f"{place}.{name}" if place else name
        bounds = bounds_of(field)
        if isinstance(value, BaseModel):
            yield from figures(value, here)
        elif isinstance(value, tuple):
            for number, each in enumerate(value):
                if isinstance(each, BaseModel):
                    yield from figures(each, f"{here}.{number}")
        elif bounds is not None and isinstance(value, Mapping):
            yield from ((f"{here}.{key}", text, bounds) for key, text in value.items())
        elif bounds is not None and value is not None:
            yield here, value, bounds


def bounds_of(field: FieldInfo) -> Bounds | None:
    """The bounds of a field, or of the values of its table; None where it is no decimal."""
    inner: list[Any] = [
        each for part in get_args(field.annotation) for each in getattr(part, "__metadata__", ())
    ]
    found = [each for each in [*field.metadata, *inner] if isinstance(each, Bounds)]
    return found[-1] if found else None


def _ahead(zone: ZoneInfo, noon: dt.datetime) -> float:
    """Hours by which a clock is ahead of UTC."""
    return (noon.replace(tzinfo=zone).utcoffset() or dt.timedelta()).total_seconds() / 3600
