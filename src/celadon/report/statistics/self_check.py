"""The self-check of an energy-conservation supervision: six tables that an officer asks for.

They follow the data forms of the yearly campaign: the enterprise, its energy ledger by month, the
energy of each product against the grades of its norm, equipment, metering, and the electricity
that a tiered price would be charged on. What the ledger does not know stays open.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pyarrow.compute as pc

from celadon.assess.names import indicator_name, limit_name, outcome_name, standard_label
from celadon.assess.telling import correction_texts, reason_text
from celadon.records.period import Period
from celadon.report.figures import quotient, unit_text
from celadon.report.lines import is_below_official
from celadon.report.statistics.amounts import ZERO, Amount, Amounts, together
from celadon.report.statistics.annual import basics_table, equipment_table
from celadon.report.statistics.balance import (
    NO_STREAM,
    carrier_amounts,
    column,
    energy_cells,
    energy_streams,
    total_row,
)
from celadon.report.statistics.cells import (
    amount_cell,
    form_unit,
    letters,
    open_cell,
    unit_cell,
)
from celadon.report.statistics.content import WORDS, FormContent
from celadon.report.statistics.form import Cell, Row, Table
from celadon.report.statistics.printing import printed
from celadon.units import conversion

_LEDGER = (
    "month", "carrier", "unit", "purchased", "made", "change", "sold", "consumed", "calorific",
    "equivalent", "documents",
)  # fmt: skip
_UNITS = (
    "subject", "indicator", "energy_of", "output_of", "corrections", "actual", "unit", "standard",
    "limits_of", "outcome", "letter", "page",
)  # fmt: skip
_METERS = (
    "meter_of", "name", "carrier", "read", "measured_share", "estimated_share", "missing_share",
    "accuracy", "calibrated",
)  # fmt: skip
_POWER = ("month", "purchased", "output", "step", "surcharge_due", "surcharge_paid")
_SECONDS = ("measured", "estimated", "missing")


def self_check_tables(content: FormContent) -> tuple[Table, ...]:
    """The six tables, in the order of the campaign's forms."""
    basics, equipment = basics_table(content), equipment_table(content)
    return (
        Table("1", WORDS["table.check_enterprise"], basics.columns, basics.rows, basics.notes),
        _ledger(content),
        _unit_energy(content),
        _machines(content, equipment),
        _metering(content),
        _electricity(content),
    )


def _ledger(content: FormContent) -> Table:
    """Each carrier month by month; a year's row closes each carrier."""
    rows: list[Row] = []
    for month in content.period.months():
        part = _of_month(content, month)
        by_carrier = energy_streams(part)
        energies = energy_cells(part, by_carrier)
        for number, (carrier, streams) in enumerate(by_carrier.items()):
            known = carrier_amounts(part, streams)
            terms = (known["purchased"], known["made"], known["change"], -known["sold"])
            cells = {
                name: amount_cell(part, known[name], carrier)
                if known[name] is not ZERO
                else NO_STREAM
                for name in ("purchased", "made", "change", "sold")
            }
            cells |= {
                "month": Cell(f"{month.from_day:%Y-%m}"),
                "carrier": Cell(content.names.carrier(carrier)),
                "unit": unit_cell(content, form_unit(content, carrier)),
                "consumed": amount_cell(part, together(terms), carrier),
                "calorific": energies["calorific"][number],
                "equivalent": energies["equivalent"][number],
                "documents": Cell(_documents(part, known.values())),
            }
            rows.append(Row(tuple(cells[name] for name in _LEDGER)))
    totals = energy_cells(content, energy_streams(content))
    both = {name: totals[name][-1] for name in ("calorific", "equivalent")}
    rows.append(total_row(content, _LEDGER, both))
    units = {"calorific": "tce", "equivalent": "tce"}
    columns = tuple(column(name, units.get(name, "")) for name in _LEDGER)
    notes = (content.tell("annual.bases"), content.tell("self_check.documents"))
    return Table("2", WORDS["table.check_ledger"], columns, tuple(rows), notes)


def _of_month(content: FormContent, month: Period) -> FormContent:
    inside = pc.equal(content.leaves["month"], month.from_day)
    return replace(content, period=month, leaves=content.leaves.filter(inside))


def _documents(content: FormContent, amounts: Iterable[Amount]) -> str:
    """The rows and meters that amounts rest on, in the order in which the account takes them."""
    named: dict[str, None] = {}
    for each in amounts:
        named |= dict.fromkeys((*each.basis.rows, *each.basis.meters))
        for leaf in each.basis.leaves:
            given = content.inputs.get(leaf, ())
            named |= {one["ref"]: None for one in given if one["kind"] != "parameter"}
    return "; ".join(named)


def _unit_energy(content: FormContent) -> Table:
    """Each verdict with its numerator, output, corrections, limits and result."""
    rows = tuple(Row(tuple(_verdict_cells(content, one))) for one in content.verdicts.to_pylist())
    notes = () if rows else (content.tell("annual.no_norms"),)
    columns = tuple(
        column(name, wide=name in ("corrections", "limits_of", "outcome")) for name in _UNITS
    )
    return Table("3", WORDS["table.check_units"], columns, rows, notes)


