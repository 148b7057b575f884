"""Who is chosen, looked at from outside: a lot drawn again, and the risk that the checks tell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from celadon.app.screening import screen_nation
from celadon.app.workspace import Workspace
from celadon.assess.checks.telling import told_reporters
from celadon.cases import Register
from celadon.cases.heads import DOCUMENTS
from celadon.cases.selecting import Draw, Enterprise, draw, draws, list_text
from celadon.errors import Fault, InputError
from celadon.records.period import Period


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A lot drawn again.

    Parameters
    ----------
    listed : how many stood in the list; again : who comes out, in order.
    why_not : ``no_list``, ``list_differs`` or ``names_differ``; empty where it comes out the same.
    """

    lot: Draw
    listed: int
    again: tuple[str, ...]
    why_not: str


def redrawn(register: Register, own_list: Path | None = None) -> list[Redrawn]:
    """Every lot of a programme drawn again from list and seed.

    Parameters
    ----------
    own_list : a list that somebody kept, one id a line, taken instead of that of the register.

    Raises
    ------
    InputError
        If the programme has no lot, or the list cannot be read.
    """
    lots = draws(register.events())
    if not lots:
        fault = Fault((register.programme.id,), "no lot", "a programme with --by random", "name it")
        raise InputError("There is no lot to draw again", [fault])
    given = None if own_list is None else _ids(own_list)
    return [_again(register, lot, given) for lot in lots]


def with_risk(
    workspace: Workspace, enterprises: dict[str, Enterprise], period: Period
) -> dict[str, Enterprise]:
    """The sites of a workspace with their risk: the expected correction of returns, in tce."""
    done = screen_nation(workspace, period)
    told = told_reporters(done, "zh", done.triage.num_rows)
    risk = {each.reporter: each.expected for each in told}
    return {
        name: replace(each, risk=risk.get(name, each.risk)) for name, each in enterprises.items()
    }


def _again(register: Register, lot: Draw, given: list[str] | None) -> Redrawn:
    ids = given
    if ids is None:
        path = register.folder / DOCUMENTS / lot.listed
        if not lot.listed or not path.is_file():
            return Redrawn(lot, 0, (), "no_list")
        ids = _ids(path)
    names = tuple(draw(ids, lot.seed, len(lot.names)))
    if sha256(list_text(ids).encode()).hexdigest() != lot.listed:
        return Redrawn(lot, len(ids), names, "list_differs")
    return Redrawn(lot, len(ids), names, "" if names == lot.names else "names_differ")


def _ids(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8-sig").splitlines() if line]
    except (OSError, UnicodeDecodeError):
        rule = "a UTF-8 file with one id a line"
        fault = Fault((str(path),), "no text that can be read", rule, "name another file")
        raise InputError("The list cannot be read", [fault]) from None
