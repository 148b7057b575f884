"""The run of the lint: which rows are looked at together, and which findings are known."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from celadon.errors import Fault, InputError
from celadon.reference.lint import (
    allocation,
    border,
    carbon,
    cells,
    coal,
    electricity,
    families,
    limits,
    plausible,
    recorded,
    tariffs,
    warming,
    water,
)
from celadon.reference.lint.finding import SEVERITIES, LintFinding
from celadon.reference.lint.naming import subjects_like_others
from celadon.reference.lint.rows import Book, Row, key_of, read_rows
from celadon.reference.loader import KEYS, SHIPPED

CHECKS: tuple[Callable[[Book], Iterable[LintFinding]], ...] = (
    cells.numbers_are_numbers,
    cells.figures_have_the_usual_digits,
    cells.bounds_hold_the_value,
    cells.signs_are_possible,
    cells.rows_are_single,
    cells.periods_follow_each_other,
    plausible.units_are_of_the_kind,
    plausible.figures_are_possible,
    plausible.editions_agree,
    carbon.substances_follow_their_formula,
    carbon.factors_are_products,
    carbon.carbon_and_dioxide_agree,
    carbon.gas_is_not_petroleum_gas,
    electricity.footprints_are_apart,
    electricity.kinds_are_in_order,
    electricity.a_region_lies_among_its_parts,
    warming.sets_are_not_mixed,
    water.steam_follows_the_formulation,
    limits.limits_are_in_order,
    limits.weights_add_up,
    coal.coal_equivalents_are_heat,
    coal.electricity_is_heat,
    border.totals_are_sums,
    border.markups_are_of_the_sector,
    border.goods_are_near_their_kind,
    border.benchmarks_are_shared,
    families.benchmarks_keep_to_their_family,
    tariffs.tariffs_are_in_order,
    allocation.benchmarks_tighten,
)
"""The rules of the subject; none of them knows what was shipped."""


@dataclass(frozen=True, slots=True)
class LintReport:
    """What one run of the lint found: findings in order of table and line, and rows looked at."""

    findings: tuple[LintFinding, ...]
    rows: Mapping[str, int]

    @property
    def alarms(self) -> tuple[LintFinding, ...]:
        """Findings that are no known peculiarity of print."""
        return tuple(finding for finding in self.findings if not finding.known)

    @property
    def known(self) -> tuple[LintFinding, ...]:
        """Findings that are known, each with its reason."""
        return tuple(finding for finding in self.findings if finding.known)

    @classmethod
    def joined(cls, reports: Sequence[LintReport]) -> LintReport:
        """Several reports as one; rows of one table are counted together."""
        rows: dict[str, int] = {}
        for report in reports:
            for table, number in report.rows.items():
                rows[table] = rows.get(table, 0) + number
        return cls(tuple(finding for report in reports for finding in report.findings), rows)


def shipped_names() -> tuple[str, ...]:
    """The names of the shipped tables."""
    return tuple(path.stem for path in sorted(SHIPPED.glob("*.csv")))


def lint_shipped(table: str | None = None, confirmed: Collection[str] = ()) -> LintReport:
    """The lint of the shipped tables, or of one of them.

    Parameters
    ----------
    confirmed : ids of rows that a person compared with print; they are not named again.

    Raises
    ------
    InputError
        If there is no such table.
    """
    tables = _shipped_rows()
    if table is not None and table not in tables:
        raise _no_table(table, tables)
    names = set(tables) if table is None else {table}
    own = frozenset((name, rows[0].file) for name, rows in tables.items() if name in names and rows)
    found = list(subject_findings(Book(tables, own)))
    for name in sorted(names):
        found += recorded.rows_are_as_recorded(name, tables[name])
    return _report(found, {name: len(tables[name]) for name in sorted(names)}, confirmed)


def lint_file(path: Path, table: str | None = None, confirmed: Collection[str] = ()) -> LintReport:
    """The lint of a user's table, beside the shipped tables.

    Parameters
    ----------
    table : which table it is; by default the name of the file, or the beginning of its record ids.

    Raises
    ------
    InputError
        If the file cannot be read, or it cannot be told which table it is.
    """
    rows = read_rows(path, "")
    name = table or _table_of(path, rows)
    own_file = path.as_posix() if path.as_posix() != path.name else f"./{path.name}"
    rows = [replace(row, table=name, file=own_file) for row in rows]
    shipped = _shipped_rows()
    columns = KEYS.get(name, ())
    mine = {key_of(row, columns) for row in rows} if columns else set()
    rest = [r for r in shipped.get(name, ()) if key_of(r, columns) not in mine]
    book = Book({**shipped, name: [*rest, *rows]}, frozenset({(name, own_file)}))
    found = list(subject_findings(book))
    if columns:
        found += recorded.rows_repeat_the_shipped(rows, shipped.get(name, ()), columns)
        found += subjects_like_others(rows, rest)
    return _report(found, {name: len(rows)}, confirmed)


def lint_beside(
    table: str,
    file: str,
    rows: Sequence[tuple[int, Mapping[str, str]]],
    others: Sequence[Mapping[str, str]],
) -> list[LintFinding]:
    """What the rules say of rows that are about to be loaded, without known peculiarities.

    Parameters
    ----------
    table, file : which table it is, and what its file is called.
    rows : the rows that are judged, each with its number in the file.
    others : further rows of a user, which they stand beside, as beside the shipped ones.
    """
    judged = [Row(table, file, number, cells) for number, cells in rows]
    beside = [Row(table, "", number, cells) for number, cells in enumerate(others, start=2)]
    mine = {key_of(row, KEYS[table]) for row in (*judged, *beside)}
    rest = [row for row in _shipped_of(table) if key_of(row, KEYS[table]) not in mine]
    book = Book(
        {"regions": _shipped_of("regions"), table: [*rest, *beside, *judged]},
        frozenset({(table, file)}),
    )
    own = set(map(id, judged))  # a user's file may be called as the shipped one is
    found = [f for f in subject_findings(book) if not f.known and id(f.row) in own]
    found += subjects_like_others(judged, [*rest, *beside])
    return list(_report(found, {}, ()).findings)


def subject_findings(book: Book) -> Iterator[LintFinding]:
    """What the rules of the subject say of the judged rows, without any record of what was."""
    for check in CHECKS:
        for finding in check(book):
            if book.judged(finding.row):
                yield _with_reason(finding)


def _report(
    found: Iterable[LintFinding], rows: Mapping[str, int], confirmed: Collection[str]
) -> LintReport:
    kept = {
        (
            finding.rule,
            finding.row.table,
            finding.row.line,
            finding.row.file,
            finding.column,
        ): finding
        for finding in found
        if not _is_confirmed(finding, confirmed)
    }
    ordered = sorted(
        kept.values(),
        key=lambda f: (f.row.table, SEVERITIES.index(f.severity), f.row.line, f.rule, f.column),
    )
    return LintReport(tuple(ordered), rows)


def _is_confirmed(finding: LintFinding, confirmed: Collection[str]) -> bool:
    """Whether a person compared the row, or the value of a wide row, with print as it stands."""
    row = finding.row.id
    return row in confirmed or f"{row}/{finding.column}" in confirmed


def _with_reason(finding: LintFinding) -> LintFinding:
    """The finding, marked as known where it is just the peculiarity that was looked at."""
    row = finding.row
    for known in _known():
        asked = {name: known[name] for name in known if name not in ("rule", "why")}
        if (
            known["rule"] == finding.rule
            and asked.items() <= {**row.cells, "table": row.table}.items()
        ):
            return replace(finding, known=known["why"])
    note = row.text("note")
    if _NOTED.get(finding.rule, "\n") in note and _as_noted(finding, note):
        return replace(finding, known={"en": note, "zh": note})
    return finding


_NOTED: Mapping[str, str] = {
    "steam_cell": "differs from IAPWS",
    "markup_of_another_sector": "check: mark-up",
}
"""Rules whose finding is known where the note of the row tells of just that."""


def _as_noted(finding: LintFinding, note: str) -> bool:
    """Whether the finding is the one that the note tells of, not a new one in the same cell."""
    if finding.rule == "markup_of_another_sector":
        return finding.numbers["pattern"] == "sector"
    told = re.search(r"by ([0-9.]+) %", note)
    return told is not None and abs(float(told.group(1)) - float(finding.numbers["share"])) < 0.05


@cache
def _known() -> Sequence[Mapping[str, Any]]:
    text = (files("celadon.reference.lint") / "known.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["known"])


@cache
def _shipped_rows() -> Mapping[str, Sequence[Row]]:
    return {name: _shipped_of(name) for name in shipped_names()}


@cache
def _shipped_of(table: str) -> Sequence[Row]:
    return read_rows(SHIPPED / f"{table}.csv", table)


def _table_of(path: Path, rows: Sequence[Row]) -> str:
    tables = _shipped_rows()
    if path.stem in tables:
        return path.stem
    named = {row.text("record").partition("/")[0] for row in rows}
    if len(named) == 1 and named <= set(tables):
        return named.pop()
    columns = set(rows[0].cells) if rows else set()
    alike = [t for t, shipped in tables.items() if shipped and columns >= set(shipped[0].cells)]
    if len(alike) == 1:
        return alike[0]
    if columns & set(limits.WEIGHTS):
        return path.stem  # an index of one's own
    raise _no_table(path.name, tables)


def _no_table(name: str, tables: Mapping[str, object]) -> InputError:
    fault = Fault(
        (name,),
        "no table of this name, and its columns do not tell which it is",
        "one of " + ", ".join(tables),
        "name the file after its table, such as fuels.csv",
    )
    return InputError(f"Cannot tell which table {name} is", [fault])


def by_rule(findings: Iterable[LintFinding]) -> dict[str, list[LintFinding]]:
    """Findings by rule, errors first, the most frequent first."""
    groups: dict[str, list[LintFinding]] = {}
    for finding in findings:
        groups.setdefault(finding.rule, []).append(finding)
    order = sorted(
        groups, key=lambda r: (SEVERITIES.index(groups[r][0].severity), -len(groups[r]), r)
    )
    return {rule: groups[rule] for rule in order}
