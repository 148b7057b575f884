"""The electricity drawn by the quarter hour, added up where there is nothing else to it.

``sql/load.sql`` defines it. Where every meter reads each quarter hour of its time, and nothing is
missing, its joins come to a sum; any other shard is left to the engine. A test holds both equal.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from celadon.app.load import LOAD, LOAD_METER
from celadon.engine import Engine
from celadon.records.tables import SITE_DAY

_QUARTER = 900
_LARGE = 1 << 62
_MICROSECONDS = 1_000_000
_Integers = NDArray[np.int64]


def drawn(engine: Engine, load_meters: pa.Table) -> pa.Table:
    """The table ``load``.

    Reads what :func:`celadon.records.quality.judge.judge_readings` leaves in the engine.
    """
    engine.load(LOAD_METER, load_meters)
    known = known_load(
        engine.table("placed"), engine.table("channel"), load_meters, engine.table(SITE_DAY.name)
    )
    if known is not None:
        return known
    engine.define("celadon.app", LOAD)
    return engine.fetch(LOAD)


def known_load(
    placed: pa.Table, channels: pa.Table, load_meters: pa.Table, days: pa.Table
) -> pa.Table | None:
    """The table ``load`` of sites whose meters read each quarter hour; None if one does not.

    Parameters
    ----------
    placed : the steps of meters; a site of which there are none has no load.
    channels : the declared meters, in the order of their numbers.
    days : the table ``site_day``.
    """
    is_plain = pc.and_(pc.equal(placed["seconds"], _QUARTER), pc.is_valid(placed["count"]))
    if pc.all(is_plain).as_py() is False or (_seconds(days["from_ts"]) % _QUARTER).any():
        return None  # of no steps at all Arrow says neither yes nor no
    weights = {(row["site"], row["meter"]): row["weight"] for row in load_meters.to_pylist()}
    names = zip(channels["site"].to_pylist(), channels["meter"].to_pylist(), strict=True)
    weight = np.array([weights.get(name, 0) for name in names], np.int64)
    size = weight * channels["per_count"].to_numpy()
    from_ts, to_ts = _seconds(channels["from_ts"]), _seconds(channels["to_ts"])
    meter, ts = placed["channel"].to_numpy() - 1, _seconds(placed["ts"])
    inside = (weight[meter] != 0) & (ts >= from_ts[meter]) & (ts < to_ts[meter])
    meter, ts, count = meter[inside], ts[inside], placed["count"].to_numpy()[inside]
    sites = channels["site"].combine_chunks().dictionary_encode()
    site_of = sites.indices.to_numpy()
    asked = (weight != 0) & np.isin(site_of, site_of[meter])
    due = np.where(asked, (to_ts - from_ts) // _QUARTER, 0)
    if (np.bincount(meter, minlength=len(due)) != due).any() or (ts % _QUARTER).any():
        return None
    if np.abs(count).max(initial=0) >= _LARGE // max(1, int(np.abs(size).sum())):
        return None
    return _summed(sites.dictionary, site_of[meter], ts, count * size[meter])


def _summed(names: pa.Array, site: _Integers, ts: _Integers, amount: _Integers) -> pa.Table:
    """Amounts by site and instant."""
    order = np.lexsort((ts, site))
    site, ts, amount = site[order], ts[order], amount[order]
    begins = np.flatnonzero(np.diff(ts, prepend=-1) | np.diff(site, prepend=-1))
    total = np.add.reduceat(amount, begins) if len(begins) else amount
    instants = pa.array(ts[begins] * _MICROSECONDS).cast(pa.timestamp("us"))
    return LOAD.check(
        pa.table({"site": names.take(pa.array(site[begins])), "ts": instants, "count": total})
    )


def _seconds(column: pa.ChunkedArray) -> _Integers:
    found: _Integers = column.cast(pa.int64()).to_numpy() // _MICROSECONDS
    return found
