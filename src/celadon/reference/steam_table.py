"""The printed steam tables: the enthalpy of a state by straight lines between neighbouring cells.

GB/T 32151.34-2024 gives saturated steam by pressure (table C.4) and superheated steam by pressure
and temperature (table C.5), and asks for linear interpolation. Cells are used as printed; the ones
known to differ from physics say so in their notes. Outside the tables, and between cells on either
side of boiling, there is no answer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from celadon.errors import Fault, LookupRefused
from celadon.exact import decimal_text, parse_decimal
from celadon.numerics.steam import CRITICAL_PRESSURE, TRIPLE_PRESSURE, saturation_temperature


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell: absolute pressure in MPa, temperature in degrees Celsius, kJ/kg."""

    pressure: Fraction
    temperature: Fraction
    enthalpy: Fraction
    place: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Interpolated:
    """An enthalpy in kJ/kg, exact, with the cells it lies between."""

    enthalpy: Fraction
    cells: tuple[Cell, ...]

    @property
    def confidence(self) -> str:
        """The weakest letter of its cells."""
        return max(cell.confidence for cell in self.cells)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is known against any of its cells."""
        return tuple(f"{cell.place}: {cell.note}" for cell in self.cells if cell.note)


class SteamTable:
    """The printed tables of saturated and superheated steam."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        self._saturated: dict[Fraction, Cell] = {}
        self._superheated: dict[tuple[Fraction, Fraction], Cell] = {}
        for row in rows:
            pressure, temperature, value = (
                parse_decimal(row[name]) for name in ("pressure_MPa", "temperature_C", "value")
            )
            place = f"{row['source']} › {row['locator']} › {row['pressure_MPa']} MPa"
            cell = Cell(pressure, temperature, value, place, row["confidence"], row["note"])
            if row["state"] == "saturated":
                self._saturated[pressure] = cell
            else:
                self._superheated[pressure, temperature] = cell

    def saturated(self, pressure: Fraction) -> Interpolated:
        """Dry saturated steam at an absolute pressure in MPa.

        Raises
        ------
        LookupRefused
            If the pressure lies outside the table.
        """
        low, high = _around(sorted(self._saturated), pressure, "pressure", "MPa")
        cells = (self._saturated[low], self._saturated[high])
        share = _share(low, high, pressure)
        one, other = (cell.enthalpy for cell in cells)
        return Interpolated(one + (other - one) * share, tuple(dict.fromkeys(cells)))

    def superheated(self, pressure: Fraction, temperature: Fraction) -> Interpolated:
        """Steam at an absolute pressure in MPa and a temperature in degrees Celsius.

        Raises
        ------
        LookupRefused
            If the state lies outside the table, next to a cell that is not printed, or between
            cells of water and of steam, where straight lines mean nothing.
        """
        pressures = sorted({cell.pressure for cell in self._superheated.values()})
        temperatures = sorted({cell.temperature for cell in self._superheated.values()})
        beside = _around(pressures, pressure, "pressure", "MPa")
        along = _around(temperatures, temperature, "temperature", "degC")
        corners = [(p, t) for p in beside for t in along]
        absent = [corner for corner in corners if corner not in self._superheated]
        if absent:
            raise _refused(
                f"{decimal_text(pressure, 3)} MPa, {decimal_text(temperature, 1)} degC",
                f"no cell is printed at {float(absent[0][0]):g} MPa, {float(absent[0][1]):g} degC",
            )
        cells = [self._superheated[corner] for corner in corners]
        if len({_is_vapour(*corner) for corner in [*corners, (pressure, temperature)]}) > 1:
            raise _refused(
                f"{decimal_text(pressure, 3)} MPa, {decimal_text(temperature, 1)} degC",
                "the neighbouring cells lie on either side of boiling",
            )
        down, across = _share(*beside, pressure), _share(*along, temperature)
        rows = [
            cells[n].enthalpy + (cells[n + 1].enthalpy - cells[n].enthalpy) * across for n in (0, 2)
        ]
        value = rows[0] + (rows[1] - rows[0]) * down
        return Interpolated(value, tuple(dict.fromkeys(cells)))


def _around(
    known: Sequence[Fraction], wanted: Fraction, name: str, unit: str
) -> tuple[Fraction, Fraction]:
    """The neighbours of a value among printed ones; both are itself where it is printed."""
    if not known or not known[0] <= wanted <= known[-1]:
        bounds = f"{float(known[0]):g} to {float(known[-1]):g} {unit}" if known else "empty"
        raise _refused(f"{name} {decimal_text(wanted, 3)} {unit}", f"the table holds {bounds}")
    at = bisect_left(known, wanted)
    return (known[at], known[at]) if known[at] == wanted else (known[at - 1], known[at])


def _share(low: Fraction, high: Fraction, wanted: Fraction) -> Fraction:
    return (wanted - low) / (high - low) if high > low else Fraction(0)


def _is_vapour(pressure: Fraction, temperature: Fraction) -> bool:
    """Whether water of this state is steam; beyond the critical point no boiling parts the two."""
    if pressure >= parse_decimal(str(CRITICAL_PRESSURE)):
        return True
    boils = saturation_temperature(max(float(pressure), TRIPLE_PRESSURE))
    return float(temperature) >= boils


def _refused(found: str, why: str) -> LookupRefused:
    fault = Fault(
        ("steam_enthalpy.csv",), found, why,
        "check that the pressure is absolute and in MPa; or take accounting.steam = \"physics\"",
    )  # fmt: skip
    return LookupRefused(f"The printed steam tables do not give {found}: {why}", [fault])
