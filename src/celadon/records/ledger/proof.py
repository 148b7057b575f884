"""Proofs: one row of a file, shown to be in a ledger by whoever holds its head and nothing else.

The row's rows of the batch are a leaf of a Merkle tree, whose root the batch's line carries; the
line's hash is a leaf of the tree over the chain, whose root the last line carries; that line's hash
is the head. Every step is SHA-256, so a proof can be checked with any tool.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celadon.chain import Line, canonical_json, sha256_text
from celadon.errors import Fault, InputError, LedgerError
from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.heads import Head, line_leaf
from celadon.records.ledger.in_force import Live, in_force
from celadon.records.ledger.kinds import KINDS
from celadon.records.ledger.merkle import Tree, leaf_hash, path_of, root_by_path
from celadon.records.ledger.places import Places
from celadon.records.ledger.rows import source_rows
from celadon.records.source_rows import sheet_and_row

FORMAT = 1
"""Of the document of a proof."""


@dataclass(frozen=True, slots=True)
class Proved:
    """What a sound proof shows.

    Parameters
    ----------
    file, sheet, row : where in which file; the sheet is empty for a text file.
    source : the SHA-256 of the file.
    rows : what was read there, by column: instants as microseconds since 1970, UTC.
    recorded_at, position : when it was committed, as which line.
    head : of the chain that holds it.
    """

    file: str
    sheet: str
    row: int
    source: str
    kind: str
    rows: list[dict[str, str]]
    recorded_at: str
    position: int
    head: Head


def prove(
    places: Places, file: str, row: int, sheet: str | None = None, known_at: int | None = None
) -> dict[str, Any]:
    """The proof of one row of a file in force, as plain JSON.

    Parameters
    ----------
    file : the name of the file, or the first digits of its SHA-256.
    row : in the file, the first line being 1.
    sheet : needed where several sheets of the file have that row.
    known_at : the position of the head that the proof shall lead to; the last where None.

    Raises
    ------
    LedgerError
        If there is no such file or row, if it is not clear which is meant, or if the batch was
        committed before batches carried a Merkle root.
    ChainBroken
        If the batch's file is gone or was changed.
    """
    lines = places.lines[:known_at]
    live, at, texts = _found(places, in_force(lines), file, (sheet, row))
    leaves = [leaf_hash(text) for text in texts]
    line, last = live.line, lines[-1]
    before = [line_leaf(each) for each in lines[:-1]]
    if Tree(leaves).root() != line.get("rows_root") or Tree(before).root() != last.get("tree"):
        raise _rootless(places, live)
    document: dict[str, Any] = {
        "celadon_proof": FORMAT,
        "columns": KINDS[line["kind"]].names,
        "text": texts[at].decode(),
        "leaf": at,
        "leaves": len(leaves),
        "path": path_of(leaves, at),
        "line": line,
    }
    if live.position < len(lines):
        document |= {"chain_path": path_of(before, live.position - 1), "last_line": last}
    return document


def check_proof(document: Any, head: str | None = None, place: str = "proof") -> Proved:
    """What a proof shows, once every step of it has been computed again.

    Parameters
    ----------
    document : the proof, as plain JSON.
    head : the head that is held, as ``position:hash`` or the hash alone; without it the proof is
        only shown to be consistent, and the head it leads to is told.
    place : what to call the proof in an error.

    Raises
    ------
    InputError
        If it is no proof, or a step of it does not lead to the next.
    """
    try:
        return _checked(document, head, place)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _false(place, f"no proof: {type(error).__name__} {error}") from None


def read_proof(path: Path) -> Any:
    """The plain JSON of a proof's file.

    Raises
    ------
    InputError
        If it is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise _false(str(path), f"no JSON: {error}") from None


def _checked(document: Mapping[str, Any], head: str | None, place: str) -> Proved:
    if document["celadon_proof"] != FORMAT:
        raise _false(place, f"a proof of the format {document['celadon_proof']}")
    line, text = document["line"], document["text"]
    leaf = leaf_hash(text.encode())
    root = root_by_path(leaf, document["leaf"], document["leaves"], document["path"])
    if root != line["rows_root"]:
        raise _false(place, "a row that does not lead to the root in the line of its batch")
    last = document.get("last_line", line)
    for each in (line, last):
        _sealed(each, place)
    if last is not line:
        at, size, path = line["position"] - 1, last["position"] - 1, document["chain_path"]
        if root_by_path(line_leaf(line), at, size, path) != last["tree"]:
            raise _false(place, "a line that does not lead to the tree in the last line")
    reached = Head(last["position"], last["hash"])
    if head is not None and head.strip().lower() not in (str(reached), reached.hash):
        raise _false(place, f"a proof that leads to the head {reached}, not to the one given")
    return _proved(document, line, reached)


