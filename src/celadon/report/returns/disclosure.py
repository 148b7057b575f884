"""Readings that an enterprise chooses to send: the rows of its ledger, without the original files.

    ledger/manifest.jsonl             the lines of the chain, up to the position of the account
    ledger/rows/<position>.parquet    the rows of each batch in force
    ledger/notes/<position>.json      what was not taken from its file, where that is anything
    ledger/declarations/<sha256>      each declaration that the rows were read under

A line of the chain commits its batch by a digest of the rows and the notes by their hash, so both
prove themselves by the chain, wherever they lie in the sender's ledger; and the account can be
computed from them again.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa

from celadon.chain import GENESIS, Line, canonical_json, read_chain
from celadon.errors import ChainBroken, TableError
from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.committing import content_of
from celadon.records.ledger.in_force import DECLARATION, PACK, in_force
from celadon.records.ledger.kinds import KINDS
from celadon.records.ledger.ledger import Ledger
from celadon.records.ledger.places import Places
from celadon.report.returns.account_checks import Whole
from celadon.report.returns.check import Check, no, yes
from celadon.report.returns.notes import are_notes, has_notes, notes_in, notes_name
from celadon.report.returns.parquet import read_table

_FOLDER = "ledger/"
_MANIFEST = f"{_FOLDER}manifest.jsonl"
_TEXTS = ("content", "source", "profile")
_NAME = re.compile(r"[^.\x00-\x1f<>:\"/\\|?*][^\x00-\x1f<>:\"/\\|?*]*")
_LONGEST_NAME = 240


def disclosed(ledger: Ledger, position: int) -> dict[str, bytes]:
    """The members that disclose a ledger up to a position."""
    lines = ledger.lines(position)
    text = "".join(f"{canonical_json(line)}\n" for line in lines)
    members = {_MANIFEST: text.encode()}
    for number, line in enumerate(lines, start=1):
        if line["kind"] == DECLARATION:
            members[_declaration(line["source"])] = ledger.source(number)
    for kind, schema in KINDS.items():
        for batch in ledger.batches(kind, position):
            buffer = BytesIO()
            schema.write(read_batch(batch), buffer)
            members[_rows(batch.position)] = buffer.getvalue()

    def notes(places: Places) -> dict[str, bytes]:
        live = (each for each in in_force(lines) if has_notes(each.line))
        return {notes_name(each.position): places.notes(each) for each in live}

    return members | ledger.read(notes)


def is_disclosed(names: Mapping[str, Any]) -> bool:
    """Whether a return with these members discloses its readings."""
    return any(name.startswith(_FOLDER) for name in names)


def disclosure_checks(whole: Whole | None) -> list[Check]:
    """Whether disclosed rows are those of the ledger that the document names."""
    if whole is None or not is_disclosed(whole.opened.members):
        return []
    return list(_faults(whole)) or [yes("readings")]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A ledger of disclosed rows, and where its lines stand in the chain that was disclosed.

    Parameters
    ----------
    positions : in the disclosed chain, by those in the ledger, where packs have no line.
    """

    ledger: Ledger
    positions: Mapping[int, int]


def rebuild(members: Mapping[str, bytes], folder: Path) -> Rebuilt:
    """A ledger of the disclosed rows, whose accounts are those of the ledger that they are of.

    Each line is committed again in its order. For an original file, which was not sent, stands one
    that holds its hash, so that what came from one file still does; a batch that is no longer in
    force keeps its place, without its rows.

    Parameters
    ----------
    members : those of a return whose disclosure was checked.
    folder : where the ledger is made.

    Raises
    ------
    LedgerError
        If it cannot be written.
    """
    ledger, positions = Ledger(folder / "ledger"), {}
    sources = folder / "sources"
    sources.mkdir(parents=True)
    for position, line in enumerate(_chain(members[_MANIFEST]), start=1):
        source = sources / str(position) / _name_of(line, position)
        source.parent.mkdir()
        if line["kind"] == DECLARATION:
            source.write_bytes(members[_declaration(line["source"])])
            done = ledger.commit_declaration(source)
        elif line["kind"] in KINDS:
            schema, data = KINDS[line["kind"]], members.get(_rows(position))
            rows = schema.from_rows([]) if data is None else read_table(schema, data)
            source.write_text(line["source"], encoding="utf-8")
            done = ledger.commit(
                line["kind"], rows, source, _profile_of(line, position, is_live=data is not None),
                notes_in(members.get(notes_name(position))), profile_id=line.get("profile_id", ""),
            )  # fmt: skip
        else:
            continue
        positions[done.position] = position
    return Rebuilt(ledger, positions)


