"""What each finding of a notice rests on: rows of the tables, rows of the enterprise, documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import commonpath

from celadon.cases.fold import Finding
from celadon.cases.grounds import CATALOGUE, broken_rows
from celadon.languages import Language
from celadon.reference.confirmed import Confirmation
from celadon.report.blocks import Block, Cell, Grid, Heading, Note, Row
from celadon.report.supervision.page import WORDS

_OWN = ("leaf", "verdict", "equipment", "declaration", "source", "ledger")


@dataclass(frozen=True, slots=True)
class Standing:
    """How the rows stand that the findings of a notice rest on.

    Parameters
    ----------
    confirmed : rows that somebody compared with print, with who did and where it is printed.
    limits : by finding that names no row, the unconfirmed rows of the limits of its standard.
    """

    confirmed: Mapping[str, Confirmation] = field(default_factory=dict)
    limits: Mapping[str, Sequence[str]] = field(default_factory=dict)


def ground_blocks(
    findings: Mapping[str, Finding], standing: Standing, language: Language
) -> tuple[Block, ...]:
    """The rows and documents of each finding, and what of its standard is not confirmed."""

    def say(key: str, **values: object) -> str:
        return WORDS.text(f"notice.{key}", language, **values)

    rows = [Row(cells) for name, finding in findings.items()
            for cells in _rows(name, finding, standing, language)]  # fmt: skip
    headings = tuple(
        Heading(say(head), figures=False, wide=head == "row")
        for head in ("finding", "ground", "row", "proof")
    )
    notes = [
        Note(say("limits_open", finding=name, number=len(limits), article=findings[name].article,
                 rows=_told(limits)), "open")
        for name, limits in standing.limits.items() if limits
    ]  # fmt: skip
    bare = [name for name, each in findings.items() if each.evidence and not _of_tables(each)]
    if bare:
        notes.append(Note(say("documents_alone", findings=", ".join(bare)), "open"))
    return (Grid(say("grounds"), headings, tuple(rows), small=True), *notes)


def _rows(
    name: str, finding: Finding, standing: Standing, language: Language
) -> Iterator[tuple[Cell, ...]]:
    def say(key: str, **values: object) -> str:
        return WORDS.text(f"notice.{key}", language, **values)

    broken = broken_rows(finding.rests_on)
    for row in finding.rests_on:
        known = standing.confirmed.get(row)
        if row.startswith(CATALOGUE):
            proof = say("catalogue")
        elif known is not None:
            proof = say("confirmed_by", by=known.by, page=known.page, day=known.recorded_at[:10])
        else:
            proof = say("official" if row in broken else "beside")
        yield Cell(name), Cell(say("of_tables")), Cell(row, code=True), Cell(proof)
    for record in finding.records:
        place, _, digest = record.rpartition("@")
        table, _, key = (place or record).partition("/")
        told = say(f"own_{table}") if table in _OWN else say("own")
        plain = key if table in _OWN else place or record
        yield (
            Cell(name),
            Cell(told),
            Cell(plain, code=True),
            Cell(digest if place else "–", code=True),
        )
    for digest in finding.evidence:
        yield Cell(name), Cell(say("document")), Cell("–"), Cell(digest, code=True)


def _of_tables(finding: Finding) -> bool:
    return any(not row.startswith(CATALOGUE) for row in finding.rests_on)


def _told(rows: Sequence[str]) -> str:
    """Rows as one path where they are many of one standard."""
    return ", ".join(rows) if len(rows) <= 3 else f"{commonpath(rows)}/…"
