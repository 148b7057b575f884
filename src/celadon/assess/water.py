"""Water intake per product: of an integrated works against GB/T 18916.2, else as declared.

An integrated works is known by its processes. A maker of anything else declares the subject of the
table of water norms for its product: which row holds is not seen from its processes.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from celadon.assess.actual import Actual, Leaf, nothing, product_fault, production, quotient, select
from celadon.assess.limits import Limits, printed_limits, records_of
from celadon.assess.reasons import Reason, reason
from celadon.assess.verdicts import Place, doubts_of_force, judged, norm_of_intake, verdict_row
from celadon.records.site import Site
from celadon.reference import Record, Registry, lowest_confidence

STANDARD = "GB/T 18916.2-2022"
"""The standard whose limits are compared."""

INDICATOR = "water_intake"
"""What a declared norm of water names as its indicator."""

_UNIT = "m3/t"
_STEELMAKING = ("converter", "electric_arc_furnace")
_SUBJECTS = {  # (with coking, with cold rolling)
    (True, True): "integrated_steel_with_coking_and_cold_rolling",
    (True, False): "with_coking_without_cold_rolling",
    (False, True): "without_coking_with_cold_rolling",
    (False, False): "without_either",
}


def water_intake_rows(
    site: Site, leaves: Sequence[Leaf], registry: Registry, place: Place
) -> list[dict[str, Any]]:
    """The verdict on the water intake of an integrated works; none for other sites.

    Intake is the sum of the leaves ``water`` of scope ``intake`` (L), steel the production of the
    steelmaking units (kg). Which row of the standard holds follows from the declared processes.
    """
    if not _subject(site):
        return []
    actual = _intake(site, leaves, place)
    records = intake_records(site, registry)
    return [_row(place, STANDARD, actual, records)]


def declared_intake_row(
    site: Site, product: str, subject: str, leaves: Sequence[Leaf], registry: Registry, place: Place
) -> dict[str, Any]:
    """The verdict on the water intake of a site per product, by the subject that it declares.

    Intake is that of the whole site: of a site with further products it is not that of one of them.
    """
    taken = select(leaves, account="water", measure="volume", scope="intake")
    made = production(leaves, {product})
    lacks = product_fault(site, {product})
    if len(site.products) > 1:
        others = ", ".join(one.id for one in site.products)
        lacks = reason("intake_of_several", products=others)
    days = (place.from_day, place.to_day)
    actual = quotient(taken, made, *days, reason("no_water_intake"), lacks)
    return intake_row(subject, actual, registry, place)


def intake_row(subject: str, actual: Actual, registry: Registry, place: Place) -> dict[str, Any]:
    """The verdict on a water intake in m3/t by the norm of a subject."""
    records = subjects(registry).get(subject, ())
    if records:
        valued = [record for record in records if record.value is not None]
        return _row(place, records[0].set, actual, valued or list(records[:1]))
    near = difflib.get_close_matches(subject, list(subjects(registry)), n=3, cutoff=0.4)
    lacks = reason("water_without_norm", subject=subject, near=", ".join(near) or "-")
    limits = Limits({}, "", lacks=(lacks,))
    outcome, because = judged(actual, limits, norm_of_intake)
    return verdict_row(place, "water-norm", "", actual, limits, outcome, because, _UNIT)


@lru_cache(maxsize=4)
def subjects(registry: Registry) -> Mapping[str, Sequence[Record]]:
    """The rows of the table of water norms by subject."""
    found: dict[str, list[Record]] = {}
    for record in registry.of_table("water_norms"):
        found.setdefault(record.subject, []).append(record)
    return found


def _row(place: Place, standard: str, actual: Actual, records: list[Record]) -> dict[str, Any]:
    limits = _limits(records, standard)
    outcome, because = judged(actual, limits, norm_of_intake, _doubts(records, standard, place))
    return verdict_row(place, "water-norm", standard, actual, limits, outcome, because, _UNIT)


def intake_records(site: Site, registry: Registry) -> list[Record]:
    """The records that the norm of a site's water intake is read from; none for other sites."""
    subject = _subject(site)
    return [
        record
        for record in records_of(registry, "water_norms", STANDARD, subject)
        if record.value is not None
    ]


def _subject(site: Site) -> str:
    """The row of the standard that holds for a site; empty for one that is no integrated works."""
    processes = {unit.process for unit in site.units}
    if "blast_furnace" not in processes or not processes.intersection(_STEELMAKING):
        return ""
    coking = any(process.startswith("coking") for process in processes)
    return _SUBJECTS[coking, "cold_rolling" in processes]


def _intake(site: Site, leaves: Sequence[Leaf], place: Place) -> Actual:
    products = {
        unit.product for unit in site.units if unit.process in _STEELMAKING and unit.product
    }
    if not products:
        return nothing(reason("no_steel_product"))
    taken = select(leaves, account="water", measure="volume", scope="intake")
    made = production(leaves, products)
    lacks = product_fault(site, products)
    return quotient(taken, made, place.from_day, place.to_day, reason("no_water_intake"), lacks)


def _limits(records: list[Record], standard: str) -> Limits:
    known = [record for record in records if record.value is not None]
    values, fault = printed_limits(known, _UNIT)
    if fault is None and "general" not in values:
        fault = reason("limit_not_loaded", standard=standard, limit="general")
    if fault is not None:
        return Limits({}, "", lacks=(fault,))
    letters = [record.confidence for record in records]
    letter = lowest_confidence(*letters, records[0].source.confidence)
    return Limits(values, records[0].unit, confidence=letter)


def _doubts(records: list[Record], standard: str, place: Place) -> tuple[Reason, ...]:
    if not records:
        return ()
    return doubts_of_force(standard, records[0].validity, place.last_day)
