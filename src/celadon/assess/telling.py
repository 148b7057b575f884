"""Telling the reasons of a verdict in a language.

Each placeholder of a reason has its own way of being told: a fact by its name, an outcome by its
words, a figure with a true minus sign. What has none is shown as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import takewhile
from typing import Any

from celadon.assess.names import NAMES, fact_name, limit_name, named, outcome_name
from celadon.assess.reasons import REASONS, Numbers, Reason, read_reasons

_QUOTED = re.compile("(“[^”]*”|《[^》]*》)")
_SEAM = re.compile(r"(?<=[一-鿿])(?=[A-Za-z0-9−])|(?<=[A-Za-z0-9%])(?=[一-鿿])")
_NO_SUFFIX = ("", "1", "fraction 0-1")


def reason_text(because: str, language: str) -> str:
    """The reasons of a verdict's column ``because``, told in ``zh`` or ``en``.

    Raises
    ------
    ValueError
        If the text is not a list of reasons, or the language is neither.
    KeyError
        If a reason is not declared, or lacks a number that its phrase tells.

    Examples
    --------
    >>> because = '[{"numbers":{"fact":"feed_grade","unit":"%"},"reason":"fact_missing"}]'
    >>> reason_text(because, "zh")
    '未声明入炉品位（feed_grade，%）'
    >>> reason_text(because, "en")
    'feed grade (fact feed_grade, %) is not declared'
    """
    return _joined(read_reasons(because), language)


def obstacles_text(because: str, language: str) -> str:
    """What keeps a verdict from being told, without what the numbers alone would say.

    For a line of a list; of a verdict that is told it is the whole reason.

    Raises
    ------
    ValueError, KeyError
        As `reason_text`.

    Examples
    --------
    >>> because = (
    ...     '[{"numbers":{"standard":"GB 21342-2025"},"reason":"force_unknown"},'
    ...     '{"numbers":{"outcome":"grade_3"},"reason":"by_numbers"}]'
    ... )
    >>> obstacles_text(because, "en")
    'the date in force of GB 21342-2025 is not known'
    """
    in_the_way = takewhile(lambda one: one.key != "by_numbers", read_reasons(because))
    return _joined(in_the_way, language)


def correction_texts(limits: str, language: str) -> tuple[str, ...]:
    """What corrected the limits of a verdict's column ``limits``, one text a term; may be none.

    Raises
    ------
    ValueError
        If the text is not the JSON of limits.

    Examples
    --------
    >>> limits = (
    ...     '{"corrections":[{"numbers":{"change":"16.245","declared":"57.5","fact":"feed_grade",'
    ...     '"grades":["1","2","3"],"unit":"%"},"reason":"added"}],"grade_1":"377.245"}'
    ... )
    >>> correction_texts(limits, "zh"), correction_texts(limits, "en")
    (('入炉品位 57.5%：+16.245（1、2、3 级）',), ('feed grade 57.5 %: +16.245 (grades 1, 2, 3)',))
    """
    corrections = json.loads(limits).get("corrections", [])
    return tuple(_told(one, language) for one in read_reasons(json.dumps(corrections)))


def _joined(reasons: Iterable[Reason], language: str) -> str:
    told = (_told(one, language) for one in reasons)
    return NAMES.text("mark.reasons", language).join(told)


def _told(one: Reason, language: str) -> str:
    words: dict[str, str] = {}
    for name, value in one.numbers.items():
        teller = _TELLERS.get(name)
        words[name] = str(value) if teller is None else teller(value, one.numbers, language)
    if "fact" in one.numbers:
        words["fact_id"] = one.numbers["fact"]
    text = REASONS.text(one.key, language, **words)
    return _spaced(text) if language == "zh" else text


def _spaced(text: str) -> str:
    """Chinese text with a blank beside Latin letters and figures; not in quotations and titles."""
    parts = _QUOTED.split(text)
    return "".join(part if part.startswith(("“", "《")) else _SEAM.sub(" ", part) for part in parts)


def _figure(text: str) -> str:
    return f"−{text[1:]}" if text.startswith("-") else text


def _thousands(text: str) -> str:
    """A large figure above zero with its thousands parted."""
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}" if whole.isdecimal() else _figure(text)


def _signed(text: str) -> str:
    return _figure(text) if text.startswith("-") else f"+{text}"


def _quantity(text: str, unit: str, language: str) -> str:
    """A figure with its unit; Chinese writes the per cent sign close."""
    if unit in _NO_SUFFIX:
        return _figure(text)
    blank = "" if language == "zh" and unit.startswith("%") else " "
    return f"{_figure(text)}{blank}{named('unit', unit, language)}"


def _listed(items: Iterable[str], language: str) -> str:
    return NAMES.text("mark.items", language).join(items)


def _standard(value: str | Mapping[str, str], language: str) -> str:
    if isinstance(value, str):
        return value
    return NAMES.text("mark.title", language, title=value[language])


def _declared(text: str, numbers: Numbers, language: str) -> str:
    """What was declared: a class by its words, a figure with its unit."""
    if f"word.{numbers['fact']}.{text}" in NAMES:
        return _word(text, numbers, language)
    return _quantity(text, numbers.get("unit", ""), language)


def _word(word: str, numbers: Numbers, language: str) -> str:
    return named(f"word.{numbers['fact']}", word, language)


def _choice(word: str, numbers: Numbers, language: str) -> str:
    """A class by its words, with the words in which it is declared where they are others."""
    told = named(f"word.{numbers['fact']}", word, language)
    return word if told == word else f"{told}（{word}）"


def _choices(words: list[str], numbers: Numbers, language: str) -> str:
    # Some classes hold commas, so a comma cannot part them.
    return " | ".join(_choice(word, numbers, language) for word in words)


def _comparisons(items: list[dict[str, Any]], language: str) -> str:
    told = (
        NAMES.text(
            "mark.compared",
            language,
            sign=_sign(item),
            limit=_figure(item["limit"]),
            name=limit_name(item["name"], language),
        )
        for item in items
    )
    return NAMES.text("mark.comparisons", language).join(told)


def _sign(item: Mapping[str, Any]) -> str:
    """How a value stands to a limit: most are upper ones, an efficiency has lower ones."""
    if item.get("lower"):
        return "≥" if item["kept"] else "<"
    return "≤" if item["kept"] else ">"


def _limits(limits: Mapping[str, str], language: str) -> str:
    told = (
        NAMES.text("mark.named", language, name=limit_name(name, language), limit=_figure(limit))
        for name, limit in limits.items()
    )
    return _listed(told, language)


def _bounds(bounds: Mapping[str, str], numbers: Numbers, language: str) -> str:
    low, high = bounds.get("low"), bounds.get("high")
    unit = numbers.get("unit", "")
    if high is None:
        return NAMES.text("bounds.from", language, low=_quantity(str(low), unit, language))
    most = _quantity(high, unit, language)
    if low is None:
        return NAMES.text("bounds.to", language, high=most)
    return NAMES.text("bounds.between", language, low=_figure(low), high=most)


def _day(text: str, language: str) -> str:
    """A day, or a month or year where no more is known."""
    return f"{text}年" if language == "zh" and len(text) == len("2023") else text


def _validity(validity: Mapping[str, str], language: str) -> str:
    since, until = (
        _day(validity[end], language) if end in validity else None for end in ("from", "to")
    )
    if until is None:
        return NAMES.text("validity.from", language, since=since)
    if since is None:
        return NAMES.text("validity.to", language, until=until)
    return NAMES.text("validity.from_to", language, since=since, until=until)


def _class(value: str, language: str) -> str:
    """A class of equipment in words; another one as it was written."""
    from celadon.records.templates.words import choices, say  # noqa: PLC0415  few reasons name one

    known = value in choices("class")
    return say(f"word.{value}", "zh") if known and language == "zh" else value


_TELLERS: Mapping[str, Callable[[Any, Numbers, str], str]] = {
    "bounds": _bounds,
    "class": lambda value, _, language: _class(value, language),
    "change": lambda value, _, __: _signed(value),
    "amount": lambda value, _, __: _thousands(value),
    "before": lambda value, _, __: _figure(value),
    "choices": _choices,
    "comparisons": lambda value, _, language: _comparisons(value, language),
    "corrected": lambda value, _, language: fact_name(value, language),
    "declared": _declared,
    "energy": lambda value, _, __: _thousands(value),
    "electricity": lambda value, _, language: named("electricity", value, language),
    "expected": lambda value, _, __: _figure(value),
    "fact": lambda value, _, language: fact_name(value, language),
    "facts": lambda value, _, language: _listed(
        (fact_name(each, language) for each in value), language
    ),
    "factor": lambda value, _, __: _figure(value),
    "feedstock": lambda value, _, language: named("feedstock", value, language),
    "given_electricity": lambda value, _, language: named("electricity", value, language),
    "given_feedstock": lambda value, _, language: named("feedstock", value, language),
    "grades": lambda value, _, language: _listed(value, language),
    "indicator": lambda value, _, language: named("indicator", value, language),
    "limit": lambda value, _, language: limit_name(value, language),
    "limits": lambda value, _, language: _limits(value, language),
    "listed": lambda value, _, language: named("listed", value, language),
    "median": lambda value, _, __: _figure(value),
    "other_outcome": lambda value, _, language: outcome_name(value, language),
    "outcome": lambda value, _, language: outcome_name(value, language),
    "percent": lambda value, _, __: value if value == "—" else _signed(value),
    "process": lambda value, _, language: value if isinstance(value, str) else value[language],
    "processes": lambda value, _, language: _listed(value, language),
    "since": lambda value, _, language: _day(value, language),
    "standard": lambda value, _, language: _standard(value, language),
    "unit": lambda value, _, language: named("unit", value, language),
    "units": lambda value, _, language: _listed(value, language),
    "validity": lambda value, _, language: _validity(value, language),
    "value": lambda value, _, __: _figure(value),
    "wanted": _choice,
    "what": lambda value, _, language: named("what", value, language),
}
"""How each placeholder is told, from its value, the numbers beside it and the language."""
