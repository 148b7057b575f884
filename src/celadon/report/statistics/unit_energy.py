"""Form 3 of a supervision: the energy of each product against the grades of its norm.

The numerator stands carrier by carrier, each limit in its own column, each correction with its
formula, and beside the verdict the place in print that the limits were read from.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from celadon.assess.citing import locators_of, terms_of
from celadon.assess.names import (
    indicator_name,
    limit_name,
    outcome_name,
    rule_name,
    standard_label,
)
from celadon.assess.norms import unjudged
from celadon.assess.products import ELECTRICITIES
from celadon.assess.scales import scale_of
from celadon.assess.telling import correction_texts, reason_text
from celadon.exact import decimal_text, parse_decimal
from celadon.report.figures import unit_text
from celadon.report.lines import is_below_official
from celadon.report.statistics.balance import NO_STREAM, column
from celadon.report.statistics.cells import letters, open_cell
from celadon.report.statistics.content import WORDS, FormContent
from celadon.report.statistics.form import Cell, Row, Table
from celadon.report.statistics.printing import DECIMALS, printed, printed_parts
from celadon.units import conversion

LIMITS = ("grade_1", "grade_2", "grade_3", "benchmark", "baseline", "other_limits")
"""The columns of limits; what a rule calls otherwise stands under the last with its name."""

_COLUMNS = (
    "subject", "rule", "indicator", "numerator", "numerator_total", "numerator_unit", "output_of",
    "output_unit", "actual", "unit", *LIMITS, "corrections", "outcome", "because", "standard",
    "page", "letter",
)  # fmt: skip
_WIDE = ("numerator", "corrections", "because", "standard", "page")
_ABOVE = {
    "kgce": ("gce", "tce"), "kgoe": ("gce", "tce"), "kWh": ("Wh", "1e4kWh"), "m3": ("L", "m3"),
}  # fmt: skip
_BELOW = {
    "t": ("kg", "t"), "kg": ("kg", "t"), "m3": ("L", "m3"), "m2": ("cm2", "m2"),
    "weight case": ("kg", "weight case"), "Adt": ("kg", "Adt"), "toe": ("goe", "toe"),
}  # fmt: skip
_LIMIT_DECIMALS = 3


def unit_energy_table(content: FormContent) -> Table:
    """Each verdict with its numerator, output, corrections, limits, result and place in print."""
    rows = tuple(Row(tuple(_cells(content, one))) for one in content.verdicts.to_pylist())
    told = ("self_check.allocation", "self_check.locators") if rows else ("annual.no_norms",)
    columns = tuple(column(name, wide=name in _WIDE) for name in _COLUMNS)
    notes = tuple(content.tell(key) for key in told)
    products = ", ".join(content.names.subject(one) for one in unjudged(content.site))
    if products:
        notes = (content.tell("self_check.not_judged", products=products), *notes)
    return Table("3", WORDS["table.check_units"], columns, rows, notes)


def _cells(content: FormContent, one: Mapping[str, Any]) -> Iterator[Cell]:
    language, below = content.language, is_below_official(one["confidence"])
    lines = content.lines.where(unit=one["subject"])
    kept_out = content.is_official and (below or lines.is_marked)
    letter = one["confidence"] if below else letters(lines)
    hidden = Cell(note=content.tell("note.kept_out", letters=letter or ""), marked=True)
    yield Cell(content.names.subject(one["subject"]))
    yield Cell(rule_name(one["rule"], language))
    yield Cell(indicator_name(one["indicator"], language))
    yield from _parts(content, one, hidden=hidden if kept_out else None)
    if one["num"] is None or not one["den"]:
        yield Cell(note=content.tell("lack.not_computed"))
    elif kept_out:
        yield hidden
    else:
        exact = Fraction(one["num"], one["den"])
        yield Cell(value=printed(exact), exact=exact, marked=lines.is_marked)
    yield Cell(unit_text(one["unit"], language))
    yield from _limits(content, one)
    yield _corrections(content, one)
    yield hidden if kept_out else Cell(outcome_name(one["outcome"], language), marked=below)
    yield hidden if kept_out else Cell(reason_text(one["because"], language))
    yield Cell(standard_label(one["standard"], language, content.registry))
    yield _page(content, one)
    yield Cell(one["confidence"] or "")


def _parts(content: FormContent, one: Mapping[str, Any], hidden: Cell | None) -> Iterator[Cell]:
    """What stands above the line, by carrier and in all, and what stands below it."""
    above, _, under = one["unit"].partition("/")
    if above not in _ABOVE or under not in _BELOW or one["num"] is None or not one["den"]:
        yield from (NO_STREAM,) * 5
        return
    small, shown = _ABOVE[above]
    size = _size(one["unit"])
    total = Fraction(one["num"], size.numerator) * conversion(small, shown)
    made = Fraction(one["den"], size.denominator) * conversion(*_BELOW[under])
    marked = content.lines.where(unit=one["subject"]).is_marked
    unit = unit_text(shown, content.language)
    yield hidden or _by_carrier(content, one, small, shown)
    yield hidden or Cell(value=printed(total), exact=total, marked=marked)
    yield Cell(unit)
    yield Cell(value=printed(made), exact=made)
    yield Cell(unit_text(_BELOW[under][1], content.language))


def _size(unit: str) -> Fraction:
    """By what a verdict's numerator and denominator were multiplied to be in its unit."""
    scale = scale_of(unit)
    return Fraction(1) if scale is None else scale.size


