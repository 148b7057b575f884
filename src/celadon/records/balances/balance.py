"""Meters against meters: what a parent passed, what its children passed, and what lies between.

The difference is a loss, or what no child meters: it is shown, never forced to zero. Each level of
a tree of meters is balanced on its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import duckdb
import pyarrow as pa

from celadon.engine import Engine
from celadon.errors import Fault, TableError
from celadon.records.balances.tables import METER_BALANCE, METER_FAMILY, RECONCILED
from celadon.records.compiled import Compiled
from celadon.records.finding import Finding
from celadon.records.site import Meter, Site
from celadon.units import parse_unit

_PACKAGE = "celadon.records.balances"
MOST_ESTIMATED = Fraction(10, 100)
"""Above this estimated share an amount is too uncertain to judge a balance by."""


@dataclass(frozen=True, slots=True)
class Balances:
    """The balances of a shard's families of meters, and the children that could not be compared."""

    families: pa.Table
    balances: pa.Table
    reconciled: pa.Table
    findings: tuple[Finding, ...]


def meter_balances(engine: Engine, compiled: Compiled, sites: Mapping[str, Site]) -> Balances:
    """Balance every parent meter of a shard against its children.

    Reads ``meter_day`` of the engine; leaves ``meter_family``, ``meter_balance`` and
    ``reconciled`` in it.

    Raises
    ------
    TableError
        If children together are too large for 64 bits in their small unit.
    """
    families, findings = meter_families(compiled, sites)
    engine.load(METER_FAMILY, families)
    if not families.num_rows:  # nothing to ask the database for
        nothing = METER_BALANCE.from_rows([]), RECONCILED.from_rows([])
        for schema, table in zip((METER_BALANCE, RECONCILED), nothing, strict=True):
            engine.load(schema, table)
        return Balances(families, *nothing, tuple(findings))
    try:
        engine.define(_PACKAGE, METER_BALANCE)
        engine.define(_PACKAGE, RECONCILED)
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        found = str(error).partition("\n")[0]
        rule = "amounts are integers of 64 bits of the carrier's small unit"
        remedy = "look for readings, a multiplier or a resolution that cannot be right"
        fault = Fault(("meter_balance",), found, rule, remedy)
        raise TableError("Meters together are too large to be counted", [fault]) from error
    return Balances(
        families, engine.fetch(METER_BALANCE), engine.fetch(RECONCILED), tuple(findings)
    )


def meter_families(compiled: Compiled, sites: Mapping[str, Site]) -> tuple[pa.Table, list[Finding]]:
    """The pairs of parent and child that can be compared; a finding for each that cannot."""
    if all(meter.parent is None for site in sites.values() for meter in site.meters):
        return METER_FAMILY.from_rows([]), []
    counted = {
        (row["site"], row["meter"]): (row["carrier"], row["per_count"])
        for row in compiled.meters.to_pylist()
    }
    rows: list[dict[str, str]] = []
    findings: list[Finding] = []
    for site in sites.values():
        meters = {meter.id: _Counted(meter, *counted[site.id, meter.id]) for meter in site.meters}
        for parent, child in _pairs(meters):
            why = _why_not(parent, child)
            if why:
                place = f"{parent.meter.id} › {child.meter.id}"
                finding = Finding(site.id, "family_mixed", child.meter.id, place, why)
                findings.append(finding)
            else:
                ids = {"site": site.id, "parent": parent.meter.id, "child": child.meter.id}
                rows.append(ids)
    return METER_FAMILY.from_rows(rows), findings


@dataclass(frozen=True, slots=True)
class _Counted:
    """A meter with what the compiled declaration counts it in."""

    meter: Meter
    carrier: str | None
    per_count: int

    @property
    def small_unit(self) -> tuple[str, Fraction]:
        """The dimension of its small unit and how large that is; alike if comparable."""
        unit = parse_unit(self.meter.measure)
        return unit.dimension, self.meter.count_size * unit.size / self.per_count


def _pairs(meters: Mapping[str, _Counted]) -> Iterator[tuple[_Counted, _Counted]]:
    for child in meters.values():
        if child.meter.parent is not None:
            yield meters[child.meter.parent], child


def _why_not(parent: _Counted, child: _Counted) -> dict[str, str]:
    """What keeps a child from being compared with its parent; empty if nothing does."""
    both: tuple[str, str]
    if "state" in (parent.meter.kind, child.meter.kind):
        both = (parent.meter.kind, child.meter.kind)
    elif parent.carrier and child.carrier and parent.carrier != child.carrier:
        both = (parent.carrier, child.carrier)
    elif parent.small_unit != child.small_unit:
        both = (parent.meter.measure, child.meter.measure)
    else:
        return {}
    return {"parent": parent.meter.id, "parent_is": both[0], "child_is": both[1]}
