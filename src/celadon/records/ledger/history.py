"""The history of a ledger: what each line did, and what was known at an instant."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from celadon.chain import Line
from celadon.errors import Fault, LedgerError
from celadon.records.ledger.in_force import Standing, span_of
from celadon.records.ledger.places import Places

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the chain, told.

    Parameters
    ----------
    kind : reading, activity, ..., declaration or pack.
    file, source : name and hash of the file that was read; empty for a pack.
    in_force : whether it counts now: a batch that was not read again, the last declaration.
    pack : the position of the pack that holds it; None where its files lie by themselves.
    first_ts, last_ts : the time that its readings span, naive UTC.
    """

    position: int
    recorded_at: str
    kind: str
    rows: int
    file: str
    source: str
    in_force: bool
    pack: int | None
    first_ts: dt.datetime | None
    last_ts: dt.datetime | None
    hash: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a ledger knew at an instant.

    Parameters
    ----------
    instant : asked about, UTC.
    position : of the last line that had been recorded; 0 before the first.
    commits : lines that there are now.
    recorded_at : when that was.
    declared_at, declaration : position and hash of the declaration in force; 0 and empty if none.
    batches, rows : in force then, by kind.
    back : positions recorded, by the clock, earlier than the line before them.
    """

    instant: dt.datetime
    position: int
    commits: int
    recorded_at: str
    declared_at: int
    declaration: str
    batches: dict[str, int]
    rows: dict[str, int]
    back: list[int]


def entries(places: Places) -> list[Entry]:
    """Every line of a chain, in its order."""
    standing = Standing(places.lines)
    counting = {live.position for live in standing.live()} | {standing.declared_at}
    told = []
    for position, line in enumerate(places.lines, start=1):
        pack = places.pack_of(position)
        first, last = span_of(line)
        told.append(
            Entry(
                position=position,
                recorded_at=line["recorded_at"],
                kind=line["kind"],
                rows=line["rows"],
                file=line.get("source_name", ""),
                source=line.get("source", ""),
                in_force=position in counting,
                pack=pack.position if pack else None,
                first_ts=first,
                last_ts=last,
                hash=line["hash"],
            )
        )
    return told


def known_at(lines: Sequence[Line], instant: dt.datetime) -> Known:
    """What had been recorded at an instant: the last line not after it, and all before that.

    The order of the ledger is that of its lines; a clock that went back does not change it.

    Parameters
    ----------
    instant : with its zone.
    """
    times = [dt.datetime.fromisoformat(line["recorded_at"]) for line in lines]
    position = max((n for n, at in enumerate(times, start=1) if at <= instant), default=0)
    standing = Standing(lines[:position])
    batches: Counter[str] = Counter()
    rows: Counter[str] = Counter()
    for live in standing.live():
        batches[live.line["kind"]] += 1
        rows[live.line["kind"]] += live.line["rows"]
    return Known(
        instant=instant.astimezone(dt.UTC),
        position=position,
        commits=len(lines),
        recorded_at=lines[position - 1]["recorded_at"] if position else "",
        declared_at=standing.declared_at,
        declaration=standing.declaration,
        batches=dict(batches),
        rows=dict(rows),
        back=[n for n in range(2, len(times) + 1) if times[n - 1] < times[n - 2]],
    )


def instant_of(text: str, zone: ZoneInfo) -> dt.datetime:
    """The instant that a text means: of a date its end, of a time that time, in a site's zone.

    Raises
    ------
    LedgerError
        If it is neither.

    Examples
    --------
    >>> instant_of("2025-03-01", ZoneInfo("Asia/Shanghai")).isoformat()
    '2025-03-01T23:59:59.999999+08:00'
    >>> instant_of("2025-03-01T08:00Z", ZoneInfo("Asia/Shanghai")).isoformat()
    '2025-03-01T08:00:00+00:00'
    """
    try:
        if len(text.strip()) == len("2025-03-01"):
            day = dt.datetime.combine(dt.date.fromisoformat(text.strip()), dt.time())
            following = (day + _DAY).replace(tzinfo=zone).astimezone(dt.UTC)
            return (following - dt.timedelta.resolution).astimezone(zone)
        instant = dt.datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        rule = "a date such as 2025-03-01, or a time such as 2025-03-01T08:00 with or without zone"
        fault = Fault(("WHEN",), repr(text), rule, "a date means its end, at the site")
        raise LedgerError(f"{text} is no date and no time", [fault]) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)
