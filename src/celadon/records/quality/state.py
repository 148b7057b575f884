"""State meters: temperature, pressure, power factor; averaged by duration, never summed.

A reading holds from its instant until the next, at most twice the meter's declared minutes; what is
longer is missing. A reading in conflict, or above the declared maximum, has no value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import pyarrow as pa

from celadon.engine import Engine
from celadon.exact import decimal_text, parse_decimal
from celadon.records.quality.tables import STATE_DAY
from celadon.records.site import Meter
from celadon.records.tables import QUALITY_EVENT

_PACKAGE = "celadon.records.quality"


def state_days(engine: Engine) -> pa.Table:
    """The days of all state meters.

    Reads the tables ``slot``, ``channel``, ``site_day`` and ``site_clock`` of the engine, and
    leaves ``state_hold`` and ``state_day`` in it.
    """
    state_holds(engine)
    engine.define(_PACKAGE, STATE_DAY)
    return engine.fetch(STATE_DAY)


def state_holds(engine: Engine) -> None:
    """Leave ``state_hold`` in the engine: what each reading of a judged state meter stands for."""
    engine.step(_PACKAGE, "state_hold")


def state_events(engine: Engine) -> pa.Table:
    """What is odd in the readings of state meters, as quality events.

    Runs of equal readings and stretches without any reading are told; a reading above the declared
    maximum is told and has no value. Comes after :func:`state_days`, whose tables it reads.
    """
    return engine.query(_PACKAGE, "state_event", QUALITY_EVENT)


def mean(rows: Iterable[Mapping[str, Any]], meter: Meter) -> Fraction | None:
    """The average by duration over rows of ``state_day``, in the meter's unit; None without any.

    Degrees Celsius average like any other reading: weights add to one, so that the zero of the
    scale plays no part.

    Examples
    --------
    >>> oven = Meter(id="oven", kind="state", measure="degC", resolution="0.1")
    >>> halves = [{"weighted": 43_200 * 200, "seconds": 43_200}, {"weighted": 0, "seconds": 43_200}]
    >>> mean(halves, oven)
    Fraction(10, 1)
    """
    weighted = seconds = 0
    for row in rows:
        weighted += int(row["weighted"])
        seconds += row["seconds"]
    return Fraction(weighted, seconds) * meter.count_size if seconds else None


def average(row: Mapping[str, Any], meter: Meter) -> str:
    """The average of a row of ``state_day`` as decimal text, one decimal finer than a reading.

    Empty where the day has no value.

    Examples
    --------
    >>> oven = Meter(id="oven", kind="state", measure="degC", resolution="0.1")
    >>> average({"weighted": -3 * 86_400 + 21_600, "seconds": 86_400}, oven)
    '-0.28'
    """
    value = mean([row], meter)
    return "" if value is None else decimal_text(value, decimals_of(meter) + 1)


def shown(count: int | None, meter: Meter) -> str:
    """A low or high as decimal text with the decimals of the meter; empty where there is none.

    Examples
    --------
    >>> shown(-25, Meter(id="oven", kind="state", measure="degC", resolution="0.1"))
    '-2.5'
    """
    return "" if count is None else decimal_text(count * meter.count_size, decimals_of(meter))


def decimals_of(meter: Meter) -> int:
    """How many decimals write one count of the meter, multiplier included, in full; at most 12.

    Examples
    --------
    >>> decimals_of(Meter(id="gauge", kind="state", measure="MPa", resolution="0.005"))
    3
    """
    size = parse_decimal(meter.resolution) * parse_decimal(meter.multiplier)
    return next((n for n in range(12) if (size * 10**n).denominator == 1), 12)
