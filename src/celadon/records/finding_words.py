"""Numbers of a finding that are words: how they are called in the language of the reader.

What a finding says with a word of celadon's own, such as the kind of an amount or a parameter, it
keeps in English. Here stands for each such word the same in Chinese. A word that is told in both
languages where it is met has its Chinese under the same key with ``_zh`` behind it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from celadon.reference.equations import parameter_kinds

_CHINESE = "_zh"


def named_in(numbers: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """The numbers of a finding, those that are words in a language.

    Examples
    --------
    >>> named_in({"kind": "purchase", "why": "gone", "why_zh": "已失", "rows": 2}, "zh")["kind"]
    '购入'
    """
    if language != "zh":
        return numbers
    told = {
        key: _words().get(key, {}).get(value, value) if isinstance(value, str) else value
        for key, value in numbers.items()
    }
    both = [key for key in numbers if key.endswith(_CHINESE)]
    return told | {key.removesuffix(_CHINESE): numbers[key] for key in both}


@cache
def _words() -> dict[str, dict[str, str]]:
    """Chinese words by the key of a number and the English word there."""
    text = (files("celadon.records") / "finding_words.toml").read_text(encoding="utf-8")
    words: dict[str, dict[str, str]] = tomllib.loads(text)
    for name, kind in parameter_kinds().items():
        words["name"].setdefault(name, kind.zh)
        words["name"].setdefault(kind.en.lower(), kind.zh)
    return words
