"""Editions of one standard: no two of them hold on one day.

A question that names a day and no edition has one answer only if each edition ends where the next
begins. That a newer edition is there ends no older one: the end is a fact, and stands in a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from celadon.reference.facts import Record
from celadon.reference.registry import Registry
from celadon.reference.shapes import RECORD_TABLES
from celadon.reference.validity import meet

_YEAR = re.compile(r"[-—:]?(19|20)\d\d([-—](19|20)\d\d)?$")
_BY_DATA_YEAR = ("electricity", "gwp")
"""Tables whose sets stand side by side: a programme chooses among them, not the day."""


def standard_of(edition: str) -> str:
    """The standard that a set is an edition of: its name without the year behind it.

    Examples
    --------
    >>> standard_of("GB 21256-2025"), standard_of("NDRC-2013-2015"), standard_of("AR6")
    ('GB 21256', 'NDRC', 'AR6')
    """
    return _YEAR.sub("", edition)


def meeting_editions(registry: Registry) -> Iterator[tuple[Record, Record]]:
    """Figures of two editions that answer one question on one day, the older edition first."""
    by_question: dict[tuple[str, ...], list[Record]] = {}
    for table in RECORD_TABLES:
        if table in _BY_DATA_YEAR:
            continue
        for record in registry.of_table(table):
            if record.set and record.value is not None and record.source.status != "draft":
                asked = (table, record.subject, record.parameter, record.area, record.basis)
                by_question.setdefault((*asked, standard_of(record.set)), []).append(record)
    for records in by_question.values():
        for one, other in combinations(records, 2):
            if one.set != other.set and meet(one.validity, other.validity):
                in_order = _age(one) <= _age(other)
                yield (one, other) if in_order else (other, one)


def _age(record: Record) -> tuple[str, str]:
    """By which editions follow each other: the beginning, then the name."""
    return record.validity.from_text, record.set
