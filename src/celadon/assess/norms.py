"""Judging a site by the norms: levels of 2023, the norm in force, the coming one, water intake.

Lower is better and the limit itself passes. The actual value is never corrected and never clipped;
it is compared exactly and rounded only where it is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from celadon.assess.actual import Actual, Leaf, judged_rows, nothing, process_energy
from celadon.assess.against import level_rows, norm_rows, open_row
from celadon.assess.bases import electricity_fault, electricity_of, feedstock_fault
from celadon.assess.limits import Edition, editions, rule_feedstock
from celadon.assess.products import product_rows
from celadon.assess.reasons import cited, read_reasons, reason
from celadon.assess.tables import VERDICT
from celadon.assess.verdicts import CANNOT_TELL, Place
from celadon.assess.water import water_intake_rows
from celadon.records.site import Site, Unit
from celadon.reference import Registry

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
    and every edition that comes into force after it (outcome ``shown``). For each norm that a
    product declares: the same, in the norm's unit. For an integrated works: its water intake in m3
    per t crude steel.
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
    for norm in site.norms:
        rows += product_rows(site, norm, leaves, registry, from_day, to_day)
    place = Place(site.id, site.id, "water_intake", from_day, to_day)
    return [*rows, *water_intake_rows(site, leaves, registry, place)]


def _unit_rows(
    site: Site, unit: Unit, leaves: Sequence[Leaf], registry: Registry, place: Place
) -> list[Row]:
    if unit.process not in registry.processes:
        known = sorted(registry.processes)
        because = (reason("unknown_process", process=unit.process, processes=known),)
        actual = nothing(because[0])
        return [open_row(place, actual, because)]
    actual = process_energy(site, unit, leaves, place.from_day, place.to_day)
    levels = editions(registry, unit.process, "levels-2023", place.last_day)
    norms = editions(registry, unit.process, "norm", place.last_day)
    by_levels = level_rows(unit, _on_basis(actual, unit, levels, registry), place, registry, levels)
    if not norms:
        process = registry.processes[unit.process]
        names = {"zh": process.name_zh, "en": process.name_en}
        none = (reason("no_norm_held", process=names),)
        return [*by_levels, open_row(place, actual, none)]
    return [
        *by_levels,
        *norm_rows(unit, _on_basis(actual, unit, norms, registry), place, registry, norms),
    ]


def unjudged(site: Site) -> tuple[str, ...]:
    """The products that neither a process nor a norm judges."""
    judged = {unit.product for unit in site.units if unit.process}
    judged |= {norm.product for norm in site.norms}
    return tuple(product.id for product in site.products if product.id not in judged)


def without_norm(rows: Sequence[Row]) -> tuple[str, ...]:
    """The subjects of verdicts of which no norm is held or none was in force, each once.

    Examples
    --------
    >>> from celadon.assess.reasons import encoded
    >>> because = encoded((reason("no_norm_held", process="hot_rolling"),))
    >>> row = {"rule": "norm", "subject": "mill", "outcome": "cannot_tell", "because": because}
    >>> without_norm([row])
    ('mill',)
    """
    found = (
        row["subject"] for row in rows
        if row["rule"] == "norm" and row["outcome"] == CANNOT_TELL
        and any(one.key in NO_NORM for one in read_reasons(row["because"]))
    )  # fmt: skip
    return tuple(dict.fromkeys(found))


NO_NORM = ("no_norm_held", "no_norm_in_force", "product_without_norm")
"""Reasons that lie in the tables of norms, and not in what an enterprise handed in."""


def _on_basis(actual: Actual, unit: Unit, known: Sequence[Edition], registry: Registry) -> Actual:
    """The figure, or why it is on another basis than an edition that may hold.

    Accounts count electricity at calorific value; whether the energy of raw material is in the
    account of a unit, its fact ``feedstock`` says (``in`` or ``out``).
    """
    given = unit.facts.get("feedstock", "")
    for edition in known:
        if edition.state == "ended" or actual.lacks is not None:
            continue
        faults = [electricity_fault("calorific", electricity_of(edition.source),
                                    cited(edition.source))]  # fmt: skip
        faults += [feedstock_fault(given, rule_feedstock(registry, rule)) for rule in edition.rules]
        fault = next((each for each in faults if each is not None), None)
        if fault is not None:
            return replace(actual, lacks=fault)
    return actual
