"""A register looked through to the last byte: its chain, its head, its documents, its papers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from celadon.cases.events import Event
from celadon.cases.heads import DOCUMENTS, PAPERS, read_head
from celadon.cases.register import Register
from celadon.chain import sha256_file
from celadon.errors import ChainBroken, Fault

_LINE = b'{"at":'
_UNNAMED = (
    "compare the register with a backup; where no event is lost, the machine stopped before an act "
    "was recorded: move the document away"
)
_NAMING = ("document", "declaration", "listed")


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what is wrong with it.

    Parameters
    ----------
    events : that prove; documents, papers : files that are as they were recorded.
    head : the head that was kept, as it is printed; empty where none was.
    torn : bytes of a line that was cut off while it was written, and never recorded.
    """

    events: int
    documents: int
    papers: int
    head: str
    torn: int
    faults: tuple[Fault, ...]


def verify(register: Register) -> Verified:
    """Look through a register: every event, every document, every paper.

    Nothing is raised for what is wrong: it is told among the faults, and the rest is looked at.
    """
    faults: list[Fault] = []
    events: list[Event] = []
    head, torn, is_whole = "", 0, True
    try:
        head = str(read_head(register.folder) or "")
        events = register.events()
        torn = register.torn
    except ChainBroken as error:
        faults += error.faults
        is_whole = False
    folder = register.folder / DOCUMENTS
    kept = sorted(p for p in folder.glob("*") if not p.name.startswith("."))
    changed = list(_changed(kept))
    faults += changed
    named = _named(events)
    faults += _absent(named, {path.name for path in kept}, folder)
    faults += _unnamed(kept, named) if is_whole else []
    papers = [path for name in PAPERS for path in sorted((register.folder / name).glob("[!.]*"))]
    placed = _placed(events)
    strange = list(_strange(register.folder, papers, set(named), placed)) if is_whole else []
    faults += strange
    faults += _gone(register.folder, placed)
    sound = len(kept) - len(changed), len(papers) - len(strange)
    return Verified(len(events), *sound, head, torn, tuple(faults))


def _changed(kept: Iterable[Path]) -> Iterator[Fault]:
    for path in kept:
        if sha256_file(path) != path.name:
            found = "other bytes than were kept"
            rule = "a document is named by the SHA-256 of its bytes"
            remedy = "restore it from a backup: an event names it"
            yield Fault((str(path),), found, rule, remedy)


def _named(events: Iterable[Event]) -> dict[str, int]:
    """The digests that events name, each with the position of the first that does."""
    found: dict[str, int] = {}
    for each in events:
        for digest in (*(each.data.get(key) for key in _NAMING), *each.data.get("evidence", ())):
            if digest:
                found.setdefault(str(digest), each.position)
    return found


def _absent(named: dict[str, int], kept: set[str], folder: Path) -> Iterator[Fault]:
    for digest, position in named.items():
        if digest not in kept:
            found, rule = f"no document {digest}", f"event {position} names it"
            remedy = "restore it from a backup, or put the paper there under this name"
            yield Fault((str(folder),), found, rule, remedy)


def _unnamed(kept: Iterable[Path], named: Mapping[str, int]) -> Iterator[Fault]:
    """Documents of no event: events are gone with their head, or an act was never recorded."""
    for path in kept:
        if path.name not in named and not _is_rest(path):
            rule = "a document is kept for an event, which names it"
            yield Fault((str(path),), "a document that no event names", rule, _UNNAMED)


def _is_rest(path: Path) -> bool:
    """Whether it is what a crash left of a line that was never recorded."""
    with path.open("rb") as file:
        return file.read(len(_LINE)) == _LINE


def _placed(events: Iterable[Event]) -> dict[str, tuple[str, int]]:
    """The papers that events name by their place, each with its digest and the event's position."""
    return {
        str(each.data["paper"]): (str(each.data["document"]), each.position)
        for each in events
        if each.data.get("paper")
    }


def _gone(folder: Path, placed: Mapping[str, tuple[str, int]]) -> Iterator[Fault]:
    for name, (digest, position) in placed.items():
        if not (folder / name).is_file():
            yield Fault(
                (str(folder / name),), "no such paper", f"event {position} names it",
                f"copy {DOCUMENTS}/{digest} there: it is the paper as it was served",
            )  # fmt: skip


def _strange(
    folder: Path, papers: Iterable[Path], named: set[str], placed: Mapping[str, tuple[str, int]]
) -> Iterator[Fault]:
    for path in papers:
        if not path.is_file():
            continue
        known = placed.get(path.relative_to(folder).as_posix())
        digest = sha256_file(path)
        if digest not in (named if known is None else {known[0]}):
            found = "a paper that no event names"
            if known is not None:
                found = f"other bytes than event {known[1]} names"
            rule = "a paper is as it was when an event named its SHA-256"
            remedy = f"restore it from {DOCUMENTS}/, where it is kept as it was served"
            yield Fault((str(path),), found, rule, remedy)
