"""The figures of all who make the same, and the limits that most of them are held to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from celadon.assess.history import value_of
from celadon.assess.names import nameless
from celadon.assess.peers import enterprise_values
from celadon.exact import parse_decimal
from celadon.reference import Registry

Row = dict[str, Any]

_RULES = ("norm", "levels-2023", "water-norm")
"""Whose limits are drawn, the first that has any."""


@dataclass(frozen=True, slots=True)
class Among:
    """One indicator of one kind of maker, over a population.

    Parameters
    ----------
    values : one of each enterprise that has a figure, in ``unit``; its lines together, of one's own
        the line that it speaks of.
    limits : by name; corrected as for oneself where ``own`` is given, else as for most.
    alike : how many are held to just these limits; the others' were corrected otherwise.
    outcomes : how many verdicts by that rule have which outcome.
    own : one's own figure, and ``subject`` what of the site it speaks of.
    """

    kind: str
    indicator: str
    unit: str
    rule: str
    standard: str
    values: tuple[Fraction, ...]
    limits: Mapping[str, Fraction]
    alike: int
    outcomes: Mapping[str, int]
    own: Fraction | None = None
    subject: str = ""
    outcome: str = ""


def among(kind: str, indicator: str, rows: Sequence[Row], own: Row | None = None) -> Among | None:
    """What rows of verdicts of one kind and indicator come to; None where nobody has a figure.

    Parameters
    ----------
    own : a row of verdicts on one's own figure, whose site and subject are looked for in ``rows``.
    """
    same = [row for row in rows if row["indicator"] == indicator]
    found = enterprise_values(same, own)
    if not found:
        return None
    mine = [row for row in same if own is not None and _key(row) == _key(own)]
    rule = next(
        (name for name in _RULES if any(_limited(row, name) for row in mine or same)), _RULES[0]
    )
    judged = [row for row in same if row["rule"] == rule]
    told = Counter((row["standard"], _limits_text(row)) for row in judged if _limited(row, rule))
    chosen = next(((r["standard"], _limits_text(r)) for r in mine if _limited(r, rule)), None)
    if chosen is None:
        chosen = min(told, key=lambda each: (-told[each], each)) if told else ("", "{}")
    limits = {name: parse_decimal(text) for name, text in json.loads(chosen[1]).items()}
    return Among(
        kind, indicator, same[0]["unit"], rule, chosen[0], tuple(sorted(found)), limits,
        told[chosen], Counter(row["outcome"] for row in judged),
        None if own is None else value_of(own), "" if own is None else own["subject"],
        next((row["outcome"] for row in mine if row["rule"] == rule), ""),
    )  # fmt: skip


def all_among(by_kind: Mapping[str, Sequence[Row]]) -> list[Among]:
    """Every indicator of every kind, those with the most figures first."""
    found = [
        one
        for kind, rows in by_kind.items()
        for indicator in sorted({row["indicator"] for row in rows})
        if (one := among(kind, indicator, rows)) is not None
    ]
    return sorted(found, key=lambda one: (-len(one.values), one.kind, one.indicator))


def kind_name(kind: str, language: str, registry: Registry) -> str:
    """What a kind of maker is called: a process by its name, a subject of the norms by its words.

    Examples
    --------
    >>> from celadon.reference import load_registry
    >>> kind_name("blast_furnace", "zh", load_registry())
    '高炉'
    >>> kind_name("liner_board", "en", load_registry())
    'liner board'
    >>> kind_name("caustic_soda_liquid_ge_45", "zh", load_registry())
    'caustic_soda_liquid_ge_45（无中文名）'
    """
    process = registry.processes.get(kind)
    if process is None:
        return nameless(kind, language)
    names: Iterable[str] = (process.name_zh, process.name_en)
    return next(iter(names if language == "zh" else reversed(tuple(names)))) or kind


def _key(row: Row) -> tuple[str, str, str]:
    return row["site"], row["subject"], row["indicator"]


def _limited(row: Row, rule: str) -> bool:
    return row["rule"] == rule and _limits_text(row) != "{}"


def _limits_text(row: Row) -> str:
    """The limits of a row of verdicts, without what corrected them, in one order."""
    told = json.loads(row["limits"])
    told.pop("corrections", None)
    return json.dumps(told, sort_keys=True)