def committed(members: Mapping[str, bytes]) -> dict[int, Line]:
    """The lines of the disclosed chain by their position; the disclosure was checked."""
    return dict(enumerate(_chain(members[_MANIFEST]), start=1))


def _profile_of(line: Line, position: int, *, is_live: bool) -> str:
    """What read a line; for a batch out of force, whose rows are not here, a name of its own.

    It would else be taken for the reading that replaced it, where every row of that was refused.
    """
    profile = str(line["profile"])
    return profile if is_live or not line.get("profile_id") else f"{profile} {position}"


def _name_of(line: Line, position: int) -> str:
    """What a file was called, for rows and findings name it; its position where it is no name."""
    name = line.get("source_name")
    is_name = isinstance(name, str) and _NAME.fullmatch(name) is not None
    return str(name) if is_name and len(str(name).encode()) <= _LONGEST_NAME else str(position)


def _faults(whole: Whole) -> Iterator[Check]:
    members = {n: data for n, data in whole.opened.members.items() if n.startswith(_FOLDER)}
    manifest = members.pop(_MANIFEST, None)
    if manifest is None:
        yield no("readings", "no_chain", _MANIFEST)
        return
    try:
        lines = _chain(manifest)
    except ChainBroken as error:
        yield no("readings", "broken", _MANIFEST, found=error.faults[0].found)
        return
    read, head = whole.header.read, lines[-1]["hash"] if lines else GENESIS
    if (len(lines), head) != (read.position, read.ledger):
        yield no("readings", "another", _MANIFEST, position=len(lines), said=read.position)
        return
    strange = [number for number, line in enumerate(lines, start=1) if not _is_line(line)]
    if strange:
        yield no("readings", "strange", f"{_MANIFEST} › line {strange[0]}")
        return
    yield from _member_faults(members, lines)


def _member_faults(members: Mapping[str, bytes], lines: Sequence[Line]) -> Iterator[Check]:
    """Every batch in force, its notes and every declaration are there, as the lines commit them."""
    declared = {_declaration(li["source"]) for li in lines if li["kind"] == DECLARATION}
    batches = {_rows(live.position): live.line for live in in_force(lines)}
    notes = {notes_name(li.position): li.line for li in in_force(lines) if has_notes(li.line)}
    for name in sorted(declared | batches.keys() | notes.keys() | members.keys()):
        if name not in members:
            yield no("readings", "lost", name)
        elif name in batches:
            if _content(members[name], batches[name]) != batches[name]["content"]:
                yield no("readings", "stray", name)
        elif name in notes:
            if hashlib.sha256(members[name]).hexdigest() != notes[name]["refused"]:
                yield no("readings", "stray", name)
            elif not are_notes(members[name]):
                yield no("readings", "unfit", name)
        elif name not in declared or not name.endswith(hashlib.sha256(members[name]).hexdigest()):
            yield no("readings", "stray", name)


def _content(data: bytes, line: Line) -> str:
    """What a line of these rows would commit; empty where they are no rows of its kind."""
    schema = KINDS[line["kind"]]
    try:
        table: pa.Table = read_table(schema, data)
    except TableError:
        return ""
    return content_of(line["kind"], schema.digest(table), line["source"], line["profile"])


def _is_line(line: Line) -> bool:
    """Whether a line has what is read of it here; a chain can be sound and say anything."""
    kind = line.get("kind")
    if kind == DECLARATION:
        return isinstance(line.get("source"), str)
    if kind not in KINDS:
        return bool(kind == PACK)
    texts = [*(line.get(name) for name in _TEXTS), line.get("profile_id", ""),
             line.get("refused", "")]  # fmt: skip
    return all(isinstance(text, str) for text in texts)


def _chain(manifest: bytes) -> list[Line]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "manifest.jsonl"
        path.write_bytes(manifest)
        return read_chain(path)


def _rows(position: int) -> str:
    return f"{_FOLDER}rows/{position}.parquet"


def _declaration(sha256: str) -> str:
    return f"{_FOLDER}declarations/{sha256}"
