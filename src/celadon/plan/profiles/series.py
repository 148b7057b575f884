"""Series of a design: read with their units, laid on the steps of the year, their gaps told.

A gap is missing, never zero. A short one is filled with the values of the same hour of the nearest
day that has them, and counted as estimated, where the design allows it; a longer one stops the
design and is named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import Field, model_validator

from celadon.errors import Fault, InputError
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.quantities import FINITE, Energy, Power
from celadon.plan.profiles.columns import Columns
from celadon.plan.profiles.odd_cells import cell_findings
from celadon.plan.profiles.photovoltaic_yield import PhotovoltaicYield, photovoltaic_yield
from celadon.plan.profiles.power_curve import curve_findings
from celadon.plan.profiles.stamps import NO_ZONE, Clock, settled, step_minutes
from celadon.plan.profiles.weather import read_weather
from celadon.plan.profiles.weather_checks import weather_findings
from celadon.plan.profiles.wind_yield import WindYield, curve_of, wind_speeds, wind_yield
from celadon.records.declaring import Declaration, UnitText
from celadon.records.finding import Finding
from celadon.units import conversion, parse_unit

MODEL_UNITS = {
    "power": "MW", "energy": "MWh", "mass": "t", "money/energy": "CNY/kWh", "ratio": "1",
    "co2/energy": "tCO2/MWh", "temperature": "degC",
}  # fmt: skip
"""The unit that a series has in the model, by its dimension; amounts of a step become rates."""

_AMOUNTS = ("energy", "mass")
_HEADER_UNIT = re.compile(r"(?:[\s_(\[（]|^)(kWh|MWh|GWh|kW|MW|W)[)\]）]?$")


class SeriesDeclared(Declaration):
    """Where a series stands, and in which unit.

    Parameters
    ----------
    column : of the file of profiles; ``site`` names a site of the workspace instead, whose power
        drawn is taken from its ledger; ``pv`` panels and a weather file that they yield in;
        ``wind`` a turbine, its power curve and a file of wind speeds.
    unit : of the numbers: a power, or an energy in each step; CNY/kWh; 1 or % for ratios.
    typical : a year without a date, such as of the weather; 29 February is that of the day before.
    fill_at_most_hours : gaps up to so long are filled and told.
    annual : what it comes to in a year, as known from bills; a check.
    at_most : the highest power there can be, such as of the transformers; a check.
    """

    model_config = FINITE

    column: str = ""
    site: str = ""
    pv: PhotovoltaicYield | None = None
    wind: WindYield | None = None
    unit: UnitText = "1"
    typical: bool = False
    fill_at_most_hours: float = Field(0, ge=0)
    annual: Energy | None = Field(None, gt=0)
    at_most: Power | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum((bool(self.column), bool(self.site), self.is_yield)) != 1 or (self.pv and self.wind):
            raise ValueError("either column, site, pv or wind is given, and one of them only")
        if self.is_yield and (self.unit != "1" or self.annual or self.at_most):
            raise ValueError("a yield is of one: unit, annual and at_most go with loads")
        if parse_unit(self.unit).dimension not in MODEL_UNITS:
            known = "kW, kWh, CNY/kWh, 1, %, tCO2/MWh, degC or t"
            raise ValueError(f"no unit of a series; it is one of {known}")
        return self

    @property
    def is_yield(self) -> bool:
        """Whether it is worked out from weather."""
        return self.pv is not None or self.wind is not None

    @property
    def files(self) -> tuple[str, ...]:
        """The files beside the design that it is worked out from, that of profiles aside."""
        panels = (self.pv.file,) if self.pv is not None else ()
        turbine = (self.wind.file, self.wind.curve) if self.wind is not None else ()
        return (*panels, *turbine)


@dataclass(frozen=True, eq=False)
class Read:
    """A series on the steps of a year, and what was found in it."""

    values: Floats
    findings: tuple[Finding, ...]


def read_series(
    name: str, declared: SeriesDeclared, columns: Columns, time: str, horizon: Horizon, design: str,
    clock: Clock = NO_ZONE,
) -> Read:  # fmt: skip
    """A series of a file, in the unit of the model, one value a step.

    Parameters
    ----------
    time : the column of times, local standard time at the start of a step; empty if the rows are
        the steps of the year in order.
    clock : of the design, for times that say their distance from UTC.
    design : id of the design, for its findings.

    Raises
    ------
    InputError
        If the rows are not those of the year, have a gap that may not be filled, or contradict what
        is known of the year.
    """
    place = f"{columns.name} › {declared.column}"
    _refuse_other_header(place, declared)
    numbers = columns.numbers(declared.column)
    findings = list(cell_findings(numbers, name, place, design))
    if time:
        assert horizon.start is not None  # noqa: S101  a design file names its year
        _refuse_other_dates(declared, columns.times(time), horizon, place)
        rows = settled(columns.stamps(time), clock, horizon.start.year, design)
        findings += rows.findings
        numbers, hours = placed(numbers, rows.times, horizon, place)
    else:
        numbers, hours = _counted(numbers, declared, horizon, place)
        if declared.typical and len(numbers) * hours == 8760 < horizon.count * horizon.hours:
            numbers = _with_leap_day(numbers, hours)
            findings.append(Finding(design, "leap_day_repeated", name, place))
    return laid(name, declared, numbers, hours, horizon, design, findings, place)


def yielded(
    name: str, declared: SeriesDeclared, folder: Path, horizon: Horizon, design: str
) -> Read:
    """What panels or a turbine yield in each step, per unit of capacity; the weather has no date.

    Parameters
    ----------
    folder : of the weather file.

    Raises
    ------
    InputError
        If the weather is no year, not in W/m2 or m/s, or of another clock; or has gaps.
    RequirementMissing
        If panels are asked for, and pvlib is not installed.
    """
    if declared.wind is not None:
        file, found, told = _of_wind(declared.wind, folder, design)
    else:
        assert declared.pv is not None  # noqa: S101  whoever asks has looked
        weather = read_weather(folder / declared.pv.file, declared.pv)
        file, found = weather.name, photovoltaic_yield(declared.pv, weather)
        told = list(weather_findings(declared.pv, weather, design))
    changed = {"column": "yield", "pv": None, "wind": None, "typical": True}
    as_column = declared.model_copy(update=changed)
    columns = Columns(file, pa.table({"yield": found}))
    read = read_series(name, as_column, columns, "", horizon, design)
    return replace(read, findings=(*told, *read.findings))


def _of_wind(
    turbine: WindYield, folder: Path, design: str
) -> tuple[str, Floats, Sequence[Finding]]:
    curve, speeds = curve_of(turbine, folder), wind_speeds(turbine, folder)
    at_curve = speeds * turbine.to_hub * turbine.by_density
    told = curve_findings(curve, at_curve, design)
    return turbine.file, wind_yield(turbine, curve, speeds), told


def laid(
    name: str,
    declared: SeriesDeclared,
    numbers: Floats,
    hours: float,
    horizon: Horizon,
    design: str,
    findings: list[Finding],
    place: str,
) -> Read:
    """Numbers of a whole year in steps of some hours: filled, checked, converted, fitted."""
    numbers, filled = _filled(numbers, hours, declared, place, horizon)
    if filled:
        told = {"steps": filled, "hours": f"{filled * hours:g}"}
        findings.append(Finding(design, "gap_filled", name, place, told))
    dimension = parse_unit(declared.unit).dimension
    factor = float(conversion(declared.unit, MODEL_UNITS[dimension]))
    values = numbers * factor / (hours if dimension in _AMOUNTS else 1.0)
    _check_known(declared, values, hours, place)
    is_checked = bool(declared.annual or declared.at_most or declared.site)
    if dimension in ("power", "energy") and hours != 1 and not is_checked:
        told = {"energy": f"{float(values.sum()) * hours:,.0f}", "unit": declared.unit,
                "times": f"{1 / hours:g}"}  # fmt: skip
        findings.append(Finding(design, "unit_unchecked", name, place, told))
    if dimension in ("power", "energy") and hours > horizon.hours:
        told = {"minutes": f"{60 * hours:g}", "step": f"{60 * horizon.hours:g}"}
        findings.append(Finding(design, "readings_repeated", name, place, told))
    return Read(_fitted(values, hours, horizon, place), tuple(findings))


def _refuse_other_dates(
    declared: SeriesDeclared, times: NDArray[np.datetime64], horizon: Horizon, place: str
) -> None:
    """A typical year with dates of another: nobody knows which of the two is meant."""
    assert horizon.start is not None  # noqa: S101  a design file names its year
    years = times.astype("datetime64[Y]").astype(np.int64) + 1970
    if not declared.typical or (years == horizon.start.year).any():
        return
    first, last = (str(each).replace("T", " ") for each in (times.min(), times.max()))
    raise _no_year(
        place, f"times from {first} to {last}", horizon,
        "rows with dates are laid by them, typical or not: leave time out of [profiles] where the "
        "file is a year without a date, or give a file of the year",
    )  # fmt: skip


def _refuse_other_header(place: str, declared: SeriesDeclared) -> None:
    match = _HEADER_UNIT.search(declared.column)
    counts_power = parse_unit(declared.unit).dimension in ("power", "energy")
    if match is None or not counts_power or parse_unit(match[1]) == parse_unit(declared.unit):
        return
    fault = Fault(
        (place,), f"a header that says {match[1]}, declared as {declared.unit}",
        "a series has the unit that its header says",
        f"write unit = {match[1]!r}, or rename the column if the header is wrong",
    )  # fmt: skip
    raise InputError(f"{place} has two units", [fault])


def placed(
    numbers: Floats, times: NDArray[np.datetime64], horizon: Horizon, place: str
) -> tuple[Floats, float]:
    """Numbers at their steps of the year, what is absent being no number; and hours of a step.

    Raises
    ------
    InputError
        If the times are not of the year, stand twice, or are off their own step.
    """
    assert horizon.start is not None  # noqa: S101  a design file names its year
    start = np.datetime64(horizon.start, "m")
    end = np.datetime64(f"{horizon.start.year + 1}-01-01", "m")
    minutes = step_minutes(times)
    if not minutes:
        raise _no_year(place, "no times that follow each other", horizon)
    within = (times >= start) & (times < end)
    if not within.any():
        first, last = (str(each).replace("T", " ") for each in (times.min(), times.max()))
        raise _no_year(place, f"times from {first} to {last}", horizon)
    slots, rest = np.divmod((times[within] - start).astype(np.int64), minutes)
    if rest.any():
        raise _no_year(place, f"times off the step of {minutes} minutes", horizon)
    found, count = np.unique(slots, return_counts=True)
    if (count > 1).any():
        twice = start + np.timedelta64(int(found[count > 1][0]) * minutes, "m")
        told = f"{str(twice).replace('T', ' ')} stands there twice"
        remedy = (
            "remove the row that is one too many, or correct its time; a clock of summer time has "
            "an hour twice: give standard time, or each time with its distance from UTC"
        )
        raise _no_year(place, told, horizon, remedy)
    laid_out = np.full(int((end - start).astype(np.int64)) // minutes, np.nan)
    laid_out[slots] = numbers[within]
    return laid_out, minutes / 60


def _counted(
    numbers: Floats, declared: SeriesDeclared, horizon: Horizon, place: str
) -> tuple[Floats, float]:
    """The length of a step, from how many make a year."""
    whole = horizon.count * horizon.hours
    years = [whole, 8760.0] if declared.typical else [whole]
    for hours in (1.0, 0.5, 0.25):
        if len(numbers) * hours in years:
            return numbers, hours
    common = ", the hours of a year without 29 February" if len(numbers) == 8760 else ""
    raise _no_year(place, f"{len(numbers)} rows{common}", horizon)


def _no_year(place: str, found: str, horizon: Horizon, remedy: str = "") -> InputError:
    year = horizon.start.year if horizon.start else ""
    hours = round(horizon.count * horizon.hours)
    rule = f"the {hours} hours of {year}, or its half or quarter hours, each once"
    remedy = remedy or (
        "name the column of times in [profiles] time; write typical = true for a year without a "
        "date; correct the year of the design"
    )
    return InputError(
        f"{place} is not the year of the design", [Fault((place,), found, rule, remedy)]
    )


def _with_leap_day(numbers: Floats, hours: float) -> Floats:
    """29 February as the day before it."""
    day = round(24 / hours)
    end = 59 * day  # of 28 February
    return np.concatenate([numbers[:end], numbers[end - day : end], numbers[end:]])


def _filled(
    numbers: Floats, hours: float, declared: SeriesDeclared, place: str, horizon: Horizon
) -> tuple[Floats, int]:
    """Short gaps filled by the same hour of the nearest day; longer ones refused by name."""
    missing = ~np.isfinite(numbers)
    if not missing.any():
        return numbers, 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], missing.astype(np.int8), [0]])))
    starts, ends = edges[::2], edges[1::2]
    longest = int((ends - starts).max())
    if longest * hours > declared.fill_at_most_hours:
        long = starts[(ends - starts) * hours > declared.fill_at_most_hours]
        when = horizon.stamps()[0] + np.timedelta64(round(float(long[0]) * hours * 60), "m")
        found = (
            f"{int(missing.sum())} step(s) without a value in {len(starts)} gap(s), the longest "
            f"{longest * hours:g} h; the first that is too long begins at step "
            f"{long[0] + 1}, {str(when).replace('T', ' ')}"
        )
        fault = Fault(
            (place,), found, "a value in every step: what is missing is not zero",
            "supply the readings, or allow gaps with fill_at_most_hours",
        )  # fmt: skip
        raise InputError(f"{place} has gaps", [fault])
    filled, day = numbers.copy(), round(24 / hours)
    for step in np.flatnonzero(missing):
        near = (step + sign * n * day for n in range(1, 15) for sign in (-1, 1))
        there = next((s for s in near if 0 <= s < len(numbers) and not missing[s]), None)
        if there is None:
            fault = Fault((place,), f"no value near step {step + 1}", "one within a fortnight",
                          "supply the readings")  # fmt: skip
            raise InputError(f"{place} has gaps", [fault])
        filled[step] = numbers[there]
    return filled, int(missing.sum())


def _check_known(declared: SeriesDeclared, rates: Floats, hours: float, place: str) -> None:
    """Refuse a series that what is known of the year contradicts; a kW named kWh is recognised."""
    faults = []
    if declared.annual is not None:
        known = declared.annual
        found = float(rates.sum()) * hours
        if not 0.7 * known <= found <= 1.4 * known:
            told = f"{found:,.0f} MWh in the year, where {known:,.0f} MWh are known"
            remedy = _named_wrong(declared, found / known, hours)
            faults.append(Fault((place,), told, "the series and the bills agree", remedy))
    if declared.at_most is not None:
        most = declared.at_most
        highest = float(rates.max())
        if highest > most * 1.05:
            told = f"a power of {highest:,.3f} MW, where {most:,.3f} MW are the most there can be"
            rule = "no power is above what the connection carries"
            remedy = _named_wrong(declared, highest / most, hours)
            faults.append(Fault((place,), told, rule, remedy))
    if faults:
        raise InputError(f"{place} contradicts what is known of it", faults)


def _named_wrong(declared: SeriesDeclared, ratio: float, hours: float) -> str:
    """The remedy where a ratio is that of one unit to another."""
    energy = parse_unit(declared.unit).dimension == "energy"
    other = declared.unit[:-1] if energy else f"{declared.unit}h"
    expected = 1 / hours if energy else hours
    if hours != 1 and abs(ratio / expected - 1) < 0.3:
        return f"the numbers look like {other} named {declared.unit}: write unit = {other!r}"
    return "check the unit, the column and the year"


def _fitted(values: Floats, hours: float, horizon: Horizon, place: str) -> Floats:
    """Rates on the steps of the design: means of shorter steps, repeats of longer ones."""
    if hours == horizon.hours:
        fitted = values
    elif hours < horizon.hours:
        fitted = values.reshape(-1, round(horizon.hours / hours)).mean(axis=1)
    else:
        fitted = np.repeat(values, round(hours / horizon.hours))
    if len(fitted) != horizon.count:
        raise _no_year(place, f"{len(fitted)} steps", horizon)
    return fitted
