"""The verb ``import``: files into a site's ledger, through a reader profile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.app.recognising import profile_folder, undoubted_guess
from celadon.app.workspace import Workspace
from celadon.errors import Fault, InputError
from celadon.records.compiled import check_carriers
from celadon.records.finding import Finding
from celadon.records.ledger.kept_originals import is_declaration
from celadon.records.ledger.ledger import KINDS
from celadon.records.readers.grid import open_grids
from celadon.records.readers.profile import Profile, load_profile
from celadon.records.readers.recognition import Guess
from celadon.records.readers.taking import take_rows
from celadon.records.site import Site
from celadon.records.source_rows import SHEET_STEP
from celadon.records.templates.returned import is_returned
from celadon.reference import Carrier


@dataclass(frozen=True, slots=True)
class Imported:
    """What one file gave: rows taken, its place in the chain, and what was not taken."""

    file: str
    kind: str
    rows: int
    position: int
    replayed: bool
    findings: tuple[Finding, ...]
    guess: Guess | None = None
    """How the file was recognised, where no profile was named."""
    is_template: bool = False
    """Whether it is a returned template, which gives an entry for each kind of row."""


class ImportIncomplete(InputError):
    """Some of several files cannot be read; ``taken`` says what the others gave."""

    def __init__(self, refused: Sequence[InputError], taken: Sequence[Imported]) -> None:
        summary = refused[0].summary
        files = len(refused) + len({item.file for item in taken})
        if files > 1:
            summary = f"{len(refused)} of {files} files cannot be read"
            summary += "; the others were taken" if taken else ""
        super().__init__(summary, [fault for error in refused for fault in error.faults])
        self.refused = tuple(refused)
        self.taken = tuple(taken)

    def __reduce__(self) -> tuple[type[ImportIncomplete], tuple[object, ...]]:
        return type(self), (self.refused, self.taken)


def import_files(
    workspace: Workspace, site_id: str, files: Iterable[Path], profile_name: str | None = None
) -> list[Imported]:
    """Read files with a profile and commit what they say.

    Importing the same file again does nothing. What cannot be taken becomes findings that stay with
    the commit; the rest is taken. A file that cannot be read at all does not stop the others.
    Without a profile, each file is recognised, and taken only if nothing in the guess is doubtful;
    a returned template is read as :func:`celadon.app.templating.take_template` reads it.

    Raises
    ------
    ImportIncomplete
        If a file does not exist, is of another kind than the profile reads, or is not recognised
        without doubt; every other file has been taken, and the error carries what it gave.
    DeclarationError
        If the site or the profile is at fault.
    """
    site = workspace.site(site_id)
    carriers = dict(workspace.registry().carriers)
    check_carriers(site, carriers)
    profile = (
        load_profile(profile_name, [profile_folder(workspace, site_id)])
        if profile_name is not None
        else None
    )
    ledger = workspace.ledger(site_id)
    ledger.commit_declaration(workspace.site_file(site_id))
    taken: list[Imported] = []
    refused: list[InputError] = []
    for file in files:
        try:
            path = Path(file)
            if profile is None and path.is_file() and is_returned(path):
                taken += _import_template(workspace, site, path)
            else:
                taken.append(_import_file(workspace, site, carriers, path, profile))
        except InputError as error:
            refused.append(error)
    if refused:
        raise ImportIncomplete(refused, taken)
    return taken


def _import_template(workspace: Workspace, site: Site, file: Path) -> list[Imported]:
    from celadon.app.templating import take_template  # noqa: PLC0415  few files are templates

    done = take_template(workspace, site.id, file, workspace.settings.language)
    return [
        Imported(
            done.file, kind.kind, kind.rows, kind.position, kind.replayed, kind.findings,
            is_template=True,
        )
        for kind in done.taken
    ]  # fmt: skip


def _import_file(
    workspace: Workspace, site: Site, carriers: dict[str, Carrier], file: Path,
    named: Profile | None,
) -> Imported:  # fmt: skip
    if not file.is_file():
        fault = Fault((str(file),), "no such file", "a file to import", "correct the path")
        raise InputError(f"Cannot read {file.name}", [fault])
    if is_declaration(file):
        fault = Fault((str(file),), "the declaration of a site",
                      "a file of rows; a declaration is kept with every import and run",
                      "nothing, if it is an earlier one of this site; else put it into "
                      "sites/SITE/site.toml")  # fmt: skip
        raise InputError(f"{file.name} holds no rows", [fault])
    guess = None if named else undoubted_guess(workspace, site, file)
    profile = named or (guess.profile if guess else None)
    assert profile is not None  # noqa: S101  one of the two is given
    tables: list[pa.Table] = []
    sheets: list[str] = []
    findings: list[Finding] = []
    for grid in open_grids(file, profile):
        table, met = take_rows(grid, profile, site, carriers)
        if profile.kind == "reading" and grid.sheet and table.num_rows:
            table = _of_sheet(table, len(sheets))
            sheets.append(grid.sheet)
        tables.append(table)
        findings += met
    schema = KINDS[profile.kind]
    table = schema.check(pa.concat_tables(tables) if tables else schema.from_rows([]))
    notes = [_plain(found) for found in findings]
    ledger = workspace.ledger(site.id)
    commit = ledger.commit(
        profile.kind, table, file, profile.content, notes, profile.id, tuple(sheets)
    )
    return Imported(
        file.name,
        profile.kind,
        commit.rows,
        commit.position,
        commit.replayed,
        tuple(findings),
        guess,
    )


def _of_sheet(table: pa.Table, sheet: int) -> pa.Table:
    """Readings of a sheet of a workbook, the sheet told by the numbers of their rows."""
    if not sheet:
        return table
    at = table.schema.get_field_index("source_row")
    numbers = pc.add(table["source_row"], pa.scalar(sheet * SHEET_STEP, pa.int64()))
    return table.set_column(at, table.schema.field(at), numbers)


def _plain(found: Finding) -> dict[str, Any]:
    return asdict(found)
