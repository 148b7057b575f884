"""A process that may not write more, or nothing here; run as a program of its own.

    python confined.py size <bytes>,... commit|pack|export <folder>
    python confined.py closed - commit|pack|export|read <folder>

``size`` lets no file grow beyond so many bytes, as a full disk does in the middle of a write, and
looks after each attempt whether all is as it was;
``closed`` gives up all rights to a folder that its owner has closed. Prints what
was refused.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tests.records.ledger.shelf import counts, readings

from celadon.errors import LedgerError
from celadon.records.ledger.archive import export_site
from celadon.records.ledger.ledger import Ledger

NOBODY = 65534


def limit_size(size: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write is then refused instead
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def close(folder: Path) -> None:
    """Work in a folder as one who may read it and not write it; root may always write."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    os.chdir(folder)  # the folders above it may not even be read
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def attempt(verb: str, folder: Path) -> str:
    """What became of a verb."""
    ledger = Ledger(folder / "ledger")
    act: dict[str, Callable[[], object]] = {
        "commit": lambda: ledger.commit("reading", readings(*range(500)), folder / "new.csv", "p"),
        "pack": ledger.pack,
        "export": lambda: export_site("works", ledger, {}, folder / "works.zip"),
        "read": lambda: (ledger.verified(rows=True), counts(ledger.batches("reading"))),
    }
    try:
        act[verb]()
    except LedgerError as error:
        return f"{error.summary}|{error.faults[0].found}|{error.faults[0].remedy}"
    return "done"


def under_limit(size: int, verb: str, folder: Path) -> str:
    """What became of a verb in a child that may not write more."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        limit_size(size)
        os.write(writer, attempt(verb, folder).encode())
        os._exit(0)
    os.close(writer)
    assert os.waitpid(child, 0)[1] == 0
    with os.fdopen(reader) as told:
        return told.read()


def state(ledger: Ledger, position: int) -> list[object]:
    return [counts(ledger.batches("reading", position)), ledger.refused(position)]


def main(how: str, sizes: str, verb: str, where: str) -> None:
    folder = Path(where)
    if how == "closed":
        close(folder)
        sys.stdout.write(attempt(verb, Path()))
        return
    ledger = Ledger(folder / "ledger")
    position = len(ledger.lines())
    before = state(ledger, position)
    for size in sizes.split(","):
        sys.stdout.write(under_limit(int(size), verb, folder) + "\n")
        assert state(ledger, position) == before
        assert ledger.verified(rows=True).head.position >= position
        assert not list(folder.glob("*.tmp"))


if __name__ == "__main__":
    main(*sys.argv[1:])
