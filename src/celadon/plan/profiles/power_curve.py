"""The power curve of a wind turbine as its maker or its measurement gives it: read and looked at.

No curve is held here and none is invented: power at some wind speeds, from a file of the user's.
Below its first speed and above its last a turbine gives nothing; between two speeds the power is on
the line that joins them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from celadon.errors import Fault, InputError
from celadon.numerics.lp.expression import Floats
from celadon.plan.profiles.columns import read_columns
from celadon.records.finding import Finding

FASTEST: Final = 60.0
"""m/s that no mean of a quarter hour or an hour reaches at a mast, and no power curve; km/h do."""

_ABOVE_RATED = 1.1
"""Of the rated power: a measured curve may lie above it by some percent, another unit by more."""

_FEWEST = 4
_GAP = 2.0
"""m/s between two points of a curve; makers and IEC 61400-12-1 give them by 0.5 or 1."""

_FLAT = 0.01
"""Of the rated power: a change across a gap that is none, and power that is more than none."""


@dataclass(frozen=True, eq=False)
class PowerCurve:
    """Power per unit of the rated power at wind speeds of the hub.

    Attributes
    ----------
    speeds : m/s, rising.
    powers : of one.
    """

    name: str
    speeds: Floats
    powers: Floats

    def power(self, speeds: Floats) -> Floats:
        """Of the rated power, at wind speeds of the hub; no number where there is none.

        Examples
        --------
        >>> made_up = PowerCurve("simulated", np.array([3.0, 12, 25]), np.array([0.0, 1, 1]))
        >>> made_up.power(np.array([2, 7.5, 20, 26])).tolist()
        [0.0, 0.5, 1.0, 0.0]
        """
        found: Floats = np.interp(speeds, self.speeds, self.powers, left=0.0, right=0.0)
        return np.where(np.isnan(speeds), np.nan, found)


def read_power_curve(path: Path, speed: str, power: str, rated: float | None) -> PowerCurve:
    """The curve of a CSV or Parquet file.

    Parameters
    ----------
    speed, power : the names of its columns: m/s at the hub, and kW, or of one without ``rated``.
    rated : kW of the turbine; None where the powers are of one.

    Raises
    ------
    InputError
        If it has too few points, a cell without a number, speeds that do not rise or are not in
        m/s, or powers that are not in the unit told.
    """
    table = read_columns(path)
    speeds, powers = table.numbers(speed), table.numbers(power)
    faults = _faults(path.name, (speed, speeds), (power, powers), rated)
    if faults:
        raise InputError(f"{path.name} is no power curve", faults)
    return PowerCurve(path.name, speeds, powers / (rated or 1.0))


def curve_findings(curve: PowerCurve, at_hub: Floats, subject: str) -> list[Finding]:
    """What of a curve is to be looked at: gaps, and an end or a beginning in the midst of power.

    Parameters
    ----------
    at_hub : the speeds that it is used for, m/s.
    subject : the design.
    """
    found = []
    steps, rises = np.diff(curve.speeds), np.abs(np.diff(curve.powers))
    wide = np.flatnonzero((steps > _GAP) & (rises > _FLAT))
    if wide.size:
        at = int(wide[np.argmax(steps[wide])])
        told = {"gaps": int(wide.size), "from": f"{curve.speeds[at]:g}",
                "to": f"{curve.speeds[at + 1]:g}"}  # fmt: skip
        found.append(Finding(subject, "curve_with_gaps", "power curve", curve.name, told))
    last, first = float(curve.speeds[-1]), float(curve.speeds[0])
    if curve.powers[-1] > _FLAT:
        told = {"speed": f"{last:g}", "percent": f"{100 * curve.powers[-1]:.3g}",
                "steps": int((at_hub > last).sum())}  # fmt: skip
        found.append(Finding(subject, "curve_without_cut_out", "power curve", curve.name, told))
    if curve.powers[0] > _FLAT:
        told = {"speed": f"{first:g}", "percent": f"{100 * curve.powers[0]:.3g}",
                "steps": int((at_hub < first).sum())}  # fmt: skip
        found.append(Finding(subject, "curve_without_cut_in", "power curve", curve.name, told))
    return found


def _faults(
    name: str, speed: tuple[str, Floats], power: tuple[str, Floats], rated: float | None
) -> list[Fault]:
    """Every reason why the columns are no curve."""
    (speed_column, speeds), (power_column, powers) = speed, power
    if len(speeds) < _FEWEST:
        return [Fault((name,), f"{len(speeds)} points", f"a power curve of {_FEWEST} or more",
                      "give the whole table of the maker")]  # fmt: skip
    faults = []
    for column, numbers in (speed, power):
        empty = np.flatnonzero(np.isnan(numbers))
        if empty.size:
            faults.append(Fault((name, column, f"row {empty[0] + 2}"),
                                f"{empty.size} cell(s) without a number", "a number in each row",
                                "fill it, or leave the row out"))  # fmt: skip
    if faults:
        return faults
    stands = np.flatnonzero(np.diff(speeds) <= 0)
    if stands.size:
        at = int(stands[0])
        faults.append(Fault((name, speed_column, f"row {at + 3}"),
                            f"{speeds[at + 1]:g} after {speeds[at]:g}",
                            "wind speeds that rise from row to row, each once",
                            "sort the rows, and keep one of two alike"))  # fmt: skip
    if speeds.min() < 0 or speeds.max() > FASTEST:
        faults.append(Fault((name, speed_column), f"speeds from {speeds.min():g} to "
                            f"{speeds.max():g}", f"m/s, from 0 to {FASTEST:g}",
                            "if they are km/h, divide them by 3.6"))  # fmt: skip
    return faults + _power_faults((name, power_column), powers, rated)


def _power_faults(place: tuple[str, str], powers: Floats, rated: float | None) -> list[Fault]:
    lowest, highest = float(powers.min()), float(powers.max())
    told, faults = f"powers from {lowest:g} to {highest:g}", []
    if lowest < 0:
        faults.append(Fault(place, told, "a turbine gives power: none is below zero",
                            "write 0 where it stands still; what it draws then is a load of its "
                            "own"))  # fmt: skip
    if rated is None and highest > _ABOVE_RATED:
        faults.append(Fault(place, told, "power of one: 1 at the rated power",
                            "if they are kW, give rated, such as rated = \"5 MW\""))  # fmt: skip
    if highest <= 0:
        faults.append(Fault(place, told, "power above zero somewhere", "give the right column"))
    elif rated is not None and not 1 / _ABOVE_RATED <= highest / rated <= _ABOVE_RATED:
        faults.append(Fault(place, told, f"kW, the highest near the rated {rated:g} kW",
                            "correct rated or the column; powers of one go without rated, and "
                            "MW or W are turned into kW"))  # fmt: skip
    return faults