def _proved(document: Mapping[str, Any], line: Line, head: Head) -> Proved:
    columns = document["columns"]
    schema = KINDS[line["kind"]]
    if columns != schema.names:
        raise ValueError(f"columns of a {line['kind']}")
    rows = [dict(zip(columns, cells, strict=True)) for cells in _cells(document["text"])]
    sheet, row = _seen(line, rows[0].get("sheet", ""), int(rows[0]["source_row"]))
    return Proved(
        file=line["source_name"],
        sheet=sheet,
        row=row,
        source=line["source"],
        kind=line["kind"],
        rows=rows,
        recorded_at=line["recorded_at"],
        position=line["position"],
        head=head,
    )


def _cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def _sealed(line: Line, place: str) -> None:
    body = {key: value for key, value in line.items() if key != "hash"}
    if sha256_text(canonical_json(body)) != line["hash"]:
        raise _false(place, "a line whose content does not give its hash")


def _found(
    places: Places, live: Sequence[Live], file: str, where: tuple[str | None, int]
) -> tuple[Live, int, Sequence[bytes]]:
    """The line that holds a row of a file, the place of the row in it, and all rows of the line."""
    named = _named(live, file)
    sheet, row = where
    found: list[tuple[Live, int, Sequence[bytes]]] = []
    sheets: set[str] = set()
    for each in named:
        told, texts = source_rows(KINDS[each.line["kind"]], read_batch(places.batch(each)))
        for at, (of_sheet, number) in enumerate(_seen(each.line, *row) for row in told):
            if number == row and sheet in (None, of_sheet):
                found.append((each, at, texts))
                sheets.add(of_sheet)
    if not found:
        taken = ", ".join(f"position {each.position}" for each in named)
        rule = "a row of the file from which something was taken, its first line being 1"
        remedy = "take another row; celadon findings tells what was not taken"
        fault = Fault((file, f"row {row}"), f"nothing taken from it at {taken}", rule, remedy)
        raise LedgerError(f"The ledger holds nothing of row {row} of {file}", [fault])
    if len(sheets) > 1:
        raise _unclear(file, [f"--sheet {name}" for name in sorted(sheets)])
    return found[-1]


def _seen(line: Line, sheet: str, number: int) -> tuple[str, int]:
    """The sheet and the row that a person sees; a batch of readings numbers its sheets."""
    sheets = line.get("sheets")
    if not sheets:
        return sheet, number
    at, row = sheet_and_row(number)
    return sheets[at], row


def _named(live: Sequence[Live], file: str) -> list[Live]:
    """The lines that read the file of a name, or of a hash that begins with it."""
    digits = file.lower() if len(file) >= _SHORTEST else " "
    named = [
        each
        for each in live
        if file == each.line["source_name"] or each.line["source"].startswith(digits)
    ]
    if not named:
        known = ", ".join(list(dict.fromkeys(each.line["source_name"] for each in live))[-5:])
        rule = f"files such as {known}" if known else "there is none yet"
        remedy = "celadon ledger log lists the files"
        fault = Fault((file,), "no file of that name or hash is in force", rule, remedy)
        raise LedgerError(f"The ledger does not know the file {file}", [fault])
    if len({each.line["source"] for each in named}) > 1:
        raise _unclear(file, [f"{n.line['source'][:12]} at position {n.position}" for n in named])
    return named


_SHORTEST = 8
"""Digits of a file's hash that stand for it."""


def _unclear(file: str, several: Sequence[str]) -> LedgerError:
    fault = Fault((file,), ", ".join(several), "one row of one file is proved at a time",
                  "name the file by its hash, or the sheet")  # fmt: skip
    return LedgerError(f"It is not clear which row of {file} is meant", [fault])


def _rootless(places: Places, live: Live) -> LedgerError:
    fault = Fault(
        (str(places.folder / "manifest.jsonl"), f"line {live.position}"),
        "a line, or a last line, without the Merkle root of what it commits",
        "a line carries a root over its rows, and one over the lines before it",
        "an older ledger has none: export the site whole, which proves every row",
    )
    return LedgerError("This row cannot be proved", [fault])


def _false(place: str, found: str) -> InputError:
    rule = "each step of a proof gives the hash that the next one starts from"
    remedy = "ask for the proof, and for the head, once more; what it says is not shown"
    return InputError("The proof does not hold", [Fault((place,), found, rule, remedy)])
