"""Judging a product by its own norm, where that speaks of a product and not of a process.

A site declares ``[[norm]]``: the product, the subject of the norms, and the units whose energy is
the product's. Energy that one of these units hands to another cancels, so that it counts once.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from celadon.assess.actual import Actual, Leaf, leaves_of, nothing, production, quotient, select
from celadon.assess.against import Row, Scale, level_rows, norm_rows, open_row
from celadon.assess.bases import electricity_fault, electricity_of, feedstock_fault, feedstock_of
from celadon.assess.limits import Edition, rule_feedstock
from celadon.assess.reasons import Reason, cited, reason
from celadon.assess.verdicts import Place
from celadon.records.judged import ProductNorm
from celadon.records.site import Site, Unit
from celadon.reference import ProcessRule, Record, Registry
from celadon.units import count_unit

ENERGIES = ("comprehensive_energy", "product_energy", "process_energy", "coke_energy")
"""Indicators that are the coal equivalent of all energies, whatever a standard calls them."""

ELECTRICITIES = (
    "electricity", "smelting_electricity", "furnace_electricity", "ac_electricity",
    "comprehensive_ac_electricity",
)  # fmt: skip
"""Indicators that are electricity alone: that of the units which the norm is declared with."""

_SHOWN = {"kgce": "gce", "kWh": "Wh"}
_BELOW = {"t": "kg", "kg": "kg", "m3": "L"}


def product_rows(
    site: Site,
    norm: ProductNorm,
    leaves: Sequence[Leaf],
    registry: Registry,
    from_day: dt.date,
    to_day: dt.date,
) -> list[Row]:
    """The verdicts on a product by a norm that the site declares for it, one for each indicator."""
    indicators = indicators_of(registry, norm.subject)
    asked = [norm.indicator] if norm.indicator else sorted(indicators)
    rows: list[Row] = []
    for indicator in asked or [""]:
        place = Place(site.id, norm.product, indicator or ENERGIES[0], from_day, to_day)
        records = indicators.get(indicator, ())
        if not records:
            rows.append(_without_norm(place, norm, registry, bool(indicators)))
            continue
        rows += _indicator_rows(site, norm, leaves, registry, place, records)
    return rows


def indicators_of(registry: Registry, subject: str) -> Mapping[str, Sequence[Record]]:
    """The limits of a subject of the norms that have a value, by indicator."""
    return _by_subject(registry).get(subject, {})


def product_editions(
    registry: Registry, subject: str, indicator: str, day: dt.date
) -> list[Edition]:
    """The editions that give limits for a subject and indicator, with their state on a day."""
    records = indicators_of(registry, subject).get(indicator, ())
    sources = {record.source.id: record.source for record in records}
    return [
        Edition(source, source.validity.state(day), (_rule(source.id, records),))
        for source in sources.values()
        if source.status != "draft"
    ]


def product_actual(
    site: Site,
    norm: ProductNorm,
    indicator: str,
    leaves: Sequence[Leaf],
    registry: Registry,
    place: Place,
) -> Actual:
    """Energy or electricity of the norm's units for what was made of its product."""
    units = set(norm.units) or {unit.id for unit in site.units if unit.product == norm.product}
    if not units:
        return nothing(reason("norm_without_units", product=norm.product))
    if indicator not in (*ENERGIES, *ELECTRICITIES):
        return nothing(reason("indicator_not_accounted", indicator=indicator))
    booked = select(leaves_of(leaves, "process_energy", "unit", units), measure="calorific_value")
    none = reason("no_process_energy")
    if indicator in ELECTRICITIES:
        booked, none = _electric(booked, registry), reason("no_electricity")
    made = production(leaves, {norm.product})
    return quotient(booked, made, place.from_day, place.to_day, none)


def scale_of(unit: str) -> Scale | None:
    """What a norm of a unit is computed in; None for one that celadon does not count in.

    Examples
    --------
    >>> scale_of("kWh/t").small, scale_of("kgce/m3").small, scale_of("kgce/m2")
    ('Wh/kg', 'gce/L', None)
    """
    above, _, below = unit.partition("/")
    if above not in _SHOWN or below not in _BELOW:
        return None
    return Scale(f"{_SHOWN[above]}/{_BELOW[below]}", unit)


