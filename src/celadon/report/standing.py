"""How letters count in an official form: confirmed rows let in, and their letters marked.

The tables of an account keep the letters of their rows, so that no hash depends on who confirmed
what. Here they are marked for showing: ``C ✓`` rests on a row of letter C that was confirmed
against print, and on nothing weaker that was not. A line counts as official only if all that it
rests on does: its parameters, and the equation that it was worked by.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa

from celadon.accounts.kinds import carbon_kinds
from celadon.accounts.letters import equation_rows, method_of_parameter
from celadon.accounts.rungs import is_tabled
from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.assess import VERDICT, judge
from celadon.records.site import Site
from celadon.reference import Registry
from celadon.reference.confirmed import is_official, letter_of, marked, weakest
from celadon.reference.entries import row_id

Row = dict[str, Any]
Days = tuple[dt.date, dt.date]
"""First day, and the day after the last."""


def mark_letters(
    tables: Mapping[str, pa.Table],
    site: Site,
    days: Days,
    registry: Registry,
    confirmed: Collection[str],
) -> dict[str, pa.Table]:
    """The tables of a run with their letters marked; those without letters as they are.

    Parameters
    ----------
    tables : by the name of their schema.
    confirmed : ids of the rows that are confirmed.
    """
    if not confirmed:
        return dict(tables)
    parameters = mark_parameters(tables[PARAMETER.name], site, registry, confirmed)
    leaves = mark_leaves(tables[LEAF.name], tables[LEAF_INPUT.name], parameters, site, confirmed)
    verdicts = mark_verdicts(
        tables[VERDICT.name], tables[LEAF.name], site, days, registry, confirmed
    )
    changed = {PARAMETER.name: parameters, LEAF.name: leaves, VERDICT.name: verdicts}
    return {**tables, **changed}


def mark_parameters(
    parameters: pa.Table, site: Site, registry: Registry, confirmed: Collection[str]
) -> pa.Table:
    """Parameters with the letters of confirmed rows marked.

    One that is derived from the account's own energy is official only where every tabled parameter
    of that energy account in its days is: it may rest on any of them.
    """
    rows: list[Row] = parameters.to_pylist()
    kinds, carriers = carbon_kinds(site), _carriers(site)
    for row in rows:
        if is_tabled(row):
            row["confidence"] = _tabled(row, site, registry, confirmed)
        elif row["confidence"] and (method := method_of_parameter(row)):
            item = str(row["stream"])
            stated = equation_rows(method, row["account"], item, carriers.get(item) or item, kinds)
            if not set(stated).isdisjoint(confirmed):
                row["confidence"] = marked(row["confidence"])
    for row in rows:
        if row["rung"] == "derived" and row["confidence"]:
            beside = [
                other["confidence"]
                for other in rows
                if is_tabled(other)
                and other["account"] == row["account"]
                and other["from_day"] < row["to_day"]
                and row["from_day"] < other["to_day"]
            ]
            if beside and is_official(weakest(beside)):
                row["confidence"] = marked(row["confidence"])
    return PARAMETER.from_rows(rows)


def mark_leaves(
    leaves: pa.Table,
    inputs: pa.Table,
    parameters: pa.Table,
    site: Site,
    confirmed: Collection[str],
) -> pa.Table:
    """Leaves with the weakest letter of their parameters that keeps them out, else marked.

    The letter of an equation is marked where its kind in the method, or the whole method, is
    confirmed.
    """
    kinds = carbon_kinds(site)
    letters = {row["parameter"]: row["confidence"] for row in parameters.to_pylist()}
    rests_on: dict[str, list[str | None]] = defaultdict(list)
    for row in inputs.to_pylist():
        if row["kind"] == "parameter":
            rests_on[row["leaf"]].append(letters.get(row["ref"]))
    rows: list[Row] = leaves.to_pylist()
    for row in rows:
        if row["confidence"]:
            row["confidence"] = weakest(rests_on[row["leaf"]]) or row["confidence"]
        if row["method_confidence"]:
            place = (row["account"], row["stream"], row["carrier"])
            if not set(equation_rows(row["method"], *place, kinds)).isdisjoint(confirmed):
                row["method_confidence"] = marked(row["method_confidence"])
    return LEAF.from_rows(rows)


def _carriers(site: Site) -> dict[str, str]:
    return {stream.id: stream.carrier for stream in site.streams}


def mark_verdicts(
    verdicts: pa.Table,
    leaves: pa.Table,
    site: Site,
    days: Days,
    registry: Registry,
    confirmed: Collection[str],
) -> pa.Table:
    """Verdicts with the letter of their limits marked where all that it rests on is confirmed."""
    if not any(row["confidence"] not in (None, "A") for row in verdicts.to_pylist()):
        return verdicts
    view = _with_letters(registry, confirmed)
    again = {_key(row): row for row in judge(site, leaves, view, *days).to_pylist()}
    rows: list[Row] = verdicts.to_pylist()
    for row in rows:
        letter = again.get(_key(row), row)["confidence"]
        if row["confidence"] and letter:
            row["confidence"] = marked(row["confidence"]) if letter == "A" else letter
    return VERDICT.from_rows(rows)


def weak_selections(
    parameter: Mapping[str, Any], site: Site, registry: Registry
) -> Iterator[tuple[str, str]]:
    """The rows by which a programme chose an electricity factor: their ids and letters."""
    record = registry.records.get(parameter["factor"])
    if record is None or record.table != "electricity":
        return
    year = str(parameter["from_day"].year)
    for cells in registry.rows("electricity_selection"):
        if (
            cells["programme"] == site.accounting.electricity_programme
            and cells["reporting_year"] in (year, "")
            and (cells["kind"], cells["data_year"]) == (record.subject, record.data_year)
            and cells["level"] == record.basis
            and cells["area"] in (record.area, "")
        ):
            yield row_id("electricity_selection", cells), cells["confidence"]


def _tabled(row: Row, site: Site, registry: Registry, confirmed: Collection[str]) -> str | None:
    """The letter of a tabled parameter: its record's, and its programme's choice of it."""
    letter: str | None = row["confidence"]
    record = registry.records.get(row["factor"])
    if record is None or not letter:
        return letter
    own = {record.record: record.confidence, **dict(weak_selections(row, site, registry))}
    if max(own.values()) != letter:  # made by other tables than these
        return letter
    return weakest(letter_of(name, given, confirmed) for name, given in own.items())


def _with_letters(registry: Registry, confirmed: Collection[str]) -> Registry:
    """The registry as if every confirmed row were official text."""
    view = copy.copy(registry)
    sources = {
        name: replace(source, confidence="A") if f"sources/{name}" in confirmed else source
        for name, source in registry.sources.items()
    }
    corrections = {
        row_id("norm_corrections", cells): place
        for place, cells in enumerate(registry.rows("norm_corrections"))
    }
    taken = {place for name, place in corrections.items() if name in confirmed}
    view.sources = sources
    view.records = {
        name: replace(
            record,
            source=sources[record.source.id],
            confidence="A" if name in confirmed else record.confidence,
        )
        for name, record in registry.records.items()
    }
    view.corrections = tuple(
        replace(one, confidence="A") if place in taken else one
        for place, one in enumerate(registry.corrections)
    )
    view.process_rules = tuple(
        replace(rule, source=sources[rule.source.id]) for rule in registry.process_rules
    )
    return view


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in VERDICT.key)
