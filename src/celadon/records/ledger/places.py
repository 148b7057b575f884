"""Where committed files lie: each by itself at first, many in one pack later.

A line of the kind ``pack`` names two files: one holds the rows of many batches of a kind, the other
the original bytes of their small files. A later pack of a batch replaces the earlier one. Where the
files lie now depends on the whole chain, what is in force on as much of it as is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from celadon.chain import Line
from celadon.errors import ChainBroken, Fault
from celadon.records.ledger.in_force import DECLARATION, PACK, Batch, Live, span_of
from celadon.records.ledger.packs import packed_files
from celadon.records.ledger.sealed import damage, is_sound, present, read_sealed

MANIFEST = "manifest.jsonl"
"""The chain of commits in a ledger's folder."""

FOLDERS = ("batches", "sources", "packs")
"""The folders of a ledger whose files are named by their hash."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that a line of the chain made.

    Parameters
    ----------
    position : of its line.
    kind : of the batches in it.
    rows_file, small_file : names of its two files, relative to the ledger's folder.
    positions : of the batches in it, in order.
    apart : hashes of the original files that stay files of their own.
    rows : how many it holds.
    """

    position: int
    kind: str
    rows_file: str
    small_file: str
    positions: tuple[int, ...]
    apart: frozenset[str]
    rows: int


class Places:
    """Where the files of a chain's lines lie.

    Parameters
    ----------
    folder : the ledger's.
    lines : the whole chain, as long as it is now.
    """

    def __init__(self, folder: Path, lines: Sequence[Line]) -> None:
        self.folder = folder
        self.lines = lines
        self._pack_of: dict[int, Pack] = {}
        self._sound: set[Path] = set()
        for number, line in enumerate(lines, start=1):
            if line["kind"] == PACK:
                pack = _pack(number, line)
                self._pack_of.update(dict.fromkeys(pack.positions, pack))

    def pack_of(self, position: int) -> Pack | None:
        """The pack in which a batch lies; None for one in a file of its own."""
        return self._pack_of.get(position)

    def packs(self) -> list[Pack]:
        """The packs in which some batch lies, in the order of the chain."""
        return sorted(set(self._pack_of.values()), key=lambda pack: pack.position)

    def files(self) -> dict[str, list[int]]:
        """Every file that the chain relies on, relative to the folder, with who relies on it.

        Files whose content a pack has taken over are not among them.
        """
        found: dict[str, list[int]] = {}
        for position, line in enumerate(self.lines, start=1):
            for name in self._files_of(position, line):
                found.setdefault(name, []).append(position)
        return found

    def replaced(self) -> list[str]:
        """The files that lines name, relative to the folder, and that packs have taken over."""
        named: dict[str, None] = {}
        for position, line in enumerate(self.lines, start=1):
            if line["kind"] == PACK:
                pack = _pack(position, line)
                named |= dict.fromkeys((pack.rows_file, pack.small_file))
            else:
                named |= dict.fromkeys(_own_files(line))
        kept = self.files()
        return [name for name in named if name not in kept]

    def strays(self) -> list[Path]:
        """The files in the folders of the ledger that no line relies on."""
        kept = self.files()
        return [
            path
            for name in FOLDERS
            for path in sorted((self.folder / name).glob("*"))
            if f"{name}/{path.name}" not in kept
        ]

    def batch(self, live: Live) -> Batch:
        """The batch of a line in force.

        Raises
        ------
        ChainBroken
            If a file of it is gone or was changed: what was tampered with is never computed with.
        """
        line, pack = live.line, self._pack_of.get(live.position)
        name = pack.rows_file if pack else f"batches/{line['batch']}.parquet"
        first, last = span_of(line)
        declared = f"sources/{live.declaration}" if live.declaration else ""
        return Batch(
            position=live.position,
            kind=line["kind"],
            path=self._verified(name, live.position),
            rows=line["rows"],
            source=line["source"],
            source_name=line["source_name"],
            profile=line["profile"],
            recorded_at=line["recorded_at"],
            declaration=self._verified(declared, live.position) if declared else None,
            first_ts=first,
            last_ts=last,
            arrived=live.arrived,
            seal=Path(name).stem,
            packed=pack is not None,
            sheets=tuple(line.get("sheets", ())),
        )

    def notes(self, live: Live) -> bytes:
        """The bytes that tell what of a line's source was not taken.

        Raises
        ------
        ChainBroken
            If they are gone or were changed.
        """
        name, pack = live.line["refused"], self._pack_of.get(live.position)
        if pack is None:
            return self._read(f"batches/{name}.json", live.position)
        return self._small(pack, live.position)[name]

    def original(self, live: Live) -> str | None:
        """The file that keeps a line's original, in the folder; None if it lies in a pack."""
        name, pack = live.line["source"], self._pack_of.get(live.position)
        return f"sources/{name}" if pack is None or name in pack.apart else None

    def declaration(self, position: int) -> Path:
        """The file that keeps the declaration of a line, its bytes verified.

        Raises
        ------
        ChainBroken
            If it is gone or was changed.
        """
        return self._verified(f"sources/{self.lines[position - 1]['source']}", position + 1)

    def source(self, position: int) -> bytes:
        """The original file that a line was read from.

        Raises
        ------
        ChainBroken
            If it is gone or was changed.
        """
        name, pack = self.lines[position - 1]["source"], self._pack_of.get(position)
        if pack is None or name in pack.apart:
            return self._read(f"sources/{name}", position)
        return self._small(pack, position)[name]

    def fault(self, name: str, positions: Sequence[int]) -> Fault:
        """What is wrong with a file that is not sound: whom it concerns, and what to do."""
        first = self.lines[positions[0] - 1]
        concerned = [f"position {positions[0]}"]
        if name.startswith("packs/") and len(positions) > 1:
            concerned = [f"{len(positions)} positions from {positions[0]}"]
        elif "source_name" in first:
            concerned.append(first["source_name"])
        plain = damage(self.folder / name)
        return Fault(
            (*plain.where, *concerned), plain.found, plain.rule, self._remedy(name, positions[0])
        )

    def _remedy(self, name: str, position: int) -> str:
        """What brings a file back, and what may be done until then."""
        is_declared = self._is_declaration(position)
        remedy = (_DECLARE_AGAIN if is_declared else _IMPORT_AGAIN) + _RESTORE
        pack = self._pack_of.get(position)
        if name.startswith("packs/") and pack is not None:
            remedy = f"{_RESTORE} that was exported at position {pack.position} or later"
        if name.startswith("sources/") and not is_declared:
            return f"{remedy}; a run goes on without it, for the rows lie in batches"
        if position == 1:
            return remedy
        return f"{remedy}; until then `--as-of {position - 1}` runs on what was known before it"

    def _read(self, name: str, position: int) -> bytes:
        try:
            return read_sealed(self.folder / name)
        except ChainBroken as error:
            raise ChainBroken(error.summary, [self.fault(name, [position])]) from None

    def _small(self, pack: Pack, position: int) -> Mapping[str, bytes]:
        try:
            return packed_files(self.folder / pack.small_file)
        except ChainBroken as error:
            raise ChainBroken(error.summary, [self.fault(pack.small_file, [position])]) from None

    def _verified(self, name: str, position: int) -> Path:
        path = self.folder / name
        if path not in self._sound:
            if not is_sound(path):
                gone = not path.is_file()
                verdict = "is gone" if gone else "does not verify"
                if name.startswith("sources/"):  # the declaration that was in force then
                    position = self._declared_before(position)
                fault = self.fault(name, [position])
                raise ChainBroken(f"A file of the ledger {verdict}", [fault])
            self._sound.add(path)
        return present(path)

    def _declared_before(self, position: int) -> int:
        """The position of the last declaration before a line."""
        declared = (n for n in range(position - 1, 0, -1) if self._is_declaration(n))
        return next(declared, position)

    def _is_declaration(self, position: int) -> bool:
        return bool(self.lines[position - 1]["kind"] == DECLARATION)

    def _files_of(self, position: int, line: Line) -> Iterator[str]:
        if line["kind"] == PACK:
            return
        pack = self._pack_of.get(position)
        if pack is None:
            yield from _own_files(line)
        else:
            yield pack.rows_file
            yield pack.small_file
            if line["source"] in pack.apart:
                yield f"sources/{line['source']}"