def _indicator_rows(
    site: Site,
    norm: ProductNorm,
    leaves: Sequence[Leaf],
    registry: Registry,
    place: Place,
    records: Sequence[Record],
) -> list[Row]:
    unit, shown = Unit(id=norm.product, facts=norm.facts), records[0].unit
    known = product_editions(registry, norm.subject, place.indicator, place.last_day)
    scale = scale_of(shown)
    if scale is None:
        lacks = reason("norm_unit", printed=shown)
        return [open_row(place, nothing(lacks), (lacks,), shown)]
    actual = product_actual(site, norm, place.indicator, leaves, registry, place)
    lacks_of = _measure_fault(site, norm, scale) or _basis_fault(norm, place, known, registry)
    if lacks_of is not None:
        actual = replace(actual, lacks=lacks_of)
    rows = norm_rows(unit, actual, place, registry, known, scale)
    if norm.levels and place.indicator in ENERGIES:
        levels = _levels(registry, norm.levels, place.last_day)
        rows += level_rows(unit, actual, place, registry, levels, scale)
    return rows


def _measure_fault(site: Site, norm: ProductNorm, scale: Scale) -> Reason | None:
    measure = next(each.measure for each in site.products if each.id == norm.product)
    if count_unit(measure) == scale.small.partition("/")[2]:
        return None
    return reason("product_not_counted", product=norm.product, measure=measure, printed=scale.shown)


def _basis_fault(
    norm: ProductNorm, place: Place, known: Sequence[Edition], registry: Registry
) -> Reason | None:
    """Why the account of the units is not on the basis of the norm; accounts are calorific."""
    stated = (rule_feedstock(registry, rule) for edition in known for rule in edition.rules)
    basis = next((one for one in stated if one), feedstock_of(norm.subject))
    fault = feedstock_fault(norm.feedstock, basis)
    if fault is not None or place.indicator not in ENERGIES:
        return fault
    sources = [edition.source for edition in known]
    faults = (electricity_fault("calorific", electricity_of(s), cited(s)) for s in sources)
    return next((fault for fault in faults if fault is not None), None)


def _electric(leaves: Iterable[Leaf], registry: Registry) -> list[Leaf]:
    """The leaves of electricity, with their Wh in place of their coal equivalent."""
    electric = {c.id for c in registry.carriers.values() if c.kind == "electricity"}
    return [{**leaf, "value": leaf["count"]} for leaf in leaves if leaf["carrier"] in electric]


def _without_norm(
    place: Place,
    norm: ProductNorm,
    registry: Registry,
    known: bool,  # noqa: FBT001  whether the subject is
) -> Row:
    if known:
        names = sorted(indicators_of(registry, norm.subject))
        because = reason("norm_without_indicator", subject=norm.subject, known=", ".join(names))
    else:
        near = difflib.get_close_matches(norm.subject, list(_by_subject(registry)), n=3, cutoff=0.4)
        because = reason("product_without_norm", subject=norm.subject, near=", ".join(near) or "-")
    return open_row(place, nothing(because), (because,))


def _rule(source: str, records: Sequence[Record]) -> ProcessRule:
    record = next(each for each in records if each.source.id == source)
    return ProcessRule(
        "", "norm", record.table, record.set, record.subject, record.basis, record.source,
        "", None, None,
    )  # fmt: skip


def _levels(registry: Registry, subject: str, day: dt.date) -> list[Edition]:
    records = [r for r in registry.of_table("levels_2023") if r.subject == subject]
    found = {record.source.id: record for record in records}
    return [
        Edition(
            record.source,
            record.source.validity.state(day),
            (
                ProcessRule(
                    "", "levels-2023", "levels_2023", record.set, subject, record.basis,
                    record.source, "", None, None,
                ),
            ),
        )
        for record in found.values()
    ]  # fmt: skip


@lru_cache(maxsize=4)  # a shard asks thousands of times
def _by_subject(registry: Registry) -> Mapping[str, Mapping[str, Sequence[Record]]]:
    found: dict[str, dict[str, list[Record]]] = {}
    for record in registry.of_table("norms"):
        if record.value is not None:
            found.setdefault(record.subject, {}).setdefault(record.basis, []).append(record)
    return found
