"""Judging a site by the norms: levels of 2023, the norm in force, the coming one, water intake.

Lower is better and the limit itself passes. The actual value is never corrected and never clipped;
it is compared exactly and rounded only in words.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa

from celadon.assess.actual import Actual, process_energy
from celadon.assess.limits import Edition, Limits, editions, limits_of
from celadon.assess.tables import VERDICT
from celadon.assess.verdicts import CANNOT_TELL, Place, grade, judged, level, verdict_row
from celadon.assess.water import water_intake_rows
from celadon.records.site import Site, Unit
from celadon.reference import Registry

_SMALL, _UNIT = "gce/kg", "kgce/t"

Row = dict[str, Any]


def judge(
    site: Site, leaves: pa.Table, registry: Registry, from_day: dt.date, to_day: dt.date
) -> pa.Table:
    """The verdicts on a site for the period ``[from_day, to_day)``, as a table ``verdict``.

    Parameters
    ----------
    leaves : table ``leaf`` of the site; only whole leaves of the period are summed.
    registry : the limits, their corrections and their days in force.

    Notes
    -----
    For each unit with a process: the levels of 2023 in kgce/t, the norm in force on the last day,
    and every edition that comes into force after it (outcome ``shown``). For an integrated works:
    its water intake in m3 per t crude steel.
    """
    rows: list[Row] = []
    for unit in site.units:
        if unit.process:
            place = Place(site.id, unit.id, "process_energy", from_day, to_day)
            rows += _unit_rows(site, unit, leaves, registry, place)
    place = Place(site.id, site.id, "water_intake", from_day, to_day)
    rows += water_intake_rows(site, leaves, registry, place)
    return VERDICT.from_rows(rows)


def _unit_rows(
    site: Site, unit: Unit, leaves: pa.Table, registry: Registry, place: Place
) -> list[Row]:
    if unit.process not in registry.processes:
        known = ", ".join(sorted(registry.processes))
        because = f"process {unit.process!r} is not in the reference tables; known are {known}"
        actual = Actual(None, None, None, 0, because)
        return [verdict_row(place, "norm", "", actual, Limits({}, ""), CANNOT_TELL, because, _UNIT)]
    actual = process_energy(site, unit, leaves, place.from_day, place.to_day)
    return [
        *_level_rows(unit, actual, registry, place),
        *_norm_rows(unit, actual, registry, place),
    ]


def _level_rows(unit: Unit, actual: Actual, registry: Registry, place: Place) -> list[Row]:
    rows = []
    for edition in editions(registry, unit.process, "levels-2023", place.last_day):
        if edition.state in ("not_yet", "ended"):
            continue
        limits = limits_of(registry, unit, edition, _SMALL)
        outcome, because = judged(actual, limits, level, _doubt(edition, place))
        rows.append(
            verdict_row(place, "levels-2023", edition.name, actual, limits, outcome, because, _UNIT)
        )
    return rows


def _norm_rows(unit: Unit, actual: Actual, registry: Registry, place: Place) -> list[Row]:
    known = editions(registry, unit.process, "norm", place.last_day)
    if not known:
        return []
    coming = [edition for edition in known if edition.state == "not_yet"]
    return [
        _present_norm(unit, actual, registry, place, known),
        *(_coming_norm(unit, actual, registry, place, edition) for edition in coming),
    ]


def _present_norm(
    unit: Unit, actual: Actual, registry: Registry, place: Place, known: list[Edition]
) -> Row:
    """The verdict by the norm in force on the last day; open where that is not known.

    A newer edition in force has replaced the older ones, whatever is known of their end.
    """
    candidates = [one for one in known if one.state in ("in_force", "unknown", "uncertain")]
    if not candidates:
        because = f"no norm that is known was in force on {place.last_day}"
        limits = Limits({}, "")
        return verdict_row(place, "norm", "", actual, limits, CANNOT_TELL, because, _UNIT)
    newest_in_force = max((_age(one) for one in candidates if one.state == "in_force"), default="")
    open_ones = [one for one in candidates if _age(one) >= newest_in_force]
    edition = max(open_ones, key=_age)
    doubts = tuple(doubt for one in open_ones for doubt in _doubt(one, place))
    limits = limits_of(registry, unit, edition, _SMALL)
    if not limits.values and edition.state == "in_force":
        doubts = (*doubts, f"{edition.name} was in force on {place.last_day}")
    outcome, because = judged(actual, limits, grade, doubts)
    since = edition.source.validity.certain_from
    if edition.state == "in_force" and since is not None and since > place.from_day:
        because = f"{because}; {edition.name} is in force since {since}, within the period"
    return verdict_row(place, "norm", edition.name, actual, limits, outcome, because, _UNIT)


def _coming_norm(
    unit: Unit, actual: Actual, registry: Registry, place: Place, edition: Edition
) -> Row:
    limits = limits_of(registry, unit, edition, _SMALL)
    outcome, because = judged(actual, limits, grade)
    if outcome != CANNOT_TELL:
        start = edition.source.in_force_from
        outcome, because = "shown", f"in force from {start}; would be {outcome}: {because}"
    return verdict_row(place, "norm-coming", edition.name, actual, limits, outcome, because, _UNIT)


def _doubt(edition: Edition, place: Place) -> tuple[str, ...]:
    """Why it cannot be said that an edition was in force; empty where it can."""
    if edition.state == "unknown":
        return (f"the date in force of {edition.name} is not known",)
    if edition.state == "uncertain":
        words = edition.source.validity.words()
        return (f"uncertain whether {edition.name} was in force on {place.last_day} ({words})",)
    return ()


def _age(edition: Edition) -> str:
    """What sorts editions of a norm by age: the year, then the number."""
    return f"{edition.source.edition} {edition.name}"
