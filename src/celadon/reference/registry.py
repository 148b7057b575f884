"""The registry: every reference fact, indexed, and the questions that can be asked of it."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType

from celadon.errors import DeclarationError, Fault, LookupRefused
from celadon.reference import build, choosing, gate, lookup
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
from celadon.reference.figures import Figures
from celadon.reference.loader import Tables, shipped_tables
from celadon.reference.overlay import merged_tables
from celadon.reference.shapes import FIGURE_TABLES, RECORD_TABLES, TABLES

__all__ = ["Carrier", "ElectricityChoice", "Record", "Registry", "Source", "load_registry"]


class Registry:
    """All reference facts of one run; ``digest`` names their content.

    A table is read, and its facts are made, when they are first asked for.

    Attributes
    ----------
    sources : by id.
    tables : the names of all tables.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.tables = tuple(TABLES)
        self.sources: Mapping[str, Source] = gate.sources_of(tables.rows["sources"])
        self._figures = Figures(tables, self.sources)
        self._of_table: dict[str, tuple[Record, ...]] = {}

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the canonical content of all tables."""
        return self._tables.digest()

    @cached_property
    def records(self) -> Mapping[str, Record]:
        """Every figure of the record tables that can answer, by id."""
        return {r.record: r for table in RECORD_TABLES for r in self.of_table(table)}

    @cached_property
    def carriers(self) -> Mapping[str, Carrier]:
        """The carriers by id."""
        rows = self._tables.rows["carriers"].values()
        return {row.text("id"): build.carrier_of(row) for row in rows}

    @cached_property
    def selections(self) -> tuple[Selection, ...]:
        """The programmes' choices of electricity factors, in the order of their table."""
        rows = self._tables.rows["electricity_selection"].values()
        return tuple(build.selection_of(row) for row in rows)

    @cached_property
    def corrections(self) -> tuple[Correction, ...]:
        """The corrections of limits, in the order of their table."""
        return tuple(build.correction_of(r) for r in self._tables.rows["norm_corrections"].values())

    @cached_property
    def industries(self) -> Mapping[tuple[str, str], Industry]:
        """By edition and code, because a code of another edition means something else."""
        rows = self._tables.rows["industries"].values()
        return {(row.text("edition"), row.text("code")): build.industry_of(row) for row in rows}

    @cached_property
    def regions(self) -> Mapping[str, Region]:
        """The provinces by GB/T 2260 code and by ISO 3166-2 code."""
        regions = [build.region_of(row) for row in self._tables.rows["regions"].values()]
        return {code: region for region in regions for code in (region.code, region.iso)}

    @cached_property
    def processes(self) -> Mapping[str, Process]:
        """The processes by id."""
        rows = self._tables.rows["processes"].values()
        return {row.text("id"): build.process_of(row) for row in rows}

    @cached_property
    def process_rules(self) -> tuple[ProcessRule, ...]:
        """The limits that processes are judged by, in the order of their table."""
        rows = self._tables.rows["process_rules"].values()
        rules = [build.process_rule_of(row, self.sources) for row in rows]
        return tuple(rule for rule in rules if rule is not None)

    @property
    def row_count(self) -> Mapping[str, int]:
        """How many rows each table has."""
        return {table: self._tables.count(table) for table in TABLES}

    @property
    def own(self) -> Mapping[tuple[str, tuple[str, ...]], Mapping[str, str]]:
        """The rows of the user as they were read, by table and key."""
        return {
            (table, key): MappingProxyType(row.cells)
            for table, rows in self._tables.own.items()
            for key, row in rows.items()
        }

    def rows(self, table: str) -> Sequence[Mapping[str, str]]:
        """Every row of a table as texts by column, the user's rows laid over the shipped ones.

        Raises
        ------
        LookupRefused
            If there is no table of that name.
        """
        found = self._tables.rows[self._known(table)]
        return [MappingProxyType(row.cells) for row in found.values()]

    def of_table(self, table: str) -> tuple[Record, ...]:
        """Every figure of a record table or a wide table that can answer.

        Raises
        ------
        LookupRefused
            If there is no table of figures of that name.
        """
        if table not in self._of_table:
            self._of_table[table] = self._figures.of(self._known(table, FIGURE_TABLES))
        return self._of_table[table]

    def empties(self) -> Mapping[str, Mapping[str, int]]:
        """How many cells of each column of each table are empty: not known, or not applicable.

        Examples
        --------
        >>> load_registry().empties()["gwp"]["locator"] > 0
        True
        """
        return {
            table: {
                column: sum(not row.cells[column] for row in self._tables.rows[table].values())
                for column in TABLES[table].columns
            }
            for table in TABLES
        }

    def region(self, code: str) -> Region:
        """The province of a GB/T 2260 code or an ISO 3166-2 code.

        Raises
        ------
        LookupRefused
            If the tables hold no such code; a code that was abolished or merged is none of today.
        """
        found = self.regions.get(code)
        if found is None:
            fault = Fault(
                ("regions.csv", code),
                "no province of this code",
                "a code in use of GB/T 2260 or ISO 3166-2; abolished and merged codes are not held",
                "give the code that the place has today",
            )
            near = [f"{r.code} {r.iso} {r.name_zh}" for r in self.regions.values()]
            alike = [line for line in dict.fromkeys(near) if line[:2] == code[:2]]
            raise LookupRefused(f"No province {code}", [fault], alike)
        return found

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
        programme: str | None = None,
        data_year: str | None = None,
        **coordinates: lookup.Coordinate | None,
    ) -> Record:
        """The one record with a value for a subject and parameter, in force ``on`` a day.

        Parameters
        ----------
        set, area, basis, data_year : narrow the question; None leaves it open.
        on : local day on which the record must certainly be in force; None asks for no date.
        programme : whose rules choose. For electricity its announcement for the year of ``on``
            decides, and the record has the letter of that choice; a table that serves one
            programme answers that one alone.
        coordinates : what else the table is asked by, such as ``voltage_kV`` of tariffs or
            ``route_indicator`` of default values; a number goes by its value, an empty text asks
            for the empty cell.

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
        shape = TABLES[self._known(table, FIGURE_TABLES)]
        strange = [name for name in coordinates if name not in shape.coordinates]
        if strange:
            raise lookup.strange_coordinate(table, strange[0], shape.coordinates)
        if programme is not None and table == "electricity":
            return self._chosen(
                programme, subject, parameter, on, basis or "national", area or "CN"
            )
        if programme not in (None, shape.programme):
            raise lookup.strange_programme(table, str(programme), shape.programme)
        named = {
            name: lookup.coordinate(name, value)
            for name, value in coordinates.items()
            if value is not None
        }
        held, candidates = self._figures.candidates(table, subject, parameter, area, named)
        asked = tuple(named.items())
        question = lookup.Question(
            table, subject, parameter, set, area, basis, on, data_year, asked, held
        )
        matching = [record for record in candidates if lookup.answers(record, question)]
        if len(matching) == 1:
            return matching[0]
        close = [] if candidates else self._figures.close(table, subject, parameter, area)
        sources = [source for source in self.sources.values() if set and source.number == set]
        hint = self._elsewhere(table, area) if candidates or close else self._chapters(table)
        raise lookup.refusal(question, candidates, close, sources, hint)

    def describe(self, record_id: str) -> Record:
        """The record of an id.

        Raises
        ------
        LookupRefused
            If no table holds the id.
        """
        record = self._figures.find(record_id)
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
        asked = choosing.Asked(programme, reporting_year, kind, level, area)
        selection = choosing.selected(self.selections, asked)
        held = self._figures.candidates("electricity", kind, choosing.parameter_of(kind))[1]
        record = choosing.announced(held, selection, asked)
        letter = lowest_confidence(selection.confidence, record.confidence)
        return ElectricityChoice(selection, record, letter)

    def _chosen(
        self, programme: str, kind: str, parameter: str, on: dt.date | None, level: str, area: str
    ) -> Record:
        """The figure that a programme takes: its announcement decides, not the days in force."""
        if on is None:
            raise lookup.without_a_year(programme)
        record = self.electricity(programme, on.year, kind=kind, level=level, area=area).chosen
        if record.parameter != parameter:
            question = lookup.Question("electricity", kind, parameter, area=area, basis=level)
            raise lookup.refusal(question, [], [record], [])
        return record

    def _elsewhere(self, table: str, area: str | None) -> str:
        """What the table says to ask for, where an area is not one of its own; else empty."""
        rest, areas = TABLES[table].elsewhere, self._figures.areas(table)
        if not rest or area is None or area in areas:
            return ""
        spelt = {name.casefold(): name for name in areas}
        near = difflib.get_close_matches(area.casefold(), spelt, n=1, cutoff=0.8)
        if near:
            return f"correct the area, probably {spelt[near[0]]}"
        return f"the rule gives areas without rows of their own the rows of area {rest!r}: ask that"

    def _chapters(self, table: str) -> str:
        """What goods a table of codes has rows of; empty for any other table."""
        if not TABLES[table].prefix:
            return ""
        held = ", ".join(self._figures.chapters(table))
        return f"write the code with its leading zeros; the table has goods of chapters {held}"

    def _known(self, table: str, names: Sequence[str] = tuple(TABLES)) -> str:
        if table not in names:
            fault = Fault(
                (table,), "no such table", f"one of {', '.join(names)}", "correct the name"
            )
            near = difflib.get_close_matches(table, names)
            raise LookupRefused(f"No reference table {table}", [fault], near)
        return table


def load_registry(extra: Path | None = None) -> Registry:
    """The shipped tables, with the user's CSV files of the same columns in ``extra`` laid over.

    Raises
    ------
    DeclarationError
        With every fault of every file, each with file, row, column and remedy.
    """
    if extra is None:
        return _shipped()
    _shipped()  # what is shipped is sound before anything is laid over it
    tables = merged_tables(extra)
    return Registry(_sound(tables))


@cache
def _shipped() -> Registry:
    tables = shipped_tables()
    unsealed = [table for table in TABLES if table not in tables.seals]
    if "sources" in unsealed:
        unsealed = list(TABLES)  # every table rests on the sources
    gate.gate(tables, unsealed, shipped=True)
    return Registry(_sound(tables))


def _sound(tables: Tables) -> Tables:
    faults = list(dict.fromkeys(tables.faults))
    if faults:
        raise DeclarationError(f"The reference tables have {len(faults)} fault(s)", faults)
    return tables
