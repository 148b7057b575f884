"""The errors that celadon raises, and the fault that a file can have.

    CeladonError
    ├── DeclarationError     a declaration (site.toml, profile, method) breaks its own rules
    ├── InputError           a file cannot be read as what it was said to be
    ├── UnitError            a unit is unknown, or of another dimension
    ├── LookupRefused        the reference tables hold no record, or more than one, for a question
    ├── TableError           a table does not have the columns, types or keys its schema declares
    ├── LedgerError          the ledger refuses an operation
    │   └── ChainBroken      the hash chain or a sealed file does not verify
    ├── WorkspaceError       a workspace, site, period or account asked for does not exist
    ├── ModelError           a registered model got arguments outside its domain
    └── RequirementMissing   something outside celadon (a font, a browser) is needed and absent

Faults in *data* are rows in a findings table; an exception is for what stops the work asked for.
Every error says what was found, where, which rule it breaks and what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one place, with its remedy.

    Parameters
    ----------
    where : file, then sheet, row, column or key, from the outside in.
    found : what is there.
    rule : what was expected there, and which rule says so.
    remedy : what the user should do next.
    """

    where: tuple[str, ...]
    found: str
    rule: str
    remedy: str

    @property
    def place(self) -> str:
        """The place in one line, ``file › sheet › cell``."""
        return " › ".join(self.where)

    def __str__(self) -> str:
        return (
            f"{self.place}\n  found     {self.found}\n  rule      {self.rule}\n"
            f"  do        {self.remedy}"
        )


class CeladonError(Exception):
    """The root of all errors that celadon raises on purpose; carries its faults.

    Parameters
    ----------
    summary : one line that says what could not be done.
    faults : every fault found, not only the first.
    """

    def __init__(self, summary: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(summary)
        self.summary = summary
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join([self.summary, *(str(fault) for fault in self.faults)])


class DeclarationError(CeladonError):
    """A declaration breaks its own rules; all its faults are listed at once."""


class InputError(CeladonError):
    """A file cannot be read as what it was said to be."""


class UnitError(CeladonError):
    """A unit is unknown, or of another dimension than the quantity."""


class LookupRefused(CeladonError):
    """The reference tables hold no record, or more than one, for a question.

    ``near`` lists the records that missed by least, each with what kept it out.
    """

    def __init__(
        self, summary: str, faults: Sequence[Fault] = (), near: Sequence[str] = ()
    ) -> None:
        super().__init__(summary, faults)
        self.near = tuple(near)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  near      {miss}" for miss in self.near)])


class TableError(CeladonError):
    """A table does not have the columns, types or keys that its schema declares."""


class LedgerError(CeladonError):
    """The ledger refuses an operation."""


class ChainBroken(LedgerError):
    """A hash chain or a file sealed by it does not verify."""


class WorkspaceError(CeladonError):
    """A workspace, site, period or account that was asked for does not exist."""


class ModelError(CeladonError):
    """A registered model got arguments outside its domain."""


class RequirementMissing(CeladonError):
    """Something outside celadon is needed and absent."""