def _verdict_cells(content: FormContent, one: Mapping[str, Any]) -> Iterator[Cell]:
    language, below = content.language, is_below_official(one["confidence"])
    lines = content.lines.where(unit=one["subject"])
    kept_out = content.is_official and (below or lines.is_marked)
    letter = one["confidence"] if below else letters(lines)
    hidden = Cell(note=content.tell("note.kept_out", letters=letter or ""), marked=True)
    yield Cell(content.names.subject(one["subject"]))
    yield Cell(indicator_name(one["indicator"], language))
    yield from _parts(content, one)
    yield Cell("; ".join(correction_texts(one["limits"], language)) or "–")
    if one["num"] is None or not one["den"]:
        yield Cell(note=content.tell("lack.not_computed"))
    elif kept_out:
        yield hidden
    else:
        exact = quotient(one["num"], one["den"], one["unit"])
        yield Cell(value=printed(exact), exact=exact, marked=lines.is_marked)
    yield Cell(unit_text(one["unit"], language))
    yield Cell(standard_label(one["standard"], language, content.registry))
    limits = {name: text for name, text in json.loads(one["limits"]).items() if text}
    limits.pop("corrections", None)
    yield Cell("; ".join(f"{limit_name(n, language)} {text}" for n, text in limits.items()) or "–")
    told = f"{outcome_name(one['outcome'], language)}: {reason_text(one['because'], language)}"
    yield hidden if kept_out else Cell(told, marked=below)
    yield Cell(one["confidence"] or "")
    yield open_cell(content, "page")


def _parts(content: FormContent, one: Mapping[str, Any]) -> Iterator[Cell]:
    """Energy above and output below, where the verdict divides one by the other."""
    if one["num"] is None or not one["den"] or one["indicator"] != "process_energy":
        yield NO_STREAM
        yield NO_STREAM
        return
    energy = Fraction(one["num"]) * conversion("gce", "tce")
    output = Fraction(one["den"]) * conversion("kg", "t")
    marked = content.lines.where(unit=one["subject"]).is_marked
    if content.is_official and marked:
        yield Cell(note=content.tell("note.kept_out", letters=letters(content.lines)), marked=True)
    else:
        yield Cell(value=printed(energy), exact=energy, marked=marked)
    yield Cell(value=printed(output), exact=output)


def _machines(content: FormContent, equipment: Table) -> Table:
    """The equipment, with what only the elimination list can tell left open."""
    added = (column("eliminated"), column("hours_run"))
    opened = (open_cell(content, "eliminated"), open_cell(content, "records"))
    rows = tuple(Row((*row.cells, *opened), row.kind) for row in equipment.rows)
    title = WORDS["table.check_equipment"]
    return Table("4", title, (*equipment.columns, *added), rows, equipment.notes)


def _metering(content: FormContent) -> Table:
    """Each meter with how much of its time was measured; certificates are the enterprise's."""
    times = {row["meter"]: row for row in content.meter_times.to_pylist()}
    rows = []
    for meter in content.site.meters:
        known = times.get(meter.id)
        whole = sum(known[name] for name in _SECONDS) if known else 0
        shares = {
            f"{name}_share": Cell(note=content.tell("lack.no_time"))
            if not known or not whole
            else _percent(Fraction(100 * known[name], whole))
            for name in _SECONDS
        }
        cells = {
            "meter_of": Cell(meter.id),
            "name": Cell(meter.name(content.language)),
            "carrier": Cell(content.names.carrier(meter.carrier) if meter.carrier else ""),
            "read": Cell(content.tell("self_check.minutes", minutes=meter.minutes)),
            **shares,
            "accuracy": open_cell(content, "records"),
            "calibrated": open_cell(content, "records"),
        }
        rows.append(Row(tuple(cells[name] for name in _METERS)))
    units = {f"{name}_share": "%" for name in _SECONDS}
    columns = tuple(column(name, units.get(name, "")) for name in _METERS)
    notes = (content.tell("self_check.metering"),)
    return Table("5", WORDS["table.check_metering"], columns, tuple(rows), notes)


def _percent(value: Fraction) -> Cell:
    return Cell(value=printed(value), exact=value)


def _electricity(content: FormContent) -> Table:
    """Electricity bought and output by month; which step they fall in the rules of price say."""
    bought = [
        stream
        for carrier, streams in energy_streams(content).items()
        if content.registry.carriers[carrier].kind == "electricity"
        for stream in streams
        if stream.origin == "outside"
    ]
    rows = []
    for month in content.period.months():
        part = _of_month(content, month)
        amounts = Amounts(part)
        purchased = together(amounts.purchased(stream) for stream in bought)
        cells = {
            "month": Cell(f"{month.from_day:%Y-%m}"),
            "purchased": amount_cell(part, purchased, bought[0].carrier) if bought else NO_STREAM,
            "output": Cell(_made(part)),
            **dict.fromkeys(("step", "surcharge_due"), open_cell(content, "price")),
            "surcharge_paid": open_cell(content, "records"),
        }
        rows.append(Row(tuple(cells[name] for name in _POWER)))
    units = {"purchased": form_unit(content, bought[0].carrier) if bought else ""}
    columns = tuple(
        column(name, unit_text(units.get(name, ""), content.language)) for name in _POWER
    )
    return Table("6", WORDS["table.check_power"], columns, tuple(rows))


def _made(content: FormContent) -> str:
    """What was made, product by product, with the units that the form counts in."""
    amounts, told = Amounts(content), []
    for product in content.site.products:
        cell = amount_cell(content, amounts.made(product.id), product.id)
        unit = unit_text(form_unit(content, product.id), content.language)
        shown = f"{cell.shown} {unit}" if cell.value is not None else "?"
        told.append(f"{content.names.stream(product.id)} {shown}")
    return "; ".join(told)
