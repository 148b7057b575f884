"""One site of the nation: its declaration, its ledger, and the list of what was planted in it."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa

from celadon.records.ledger.ledger import Ledger
from celadon.records.tables import ACTIVITY, EQUIPMENT, SAMPLE
from celadon.simulate.nation.books import Books, Coefficients, Entry, month_period, simulate_books
from celadon.simulate.nation.breadth import (
    ProductLimit,
    draw_lines,
    draw_machines,
    line_entries,
    line_faults,
    line_tables,
    plant_machines,
)
from celadon.simulate.nation.days import simulate_days
from celadon.simulate.nation.declaration import declaration_text
from celadon.simulate.nation.enterprise import Enterprise, Limits, draw_enterprise
from celadon.simulate.nation.identity import Identity, draw_identity
from celadon.simulate.nation.meter_faults import plant_meter_faults
from celadon.simulate.nation.meters import plan_meters
from celadon.simulate.nation.plan import OBSOLETE, Plan, draw_plan, plant_violation
from celadon.simulate.nation.readings import reading_table, simulate_readings
from celadon.simulate.nation.return_faults import plant_return_error
from celadon.simulate.nation.truth import Planted

PROFILE = "simulated-nation"
"""The profile that the batches name: nothing read them, they were made."""

_SOURCE = """\
Simulated: this file stands where an enterprise's own file would. The rows of the batch were made
from the seed below; there is no original.
模拟数据：本文件代替企业原始文件；数据行由下列随机种子生成，没有原件。

site {site}
year {year}
seed {seed}
kind {kind}
"""


@dataclass(frozen=True, slots=True)
class SiteSpec:
    """What every site of a nation is made with."""

    seed: int
    year: int
    meters: int
    faulty_share: float
    limits: Limits
    known: Coefficients
    lines: int = 0
    machines: int = 0
    norms: tuple[ProductLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class MadeSite:
    """What was written for one enterprise: its row of the list, what was planted, its readings."""

    row: list[str]
    planted: tuple[Planted, ...]
    readings: int


def write_site(folder: Path, spec: SiteSpec, number: int) -> MadeSite:
    """Write one site into ``folder`` (``site.toml`` and ``ledger/``); again, it changes nothing.

    Raises
    ------
    LedgerError
        If the disk refuses a commit; what was committed before stays.
    """
    seed, year = spec.seed, spec.year
    enterprise = draw_enterprise(seed, number, spec.limits, spec.meters)
    plan = draw_plan(seed, enterprise, spec.faulty_share)
    drawn, planted = plant_violation(seed, enterprise, plan, year)
    days = simulate_days(seed, year, drawn)
    books = simulate_books(seed, drawn, days, spec.known, metered=bool(drawn.meters))
    meters = plan_meters(seed, drawn, books)
    planted += plant_return_error(seed, drawn, books, plan.kind, year)
    other = draw_enterprise(seed, max(number - 1, 1), spec.limits, spec.meters)
    identity, troubles = draw_identity(seed, drawn, other, plan.kind)
    planted += troubles
    lines_made, above = draw_lines(seed, drawn, spec.norms, spec.lines, faulty=plan.faulty)
    planted += line_faults(drawn, lines_made, above, year)
    machines, listed = draw_machines(seed, drawn, spec.machines), ""
    if plan.faulty:
        listed, faults = plant_machines(seed, drawn, machines, year)
        planted += faults
    declared = [declaration_text(drawn, identity, meters), *line_tables(lines_made), listed]
    writer = _Writer(folder, spec, drawn.site)
    writer.declare("\n".join(part for part in declared if part))
    entries = [*books.entries, *line_entries(lines_made)]
    writer.commit("activity", ACTIVITY.from_rows(_activity(entries, year)))
    if books.heat_values:
        writer.commit("sample", SAMPLE.from_rows(_samples(books, year)))
    if plan.kind == OBSOLETE:
        planted.append(_obsolete(drawn, year))
        machines = [{**_OLD_MOTOR, "source_row": len(machines) + 2}, *machines]
    if machines:
        writer.commit("equipment", EQUIPMENT.from_rows(machines))
    rows = 0
    if meters:
        readings = simulate_readings(seed, drawn, days, meters)
        planted += plant_meter_faults(seed, drawn, readings, plan.meter_faults, year)
        table = reading_table(year, readings)
        rows = table.num_rows
        writer.commit("reading", table)
    return MadeSite(_row(drawn, identity, plan, len(meters)), tuple(planted), rows)


class _Writer:
    """Commits batches to the ledger of a site, at an instant of the simulation."""

    def __init__(self, folder: Path, spec: SiteSpec, site: str) -> None:
        recorded = f"{spec.year + 1}-01-15T00:00:00.000000+00:00"
        self.ledger = Ledger(folder / "ledger", clock=lambda: recorded)
        self._folder, self._spec, self._site = folder, spec, site

    def declare(self, text: str) -> None:
        """Write the declaration and commit it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        declaration = self._folder / "site.toml"
        put(declaration, text)
        self.ledger.commit_declaration(declaration)

    def commit(self, kind: str, table: pa.Table) -> None:
        """Commit a batch with a note in place of its source."""
        source = self._folder / f"simulated-{kind}.txt"
        spec = self._spec
        text = _SOURCE.format(site=self._site, year=spec.year, seed=spec.seed, kind=kind)
        try:
            source.write_text(text, encoding="utf-8", newline="\n")
            self.ledger.commit(kind, table, source, PROFILE, profile_id=PROFILE)
        finally:
            source.unlink(missing_ok=True)


