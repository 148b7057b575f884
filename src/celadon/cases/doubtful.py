"""What is doubtful of enterprises that were selected: a name or a code twice, a code that is none.

None of it keeps an enterprise out: it is told, and asked of the enterprise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from celadon.cases.fold import CaseState
from celadon.records.identity import credit_code_fault, normalise_credit_code

Doubt = Literal["name_shared", "code_shared", "code_invalid"]


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A doubt, the enterprises that it is about, and the name or the code."""

    doubt: Doubt
    cases: tuple[str, ...]
    text: str


def doubts(cases: Mapping[str, CaseState], chosen: set[str]) -> Iterator[Doubtful]:
    """The doubts about those chosen, compared with all cases of the programme.

    Examples
    --------
    >>> two = {n: CaseState(n, name="模拟厂", code="9A") for n in ("e1", "e2")}
    >>> [(each.doubt, each.cases) for each in doubts(two, {"e2"})]
    [('name_shared', ('e1', 'e2')), ('code_shared', ('e1', 'e2')), ('code_invalid', ('e2',))]
    """
    by_name: dict[str, list[str]] = {}
    by_code: dict[str, list[str]] = {}
    for name, case in cases.items():
        by_name.setdefault(case.name, []).append(name)
        if case.code:
            by_code.setdefault(normalise_credit_code(case.code), []).append(name)
    yield from _shared("name_shared", by_name, chosen)
    yield from _shared("code_shared", by_code, chosen)
    for name in cases:
        code = cases[name].code
        if name in chosen and code and credit_code_fault(normalise_credit_code(code)):
            yield Doubtful("code_invalid", (name,), code)


def _shared(doubt: Doubt, found: Mapping[str, list[str]], chosen: set[str]) -> Iterator[Doubtful]:
    for text, names in found.items():
        if text and len(names) > 1 and chosen & set(names):
            yield Doubtful(doubt, tuple(names), text)
