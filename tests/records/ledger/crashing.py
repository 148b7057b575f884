"""Processes that commit at once, or are killed while they commit; run as a program of its own.

A child is forked from this program, which has no threads, and killed with SIGKILL at a drawn
instant. What it acknowledged through a pipe before it died must be in the ledger, once and whole.

    python crashing.py kill <folder> <rounds> <seed>
    python crashing.py race <folder> <processes> <commits>
"""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from celadon.records.ledger.ledger import Ledger
from celadon.records.tables import READING

START = dt.datetime(2025, 3, 3)
ROUNDS_PER_LEDGER = 25


def commit(folder: Path, name: str) -> None:
    """Commit a file of its own content under a name of its own."""
    source = folder / name
    source.write_text(name, encoding="utf-8")
    rows = [
        {"meter": "m", "ts": START + n * dt.timedelta(minutes=15), "count": n, "source_row": n + 2}
        for n in range(20)
    ]
    Ledger(folder / "ledger").commit(
        "reading", READING.from_rows(rows), source, "p", [{"of": name}]
    )


def committing(folder: Path, round_number: int, pipe: int) -> None:
    """Commit for ever, and acknowledge each commit once it is made."""
    number = 0
    while True:
        name = f"{round_number}-{number}"
        commit(folder, name)
        os.write(pipe, f"{name}\n".encode())
        number += 1


def killed(folder: Path, round_number: int, delay: float) -> list[str]:
    """What a child acknowledged before it was killed, ``delay`` seconds after its first commit."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        committing(folder, round_number, writer)
    os.close(writer)
    first = os.read(reader, 4096)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    told = first
    while block := os.read(reader, 4096):
        told += block
    os.close(reader)
    return told.decode().split()


def check(folder: Path, acknowledged: list[str], rounds: int) -> None:
    """Every acknowledged commit is there once; at most one a round that was not acknowledged."""
    ledger = Ledger(folder / "ledger")
    found = Counter(line["source_name"] for line in ledger.lines())
    lost = [name for name in acknowledged if found[name] != 1]
    surplus = sorted(set(found) - set(acknowledged))
    assert not lost, f"lost or doubled: {lost}"
    assert len(surplus) <= rounds, f"never acknowledged: {surplus}"
    assert all(line["rows"] == 20 for line in ledger.lines())


def kill(folder: Path, rounds: int, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311
    acknowledged: list[str] = []
    place, since = folder / "0", 0
    for number in range(rounds):
        if number % ROUNDS_PER_LEDGER == 0:
            place, since, acknowledged = folder / str(number), number, []
            place.mkdir()
        acknowledged += killed(place, number, draw.random() * 0.03)
        check(place, acknowledged, number + 1 - since)
        ledger = Ledger(place / "ledger")
        if number % 5 == 4:
            ledger.verify()
            ledger.sweep()
            assert ledger.verify() == len(ledger.lines())


def race(folder: Path, processes: int, commits: int) -> None:
    children = []
    for process in range(processes):
        child = os.fork()
        if child == 0:
            for number in range(commits):
                commit(folder, f"{process}-{number}")
            os._exit(0)
        children.append(child)
    assert all(os.waitpid(child, 0)[1] == 0 for child in children)
    names = [f"{process}-{number}" for process in range(processes) for number in range(commits)]
    check(folder, names, 0)
    assert Ledger(folder / "ledger").verify() == len(names)


if __name__ == "__main__":
    mode, where, *numbers = sys.argv[1:]
    {"kill": kill, "race": race}[mode](Path(where), *(int(number) for number in numbers))
