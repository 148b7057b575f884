"""Errors in the language of the user.

An error is raised in English, where it is met; floors below know no language. Here stands for each
such text the same in Chinese, found by the text itself with its placeholders, as in a catalogue of
translations. A text that is not there is shown as it was raised. JSON always has the English one.
"""

from __future__ import annotations

import re
import string
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from celadon.errors import CeladonError, DeclarationError, Fault
from celadon.languages import Language, Phrase

_LOOKED_UP = "t_"
"""Begins the name of a placeholder whose own words are looked up as well."""

_WHOLE_NUMBERS = frozenset({"n", "files", "rows", "row", "size", "length", "free", "needed"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A text of errors in both languages, and the pattern that knows it."""

    phrase: Phrase
    pattern: re.Pattern[str]
    letters: int

    @classmethod
    def of(cls, phrase: Phrase) -> Refusal:
        """A phrase as a refusal: its placeholders stand for any text."""
        parts = list(string.Formatter().parse(phrase.en))
        pattern = "".join(
            re.escape(literal) + (f"(?P<{name}>{_like(name)})" if name else "")
            for literal, name, _, _ in parts
        )
        return cls(phrase, re.compile(pattern, re.DOTALL), sum(len(part[0]) for part in parts))


_FIGURES = frozenset({"low", "high"})
"""Placeholders that stand for a number, with its unit where it has one: ``{low} to {high}`` is of
no sentence that has a *to* in it."""


def _like(name: str) -> str:
    if name in _FIGURES:
        return r"[-+\u2212]?\d[\d.,]*(?:e[-+]?\d+)?(?: ?[^\s\d]+)?"
    if name == "marker":
        return r"[^\s]*\.[a-z]+"
    return r"[\d,]+" if name in _WHOLE_NUMBERS else ".+?"


@cache
def refusals() -> tuple[Refusal, ...]:
    """All texts that are known, the most exact first.

    Raises
    ------
    DeclarationError
        If a text has other placeholders in one language than in the other.
    """
    phrases: list[Phrase] = []
    folder = files("celadon.cli") / "refusals"
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            plain = tomllib.loads(entry.read_text(encoding="utf-8"))
            phrases += [Phrase(en=text["en"], zh=text["zh"]) for text in plain["text"]]
    faults = [
        Fault(("refusals", phrase.en), phrase.zh, "the same placeholders", "correct the text")
        for phrase in phrases
        if Phrase(phrase.en, phrase.en).placeholders != Phrase(phrase.zh, phrase.zh).placeholders
    ]
    if faults:
        raise DeclarationError(f"{len(faults)} texts of errors differ in placeholders", faults)
    return tuple(sorted(map(Refusal.of, phrases), key=lambda refusal: -refusal.letters))


def in_words(text: str, language: Language) -> str:
    """A text of an error in a language; as it was raised where no other is known.

    Examples
    --------
    >>> in_words("Cannot read meters.csv", "zh")
    '无法读取 meters.csv'
    >>> in_words("Cannot read meters.csv", "en")
    'Cannot read meters.csv'
    """
    if language == "en":
        return text
    for refusal in refusals():
        match = refusal.pattern.fullmatch(text)
        if match is not None:
            told = {
                name: in_words(part, language) if name.startswith(_LOOKED_UP) else part
                for name, part in match.groupdict().items()
            }
            return refusal.phrase.text(language, **told)
    return text


def refused_in(error: CeladonError, language: Language) -> tuple[str, list[Fault]]:
    """The summary of an error and its faults in a language; places stay as they are."""
    faults = [
        Fault(
            fault.where,
            in_words(fault.found, language),
            in_words(fault.rule, language),
            in_words(fault.remedy, language),
        )
        for fault in error.faults
    ]
    return in_words(error.summary, language), faults
