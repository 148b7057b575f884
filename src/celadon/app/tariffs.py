"""The verbs of ``tariff``: what is known of a province's tariff, and a draft of its file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from celadon.accounts.bill.draft import draft_text
from celadon.accounts.bill.known import Part, national_rules, tariff_parts
from celadon.errors import Fault, InputError
from celadon.reference import Record, Registry


@dataclass(frozen=True, slots=True)
class Known:
    """The parts of a province's tariff, and the rules of every province."""

    parts: tuple[Part, ...]
    rules: tuple[Record, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts of which nothing is known."""
        return tuple(part.name for part in self.parts if not part.records)


def known_tariff(registry: Registry, province: str, on: dt.date, voltage: str = "") -> Known:
    """What is known of a province's tariff on a day; see :func:`tariff_parts` for refusals."""
    parts = tariff_parts(registry, province, on, voltage)
    return Known(tuple(parts), tuple(national_rules(registry, on)))


def write_draft(
    known: Known, path: Path, on: dt.date, *, two_part: bool, language: str = "en"
) -> Path:
    """Write a draft of a tariff file, with its comments in a language.

    Raises
    ------
    InputError
        If there is a file of that name: a person may have filled it in.
    """
    if path.exists():
        fault = Fault((str(path),), "a file", "a new file", "name another, or move it away")
        raise InputError("The draft would write over a file", [fault])
    path.parent.mkdir(parents=True, exist_ok=True)
    text = draft_text(path.stem, known.parts, known.rules, on, two_part=two_part, language=language)
    path.write_text(text, encoding="utf-8")
    return path
