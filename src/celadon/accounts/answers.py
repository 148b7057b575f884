"""Answers of the reference tables, to be compared with those that an earlier account rests on.

Whatever of the tables an account rests on beside its questions is told by a digest of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from celadon.accounts.asking import Question
from celadon.accounts.segment import changes_of
from celadon.accounts.values import looked_up, refusal_reason
from celadon.chain import canonical_json, sha256_text
from celadon.errors import LookupRefused
from celadon.records.period import Period
from celadon.reference import Registry, load_registry

ASKED = (
    "fuels", "heat", "process", "coal_equivalents", "gwp", "electricity", "electricity_selection",
)  # fmt: skip
"""Tables of which a run reads nothing but answers to questions."""


def rest_digest(registry: Registry) -> str:
    """SHA-256 over a user's rows that no question speaks of; the shipped ones go with the code.

    A source that rows of the asked tables alone name is a part of their answers.
    """
    own = registry.own
    cited: dict[bool, set[str]] = {True: set(), False: set()}
    for (table, _), cells in own.items():
        cited[table in ASKED].add(cells.get("source", ""))
    apart = cited[True] - cited[False] - load_registry().sources.keys()
    rows = [
        canonical_json([table, *key, sorted(cells.items())])
        for (table, key), cells in own.items()
        if table not in ASKED and not (table == "sources" and key[0] in apart)
    ]
    return sha256_text(canonical_json(sorted(rows)))


class Answers:
    """What reference tables answer, each question asked once."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._known: dict[Question, str] = {}

    def of(self, question: Question) -> str:
        """A digest of the answer, or of why there is none."""
        if question not in self._known:
            kind, *asked = question
            answer = _ANSWERS[kind](self._registry, *asked)
            self._known[question] = sha256_text(answer)[:16]
        return self._known[question]


def _tabled(registry: Registry, table: str, subject: str, name: str, days: str, family: str) -> str:
    return repr(looked_up(registry, table, subject, name, Period.parse(days), family or None))


def _electricity(
    registry: Registry, programme: str, year: str, level: str, area: str, kind: str
) -> str:
    try:
        choice = registry.electricity(programme, int(year), level=level, area=area, kind=kind)
    except LookupRefused as error:
        return refusal_reason(error)
    return repr(choice)


def _selected(registry: Registry, programme: str, year: str) -> str:
    asked = programme, year
    rows = registry.selections
    return repr([row for row in rows if (row.programme, row.reporting_year) == asked])


def _changes(registry: Registry, sources: str, families: str, days: str) -> str:
    dated_by, named = tuple(sources.split()), frozenset(families.split())
    return repr(changes_of(registry, dated_by, named, Period.parse(days)))


_ANSWERS: Mapping[str, Callable[..., str]] = {
    "tabled": _tabled, "electricity": _electricity, "selected": _selected, "changes": _changes,
}  # fmt: skip