_IMPORT_AGAIN = "import the original file again by the same profile, or "
_DECLARE_AGAIN = "put site.toml back as it was then and run the site, which keeps it again; or "
_RESTORE = "restore it from a backup or an archive (celadon ledger import-site)"


def ranges_of(positions: Iterable[int]) -> list[list[int]]:
    """Numbers as first and last of each run.

    Examples
    --------
    >>> ranges_of([2, 3, 4, 7])
    [[2, 4], [7, 7]]
    """
    ranges: list[list[int]] = []
    for position in sorted(positions):
        if ranges and ranges[-1][1] == position - 1:
            ranges[-1][1] = position
        else:
            ranges.append([position, position])
    return ranges


def _own_files(line: Line) -> Iterator[str]:
    """The files that a commit writes, relative to the folder."""
    yield f"sources/{line['source']}"
    if line["kind"] != DECLARATION:
        yield f"batches/{line['batch']}.parquet"
        yield f"batches/{line['refused']}.json"


def _pack(position: int, line: Line) -> Pack:
    return Pack(
        position=position,
        kind=line["of"],
        rows_file=f"packs/{line['pack']}.parquet",
        small_file=f"packs/{line['small']}.parquet",
        positions=tuple(n for first, last in line["positions"] for n in range(first, last + 1)),
        apart=frozenset(line["apart"]),
        rows=line["rows"],
    )