def _activity(entries: Sequence[Entry], year: int) -> list[dict[str, Any]]:
    periods = [month_period(year, month) for month in range(12)]
    return [
        {
            "stream": entry.stream,
            "kind": entry.kind,
            "from_day": periods[entry.month].from_day,
            "to_day": periods[entry.month].to_day,
            "count": entry.count,
            "source_row": row,
        }
        for row, entry in enumerate(entries, start=2)
    ]


def _samples(books: Books, year: int) -> list[dict[str, Any]]:
    periods = [month_period(year, month) for month in range(12)]
    return [
        {
            "stream": value.stream,
            "parameter": "net_calorific_value",
            "basis": "as_received",
            "from_day": periods[value.month].from_day,
            "to_day": periods[value.month].to_day,
            "count": value.count,
            "decimals": 3,
            "unit": "GJ/t",
            "weight": value.weight,
            "origin": "laboratory",
            "document": f"模拟-{value.month + 1:02d}",
            "source_row": row,
        }
        for row, value in enumerate(books.heat_values, start=2)
    ]


_OLD_MOTOR: dict[str, Any] = {
    "equipment": "m-01",
    "class": "motor",
    "name": "模拟电动机",
    "model": "Y",
    "unit": "plant",
    "quantity": 6,
    "power": 55_000,
    "year": 1996,
    "source_row": 2,
}


def _obsolete(enterprise: Enterprise, year: int) -> Planted:
    why = "motors made in 1996; no rule yet compares equipment with the lists of what must go"
    return Planted(
        enterprise.site, OBSOLETE, "equipment › m-01", f"{year}-01", f"{year}-12", "6 motors", "",
        why,
    )  # fmt: skip


def _row(enterprise: Enterprise, identity: Identity, plan: Plan, meters: int) -> list[str]:
    sector = enterprise.sector
    return [
        enterprise.site, str(enterprise.number), identity.name_zh, identity.code, sector.id,
        sector.process, identity.region, f"{enterprise.production:.0f}", sector.measure,
        f"{enterprise.unit_energy:.3f}", str(enterprise.grade),
        "" if enterprise.limit is None else f"{enterprise.limit:.3f}", str(meters),
        "yes" if plan.faulty else "no",
    ]  # fmt: skip


def lines(rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV text."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def put(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
