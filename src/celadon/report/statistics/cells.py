"""Amounts and energies as cells: rounded once, empty with the reason where they are not known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from celadon.assess.names import standard_label
from celadon.exact import decimal_text
from celadon.records.site import Stream
from celadon.report.figures import amount, hours_text, unit_text
from celadon.report.lines import Lines, is_below_official
from celadon.report.statistics.amounts import Amount
from celadon.report.statistics.content import FormContent
from celadon.report.statistics.form import Basis, Cell
from celadon.report.statistics.printing import DECIMALS, printed, printed_parts
from celadon.units import parse_unit

FORM_UNITS = {"energy": {"kWh": "1e4kWh"}, "normal_volume": {"": "1e4Nm3"}}
"""Units of forms that accounts have otherwise: gas and electricity by ten thousands."""


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
        key: _cell(content, term, exact[key], next(parts))
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
            text = (
                f"{decimal_text(shown.value, DECIMALS)} {unit_text(shown.unit, content.language)}"
            )
            note = content.tell("note.known_part", lacks=note, known=text)
        return Cell(note=note, basis=given.basis)
    small, unit = content.names.small_unit(item), form_unit(content, item)
    exact = amount(given.count, small, unit).value
    return _cell(content, given, exact, printed(exact))


def _cell(content: FormContent, given: Amount, exact: Fraction | None, value: Fraction) -> Cell:
    note = ""
    if given.seconds_missing:
        note = content.tell("note.hours", hours=hours_text(given.seconds_missing))
    return Cell(value=value, exact=exact, note=note, basis=given.basis)


@dataclass(frozen=True, slots=True)
class Group:
    """The leaves behind a figure, what is lacking for it, in words, and the sign it is told in."""

    lines: Lines
    lacks: tuple[str, ...] = ()
    sign: int = 1


def figure_cells(content: FormContent, groups: Sequence[Group], small: str) -> list[Cell]:
    """Leaf totals as cells in the unit that reports show, the last of them that of all together.

    The parts are printed so that they add to the printed total. What is not known, or kept out,
    has an empty cell that says why, and so has then the total.
    """
    values = [_value(content, group, small) for group in groups]
    prints = iter(printed_parts([value for value in values if value is not None]))
    cells = [
        _empty(content, group)
        if value is None
        else _figure(content, group.lines, value, next(prints))
        for group, value in zip(groups, values, strict=True)
    ]
    return [*cells, _total(content, groups, values, small)]


def _total(
    content: FormContent, groups: Sequence[Group], values: Sequence[Fraction | None], small: str
) -> Cell:
    """The total; empty where any part is, for a sum that lacks a part is no total."""
    if not groups:
        return Cell(note=content.tell("lack.no_line"))
    known = sum((value for value in values if value is not None), Fraction(0))
    if None in values:
        why = content.tell("lack.part")
        if not known:
            return Cell(note=why)
        unit = unit_text(amount(1, small).unit, content.language)
        text = f"{decimal_text(known, DECIMALS)} {unit}"
        return Cell(note=content.tell("note.known_part", lacks=why, known=text))
    lines = Lines(line for group in groups for line in group.lines)
    return _figure(content, lines, known, printed(known))


def gaps(content: FormContent, lines: Lines, streams: Iterable[Stream]) -> tuple[str, ...]:
    """Streams of which some lines lack days of the period, as words; a lack is never a zero.

    A line is not written at all where a parameter has no value.
    """
    days: dict[str, int] = defaultdict(int)
    for line in lines:
        days[line.stream] += (line.to_day - line.from_day).days
    whole = len(content.period.days)
    return tuple(
        content.tell(
            "lack.parameter", stream=content.names.stream(stream.id), days=whole - days[stream.id]
        )
        for stream in streams
        if days[stream.id] < whole
    )


def _figure(content: FormContent, lines: Lines, exact: Fraction, value: Fraction) -> Cell:
    notes = []
    if lines.seconds_missing:
        notes.append(content.tell("note.hours", hours=hours_text(lines.seconds_missing)))
    if lines.is_marked:
        notes.append(marked_note(content, lines))
    return Cell(
        value=value, exact=exact, note="; ".join(notes), marked=lines.is_marked,
        basis=leaves_of(lines),
    )  # fmt: skip


def _value(content: FormContent, group: Group, small: str) -> Fraction | None:
    lines = group.lines
    if group.lacks or not len(lines) or any(line.is_unknown for line in lines):
        return None
    if content.is_official and lines.is_marked:
        return None
    return group.sign * amount(lines.total(), small).value


def _empty(content: FormContent, group: Group) -> Cell:
    lines = group.lines
    if group.lacks:
        return Cell(note="; ".join(group.lacks), basis=leaves_of(lines))
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
    """The letters below official text that some leaves rest on, by their data or their equation."""
    below = {line.letter for line in lines if is_below_official(line.letter)}
    return ", ".join(sorted(letter for letter in below if letter))


def marked_note(content: FormContent, lines: Lines) -> str:
    """What leaves rest on that is less than official text: their data, or their equation alone.

    What the enterprise measured or recorded itself has no letter; the equation may have one.
    """
    weak = [line for line in lines if is_below_official(line.letter) and not line.is_unknown]
    data = [line for line in weak if is_below_official(line.confidence)]
    if data:
        return content.tell("note.marked", letters=letters(Lines(weak)))
    named = (standard_label(line.method, content.language, content.registry) for line in weak)
    methods = ", ".join(sorted(set(named)))
    return content.tell("note.marked_equation", letters=letters(Lines(weak)), methods=methods)
