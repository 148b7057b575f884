"""Phrases in both languages, kept side by side in TOML files that are shipped as package data.

A phrase is a table with exactly ``en`` and ``zh``; both have the same ``{placeholders}``. Tables
may hold phrases (``[energy] title = {en = "Energy", zh = "能源"}`` is the phrase ``energy.title``).
"""

from __future__ import annotations

import difflib
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal, Self, get_args

from celadon.errors import DeclarationError, Fault

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
"""The languages that every phrase has; they are equals."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One text in both languages."""

    en: str
    zh: str

    def text(self, language: str, **values: object) -> str:
        """The text in one language, its placeholders filled.

        Raises
        ------
        KeyError
            If the phrase has a placeholder without a value.
        ValueError
            If the language is neither ``zh`` nor ``en``.

        Examples
        --------
        >>> Phrase(en="{count} rows", zh="{count} 行").text("zh", count=3)
        '3 行'
        """
        return self._template(language).format(**values)

    @property
    def placeholders(self) -> frozenset[str]:
        """The names of its placeholders, of either language."""
        return _placeholders(self.en) | _placeholders(self.zh)

    def _template(self, language: str) -> str:
        if language == "zh":
            return self.zh
        if language == "en":
            return self.en
        raise ValueError(f"language is 'zh' or 'en', not {language!r}")


class Phrases(Mapping[str, Phrase]):
    """Phrases by key.

    Examples
    --------
    >>> phrases = Phrases({"total": Phrase(en="Total", zh="合计")})
    >>> phrases.text("total", "zh")
    '合计'
    """

    def __init__(self, phrases: Mapping[str, Phrase], origin: str = "phrases") -> None:
        self._phrases = dict(phrases)
        self._origin = origin

    @classmethod
    def load(cls, package: str, file: str) -> Self:
        """The phrases of a TOML file shipped with ``package``, or of all TOML files of a folder.

        Raises
        ------
        DeclarationError
            If a phrase lacks a language, its languages differ in placeholders, or two files give
            one key; all at once.
        """
        phrases: dict[str, Phrase] = {}
        faults: list[Fault] = []
        for name, plain in _read(package, file):
            found, met = _collect(plain, name)
            remedy = "give one of the two another key"
            faults += met + [
                Fault((name, key), "a key of another file", "each key is given once", remedy)
                for key in sorted(found.keys() & phrases.keys())
            ]
            phrases |= found
        if faults:
            raise DeclarationError(f"{file} breaks {len(faults)} rule(s) of phrases", faults)
        return cls(phrases, file)

    def text(self, key: str, language: str, **values: object) -> str:
        """The phrase ``key`` in one language, its placeholders filled.

        Raises
        ------
        KeyError
            If there is no such phrase, or a placeholder has no value.
        """
        return self[key].text(language, **values)

    def __getitem__(self, key: str) -> Phrase:
        if key not in self._phrases:
            near = difflib.get_close_matches(key, self._phrases, n=3) or sorted(self._phrases)[:3]
            raise KeyError(f"{self._origin} has no phrase {key!r}; near: {', '.join(near)}")
        return self._phrases[key]

    def __contains__(self, key: object) -> bool:
        return key in self._phrases

    def __iter__(self) -> Iterator[str]:
        return iter(self._phrases)

    def __len__(self) -> int:
        return len(self._phrases)


def _read(package: str, file: str) -> list[tuple[str, dict[str, Any]]]:
    named = files(package).joinpath(file)
    entries = [named] if named.is_file() else sorted(named.iterdir(), key=lambda entry: entry.name)
    listed = [entry for entry in entries if entry.name.endswith(".toml")]
    return [(entry.name, tomllib.loads(entry.read_text(encoding="utf-8"))) for entry in listed]


def _collect(plain: Mapping[str, Any], file: str) -> tuple[dict[str, Phrase], list[Fault]]:
    phrases: dict[str, Phrase] = {}
    faults: list[Fault] = []
    waiting: list[tuple[str, Mapping[str, Any]]] = [("", plain)]
    while waiting:
        prefix, table = waiting.pop()
        for name, value in table.items():
            key = f"{prefix}{name}"
            if not isinstance(value, dict):
                continue
            if not set(value) & {"en", "zh"}:
                waiting.append((f"{key}.", value))
                continue
            fault = _phrase_fault(value)
            if fault is None:
                phrases[key] = Phrase(en=value["en"], zh=value["zh"])
            else:
                remedy = "write both languages with the same placeholders"
                faults.append(Fault((file, key), fault, "a phrase says the same in both", remedy))
    return phrases, faults


def _phrase_fault(value: Mapping[str, Any]) -> str | None:
    if set(value) != {"en", "zh"} or not all(isinstance(text, str) for text in value.values()):
        return f"keys {', '.join(sorted(value))} where en and zh, both text, are expected"
    if not all(text.strip() for text in value.values()):
        return "an empty text"
    english, chinese = _placeholders(value["en"]), _placeholders(value["zh"])
    if english != chinese:
        return f"placeholders {sorted(english)} in en, {sorted(chinese)} in zh"
    return None


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
