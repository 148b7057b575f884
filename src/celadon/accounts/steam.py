"""The enthalpy of purchased steam: measured, or from its pressure and temperature.

From the printed tables as the standards ask, cells as they stand, or from physics (IAPWS-IF97), as
the site declares. Whichever is used, the other is told beside it where the two differ.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from celadon.accounts.parameters import Item, Ladder, Parameter
from celadon.accounts.reasons import of_refusal, reason
from celadon.accounts.values import NoParameterError
from celadon.errors import LookupRefused, ModelError
from celadon.exact import decimal_text, quantise
from celadon.numerics.steam import enthalpy, vapour_enthalpy
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.reference import Registry
from celadon.reference.steam_table import Interpolated, SteamTable
from celadon.units import parse_unit

ENTHALPY, PRESSURE, TEMPERATURE = "specific_enthalpy", "steam_pressure", "steam_temperature"
"""Parameters of purchased steam; its pressure is absolute."""

_TOLD_FROM = Fraction(1, 1000)
"""Share by which tables and physics must differ to be told."""

_MPA = parse_unit("MPa").size


def steam_enthalpy(
    ladder: Ladder, registry: Registry, item: Item, account: str, period: Period
) -> Parameter:
    """The enthalpy of a stretch of days: as measured or certified, else from the steam's state.

    Saturated steam is told by its pressure alone, which is absolute.

    Raises
    ------
    NoParameterError
        If neither it nor the state is known, or the state lies outside the table that is used.
    """
    measured = ladder.observed(item, account, ENTHALPY, period)
    if measured is not None:
        return measured
    pressure = ladder.observed(item, account, PRESSURE, period)
    temperature = ladder.observed(item, account, TEMPERATURE, period)
    if pressure is None:
        raise NoParameterError(ENTHALPY, reason("metered_by_mass", stream=item.id))
    state = (pressure.size / _MPA, temperature.size if temperature else None)
    by_table = _from_table(registry, *state)
    by_physics = _from_physics(*state)
    use_table = ladder.site.accounting.steam == "table"
    used = by_table if use_table else by_physics
    if isinstance(used, str):
        raise NoParameterError(ENTHALPY, used)
    if isinstance(by_table, Interpolated) and isinstance(by_physics, Fraction):
        _tell_gap(ladder, item, period, by_table, by_physics)
    value = used.enthalpy if isinstance(used, Interpolated) else used
    places = [p.factor for p in (pressure, temperature) if p is not None]
    basis = (
        " | ".join(cell.place for cell in used.cells)
        if isinstance(used, Interpolated)
        else "IAPWS-IF97"
    )
    letter = used.confidence if isinstance(used, Interpolated) else None
    by = "; ".join([basis, *places])
    return ladder.derived(item.id, account, ENTHALPY, period, value, "kJ/kg", by, letter)


def _from_table(
    registry: Registry, pressure: Fraction, temperature: Fraction | None
) -> Interpolated | str:
    table = _table(registry)
    try:
        if temperature is None:
            return table.saturated(pressure)
        return table.superheated(pressure, temperature)
    except LookupRefused as error:
        return of_refusal(error, error.summary)


@lru_cache(maxsize=4)
def _table(registry: Registry) -> SteamTable:
    return SteamTable(registry.rows("steam_enthalpy"))


def _from_physics(pressure: Fraction, temperature: Fraction | None) -> Fraction | str:
    """To 0.01 kJ/kg, as it is kept."""
    try:
        if temperature is None:
            found = vapour_enthalpy(float(pressure))
        else:
            found = enthalpy(float(pressure), float(temperature))
    except ModelError as error:
        return reason("no_physics", told=error.summary)
    return Fraction(quantise(Fraction(found), 2), 100)


def _tell_gap(
    ladder: Ladder, item: Item, period: Period, table: Interpolated, physics: Fraction
) -> None:
    apart = (table.enthalpy - physics) / physics
    if abs(apart) < _TOLD_FROM:
        return
    numbers = {
        "table": decimal_text(table.enthalpy, 2), "physics": decimal_text(physics, 2),
        "apart": f"{decimal_text(apart * 100, 2)} %", "doubts": "; ".join(table.doubts),
    }  # fmt: skip
    place = f"{item.id} › {ENTHALPY} › {period}"
    ladder.findings.append(Finding(ladder.site.id, "steam_gap", item.id, place, numbers))
