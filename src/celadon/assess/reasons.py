"""Why a verdict is what it is, as data: reasons with their numbers, told later in any language.

Every reason is declared in ``reasons.toml`` with its phrase in both languages. A verdict keeps its
reasons as canonical JSON, so that the same facts give the same text on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from celadon.chain import canonical_json
from celadon.languages import Phrases
from celadon.reference import Source

REASONS = Phrases.load("celadon.assess", "reasons.toml")
"""All reasons by key."""

Numbers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: the key of its phrase, and the plain values that fill it."""

    key: str
    numbers: Numbers

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {"reason": self.key, "numbers": dict(self.numbers)}


def reason(key: str, /, **numbers: Any) -> Reason:
    """A declared reason with its numbers: plain JSON values, figures as exact decimal text.

    Raises
    ------
    KeyError
        If no such reason is declared, or a placeholder of its phrase has no value.

    Examples
    --------
    >>> reason("no_production").plain()
    {'reason': 'no_production', 'numbers': {}}
    """
    given = {*numbers, "fact_id"} if "fact" in numbers else set(numbers)
    without = sorted(REASONS[key].placeholders - given)
    if without:
        raise KeyError(f"reason {key!r} is given no {', '.join(without)}")
    return Reason(key, numbers)


def encoded(reasons: Iterable[Reason]) -> str:
    """Reasons in their order as canonical JSON.

    Examples
    --------
    >>> encoded([reason("missing_time", hours="2.0")])
    '[{"numbers":{"hours":"2.0"},"reason":"missing_time"}]'
    """
    return canonical_json([one.plain() for one in reasons])


def read_reasons(because: str) -> tuple[Reason, ...]:
    """The reasons of a verdict's column ``because``.

    Raises
    ------
    ValueError
        If the text is not the JSON of a list of reasons.
    """
    plain = json.loads(because)
    if not isinstance(plain, list):
        raise ValueError(f"reasons are a JSON list, not {because[:60]!r}")  # noqa: TRY004
    return tuple(_reason_of(item) for item in plain)


def distinct(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """The reasons without repetition, in order of first appearance."""
    found: dict[str, Reason] = {}
    for one in reasons:
        found.setdefault(encoded([one]), one)
    return tuple(found.values())


def cited(source: Source) -> str | dict[str, str]:
    """How a reason names a standard: its number, else its title in both languages.

    The title is kept with the verdict, so that it reads the same when the tables have changed.
    """
    if source.number:
        return source.number
    zh, en = source.title_zh or source.title_en, source.title_en or source.title_zh
    return {"zh": zh or source.id, "en": en or source.id}


def _reason_of(item: Any) -> Reason:
    if not isinstance(item, dict) or set(item) != {"reason", "numbers"}:
        raise ValueError(f"a reason has the keys reason and numbers, not {str(item)[:60]!r}")
    return Reason(item["reason"], item["numbers"])
