"""Water intake of an integrated works per tonne of crude steel, against GB/T 18916.2."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from celadon.assess.actual import Actual, nothing, product_fault, production, quotient, select
from celadon.assess.limits import Limits, printed_limits
from celadon.assess.reasons import Reason, reason
from celadon.assess.verdicts import Place, doubts_of_force, judged, norm_of_intake, verdict_row
from celadon.records.site import Site
from celadon.reference import Record, Registry, lowest_confidence

STANDARD = "GB/T 18916.2-2022"
"""The standard whose limits are compared."""

_SMALL, _UNIT = "L/kg", "m3/t"
_STEELMAKING = ("converter", "electric_arc_furnace")
_SUBJECTS = {  # (with coking, with cold rolling)
    (True, True): "integrated_steel_with_coking_and_cold_rolling",
    (True, False): "with_coking_without_cold_rolling",
    (False, True): "without_coking_with_cold_rolling",
    (False, False): "without_either",
}


def water_intake_rows(
    site: Site, leaves: pa.Table, registry: Registry, place: Place
) -> list[dict[str, Any]]:
    """The verdict on the water intake of an integrated works; none for other sites.

    Intake is the sum of the leaves ``water`` of scope ``intake`` (L), steel the production of the
    steelmaking units (kg). Which row of the standard holds follows from the declared processes.
    """
    processes = {unit.process for unit in site.units}
    if "blast_furnace" not in processes or not processes.intersection(_STEELMAKING):
        return []
    coking = any(process.startswith("coking") for process in processes)
    subject = _SUBJECTS[coking, "cold_rolling" in processes]
    actual = _intake(site, leaves, place)
    records = [
        record
        for record in registry.records.values()
        if (record.table, record.set, record.subject) == ("water_norms", STANDARD, subject)
        and record.value is not None
    ]
    limits = _limits(records)
    outcome, because = judged(actual, limits, norm_of_intake, _doubts(records, place))
    return [verdict_row(place, "water-norm", STANDARD, actual, limits, outcome, because, _UNIT)]


def _intake(site: Site, leaves: pa.Table, place: Place) -> Actual:
    products = {
        unit.product for unit in site.units if unit.process in _STEELMAKING and unit.product
    }
    if not products:
        return nothing(reason("no_steel_product"))
    taken = select(leaves, account="water", measure="volume", scope="intake")
    made = production(leaves, products)
    lacks = product_fault(site, products)
    return quotient(taken, made, place.from_day, place.to_day, reason("no_water_intake"), lacks)


def _limits(records: list[Record]) -> Limits:
    values, fault = printed_limits(records, _SMALL)
    if fault is None and "general" not in values:
        fault = reason("limit_not_loaded", standard=STANDARD, limit="general")
    if fault is not None:
        return Limits({}, "", lacks=(fault,))
    letters = [record.confidence for record in records]
    letter = lowest_confidence(*letters, records[0].source.confidence)
    return Limits(values, records[0].unit, confidence=letter)


def _doubts(records: list[Record], place: Place) -> tuple[Reason, ...]:
    if not records:
        return ()
    return doubts_of_force(STANDARD, records[0].validity, place.last_day)