def _by_carrier(content: FormContent, one: Mapping[str, Any], small: str, shown: str) -> Cell:
    """The numerator carrier by carrier, negative what was given out; as printed they add up."""
    sums = numerator(content, one)
    if sum(sums.values()) * _size(one["unit"]).numerator != one["num"]:
        return Cell(note=content.tell("lack.carriers"))
    exact = [Fraction(value) * conversion(small, shown) for value in sums.values()]
    told = (
        f"{content.names.carrier(carrier)} {decimal_text(part, DECIMALS)}"
        for carrier, part in zip(sums, printed_parts(exact), strict=True)
    )
    return Cell("; ".join(told))


def numerator(content: FormContent, one: Mapping[str, Any]) -> dict[str, int]:
    """What each carrier gives to the numerator of a verdict, in its small unit."""
    norm = next((norm for norm in content.site.norms if norm.product == one["subject"]), None)
    units = {one["subject"]}
    if norm is not None and one["subject"] not in {unit.id for unit in content.site.units}:
        made_by = {unit.id for unit in content.site.units if unit.product == norm.product}
        units = set(norm.units) or made_by
    counted = one["indicator"] in ELECTRICITIES
    found: dict[str, int] = defaultdict(int)
    for line in content.lines.where(account="process_energy", measure="calorific_value"):
        known = content.registry.carriers.get(line.carrier)
        if line.unit not in units or (counted and (known is None or known.kind != "electricity")):
            continue
        found[line.carrier] += (line.count if counted else line.value) or 0
    return {carrier: value for carrier, value in found.items() if value}


def _limits(content: FormContent, one: Mapping[str, Any]) -> Iterator[Cell]:
    """The limits as corrected; an empty one says that the tables have none."""
    known = {name: text for name, text in json.loads(one["limits"]).items() if text}
    known.pop("corrections", None)
    wanted = LIMITS[:3] if one["rule"].startswith("norm") else LIMITS[3:5]
    for name in LIMITS[:-1]:
        text = known.pop(name, None)
        if text is not None:
            yield _limit(parse_decimal(text))
        elif name in wanted and one["rule"] in ("norm", "norm-coming", "levels-2023"):
            yield Cell(note=content.tell("lack.limit"))
        else:
            yield NO_STREAM
    others = (f"{limit_name(name, content.language)} {text}" for name, text in known.items())
    yield Cell("; ".join(others) or "–")


def _limit(value: Fraction) -> Cell:
    decimals = 0
    while decimals < _LIMIT_DECIMALS and (value * 10**decimals).denominator != 1:
        decimals += 1
    return Cell(value=printed(value, decimals), exact=value, decimals=decimals)


def _corrections(content: FormContent, one: Mapping[str, Any]) -> Cell:
    """Each correction with what was declared, and the formula of its clause."""
    texts = correction_texts(one["limits"], content.language)
    if not texts:
        return NO_STREAM
    terms = terms_of(dict(one), content.site, content.registry)
    told = (
        f"{text} ({about})"
        if (about := "; ".join(filter(None, (term.formula, term.place(content.language)))))
        else text
        for text, term in zip(texts, terms, strict=True)
    )
    return Cell("; ".join(told))


def _page(content: FormContent, one: Mapping[str, Any]) -> Cell:
    """Where the limits stand in print; open where the tables do not say."""
    places = locators_of(dict(one), content.site, content.registry)
    return Cell("; ".join(places)) if places else open_cell(content, "page")
