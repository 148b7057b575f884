"""Confirmed rows: who compared a figure with print, when, against which page.

A confirmed row counts as official in official forms, and nowhere else; its letter stays, with the
mark ✓ behind it. A confirmation is bound to what the row states: a row that states something else
later is no longer confirmed. Withdrawing is a new line of the audit file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celadon.chain import Line
from celadon.errors import Fault, LookupRefused
from celadon.exact import parse_decimal
from celadon.reference.audit import CONFIRMED, WITHDRAWN, Audit
from celadon.reference.entries import Entry, find_entry
from celadon.reference.registry import Registry

MARK = "✓"
"""Stands behind the letter of what was confirmed against print."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One line that confirms a row, and how it stands now.

    ``state`` is ``in_force``, ``withdrawn``, or ``lapsed`` where the row is gone or now states
    something else. ``document`` is the name of the file shown, if there was one.
    """

    row: str
    by: str
    page: str
    letter: str
    value: str
    document: str
    recorded_at: str
    position: int
    line: str
    state: str
    withdrawn_by: str = ""
    because: str = ""

    @property
    def in_force(self) -> bool:
        """Whether it lets its row into official forms."""
        return self.state == "in_force"

    def told(self, registry: Registry) -> dict[str, Any]:
        """As the header of an account and a return tell it: who, where in print, and of what."""
        return {
            "row": self.row, "figure": find_entry(registry, self.row).figure, "letter": self.letter,
            "by": self.by, "page": self.page, "recorded_at": self.recorded_at, "line": self.line,
        }  # fmt: skip

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def marked(letter: str) -> str:
    """A letter with the mark of a confirmed row; A needs none.

    Examples
    --------
    >>> marked("C"), marked("A")
    ('C ✓', 'A')
    """
    return letter if is_official(letter) else f"{letter} {MARK}"


def is_official(letter: str | None) -> bool:
    """Whether a letter may stand in an official form: A, confirmed, or own records alone.

    Examples
    --------
    >>> [is_official(letter) for letter in ("A", "C ✓", "B", None)]
    [True, True, False, True]
    """
    return not letter or letter == "A" or letter.endswith(MARK)


def weakest(letters: Iterable[str | None]) -> str | None:
    """What letters come to together: the weakest that keeps out, else the weakest confirmed.

    Examples
    --------
    >>> weakest(["A", "D ✓", "B"]), weakest(["A", "C ✓"]), weakest([None])
    ('B', 'C ✓', None)
    """
    given = [letter for letter in letters if letter]
    below = [letter for letter in given if not is_official(letter)]
    return max(below or given, default=None)


def confirmations(registry: Registry, lines: Iterable[Line]) -> list[Confirmation]:
    """Every confirmation of an audit file, with how each stands against the tables of today."""
    found: list[Confirmation] = []
    withdrawn: dict[str, tuple[int, Line]] = {}
    listed = list(enumerate(lines, start=1))
    for position, line in listed:
        if line["kind"] == WITHDRAWN:
            withdrawn[line["row"]] = position, line
    for position, line in listed:
        if line["kind"] != CONFIRMED:
            continue
        ended = withdrawn.get(line["row"], (0, {}))
        by, because = (str(ended[1].get(name, "")) for name in ("by", "because"))
        state = "withdrawn" if ended[0] > position else _state(registry, line)
        told = (by, because) if state == "withdrawn" else ("", "")
        found.append(
            Confirmation(
                line["row"], line["by"], line["page"], line["letter"], line["value"],
                line.get("file", ""), line["recorded_at"], position, line["hash"], state, *told,
            )
        )  # fmt: skip
    return found


def confirmed_rows(registry: Registry, lines: Iterable[Line]) -> frozenset[str]:
    """The ids of the rows that are confirmed now."""
    return frozenset(one.row for one in confirmations(registry, lines) if one.in_force)


def confirm(
    audit: Audit,
    registry: Registry,
    row_id: str,
    by: str,
    page: str,
    value: str = "",
    document: Path | None = None,
) -> tuple[Confirmation, bool]:
    """Record that a person compared a row with print; whether that is new.

    Parameters
    ----------
    page : page, table or clause of the print that was compared.
    value : the number as it was read in print; it must be the row's.
    document : a file that shows the page; a copy is kept.

    Raises
    ------
    LookupRefused
        If no table holds the row, it has no figure, the number is another, or a name is lacking.
    """
    row = find_entry(registry, row_id)
    _demand_named(by, page)
    _demand_value(row, value)
    with audit.writing():
        told = {} if document is None else audit.keep(document)
        body = {
            "row": row.id, "figure": row.figure, "letter": row.confidence, "by": by.strip(),
            "page": page.strip(), "value": value.strip(), **told,
        }  # fmt: skip
        for known in confirmations(registry, audit.lines()):
            same = (known.row, known.by, known.page, known.document)
            if known.in_force and same == (row.id, by.strip(), page.strip(), told.get("file", "")):
                return known, False
        audit.append(CONFIRMED, body)
        return confirmations(registry, audit.lines())[-1], True


def withdraw(audit: Audit, registry: Registry, row_id: str, by: str, because: str = "") -> Line:
    """Take back every confirmation of a row, by a new line; from now on it is kept out again.

    Raises
    ------
    LookupRefused
        If the row is not confirmed, or nobody is named.
    """
    if not by.strip():
        fault = Fault(("--by",), "nothing", "who withdraws", "name it")
        raise LookupRefused("A withdrawal needs --by", [fault])
    with audit.writing():
        standing = [
            one for one in confirmations(registry, audit.lines()) if one.state != "withdrawn"
        ]
        if row_id not in {one.row for one in standing}:
            fault = Fault(
                (row_id,), "no confirmation", "the id of a row that is confirmed",
                "celadon reference confirm --list shows them",
            )  # fmt: skip
            near = sorted({one.row for one in standing})[:6]
            raise LookupRefused(f"{row_id} is not confirmed", [fault], near)
        body = {"row": row_id, "by": by.strip(), "because": because.strip()}
        return audit.append(WITHDRAWN, body)


def stated(given: Iterable[Mapping[str, Any]], registry: Registry) -> frozenset[str]:
    """Rows that someone else says were confirmed, as far as the tables here state the same."""
    return frozenset(one["row"] for one in given if _state(registry, one) == "in_force")


def letter_of(row: str, letter: str, confirmed: Collection[str]) -> str:
    """A row's letter, marked if the row is confirmed."""
    return marked(letter) if row in confirmed else letter


