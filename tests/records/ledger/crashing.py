"""Processes that commit and pack at once, or are killed meanwhile; run as a program of its own.

A child is forked from this program, which has no threads, and killed with SIGKILL at a drawn
instant. What it acknowledged through a pipe before it died must be in the ledger, once and whole.

    python crashing.py kill <folder> <rounds> <seed>
    python crashing.py race <folder> <processes> <commits>
    python crashing.py read <folder> <commits>
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

from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.ledger import Ledger
from celadon.records.tables import READING

START = dt.datetime(2025, 3, 3)
ROUNDS_PER_LEDGER = 25
LONGEST_COMMIT, LONGEST_PACKING = 0.03, 0.4  # seconds: a few commits, about two packings


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
    """Commit for ever, and acknowledge each commit once it is made; every odd round packs as well.

    A round that packs begins with it, so that early kills fall into the packing of the rounds
    before it.
    """
    packs = round_number % 2 == 1
    number = 0
    while True:
        if packs and number % 4 == 1:
            Ledger(folder / "ledger").pack()
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
    found = Counter(line["source_name"] for line in ledger.lines() if line["kind"] != "pack")
    lost = [name for name in acknowledged if found[name] != 1]
    surplus = sorted(set(found) - set(acknowledged))
    assert not lost, f"lost or doubled: {lost}"
    assert len(surplus) <= rounds, f"never acknowledged: {surplus}"
    batches = ledger.batches("reading")
    assert [batch.source_name for batch in batches] == list(found)
    for batch in batches:
        assert read_batch(batch).num_rows == batch.rows == 20, f"half: {batch}"


def strays(ledger: Ledger) -> set[str]:
    """Files of a process that died before it had finished, relative to the ledger's folder."""
    held = {p.relative_to(ledger.folder).as_posix() for p in ledger.folder.glob("*/*")}
    return held - set(ledger.places().files())


def kill(folder: Path, rounds: int, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311
    acknowledged: list[str] = []
    place, since = folder / "0", 0
    unfinished = 0
    for number in range(rounds):
        if number % ROUNDS_PER_LEDGER == 0:
            place, since, acknowledged = folder / str(number), number, []
            place.mkdir()
        longest = LONGEST_PACKING if number % 2 else LONGEST_COMMIT
        acknowledged += killed(place, number, draw.random() * longest)
        check(place, acknowledged, number + 1 - since)
        ledger = Ledger(place / "ledger")
        unfinished += bool(strays(ledger))
        if number % 5 == 4:
            ledger.verified(rows=True)
            ledger.sweep()
            assert ledger.verify() == len(ledger.lines())
    sys.stdout.write(f"{rounds} kills, {unfinished} left files of an unfinished commit or packing")


def race(folder: Path, processes: int, commits: int) -> None:
    children = []
    for process in range(processes):
        child = os.fork()
        if child == 0:
            for number in range(commits):
                commit(folder, f"{process}-{number}")
                if number % 4 == process:
                    Ledger(folder / "ledger").pack()
            os._exit(0)
        children.append(child)
    assert all(os.waitpid(child, 0)[1] == 0 for child in children)
    names = [f"{process}-{number}" for process in range(processes) for number in range(commits)]
    check(folder, names, 0)
    Ledger(folder / "ledger").verified(rows=True)


def read(folder: Path, commits: int) -> None:
    """Read while another process commits and packs: a reader never meets a file that is gone."""
    commit(folder, "first")
    child = os.fork()
    if child == 0:
        for number in range(commits):
            commit(folder, f"{number}")
            if number % 5 == 4:
                Ledger(folder / "ledger").pack()
        os._exit(0)
    seen = 0
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        batches = Ledger(folder / "ledger").batches("reading")
        assert len(batches) >= seen, "a commit was seen, and then not"
        seen = len(batches)
        assert all(read_batch(batch).num_rows == 20 for batch in batches)
    assert len(Ledger(folder / "ledger").batches("reading")) == commits + 1


if __name__ == "__main__":
    mode, where, *numbers = sys.argv[1:]
    {"kill": kill, "race": race, "read": read}[mode](
        Path(where), *(int(number) for number in numbers)
    )
