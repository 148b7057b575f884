"""The quality rules as their SQL defines them, run over everything.

This is what the compiled passes are held to, and what an engine without them runs. It gives the
same tables as :func:`celadon.records.quality.judge.judge_readings` without estimates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from celadon.engine import Engine
from celadon.errors import Fault, TableError
from celadon.records.compiled import Compiled
from celadon.records.ledger.in_force import Batch
from celadon.records.period import Period
from celadon.records.quality.loading import load
from celadon.records.quality.slots import PACKAGE, mark_table, reading_table
from celadon.records.quality.tables import METER_TIME
from celadon.records.quality.telling import exchange_table
from celadon.records.site import Site
from celadon.records.tables import INTERVAL, METER_DAY, QUALITY_EVENT, SHARED_DAY

_STEPS = (
    "channel", "delivery", "recount", "disordered", "midnight", "turn", "stretch", "clock_shift",
    "stamped", "contested", "slot", "dial", "standing", "register_step", "near", "longer_step",
    "withheld", "uncovered", "placed", "arrival", "row_event", "silent_slot", "meter_event", "part",
)  # fmt: skip
_DEFINED = (INTERVAL, METER_DAY, SHARED_DAY, METER_TIME, QUALITY_EVENT)


def judge_by_definition(
    engine: Engine,
    compiled: Compiled,
    batches: Mapping[str, Iterable[Batch]],
    sites: Mapping[str, Site],
    period: Period,
) -> None:
    """Leave ``interval``, ``meter_day``, ``shared_day``, ``meter_time``, ``quality_event``.

    Raises
    ------
    TableError
        If an amount is too large for 64 bits in its small unit.
    """
    loaded = load(engine, compiled, batches, sites, period)
    engine.take("recorded", reading_table(loaded.channels, loaded.series))
    engine.take("marked", mark_table(loaded.series))
    engine.take("exchanged", exchange_table(loaded))
    try:
        for name in _STEPS:
            engine.step(PACKAGE, name)
        for schema in _DEFINED:
            engine.define(PACKAGE, schema)
    except (duckdb.ConversionException, duckdb.OutOfRangeException) as error:
        found = str(error).partition("\n")[0]
        rule = "amounts are integers of 64 bits of the carrier's small unit"
        remedy = "look for readings, a multiplier or a resolution that cannot be right"
        fault = Fault(("quality",), found, rule, remedy)
        raise TableError("A meter's amount is too large to be counted", [fault]) from error
