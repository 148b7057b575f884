"""Finding rows by words: names in either language, ids, standard numbers, carriers, areas.

Every word must be found in a row. A row ranks by how well the words fit: a word that is the whole
of a name comes before one that begins it, that before one within it, and the name of the thing
before its source. Among equals a row with a better letter comes first.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from celadon.reference.entries import WORDS, Entry, find_entry
from celadon.reference.registry import Registry
from celadon.reference.shapes import COLUMNS, TABLES, row_id

_BREAKS = str.maketrans("", "", " \t\n\r_/|,;:()（）《》，、。．-")
_SELDOM = 90
"""Cost of a word that is found only in the source, the note, or the area of a row."""


_LAST = frozenset({"norm_corrections", "process_rules", "electricity_selection", "industries"})
"""Tables that say how figures are used; among equal fits their rows come later."""
_LATER = 6


@dataclass(frozen=True, slots=True)
class _Indexed:
    """What can be found of one row: its names, whole and in pieces, and what lies around them."""

    table: str
    id: str
    letter: str
    names: tuple[str, ...]
    around: str


class Index:
    """All rows of a registry, made ready for search once.

    Parameters
    ----------
    registry : the tables to search.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        sources = {name: _source_text(registry, name) for name in registry.sources}
        carriers = _carrier_names(registry)
        areas = {
            code: f"{folded(region.name_zh)} {folded(region.name_en)}"
            for code, region in registry.regions.items()
        }
        known: dict[str, str] = {}
        self._rows = [
            indexed
            for table in COLUMNS
            for indexed in _of_table(registry, table, sources, carriers, areas, known)
        ]

    def search(self, text: str, table: str = "", limit: int = 20) -> tuple[list[Entry], int]:
        """The rows that hold every word, the best first, and how many there are in all.

        Parameters
        ----------
        table : search only this table; all if empty.
        limit : how many rows are returned.
        """
        asked = [word for word in map(folded, text.split()) if word]
        part = text.strip().casefold() if "/" in text else ""
        ranked: list[tuple[int, str, str]] = []
        for row in self._rows:
            if table and row.table != table:
                continue
            cost = _cost(row, asked)
            if part and part in row.id.casefold():
                cost = -1
            if cost is not None:
                ranked.append((cost, row.letter or "E", row.id))
        ranked.sort()
        return [find_entry(self._registry, name) for _, _, name in ranked[:limit]], len(ranked)


def folded(text: str) -> str:
    """A text as it is compared: one width, one case, and without breaks and signs.

    Examples
    --------
    >>> folded("GB/T 32151.34-2024"), folded("Ｃoke_Oven gas")
    ('gbt32151.342024', 'cokeovengas')
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return plain.casefold().translate(_BREAKS)


def _cost(row: _Indexed, asked: list[str]) -> int | None:
    """How badly words fit a row; None where one of them does not stand in it."""
    cost = 0 if asked else None
    for word in asked:
        best = _SELDOM if word in row.around else None
        for place, name in enumerate(row.names):
            if word in name:
                fit = 0 if name == word else (3 if name.startswith(word) else 20)
                fit += min(len(name) - len(word), 9) + min(place, 5)
                best = fit if best is None else min(best, fit)
        if best is None or cost is None:
            return None
        cost += best
    return cost if cost is None or row.table not in _LAST else cost + _LATER


def _of_table(
    registry: Registry,
    table: str,
    sources: Mapping[str, str],
    carriers: Mapping[tuple[str, str], str],
    areas: Mapping[str, str],
    known: dict[str, str],
) -> Iterator[_Indexed]:
    """The rows of a table; ``known`` remembers what texts come to, for most come many times."""
    columns, shape = COLUMNS[table], TABLES[table]
    names = [name for name in _NAMES if name in columns]
    around = [name for name in ("area", "source", *_AROUND) if name in columns]
    called = _word("table", table)
    beside: dict[tuple[str, ...], str] = {}

    def fold(text: str) -> str:
        if text not in known:
            known[text] = folded(text)
        return known[text]

    def surroundings(cells: Mapping[str, str]) -> str:
        area = cells.get("area", "")
        told = [called, areas.get(area, ""), sources.get(cells.get("source", ""), "")]
        told += [fold(cells[name]) for name in around if cells[name] and name != "source"]
        return "\n".join(told)

    for cells in registry.rows(table):
        around_it = tuple([cells[name] for name in around])
        if around_it not in beside:
            beside[around_it] = surroundings(cells)
        told = [fold(cells[name]) for name in names if cells[name]]
        told += _more_names(cells, table, carriers, known)
        key = tuple([cells[column] for column in shape.key])
        letter = cells.get("confidence", "")
        yield _Indexed(table, row_id(shape, key), letter, tuple(told), beside[around_it])


def _more_names(
    cells: Mapping[str, str],
    table: str,
    carriers: Mapping[tuple[str, str], str],
    known: dict[str, str],
) -> list[str]:
    """What a row is called beside its own cells: by its carrier, its words, and their pieces."""
    told = []
    subject = cells.get("subject", "")
    if (table, subject) in carriers:
        told.append(carriers[table, subject])
    for group in ("state", "parameter"):
        if cells.get(group):
            key = f"{group} {cells[group]}"
            if key not in known:
                known[key] = _word(group, cells[group])
            told.append(known[key])
    if "_" in subject:
        told += [folded(piece) for piece in subject.split("_")[:6] if piece]
    return told


_NAMES = (
    "subject_zh", "subject", "id", "name_zh", "name_en", "number", "set", "code", "technology",
    "cn_code", "variant", "country", "province", "kind", "programme", "title_zh", "title_en",
)  # fmt: skip
_AROUND = (
    "value", "basis", "data_year", "standard", "announcement", "reporting_year", "product",
    "description", "industry", "measure", "note",
)  # fmt: skip


def _word(group: str, name: str) -> str:
    key = f"{group}.{name}"
    if key not in WORDS:
        return folded(name)
    return folded(f"{name} {WORDS.text(key, 'zh')} {WORDS.text(key, 'en')}")


def _source_text(registry: Registry, name: str) -> str:
    source = registry.sources[name]
    return "\n".join(folded(text) for text in (source.number, source.title_zh, source.title_en))


def _carrier_names(registry: Registry) -> dict[tuple[str, str], str]:
    """What carriers are called, by the table and the subject in it that speaks of them."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for carrier in registry.carriers.values():
        told = folded(f"{carrier.name_zh} {carrier.name_en}")
        subjects = [("fuels", subject) for subject in carrier.fuel_ids.values()]
        equivalents: Iterable[str] = (carrier.coal_equivalent, carrier.coal_equivalent_steel)
        subjects += [("coal_equivalents", subject) for subject in equivalents if subject]
        for key in dict.fromkeys(subjects):
            found[key].append(told)
    return {key: "\n".join(names) for key, names in found.items()}
