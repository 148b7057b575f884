"""Amounts and energies as cells: rounded once, empty with the reason where they are not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from celadon.exact import decimal_text
from celadon.report.figures import amount, hours_text, unit_text
from celadon.report.lines import Lines
from celadon.report.statistics.amounts import Amount
from celadon.report.statistics.content import FormContent
from celadon.report.statistics.form import Basis, Cell
from celadon.report.statistics.printing import DECIMALS, printed, printed_parts
from celadon.units import count_unit, parse_unit

FORM_UNITS = {"energy": {"kWh": "1e4kWh"}, "normal_volume": {"": "1e4Nm3"}}
"""Units in which forms count what accounts count otherwise: gas and electricity by ten thousands."""


def form_unit(content: FormContent, item: str) -> str:
    """The unit in which a form counts a carrier or product.

    Electricity in 10^4 kWh, gas in 10^4 Nm3, all else as it is accounted: t, GJ, m3. Normal cubic
    metres stay normal: they are never turned into metres of another state.
    """
    unit = content.names.account_unit(item)
    parsed = parse_unit(unit)
    by_unit = FORM_UNITS.get(parsed.dimension, {})
    return by_unit.get(parsed.name) or by_unit.get("") or unit


def unit_cell(content: FormContent, unit: str) -> Cell:
    """A unit as a cell."""
    return Cell(unit_text(unit, content.language))


def open_cell(content: FormContent, key: str) -> Cell:
    """A cell that is left for the user, with why."""
    return Cell(note=content.tell(f"open.{key}"), is_open=True)


def amount_cells(
    content: FormContent, item: str, terms: Mapping[str, Amount], total: str
) -> dict[str, Cell]:
    """Amounts of one carrier as cells, so that the signed terms add to the total as printed.

    Parameters
    ----------
    terms : by column, each with the sign that it has in the total.
    total : the key of the cell that they add to.
    """
    small, unit = content.names.small_unit(item), form_unit(content, item)
    whole = next(iter(terms.values()), None)
    for term in list(terms.values())[1:]:
        whole = term if whole is None else whole + term
    if whole is None:
        return {}
    exact = {
        key: None if term.count is None else amount(term.count, small, unit).value
        for key, term in terms.items()
    }
    known = [value for value in exact.values() if value is not None]
    parts = iter(
        printed_parts(known) if len(known) == len(exact) else [printed(value) for value in known]
    )
    cells = {
        key: _cell(content, term, exact[key], next(parts), item)
        if exact[key] is not None
        else amount_cell(content, term, item)
        for key, term in terms.items()
    }
    return {**cells, total: amount_cell(content, whole, item)}


def amount_cell(content: FormContent, given: Amount, item: str) -> Cell:
    """One amount as a cell, in the unit that the form counts its carrier in."""
    if given.count is None:
        note = "; ".join(given.lacks)
        if given.known:
            shown = amount(given.known, content.names.small_unit(item), form_unit(content, item))
            text = f"{decimal_text(shown.value, DECIMALS)} {unit_text(shown.unit, content.language)}"
            note = content.tell("note.known_part", lacks=note, known=text)
        return Cell(note=note, basis=given.basis)
    small, unit = content.names.small_unit(item), form_unit(content, item)
    exact = amount(given.count, small, unit).value
    return _cell(content, given, exact, printed(exact), item)


def _cell(
    content: FormContent, given: Amount, exact: Fraction | None, value: Fraction, _item: str
) -> Cell:
    note = ""
    if given.seconds_missing:
        note = content.tell("note.hours", hours=hours_text(given.seconds_missing))
    return Cell(value=value, exact=exact, note=note, basis=given.basis)


def figure_cells(
    content: FormContent, groups: Sequence[Lines], small: str, *, adding: bool = True
) -> list[Cell]:
    """Leaf totals as cells in the unit that reports show, the last of them that of all together.

    Parameters
    ----------
    groups : one for each cell; what is not known, or kept out, has an empty cell and why.
    adding : whether the parts are printed so that they add to the printed total.
    """
    values = [_value(content, lines, small) for lines in groups]
    all_lines = Lines(line for lines in groups for line in lines)
    shown = [value for value in values if value is not None]
    if adding:
        prints = iter(printed_parts(shown))
    else:
        prints = iter([printed(value) for value in shown])
    cells = [
        _empty(content, lines)
        if value is None
        else _figure(content, lines, value, next(prints))
        for lines, value in zip(groups, values, strict=True)
    ]
    return [*cells, _total(content, all_lines, values, small)]


def _total(
    content: FormContent, lines: Lines, values: Sequence[Fraction | None], small: str
) -> Cell:
    """The total; empty where any part that has lines is, for a part missing is no total."""
    lacking = any(value is None for value in values)
    value = _value(content, lines, small)
    if value is None:
        return _empty(content, lines)
    if lacking:
        known = sum((v for v in values if v is not None), Fraction(0))
        unit = unit_text(amount(1, small).unit, content.language)
        text = f"{decimal_text(known, DECIMALS)} {unit}"
        why = content.tell("lack.part")
        return Cell(note=content.tell("note.known_part", lacks=why, known=text))
    return _figure(content, lines, value, printed(value))


def _figure(content: FormContent, lines: Lines, exact: Fraction, value: Fraction) -> Cell:
    notes = []
    if lines.seconds_missing:
        notes.append(content.tell("note.hours", hours=hours_text(lines.seconds_missing)))
    if lines.is_marked:
        notes.append(content.tell("note.marked", letters=letters(lines)))
    return Cell(
        value=value, exact=exact, note="; ".join(notes), marked=lines.is_marked,
        basis=leaves_of(lines),
    )  # fmt: skip


def _value(content: FormContent, lines: Lines, small: str) -> Fraction | None:
    if not len(lines) or any(line.is_unknown for line in lines):
        return None
    if content.is_official and lines.is_marked:
        return None
    return amount(lines.total(), small).value


def _empty(content: FormContent, lines: Lines) -> Cell:
    if not len(lines):
        return Cell(note=content.tell("lack.no_line"))
    unknown = sorted({f"{line.month:%Y-%m}" for line in lines if line.is_unknown})
    if unknown:
        note = content.tell("lack.months", months=", ".join(unknown))
    else:
        note = content.tell("note.kept_out", letters=letters(lines))
    return Cell(note=note, basis=leaves_of(lines))


def leaves_of(lines: Lines) -> Basis:
    """The leaves as what a figure rests on."""
    return Basis(leaves=tuple(line.leaf for line in lines))


def letters(lines: Lines) -> str:
    """The letters below official text that some leaves rest on."""
    return ", ".join(sorted({line.confidence for line in lines if line.confidence} - {"A"}))
