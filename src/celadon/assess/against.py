"""A figure against the editions of a norm: the one in force, and every one that is coming."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from celadon.assess.actual import Actual
from celadon.assess.limits import Edition, Limits, limits_of, printed_unit
from celadon.assess.reasons import Reason, cited, reason
from celadon.assess.scales import KGCE_PER_T, Scaling, scale_per_mass
from celadon.assess.verdicts import (
    CANNOT_TELL,
    Place,
    doubts_of_force,
    grade,
    judged,
    level,
    settled,
    verdict_row,
)
from celadon.records.site import Unit
from celadon.reference import Registry

Row = dict[str, Any]


def norm_rows(
    unit: Unit,
    actual: Actual,
    place: Place,
    registry: Registry,
    known: list[Edition],
    scaling: Scaling = scale_per_mass,
) -> list[Row]:
    """The verdict by the norm in force, and what every coming edition would give.

    Parameters
    ----------
    unit : whose facts choose bands and correct limits.
    known : the editions of the norm, with their state on the last day of the period.
    scaling : how the figure is brought into the unit that limits are printed in.
    """
    if not known:
        return []
    coming = [edition for edition in known if edition.state == "not_yet"]
    return [
        _present_norm(unit, actual, place, registry, known, scaling),
        *(_coming_norm(unit, actual, place, registry, edition, scaling) for edition in coming),
    ]


def level_rows(
    unit: Unit,
    actual: Actual,
    place: Place,
    registry: Registry,
    known: list[Edition],
    scaling: Scaling = scale_per_mass,
) -> list[Row]:
    """The verdict by each edition of the levels of efficiency that may have held."""
    rows = []
    for edition in known:
        if edition.state in ("not_yet", "ended"):
            continue
        scaled, shown = _in_print(unit, actual, registry, edition, scaling)
        limits = limits_of(registry, unit, edition, shown)
        outcome, because = judged(scaled, limits, level, doubt(edition, place))
        told = (edition.name, scaled, limits, outcome, because, shown)
        rows.append(verdict_row(place, "levels-2023", *told))
    return rows


def open_row(
    place: Place, actual: Actual, because: tuple[Reason, ...], shown: str = KGCE_PER_T.shown
) -> Row:
    """A verdict that cannot be told, because no limits were found to tell it by."""
    return verdict_row(place, "norm", "", actual, Limits({}, ""), CANNOT_TELL, because, shown)


def _in_print(
    unit: Unit, actual: Actual, registry: Registry, edition: Edition, scaling: Scaling
) -> tuple[Actual, str]:
    """A figure in the unit that the limits of an edition are printed in, and that unit."""
    printed = printed_unit(registry, unit, edition)
    if not printed:
        return actual, KGCE_PER_T.shown
    scale = scaling(printed)
    if scale is not None:
        return scale.of(actual), printed
    lacks = actual.lacks or reason("norm_unit", printed=printed)
    return replace(actual, lacks=lacks), printed


def _present_norm(
    unit: Unit,
    actual: Actual,
    place: Place,
    registry: Registry,
    known: list[Edition],
    scaling: Scaling,
) -> Row:
    """The verdict by the norm in force on the last day; open where that is not known.

    A newer edition in force has replaced the older ones, whatever is known of their end.
    """
    candidates = [one for one in known if one.state in ("in_force", "unknown", "uncertain")]
    if not candidates:
        none = (reason("no_norm_in_force", day=str(place.last_day)),)
        return open_row(
            place, actual, none, printed_unit(registry, unit, known[-1]) or KGCE_PER_T.shown
        )
    newest_in_force = max((_age(one) for one in candidates if one.state == "in_force"), default="")
    open_ones = [one for one in candidates if _age(one) >= newest_in_force]
    edition = max(open_ones, key=_age)
    doubts = tuple(each for one in open_ones for each in doubt(one, place))
    scaled, shown = _in_print(unit, actual, registry, edition, scaling)
    limits = limits_of(registry, unit, edition, shown)
    if not limits.values and edition.state == "in_force":
        standard = cited(edition.source)
        doubts = (*doubts, reason("was_in_force", standard=standard, day=str(place.last_day)))
    limits, told = settled(scaled, limits, grade)
    outcome, because = judged(scaled, limits, grade, doubts)
    because = (*because, *told)
    since = edition.source.validity.certain_from
    if edition.state == "in_force" and since is not None and since > place.from_day:
        within = reason("force_within_period", standard=cited(edition.source), since=str(since))
        because = (*because, within)
    return verdict_row(place, "norm", edition.name, scaled, limits, outcome, because, shown)


def _coming_norm(
    unit: Unit,
    actual: Actual,
    place: Place,
    registry: Registry,
    edition: Edition,
    scaling: Scaling,
) -> Row:
    scaled, shown = _in_print(unit, actual, registry, edition, scaling)
    limits = limits_of(registry, unit, edition, shown)
    limits, told = settled(scaled, limits, grade)
    outcome, because = judged(scaled, limits, grade)
    because = (*because, *told)
    if outcome != CANNOT_TELL:
        coming = reason("coming", since=edition.source.in_force_from, outcome=outcome)
        outcome, because = "shown", (coming, *because)
    return verdict_row(place, "norm-coming", edition.name, scaled, limits, outcome, because, shown)


def doubt(edition: Edition, place: Place) -> tuple[Reason, ...]:
    """Why it cannot be said that an edition was in force; empty where it can."""
    return doubts_of_force(cited(edition.source), edition.source.validity, place.last_day)


def _age(edition: Edition) -> str:
    """What sorts editions of a norm by age: the year, then the number."""
    return f"{edition.source.edition} {edition.name}"
