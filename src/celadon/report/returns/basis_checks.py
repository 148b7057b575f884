"""What the figures of a return rest on: findings, missing data, estimates, factors, methods."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from celadon.accounts.lacking import Figure
from celadon.accounts.letters import leaf_letter
from celadon.accounts.rungs import is_tabled
from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.accounts.values import PRINTED_UNITS, printed
from celadon.errors import LookupRefused
from celadon.records.finding import Finding, rules
from celadon.records.tables import FINDING
from celadon.reference import Record, Registry
from celadon.reference.confirmed import stated
from celadon.reference.methods import methods, methods_digest
from celadon.report.figures import hours_text, share
from celadon.report.lines import is_below_official
from celadon.report.returns.account_checks import Whole
from celadon.report.returns.check import Check, cannot_tell, no, yes
from celadon.report.returns.figures import EMPTY, TOTALS, Row, is_unknown
from celadon.report.returns.stated_checks import (
    altered_findings,
    estimate_checks,
    has_basis_of,
    method_checks,
    withheld_checks,
)
from celadon.report.standing import mark_leaves, mark_parameters

_NAMED = 5


def basis_checks(whole: Whole | None, registry: Registry) -> list[Check]:
    """What the figures rest on, told with how much of them it concerns.

    Parameters
    ----------
    registry : the reference tables of whoever receives the return.
    """
    checks: dict[str, Callable[[Whole, Registry], Iterator[Check]]] = {
        "findings": _findings, "missing": _missing, "estimated": _estimated,
        "official": _official, "reference": _reference, "methods": _methods,
        "withheld": _withheld,
    }  # fmt: skip
    if whole is None:
        return [cannot_tell(name, "unread") for name in checks]
    return [found for check in checks.values() for found in check(whole, registry)]


def _findings(whole: Whole, registry: Registry) -> Iterator[Check]:
    """Errors that the return's own findings hold; a finding must be one that can be told."""
    rows = whole.rows(FINDING)
    unreadable = [row["finding"] for row in rows if not _is_readable(row)]
    if unreadable:
        place = "finding.parquet"
        yield no("findings", "unreadable", place, findings=", ".join(unreadable[:_NAMED]))
    if has_basis_of(whole.header.read, registry):  # the words of a rule may be others elsewhere
        yield from altered_findings(whole)
    strange = sorted({row["rule"] for row in rows} - rules().keys())
    if strange:
        yield cannot_tell("findings", "strange", rules=", ".join(strange[:_NAMED]))
    counts = Counter(row["severity"] for row in rows)
    numbers = {"errors": counts["error"], "warnings": counts["warning"], "notes": counts["note"]}
    yield no("findings", "errors", **numbers) if counts["error"] else yes("findings", **numbers)


def _is_readable(row: Row) -> bool:
    """Whether the words of a finding's rule can be filled with its numbers."""
    try:
        numbers = json.loads(row["numbers"])
    except (ValueError, RecursionError):
        return False
    if not isinstance(numbers, dict):
        return False
    if row["rule"] not in rules():
        return True
    figures: list[Figure] | Any = numbers.get("figures", [])
    if not isinstance(figures, list) or not all(isinstance(figure, str) for figure in figures):
        return False
    try:
        Finding.from_row(row).text("zh")
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        return False
    needed = {"no_method": ("account",), "method_not_in_force": ("name", "first", "last")}
    return all(isinstance(numbers.get(key), str) for key in needed.get(row["rule"], ()))


def _missing(whole: Whole, _registry: Registry) -> Iterator[Check]:
    """Meter time without any value, and figures that stay empty: missing, never zero."""
    quality = whole.header.quality
    time = quality.measured + quality.estimated + quality.missing
    without = {row["stream"] for row in whole.leaves if row["seconds_missing"]}
    empty = {row["subject"] for row in whole.rows(FINDING) if row["rule"] in EMPTY}
    if not quality.missing and not without and not empty:
        yield yes("missing", hours=hours_text(time))
        return
    yield no(
        "missing", "some",
        share=share(quality.missing, time, 2), hours=hours_text(quality.missing),
        streams=len(without), empty=len(empty),
    )  # fmt: skip


def _of_totals(whole: Whole) -> Iterator[tuple[dict[str, str], list[Row]]]:
    """The leaves of each total that say anything."""
    for account, measure, scope in TOTALS:
        rows: list[Row] = [
            row
            for row in whole.leaves
            if (row["account"], row["measure"]) == (account, measure)
            and scope in ("", row["scope"])
            and not is_unknown(row)
        ]
        if rows:
            yield {"account": account, "measure": measure}, rows


