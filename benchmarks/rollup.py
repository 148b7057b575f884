"""From a committed batch to monthly carbon and unit roll-ups, against plain arithmetic on the file.

400 meters of 15 minutes over 30 days (the incoming feeder, and 399 that share it out to 20 units),
in one sorted batch, warm and in process. Ours is what ``run`` does between reading its inputs and
showing them: all quality rules, estimates, balances, accounts and what explains them. The other
side is a plain Polars script that reads the same Parquet file and does the arithmetic alone: counts
times resolution, summed by meter and month, joined with a factor, summed by unit. Both give the
same grams and watt-hours.

CPU milliseconds of ours by step; the script takes 46 to 50, 7 of them to read the file and 20 to
find the local month of each reading:

======================================================================  ==
the batch verified and decoded                                           8
all meters found whole, in order and without a rule, and summed by day   6
the declaration compiled, meters and files numbered                      8
names of meters and files, by which a later run knows what still holds   7
tables checked against their schemas                                     8
the lines of the account with what they rest on                          4
amounts and leaves counted                                               7
the rest: quarter hours of the load, balances, findings                  4
======================================================================  ==

Nothing is odd, so that no SQL is run: few lines are counted faster than a statement is planned (35
statements on small tables took 216 once). What bounds it is a tenth of a millisecond for each of
400 meters, two thirds of it in Python, and 17 for whatever their number.

It costs more where the month is less plain. Where the counts of all meters are so uneven that the
medians of their months must be sought, 15. One meter with a fault, 60: to open a database, to plan
the statement that tells of it, to estimate. Each further one, 10.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from celadon.app.inputs import Input, read_input
from celadon.app.shard import Watch, compute_shard
from celadon.app.workspace import Workspace
from celadon.engine import Engine
from celadon.exact import round_half_even
from celadon.records.period import Period
from celadon.reference import Registry

METERS, UNITS, DAYS = 400, 20, 30
PERIOD = Period.parse("2025-06")
ROUNDS = 15
_SITE = "hall"

_HEAD = """\
format = 1
[site]
id = "hall"
simulated = true
country = "CN"
region = "CN-HE"
zone = "Asia/Shanghai"
[owner]
name = "模拟企业"
credit_code = "91999999MA00FAKE83"
[accounting]
carbon_method = "iron-and-steel-ndrc-2013"
electricity_programme = "enterprise_gbt32150"
[[network]]
id = "power"
carrier = "electricity"
[[stream]]
id = "power-bought"
carrier = "electricity"
from = "outside"
to = "power"
meters = ["m000"]
carbon = "electricity"
"""
_METER = """\
[[meter]]
id = "{meter}"
kind = "interval"
measure = "kWh"
resolution = "0.1"
maximum = "{maximum}"
"""
_UNIT = """\
[[unit]]
id = "{unit}"
[[stream]]
id = "power-{unit}"
carrier = "electricity"
from = "power"
to = "{unit}"
meters = {meters}
"""


def rollup_ratio() -> str:
    """The ratios of wall and of CPU seconds, and what either side takes."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = _workspace(Path(folder))
        registry = workspace.registry()
        given = replace(read_input(workspace, _SITE, PERIOD, None), memo=None, spans=None)
        (batch,) = given.batches["reading"]
        ours, factor = _rolled(_ours(given, registry))
        if _plain(batch.path, factor) != ours:
            raise SystemExit("rollup: the two ways differ")
        one, other = _best(lambda: _ours(given, registry), lambda: _plain(batch.path, factor))
    return (
        f"rollup      {one[0] / other[0]:5.2f} x  the wall time of a plain Polars script without "
        f"checks ({other[0] * 1e3:.0f} to {one[0] * 1e3:.0f} ms), {one[1] / other[1]:.2f} x its "
        f"CPU time ({other[1] * 1e3:.0f} to {one[1] * 1e3:.0f} ms; {batch.rows:,} readings)"
    )


@dataclass(frozen=True, slots=True)
class _Rolled:
    """Grams of CO2 of what was bought, and watt-hours of each unit."""

    grams: int
    watt_hours: dict[str, int]


def _ours(given: Input, registry: Registry) -> pa.Table:
    """The leaves of the account."""
    with Engine() as engine:
        watch = Watch(lambda _floor, _seconds: None)
        return compute_shard(engine, {_SITE: given}, registry, PERIOD, watch).accounts.leaves


