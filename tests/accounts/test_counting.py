"""Few lines counted one by one give what the definitions in SQL give, cell by cell."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

import pytest

from celadon.accounts.counting import leaf_table, stream_amounts
from celadon.accounts.line import LINE, SEGMENT, STREAM_AMOUNT, STREAM_METER
from celadon.accounts.tables import LEAF
from celadon.engine import Engine
from celadon.errors import TableError
from celadon.exact import BIGINT_MAX
from celadon.records.tables import METER_DAY, SHARED_DAY

FIRST = dt.date(2025, 3, 1)
SITES, STREAMS, METERS = ("a", "b"), ("coal", "power", "steam"), ("m", "n", "o", "p")
Row = dict[str, Any]


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(number)


def segments(draw: Random) -> list[Row]:
    """Two stretches of each stream, with monthly rows for some."""
    return [
        {
            "site": site, "stream": stream, "from_day": day(first), "to_day": day(after),
            "given": draw.choice([None, None, draw.randrange(-500, 500)]),
            "given_estimated": draw.randrange(3), "given_missing": draw.randrange(2) * 86_400,
        }
        for site in SITES
        for stream in STREAMS
        for first, after in ((0, 12), (12, 31))
    ]  # fmt: skip


def stream_meters(draw: Random) -> list[Row]:
    return [
        {"site": site, "stream": stream, "meter": meter, "weight": draw.choice([1, 1, -1])}
        for site in SITES
        for stream in STREAMS
        for meter in METERS
        if draw.random() < 0.5
    ]


def meter_days(draw: Random) -> list[Row]:
    """Days of the meters, some of which are not there."""
    return [
        {
            "site": site, "meter": meter, "day": day(number),
            "measured": draw.randrange(-50, 5_000),
            "estimated": draw.choice([0, 0, draw.randrange(-90, 90)]),
            "seconds_missing": draw.choice([0, 0, 900]),
        }
        for site in SITES
        for meter in METERS[:3]
        for number in range(31)
        if draw.random() < 0.9
    ]  # fmt: skip


def shared_days(draw: Random, days: list[Row]) -> list[Row]:
    """Parts of estimates of some days, over two or three days each; the cut of segments among."""
    rows = {}
    for row in days:
        if row["estimated"] and draw.random() < 0.6:
            first = row["day"] - dt.timedelta(draw.randrange(2))
            rows[row["site"], row["meter"], row["day"], first] = {
                "site": row["site"], "meter": row["meter"], "day": row["day"],
                "from_day": first, "to_day": first + dt.timedelta(draw.randrange(2, 4)),
                "amount": draw.randrange(-60, 60),
            }  # fmt: skip
    return list(rows.values())


def lines(draw: Random) -> list[Row]:
    texts = ("unit", "carrier", "account", "measure", "scope", "method", "clause")
    return [
        {
            "leaf": f"{row['stream']}/{row['from_day']}/{number}", **dict.fromkeys(texts, "x"),
            "site": row["site"], "stream": row["stream"], "month": FIRST,
            "from_day": row["from_day"], "to_day": row["to_day"], "sign": draw.choice([1, -1]),
            "num": draw.choice([1, -1, 3, draw.randrange(10**12)]),
            "den": draw.choice([1, 2, 10, 10**6]), "confidence": draw.choice([None, "A", "C"]),
        }
        for row in segments(draw)
        for number in range(2)
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_it_gives_what_the_definitions_give(seed: int) -> None:
    draw = Random(seed)  # noqa: S311  no secret
    days = meter_days(draw)
    given = {
        SEGMENT: segments(draw), STREAM_METER: stream_meters(draw), METER_DAY: days,
        SHARED_DAY: shared_days(draw, days), LINE: lines(draw),
    }  # fmt: skip
    tables = {schema: schema.from_rows(rows) for schema, rows in given.items()}
    *read, written = tables.values()
    with Engine(1) as engine:
        for schema, table in tables.items():
            engine.load(schema, table)
        engine.define("celadon.accounts", STREAM_AMOUNT)
        engine.define("celadon.accounts", LEAF)
        amounts, leaves = engine.fetch(STREAM_AMOUNT), engine.fetch(LEAF)
    assert STREAM_AMOUNT.check(stream_amounts(*read)).equals(amounts)
    assert leaf_table(written, amounts).equals(leaves)
    assert len(set(leaves["value"].to_pylist())) > 10


def test_an_amount_beyond_64_bits_is_named() -> None:
    days = [
        {"site": "a", "meter": "m", "day": day(n), "measured": BIGINT_MAX, "estimated": 0,
         "seconds_missing": 0}
        for n in range(2)
    ]  # fmt: skip
    segment = {"site": "a", "stream": "coal", "from_day": day(0), "to_day": day(2),
               "given": None, "given_estimated": 0, "given_missing": 0}  # fmt: skip
    meter = {"site": "a", "stream": "coal", "meter": "m", "weight": 1}
    with pytest.raises(TableError, match="too large"):
        stream_amounts(
            SEGMENT.from_rows([segment]), STREAM_METER.from_rows([meter]),
            METER_DAY.from_rows(days), SHARED_DAY.from_rows([]),
        )  # fmt: skip
