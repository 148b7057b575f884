"""What the tests of this room build their worlds from: small sites, deliveries, judged readings."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.engine import Engine
from celadon.records.compiled import Compiled, compile_sites
from celadon.records.ledger.ledger import Batch
from celadon.records.period import Period
from celadon.records.quality.judge import judge_readings
from celadon.records.readers.profile import Profile
from celadon.records.site import Site, site_from_plain
from celadon.records.tables import EXCHANGE, INTERVAL, READING

Reading = tuple[dt.datetime, int]
Interval = tuple[dt.datetime, int, int | None, str, str | None]
CODE = "91999999MA00FAKE83"
SLOT = dt.timedelta(minutes=15)
DAY = dt.timedelta(days=1)


def plain_site(**tables: Any) -> dict[str, Any]:
    """The plain content of a small sound ``site.toml``; keys given replace its own."""
    return {
        "site": {
            "id": "pots",
            "country": "CN",
            "zone": "Asia/Shanghai",
            "name_en": "Simulated pottery",
            **tables.pop("site", {}),
        },
        "owner": {"name": "模拟陶瓷厂", "credit_code": CODE},
        **tables,
    }


def interval_meter(name: str = "m", **more: Any) -> dict[str, Any]:
    """An interval meter in kilograms, not estimated: one count is one small unit."""
    return {"id": name, "kind": "interval", "measure": "kg", "estimate_hours": 0, **more}


def register_meter(name: str = "r", **more: Any) -> dict[str, Any]:
    """A register in kilograms that passes at most 400 in an hour, 100 in a quarter."""
    plain = {"id": name, "kind": "register", "measure": "kg", "maximum": "400"}
    return {**plain, "estimate_hours": 0, **more}


def site_of(*meters: Mapping[str, Any], zone: str = "Asia/Shanghai", **tables: Any) -> Site:
    plain = plain_site(meter=[dict(meter) for meter in meters], site={"zone": zone}, **tables)
    return site_from_plain(plain, Path("site.toml"))


def series(
    start: dt.datetime, counts: Sequence[int | None], step: dt.timedelta = SLOT
) -> list[Reading]:
    """Readings a step apart; None is absent."""
    return [(start + n * step, count) for n, count in enumerate(counts) if count is not None]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file: meter to its readings in the order of the file; ``parts`` splits it in batches."""

    readings: Mapping[str, Sequence[Reading]]
    name: str = "file.csv"
    parts: int = 1
    rows: Mapping[str, Sequence[int]] = field(default_factory=dict)
    marks: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    def table(self) -> list[dict[str, Any]]:
        return [
            {
                "meter": meter,
                "ts": ts,
                "count": count,
                "quality": self.marks.get(meter, {}).get(row),
                "source_row": row,
            }
            for meter, listed in self.readings.items()
            for row, (ts, count) in zip(
                self.rows.get(meter, range(2, len(listed) + 2)), listed, strict=True
            )
        ]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules made of deliveries."""

    intervals: pa.Table
    days: pa.Table
    shared: pa.Table
    times: pa.Table
    events: pa.Table
    estimates: pa.Table
    readings: int
    digest: str

    def of(self, meter: str) -> list[Interval]:
        """The intervals of a meter, in order of time."""
        found: list[Interval] = [
            (row["ts"], row["seconds"], row["count"], row["state"], row["rule"])
            for row in self.intervals.filter(pc.equal(self.intervals["meter"], meter)).to_pylist()
        ]
        return sorted(found, key=by_time)

    def told(self, *names: str) -> list[tuple[Any, ...]]:
        """The events as tuples of the named columns."""
        return sorted(tuple(row[name] for name in names) for row in self.events.to_pylist())

    def sums(self, meter: str) -> dict[str, int]:
        rows = [row for row in self.days.to_pylist() if row["meter"] == meter]
        return {
            name: sum(row[name] for row in rows)
            for name in ("measured", "estimated", "seconds_missing")
        }


def by_time(interval: Interval) -> tuple[Any, ...]:
    """An order of intervals in which none is equal to another unless they are the same."""
    ts, seconds, count, state, rule = interval
    return ts, seconds, state, rule or "", count or 0


def batches_of(deliveries: Iterable[Delivery], folder: Path) -> list[Batch]:
    batches: list[Batch] = []
    for number, delivery in enumerate(deliveries, start=1):
        source = hashlib.sha256(f"{number}".encode()).hexdigest()
        rows = delivery.table()
        for part in range(delivery.parts):
            table = READING.from_rows(rows[part :: delivery.parts])
            path = folder / f"{number}-{part}.parquet"
            READING.write(table, path)
            batches.append(
                Batch(
                    position=len(batches) + 1,
                    kind="reading",
                    path=path,
                    rows=table.num_rows,
                    source=source,
                    source_name=delivery.name,
                    profile="p",
                    recorded_at="2025-01-01T00:00:00+00:00",
                )
            )
    return batches


def exchange_batch(
    exchanges: Mapping[str, Sequence[tuple[dt.datetime, int, int]]], folder: Path, position: int
) -> Batch:
    """A file of exchanges: per meter, instants with what was closed and opened at."""
    rows = [
        {"meter": meter, "ts": ts, "closing": closing, "opening": opening, "source_row": row}
        for meter, listed in exchanges.items()
        for row, (ts, closing, opening) in enumerate(listed, start=2)
    ]
    path = folder / f"exchange-{position}.parquet"
    table = EXCHANGE.from_rows(rows)
    EXCHANGE.write(table, path)
    source = hashlib.sha256(f"exchange {position}".encode()).hexdigest()
    return Batch(
        position=position, kind="exchange", path=path, rows=table.num_rows, source=source,
        source_name="exchanges.xlsx", profile="e", recorded_at="2025-01-01T00:00:00+00:00",
    )  # fmt: skip


def judge(
    site: Site,
    deliveries: Iterable[Delivery] | Sequence[Batch],
    folder: Path,
    period: str = "2025-03-03/2025-03-04",
    threads: int = 1,
) -> Judged:
    """Run the quality rules over deliveries, or over batches, of one site."""
    listed = list(deliveries)
    given = [item for item in listed if isinstance(item, Batch)]
    batches = given or batches_of([d for d in listed if isinstance(d, Delivery)], folder)
    parsed = Period.parse(period)
    compiled = compiled_of(site, period)
    with Engine(threads) as engine:
        quality = judge_readings(engine, compiled, {site.id: batches}, {site.id: site}, parsed)
        intervals = engine.fetch(INTERVAL)
    return Judged(
        intervals, quality.meter_days, quality.shared_days, quality.meter_times, quality.events,
        quality.estimates, quality.loaded, INTERVAL.digest(intervals),
    )  # fmt: skip


def compiled_of(site: Site, period: str) -> Compiled:
    return compile_sites({site.id: site}, Period.parse(period), {})


def readings_profile(**more: Any) -> Profile:
    """A wide readings profile; keys given replace its own."""
    plain = {
        "id": "test",
        "kind": "reading",
        "file": "csv",
        "layout": "wide",
        "time": {"column": ["time"], "format": "%Y-%m-%d %H:%M"},
        **more,
    }
    return Profile.model_validate(plain)