def _rolled(leaves: pa.Table) -> tuple[_Rolled, Fraction]:
    """What the leaves say, and grams of CO2 of a watt-hour."""
    rows = leaves.to_pylist()
    (carbon,) = (row for row in rows if row["account"] == "carbon")
    flows = [row for row in rows if row["account"] == "flow" and row["stream"] != "power-bought"]
    units = {row["unit"]: row["count"] for row in flows}
    return _Rolled(carbon["value"], units), Fraction(int(carbon["num"]), int(carbon["den"]))


def _plain(path: Path, factor: Fraction) -> _Rolled:
    """The arithmetic alone; grams are rounded once, half to even, as an account's are."""
    numbers = range(METERS)
    units = pl.DataFrame(
        {
            "meter": [_meter(n) for n in numbers],
            "unit": ["bought" if n == 0 else _unit(n) for n in numbers],
            "watt_hours": 100,
        }
    )
    sums = (
        pl.read_parquet(path, columns=["meter", "ts", "count"])
        .with_columns(month=pl.col("ts").dt.offset_by("8h").dt.truncate("1mo"))
        .group_by("meter", "month")
        .agg(pl.col("count").sum())
        .join(units, on="meter")
        .with_columns(amount=pl.col("count") * pl.col("watt_hours"))
        .group_by("unit", "month")
        .agg(pl.col("amount").sum())
    )
    found = dict(sums.select("unit", "amount").iter_rows())
    bought = found.pop("bought")
    return _Rolled(round_half_even(bought * factor), found)


def _workspace(folder: Path) -> Workspace:
    workspace = Workspace.create(folder / "workspace", "bench", "en")
    declared = workspace.folder / "sites" / _SITE / "site.toml"
    declared.parent.mkdir(parents=True)
    meters = [_meter(n) for n in range(METERS)]
    parts = [_HEAD]
    parts += [_METER.format(meter=m, maximum=2_000 if n else 500_000) for n, m in enumerate(meters)]
    for n in range(1, UNITS + 1):
        parts.append(_UNIT.format(unit=_unit(n), meters=json.dumps(meters[n::UNITS])))
    declared.write_text("".join(parts), encoding="utf-8")
    source = folder / "readings.txt"
    source.write_text("simulated", encoding="utf-8")
    ledger = workspace.ledger(_SITE)
    ledger.commit_declaration(declared)
    ledger.commit("reading", _readings(meters), source, "0" * 64)
    return workspace


def _readings(meters: list[str]) -> pa.Table:
    """A month of days that are much alike, and no two counts in a row."""
    draw = np.random.default_rng(1)
    slots = DAYS * 96
    start = np.datetime64("2025-05-31T16:00:00", "us")  # midnight of 1 June in Shanghai
    ts = np.tile(start + np.arange(slots) * np.timedelta64(900, "s"), len(meters))
    daily = 1 + 0.4 * np.sin((np.arange(slots) % 96 - 30) / 96 * 2 * np.pi)
    size = draw.uniform(200, 2_000, (len(meters), 1))
    count = (daily * size * draw.uniform(0.9, 1.1, (len(meters), slots))).astype(np.int64)
    count[0] = count[1:].sum(axis=0)
    names = pa.array(meters).take(pa.array(np.repeat(np.arange(len(meters)), slots)))
    return pa.table(
        {
            "meter": names,
            "ts": pa.array(ts, pa.timestamp("us")),
            "count": count.ravel(),
            "quality": pa.nulls(len(ts), pa.string()),
            "source_row": np.tile(np.arange(2, slots + 2), len(meters)),
        }
    )


def _meter(number: int) -> str:
    return f"m{number:03d}"


def _unit(number: int) -> str:
    """The unit that a meter other than the feeder is of."""
    return f"u{number % UNITS:02d}"


def _best(*works: Callable[[], object]) -> list[tuple[float, float]]:
    """Wall and CPU seconds of the best of some rounds of each; they take turns."""
    rounds: list[list[tuple[float, float]]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, taken in zip(works, rounds, strict=True):
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            taken.append((time.perf_counter() - wall, time.process_time() - cpu))
    return [(min(wall for wall, _ in taken), min(cpu for _, cpu in taken)) for taken in rounds]
