"""Judging a site by the norms: levels of 2023, the norm in force, the coming one, water intake.

Lower is better and the limit itself passes. The actual value is never corrected and never clipped;
it is compared exactly and rounded only where it is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from celadon.assess.actual import Actual, Leaf, judged_rows, nothing, process_energy
from celadon.assess.limits import Edition, Limits, editions, limits_of
from celadon.assess.reasons import Reason, cited, reason
from celadon.assess.tables import VERDICT
from celadon.assess.verdicts import (
    CANNOT_TELL,
    Place,
    doubts_of_force,
    grade,
    judged,
    level,
    verdict_row,
)
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
    rows = verdict_rows(site, judged_rows(leaves), registry, from_day, to_day)
    return VERDICT.from_rows(rows)


def verdict_rows(
    site: Site, leaves: Sequence[Leaf], registry: Registry, from_day: dt.date, to_day: dt.date
) -> list[Row]:
    """The rows of :func:`judge`, from leaves as :func:`~celadon.assess.actual.judged_rows` has."""
    rows: list[Row] = []
    for unit in site.units:
        if unit.process:
            place = Place(site.id, unit.id, "process_energy", from_day, to_day)
            rows += _unit_rows(site, unit, leaves, registry, place)
    place = Place(site.id, site.id, "water_intake", from_day, to_day)
    return [*rows, *water_intake_rows(site, leaves, registry, place)]


def _unit_rows(
    site: Site, unit: Unit, leaves: Sequence[Leaf], registry: Registry, place: Place
) -> list[Row]:
    if unit.process not in registry.processes:
        known = sorted(registry.processes)
        because = (reason("unknown_process", process=unit.process, processes=known),)
        actual = nothing(because[0])
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
        none = (reason("no_norm_in_force", day=str(place.last_day)),)
        return verdict_row(place, "norm", "", actual, Limits({}, ""), CANNOT_TELL, none, _UNIT)
    newest_in_force = max((_age(one) for one in candidates if one.state == "in_force"), default="")
    open_ones = [one for one in candidates if _age(one) >= newest_in_force]
    edition = max(open_ones, key=_age)
    doubts = tuple(doubt for one in open_ones for doubt in _doubt(one, place))
    limits = limits_of(registry, unit, edition, _SMALL)
    if not limits.values and edition.state == "in_force":
        standard = cited(edition.source)
        doubts = (*doubts, reason("was_in_force", standard=standard, day=str(place.last_day)))
    outcome, because = judged(actual, limits, grade, doubts)
    since = edition.source.validity.certain_from
    if edition.state == "in_force" and since is not None and since > place.from_day:
        within = reason("force_within_period", standard=cited(edition.source), since=str(since))
        because = (*because, within)
    return verdict_row(place, "norm", edition.name, actual, limits, outcome, because, _UNIT)


def _coming_norm(
    unit: Unit, actual: Actual, registry: Registry, place: Place, edition: Edition
) -> Row:
    limits = limits_of(registry, unit, edition, _SMALL)
    outcome, because = judged(actual, limits, grade)
    if outcome != CANNOT_TELL:
        coming = reason("coming", since=edition.source.in_force_from, outcome=outcome)
        outcome, because = "shown", (coming, *because)
    return verdict_row(place, "norm-coming", edition.name, actual, limits, outcome, because, _UNIT)


def _doubt(edition: Edition, place: Place) -> tuple[Reason, ...]:
    """Why it cannot be said that an edition was in force; empty where it can."""
    return doubts_of_force(cited(edition.source), edition.source.validity, place.last_day)


def _age(edition: Edition) -> str:
    """What sorts editions of a norm by age: the year, then the number."""
    return f"{edition.source.edition} {edition.name}"
