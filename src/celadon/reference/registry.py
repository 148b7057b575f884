"""The registry: every reference fact, indexed, and the questions that can be asked of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from celadon.errors import DeclarationError, Fault, LookupRefused
from celadon.reference import build, lookup
from celadon.reference.facts import (
    Carrier,
    Correction,
    ElectricityChoice,
    Industry,
    Process,
    ProcessRule,
    Record,
    Region,
    Selection,
    Source,
    lowest_confidence,
)
from celadon.reference.loader import RECORD_TABLES, Tables, merged_tables, shipped_tables

__all__ = ["Carrier", "ElectricityChoice", "Record", "Registry", "Source", "load_registry"]


class Registry:
    """All reference facts of one run; ``digest`` names their content.

    Attributes
    ----------
    sources, records, carriers : by id.
    corrections, selections, process_rules : in the order of their tables.
    industries : by edition and code, because a code of another edition means something else.
    regions : by GB/T 2260 code and by ISO 3166-2 code.
    processes : by id.
    digest : SHA-256 over the canonical content of all tables.
    """

    def __init__(self, tables: Tables) -> None:
        rows = tables.rows
        self.sources: Mapping[str, Source] = {
            row.text("id"): build.source_of(row) for row in rows["sources"].values()
        }
        records = [
            build.record_of(table, row, self.sources)
            for table in RECORD_TABLES
            for row in rows[table].values()
        ]
        self.records: Mapping[str, Record] = {r.record: r for r in records if r is not None}
        self.carriers: Mapping[str, Carrier] = {
            row.text("id"): build.carrier_of(row) for row in rows["carriers"].values()
        }
        self.selections: tuple[Selection, ...] = tuple(
            build.selection_of(row) for row in rows["electricity_selection"].values()
        )
        self.corrections: tuple[Correction, ...] = tuple(
            build.correction_of(row) for row in rows["norm_corrections"].values()
        )
        self.industries: Mapping[tuple[str, str], Industry] = {
            (row.text("edition"), row.text("code")): build.industry_of(row)
            for row in rows["industries"].values()
        }
        regions = [build.region_of(row) for row in rows["regions"].values()]
        self.regions: Mapping[str, Region] = {
            code: region for region in regions for code in (region.code, region.iso)
        }
        self.processes: Mapping[str, Process] = {
            row.text("id"): build.process_of(row) for row in rows["processes"].values()
        }
        rules = [build.process_rule_of(row, self.sources) for row in rows["process_rules"].values()]
        self.process_rules: tuple[ProcessRule, ...] = tuple(r for r in rules if r is not None)
        self.digest = tables.digest()
        self._by_question = _index(self.records)

    def look_up(
        self,
        table: str,
        subject: str,
        parameter: str,
        *,
        set: str | None = None,  # noqa: A002 (the noun of the tables)
        area: str | None = None,
        basis: str | None = None,
        on: dt.date | None = None,
    ) -> Record:
        """The one record with a value for a subject and parameter, in force ``on`` a day.

        Parameters
        ----------
        set, area, basis : narrow the question; None leaves it open.
        on : local day on which the record must certainly be in force; None asks for no date.

        Raises
        ------
        LookupRefused
            If no record answers, or more than one; lists the near misses and what kept each out.

        Examples
        --------
        >>> coke = load_registry().look_up(
        ...     "fuels", "coke", "net_calorific_value", set="NDRC-2013-2015"
        ... )
        >>> coke.value_text, coke.unit, coke.confidence
        ('28.447', 'GJ/t', 'B')
        """
        question = lookup.Question(table, subject, parameter, set, area, basis, on)
        candidates = self._by_question.get((table, subject, parameter), ())
        matching = [record for record in candidates if lookup.answers(record, question)]
        if len(matching) == 1:
            return matching[0]
        others = (record for record in self.records.values() if record.table == table)
        sources = [source for source in self.sources.values() if set and source.number == set]
        raise lookup.refusal(question, candidates, others, sources)

    def describe(self, record_id: str) -> Record:
        """The record of an id.

        Raises
        ------
        LookupRefused
            If no table holds the id.
        """
        record = self.records.get(record_id)
        if record is None:
            near = [name for name in self.records if name.rpartition("/")[0] in record_id][:6]
            fault = Fault(
                (record_id,), "no such record", "the id of a record", "take one of the ids listed"
            )
            raise LookupRefused(f"No reference record {record_id}", [fault], near)
        return record

    def electricity(
        self,
        programme: str,
        reporting_year: int,
        *,
        level: str = "national",
        area: str = "CN",
        kind: str = "average",
    ) -> ElectricityChoice:
        """The electricity factor that a programme takes for a reporting year.

        Chosen by the programme's announcement for the reporting year, never by the data year in
        the factor's name. The confidence is the lower of the rule's and the figure's.

        Raises
        ------
        LookupRefused
            If the programme's choice is not known, or names a factor that no table holds.

        Examples
        --------
        >>> choice = load_registry().electricity("enterprise_gbt32150", 2025)
        >>> choice.record.value_text, choice.record.data_year, choice.confidence
        ('0.5306', '2023', 'C')
        """
        rows = [
            row
            for row in self.selections
            if row.programme == programme and row.reporting_year in (str(reporting_year), "")
        ]
        place = ("electricity_selection.csv", programme, str(reporting_year))
        chosen = [
            row
            for row in rows
            if row.kind == kind and row.level == level and row.area in (area, "")
        ]
        if len(chosen) != 1 or not chosen[0].data_year:
            raise _no_selection(place, f"{kind}, {level} {area}", rows, chosen)
        selection = chosen[0]
        parameter = "footprint_factor" if kind.startswith("lifecycle") else "co2_factor"
        records = [
            record
            for record in self._by_question.get(("electricity", kind, parameter), ())
            if (record.data_year, record.basis, record.area) == (selection.data_year, level, area)
            and record.value is not None
        ]
        if len(records) != 1:
            raise _no_factor(place, selection, area, len(records))
        record = records[0]
        letter = lowest_confidence(selection.confidence, record.confidence)
        return ElectricityChoice(selection, record, letter)


def load_registry(extra: Path | None = None) -> Registry:
    """The shipped tables, with the user's CSV files of the same columns in ``extra`` laid over.

    Raises
    ------
    DeclarationError
        With every fault of every file, each with file, row, column and remedy.
    """
    return _shipped() if extra is None else _checked(merged_tables(extra))


@cache
def _shipped() -> Registry:
    return _checked(shipped_tables())


def _checked(tables: Tables) -> Registry:
    faults = tables.faults
    registry = Registry(tables)  # rows note further faults while facts are made of them
    rows = (row for of_table in tables.rows.values() for row in of_table.values())
    noted = {id(of_row): of_row for of_row in (row.faults for row in rows)}
    listed = list(dict.fromkeys([*faults, *(f for found in noted.values() for f in found)]))
    if listed:
        raise DeclarationError(f"The reference tables have {len(listed)} fault(s)", listed)
    return registry


def _index(records: Mapping[str, Record]) -> dict[tuple[str, str, str], tuple[Record, ...]]:
    index: dict[tuple[str, str, str], list[Record]] = {}
    for record in records.values():
        index.setdefault((record.table, record.subject, record.parameter), []).append(record)
    return {key: tuple(found) for key, found in index.items()}


def _no_selection(
    place: tuple[str, ...], asked: str, rows: list[Selection], chosen: list[Selection]
) -> LookupRefused:
    near = [_selection_line(row) for row in rows]
    notes = [row.note for row in chosen or rows if not row.data_year and row.note]
    if not rows:
        found = "no row for this programme and year"
    elif notes:
        found = notes[0]
    else:
        found = f"rows for the year, none for {asked}"
    fault = Fault(
        place,
        found,
        "one row that names the factor announced for the reporting year",
        "add the row to reference/electricity_selection.csv of the workspace",
    )
    summary = f"No electricity factor is chosen for {place[1]} {place[2]} ({asked})"
    return LookupRefused(summary, [fault], near)


def _selection_line(row: Selection) -> str:
    if not row.kind:
        return f"{row.programme} {row.reporting_year}: not known; {row.note}"
    year = f"data of {row.data_year}" if row.data_year else "no data year"
    return f"{row.programme} {row.reporting_year}: {row.kind}, {row.level} {row.area}, {year}"


def _no_factor(
    place: tuple[str, ...], selection: Selection, area: str, found: int
) -> LookupRefused:
    asked = f"{selection.kind}, {selection.level} {area}, data of {selection.data_year}"
    fault = Fault(
        ("electricity.csv", asked),
        f"{found} records with a value",
        f"exactly one record; {selection.announcement}",
        "add the announced figure to reference/electricity.csv of the workspace",
    )
    return LookupRefused(
        f"The factor chosen for {place[1]} {place[2]} is not loaded", [fault], [selection.note]
    )
