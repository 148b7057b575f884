"""Water intake of an integrated works per tonne of crude steel, against GB/T 18916.2."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from celadon.assess.actual import Actual, nothing, product_fault, production, quotient, select
from celadon.assess.limits import Limits, printed_limits
from celadon.assess.verdicts import Place, judged, norm_of_intake, verdict_row
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
        return nothing("no steelmaking unit names its product")
    taken = select(leaves, account="water", measure="volume", scope="intake")
    made = production(leaves, products)
    lacks = product_fault(site, products)
    return quotient(
        taken, made, place.from_day, place.to_day, "water intake is booked to the site", lacks
    )


def _limits(records: list[Record]) -> Limits:
    values, fault = printed_limits(records, _SMALL)
    if fault or "general" not in values:
        return Limits({}, "", lacks=(fault or f"the general value of {STANDARD} is not loaded",))
    letters = [record.confidence for record in records]
    letter = lowest_confidence(*letters, records[0].source.confidence)
    return Limits(values, records[0].unit, confidence=letter)


def _doubts(records: list[Record], place: Place) -> tuple[str, ...]:
    if not records:
        return ()
    validity = records[0].validity
    state = validity.state(place.last_day)
    if state == "in_force":
        return ()
    if state == "unknown":
        return (f"the date in force of {STANDARD} is not known",)
    return (f"{STANDARD} is not certainly in force on {place.last_day}: {validity.words()}",)