def _estimated(whole: Whole, _registry: Registry) -> Iterator[Check]:
    shares = [
        {**name, "share": share(part, sum(abs(row["value"]) for row in rows), 2)}
        for name, rows in _of_totals(whole)
        if (part := sum(abs(row["estimated"]) for row in rows))
    ]
    yield no("estimated", "some", shares=shares) if shares else yes("estimated")
    yield from estimate_checks(whole)


def _official(whole: Whole, registry: Registry) -> Iterator[Check]:
    """Letter A, own records, or rows that the sender confirmed and that state the same here."""
    known = stated((one.model_dump() for one in whole.header.confirmed), registry)
    marked = replace(whole, leaves=_marked(whole, registry, known)) if known else whole
    shares = [
        {**name, "share": share(weak, sum(abs(row["value"]) for row in rows))}
        for name, rows in _of_totals(marked)
        if (weak := sum(abs(r["value"]) for r in rows if is_below_official(leaf_letter(r))))
    ]
    named = sorted({f"{one.row} ({one.by})" for one in whole.header.confirmed if one.row in known})
    if shares:
        yield no("official", "below", shares=shares)
    elif named:
        yield yes("official", "confirmed", records=_listed(named))
    else:
        yield yes("official")


def _marked(whole: Whole, registry: Registry, confirmed: frozenset[str]) -> list[dict[str, Any]]:
    """The leaves with the letters marked of what rests on confirmed rows."""
    tables = whole.opened.tables
    parameters = mark_parameters(tables[PARAMETER.name], whole.site, registry, confirmed)
    leaves = mark_leaves(
        tables[LEAF.name], tables[LEAF_INPUT.name], parameters, whole.site, confirmed
    )
    marked: list[dict[str, Any]] = leaves.to_pylist()
    return marked


def _reference(whole: Whole, registry: Registry) -> Iterator[Check]:
    """Each factor used against the record of that id here: its value, its unit, its letter.

    That the sender names the tables of this workspace proves nothing of what its rows then say.
    """
    used = [row for row in whole.rows(PARAMETER) if is_tabled(row)]
    absent, other, better = [], [], []
    for row in used:
        record = _described(registry, row["factor"])
        if record is None:
            absent.append(row["factor"])
        elif (*_printed(record.value_text), _unit(record)) != _value(row):
            other.append(row["factor"])
        elif (row["confidence"] or "") < record.confidence:
            better.append(row["factor"])
    same = whole.header.read.reference == registry.digest
    for because, names in (("contradicts" if same else "other", other), ("better", better)):
        if names:
            yield no("reference", because, "parameter.parquet", records=_listed(names))
    if absent:
        yield cannot_tell("reference", "absent", "parameter.parquet", records=_listed(absent))
    if same and not (absent or other or better):
        yield yes("reference", "same")
    elif not (absent or other or better):
        yield yes("reference", "same_used", records=len({row["factor"] for row in used}))


def _described(registry: Registry, name: str) -> Record | None:
    """The record of an id, of any table, or None where there is none."""
    try:
        return registry.describe(name)
    except LookupRefused:
        return None


def _unit(record: Record) -> str:
    """The unit of a record as accounts reckon with it."""
    return PRINTED_UNITS.get(record.unit, record.unit)


def _printed(text: str) -> tuple[int, int]:
    return printed(text) if text else (0, -1)


def _value(row: Row) -> tuple[int, int, str]:
    return row["count"], row["decimals"], row["unit"]


def _methods(whole: Whole, registry: Registry) -> Iterator[Check]:
    named = [method.id for method in whole.header.methods]
    unknown = [name for name in named if name not in methods()]
    if unknown:
        yield cannot_tell("methods", "unknown", methods=_listed(unknown))
    elif whole.header.read.methods != methods_digest():
        yield cannot_tell("methods", "other", methods=_listed(named))
    elif altered := list(method_checks(whole, registry)):
        yield from altered
    else:
        yield yes("methods", methods=_listed(named) or "–")


def _withheld(whole: Whole, _registry: Registry) -> Iterator[Check]:
    numbers = {"files": len(whole.header.withheld), "position": whole.header.read.position}
    yield from list(withheld_checks(whole)) or [yes("withheld", **numbers)]


def _listed(names: list[str]) -> str:
    distinct = list(dict.fromkeys(names))
    shown = ", ".join(distinct[:_NAMED])
    return shown if len(distinct) <= _NAMED else f"{shown} ... ({len(distinct)})"
