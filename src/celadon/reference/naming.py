"""What users call things: the names that the tables themselves show, understood as their ids.

A subject may be named as its row shows it, as the carrier or the process is called that speaks of
it, or by its id in other letters. What is written in Chinese and is none of these is refused with
what comes close; an id in plain letters that no row has is a new subject.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from celadon.reference.entries import WORDS
from celadon.reference.registry import Registry
from celadon.reference.search import folded

Names = Mapping[str, tuple[str, ...]]
"""Ids by folded name; a name of several ids has all of them."""

_NEAR = 5
_CODE_OF_CHINA = re.compile(r"CN-|\d{6}$", re.IGNORECASE)
_ENDINGS = ("省", "市", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区")


class Naming:
    """The names of subjects, parameters and areas of one table.

    Parameters
    ----------
    registry : the tables whose names are understood.
    """

    def __init__(self, registry: Registry, table: str) -> None:
        self._shown: dict[str, str] = {}
        rows = registry.rows(table)
        self._held = {(row["set"], row["subject"]) for row in rows}
        self.names: Mapping[str, Names] = {
            "subject": self._folded(_rows_names(rows, table), _other_names(registry, table)),
            "parameter": self._folded(
                _words("parameter"), ((row["parameter"],) * 2 for row in rows)
            ),
            "area": self._folded(_areas(registry, table)),
            "basis": self._folded((row["basis"],) * 2 for row in rows),
        }

    def understood(self, column: str, text: str, edition: str) -> tuple[str, ...]:
        """The ids that a text may mean, in a set if it has them; the text where it is no name."""
        ids = self.names[column].get(folded(text), (text,))
        within = tuple(name for name in ids if (edition, name) in self._held)
        return within or ids

    def is_strange(self, column: str, text: str) -> bool:
        """Whether a text names nothing that the table knows, though it should.

        What is written in Chinese should, and an area that is a code of China: one that is not in
        use was abolished or merged.
        """
        should = not text.isascii() or (column == "area" and _CODE_OF_CHINA.match(text))
        return bool(should) and folded(text) not in self.names[column]

    def is_known(self, column: str, text: str) -> bool:
        """Whether a text names something that the table has, or that has a name in words."""
        return folded(text) in self.names[column]

    def near(self, column: str, text: str) -> str:
        """Names that come close, each with its id; else the first that there are."""
        names = self.names[column]
        native = [name for name in names if not name.isascii()]
        return self._told(column, self._alike(column, text, 0.4) or native or list(names))

    def close(self, column: str, text: str) -> str:
        """Names that come so close that a slip is likely; empty where none does."""
        return self._told(column, self._alike(column, text, 0.7))

    def _alike(self, column: str, text: str, least: float) -> list[str]:
        wanted, names = folded(text), self.names[column]
        within = [name for name in names if name in wanted or wanted in name]
        alike = difflib.get_close_matches(wanted, names, n=_NEAR, cutoff=least)
        return list(dict.fromkeys((*within, *alike)))

    def _told(self, column: str, chosen: list[str]) -> str:
        told = {f"{self._shown[n]} ({self.names[column][n][0]})" for n in chosen[:_NEAR]}
        return ", ".join(sorted(told))

    def _folded(self, *tiers: Iterable[tuple[str, str]]) -> Names:
        """Names of the first tier go before the same ones of the next."""
        known: dict[str, tuple[str, ...]] = {}
        for pairs in tiers:
            found: dict[str, dict[str, None]] = defaultdict(dict)
            for name, meant in pairs:
                if name and meant and folded(name) not in known:
                    found[folded(name)][meant] = None
                    self._shown.setdefault(folded(name), name)
            known |= {name: tuple(ids) for name, ids in found.items()}
        return known


def _rows_names(rows: Iterable[Mapping[str, str]], table: str) -> Iterable[tuple[str, str]]:
    for row in rows:
        yield row["subject"], row["subject"]
        if table != "electricity":  # there the name is that of the area
            yield row["subject_zh"], row["subject"]


def _other_names(registry: Registry, table: str) -> Iterable[tuple[str, str]]:
    held = {row["subject"] for row in registry.rows(table)}
    for carrier in registry.carriers.values():
        subjects = {
            "fuels": carrier.fuel_ids.values(),
            "coal_equivalents": (carrier.coal_equivalent, carrier.coal_equivalent_steel),
        }.get(table, ())
        for subject in held.intersection(subjects):
            yield carrier.name_zh, subject
            yield carrier.name_en, subject
    for rule in registry.process_rules:
        if rule.table == table and rule.subject in held:
            process = registry.processes[rule.process]
            yield process.name_zh, rule.subject
            yield process.name_en, rule.subject


def _areas(registry: Registry, table: str) -> Iterable[tuple[str, str]]:
    rows = registry.rows(table)
    for row in rows:
        yield row["area"], row["area"]
        if table == "electricity":
            yield row["subject_zh"], row["area"]
    for region in registry.regions.values():
        plain = region.name_zh
        for ending in _ENDINGS:
            plain = plain.removesuffix(ending)
        for name in (region.name_zh, plain, region.name_en, region.code, region.iso):
            yield name, region.iso


def _words(group: str) -> Iterable[tuple[str, str]]:
    for key in WORDS:
        if key.startswith(f"{group}."):
            name = key.removeprefix(f"{group}.")
            yield name, name
            yield WORDS.text(key, "zh"), name
            yield WORDS.text(key, "en"), name