def _state(registry: Registry, line: Mapping[str, Any]) -> str:
    try:
        row = find_entry(registry, line["row"])
    except LookupRefused:
        return "lapsed"
    return "in_force" if row.figure == line["figure"] else "lapsed"


def _demand_named(by: str, page: str) -> None:
    for option, text in (("--by", by), ("--page", page)):
        if not text.strip():
            rule = "who compared the row, and where it is printed"
            fault = Fault((option,), "nothing", rule, "name it")
            raise LookupRefused(f"A confirmation needs {option}", [fault])


def _demand_value(row: Entry, value: str) -> None:
    printed = row.record.value_text if row.record else ""
    ranged = row.record is not None and (row.record.value_low or row.record.value_high) is not None
    if row.record is not None and not printed and not ranged:
        fault = Fault(
            (row.id,), "a row whose number is not known", "a figure to compare with print",
            "load the number: celadon reference load FILE",
        )  # fmt: skip
        raise LookupRefused(f"{row.id} has no figure to confirm", [fault])
    if not value.strip():
        return
    try:
        read = parse_decimal(value)
    except ValueError:
        fault = Fault(
            (row.id, "--value"), repr(value.strip()), "a decimal number with a point, or empty",
            "correct the number",
        )  # fmt: skip
        raise LookupRefused("--value is not a number", [fault]) from None
    if not printed or read != parse_decimal(printed):
        fault = Fault(
            (row.id, "--value"),
            f"{value.strip()} in print, {printed or 'no single value'} in the row",
            "a confirmation says that the row is as printed",
            "load the printed figure as a row of its own: celadon reference load FILE",
        )
        raise LookupRefused(f"{row.id} is not as printed", [fault])
