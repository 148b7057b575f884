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
from celadon.assess.against import Row, level_rows, norm_rows, open_row
from celadon.assess.bases import electricity_fault, electricity_of, feedstock_fault, feedstock_of
from celadon.assess.limits import Edition, known_facts, rule_feedstock
from celadon.assess.reasons import Reason, cited, encoded, read_reasons, reason
from celadon.assess.scales import Scale, is_measured_so, scale_of
from celadon.assess.verdicts import Place
from celadon.assess.water import INDICATOR as WATER
from celadon.assess.water import declared_intake_row
from celadon.records.judged import ProductNorm
from celadon.records.site import Site, Unit
from celadon.reference import ProcessRule, Record, Registry

ENERGIES = ("comprehensive_energy", "product_energy", "process_energy", "coke_energy")
"""Indicators that are the coal equivalent of all energies, whatever a standard calls them."""

ELECTRICITIES = (
    "electricity", "smelting_electricity", "furnace_electricity", "ac_electricity",
    "comprehensive_ac_electricity",
)  # fmt: skip
"""Indicators that are electricity alone: that of the units which the norm is declared with."""


def product_rows(
    site: Site,
    norm: ProductNorm,
    leaves: Sequence[Leaf],
    registry: Registry,
    from_day: dt.date,
    to_day: dt.date,
) -> list[Row]:
    """The verdicts on a product by a norm that the site declares for it, one for each indicator."""
    if norm.indicator == WATER:
        place = Place(site.id, norm.product, WATER, from_day, to_day)
        told = (norm.product, norm.subject, leaves, registry, place)
        return [declared_intake_row(site, *told)]
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
    rows = norm_rows(unit, actual, place, registry, known, scale_of)
    rows = [_with_unknown_facts(row, norm, known_facts(known, registry)) for row in rows]
    if norm.levels and place.indicator in ENERGIES:
        levels = _levels(registry, norm.levels, place.last_day)
        rows += level_rows(unit, actual, place, registry, levels, scale_of)
    return rows


def _with_unknown_facts(row: Row, norm: ProductNorm, asked: tuple[str, ...]) -> Row:
    """A row that also tells which declared facts no limit of the norm asks for."""
    unknown = [name for name in norm.facts if name not in asked]
    if not unknown:
        return row
    known = ", ".join(asked) or "-"
    told = tuple(reason("fact_unknown", name=name, known=known) for name in unknown)
    return {**row, "because": encoded((*read_reasons(row["because"]), *told))}


def _measure_fault(site: Site, norm: ProductNorm, scale: Scale) -> Reason | None:
    measure = next(each.measure for each in site.products if each.id == norm.product)
    if is_measured_so(measure, scale):
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
