"""Under what licence the figures stand: counted, and told where it is not known.

A licence is stated where its source states one. Where somebody looked and could not tell, the cell
says ``unknown`` and why; where nobody has said anything, it is empty. Neither is ever guessed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass

from celadon.reference.registry import Registry
from celadon.reference.shapes import FIGURE_TABLES

UNKNOWN = "unknown"
"""Begins the licence of a source whose terms were looked for and not found."""


@dataclass(frozen=True, slots=True)
class Licences:
    """How many rows of figures, of how many sources, stand under a licence of which kind."""

    stated_rows: int
    stated_sources: int
    unknown_rows: int
    unknown_sources: int
    unstated_rows: int
    unstated_sources: int

    def plain(self) -> dict[str, int]:
        """As plain data, for JSON."""
        return asdict(self)


def kind_of(licence: str) -> str:
    """Whether a licence is ``stated``, said to be ``unknown``, or ``unstated``.

    Examples
    --------
    >>> kind_of("CC BY 4.0"), kind_of("unknown: terms of the input data not read"), kind_of("")
    ('stated', 'unknown', 'unstated')
    """
    if not licence:
        return "unstated"
    return "unknown" if licence.startswith(UNKNOWN) else "stated"


def licences_of(registry: Registry) -> Licences:
    """The licences of all figures of a registry.

    Examples
    --------
    >>> from celadon.reference import load_registry
    >>> found = licences_of(load_registry())
    >>> found.unknown_rows, found.unknown_sources
    (139, 17)
    """
    rows = Counter(cells["source"] for table in FIGURE_TABLES for cells in registry.rows(table))
    counts: Counter[str] = Counter()
    for source, number in rows.items():
        kind = kind_of(registry.sources[source].licence)
        counts[f"{kind}_rows"] += number
        counts[f"{kind}_sources"] += 1
    return Licences(*(counts[name] for name in Licences.__slots__))
