"""The figures that the ledger promises: bytes a reading, time to verify, time to commit."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from tests.records.ledger.shelf import file_of, readings

from celadon.chain import GENESIS, canonical_json, seal
from celadon.records.ledger.batches import read_batches
from celadon.records.ledger.ledger import Ledger
from celadon.records.ledger.places import MANIFEST
from celadon.records.tables import READING

METERS = 60
SLOTS_A_DAY = 96
MOST_BYTES = 2.5
MOST_SECONDS = 1.0


def plant(days: int, seed: int = 7) -> np.ndarray:
    """Counts of 60 meters: half pass a noisy load with a daily course, half are registers."""
    draw = np.random.default_rng(seed)
    slots = np.arange(days * SLOTS_A_DAY)
    course = 1000 + 300 * np.sin(2 * np.pi * slots / SLOTS_A_DAY)
    loads = draw.normal(course, 30, size=(METERS, len(slots))).astype(np.int64)
    loads[METERS // 2 :] = np.cumsum(loads[METERS // 2 :], axis=1)
    return loads


def delivered(counts: np.ndarray, slots_a_file: int) -> Iterator[tuple[pa.Table, str]]:
    """Wide files of a plant: their rows for the ledger, and their text."""
    names = np.array([f"meter-{number:02}" for number in range(METERS)], dtype=object)
    start = np.datetime64("2025-01-01", "us")
    step = np.timedelta64(15, "m")
    for first in range(0, counts.shape[1], slots_a_file):
        part = counts[:, first : first + slots_a_file]
        size = part.shape[1]
        times = start + np.arange(first, first + size) * step
        table = pa.table(
            {
                "meter": np.repeat(names, size),
                "ts": np.tile(times, METERS),
                "count": part.ravel(),
                "quality": pa.nulls(METERS * size, pa.string()),
                "source_row": np.tile(np.arange(2, size + 2), METERS),
            }
        )
        lines = (",".join([f"{ts}", *map(str, row)]) for ts, row in zip(times, part.T, strict=True))
        yield READING.check(table), "\n".join([",".join(["time", *names]), *lines]) + "\n"


def fill(folder: Path, days: int, slots_a_file: int) -> Ledger:
    ledger = Ledger(folder / "ledger")
    for number, (table, text) in enumerate(delivered(plant(days), slots_a_file)):
        ledger.commit("reading", table, file_of(folder, "file.csv", text), f"{number}")
    return ledger


def bytes_a_reading(ledger: Ledger) -> float:
    """What the rows of all readings take: in files of their own, and in packs."""
    rows = sum(batch.rows for batch in ledger.batches("reading"))
    paths = {batch.path for batch in ledger.batches("reading")}
    return sum(path.stat().st_size for path in paths) / rows


def cpu_seconds(act: Callable[[], object]) -> float:
    since = time.process_time()
    act()
    return time.process_time() - since


def test_packing_makes_a_reading_small(tmp_path: Path) -> None:
    ledger = fill(tmp_path, 7, 4)
    before = bytes_a_reading(ledger)
    rows = read_batches("reading", ledger.batches("reading"))
    ledger.pack()
    assert READING.digest(
        read_batches("reading", ledger.batches("reading")).select(READING.names)
    ) == (READING.digest(rows.select(READING.names)))
    assert before > 2 * MOST_BYTES
    assert bytes_a_reading(ledger) <= MOST_BYTES


@pytest.mark.long
@pytest.mark.parametrize("slots_a_file", [31 * SLOTS_A_DAY, SLOTS_A_DAY, 4])
def test_a_year_of_sixty_meters(tmp_path: Path, slots_a_file: int) -> None:
    """Delivered by month, by day and by hour: what a reading takes, and the year verified."""
    ledger = fill(tmp_path, 365, slots_a_file)
    assert sum(batch.rows for batch in ledger.batches("reading")) == METERS * 365 * SLOTS_A_DAY
    ledger.pack()
    assert bytes_a_reading(ledger) <= MOST_BYTES
    assert cpu_seconds(Ledger(ledger.folder).verify) <= MOST_SECONDS


def long_chain(folder: Path, length: int) -> Ledger:
    """A ledger of many commits, made without their waiting for a disk."""
    ledger = Ledger(folder / f"ledger-{length}")
    ledger.commit("reading", readings(1), file_of(folder, "a.csv", "one"), "p")
    (line,) = ledger.lines()
    body = {
        key: value for key, value in line.items() if key not in ("prev", "hash", "tree", "position")
    }
    prev, lines = GENESIS, []
    for number in range(length):
        sealed = seal({**body, "content": f"{number:064}", "profile": f"{number}"}, prev)
        prev = sealed["hash"]
        lines.append(canonical_json(sealed) + "\n")
    (ledger.folder / MANIFEST).write_text("".join(lines), encoding="utf-8")
    return Ledger(ledger.folder)


def commit_seconds(ledger: Ledger, folder: Path, commits: int) -> float:
    """The median CPU time of a commit, after the first one has read the chain."""
    seconds = []
    for number in range(commits + 1):
        source = file_of(folder, "live.csv", f"{ledger.folder.name} {number}")
        table = readings(number)
        seconds.append(cpu_seconds(partial(ledger.commit, "reading", table, source, "live")))
    return statistics.median(seconds[1:])


def test_a_commit_takes_no_longer_at_the_end_of_a_long_chain(tmp_path: Path) -> None:
    """The ratio in one run; reading every line again would make it more than ten."""
    short, long = (long_chain(tmp_path, length) for length in (10, 10_000))
    ratio = commit_seconds(long, tmp_path, 25) / commit_seconds(short, tmp_path, 25)
    assert ratio < 4
    assert len(long.lines()) == 10_026


def test_reading_a_long_chain_again_costs_a_comparison(tmp_path: Path) -> None:
    ledger = long_chain(tmp_path, 10_000)
    first = cpu_seconds(ledger.lines)
    again = statistics.median(cpu_seconds(ledger.lines) for _ in range(5))
    assert again < first / 4
