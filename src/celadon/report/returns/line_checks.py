"""Does each line of a return follow from what the return states; and what is taken on trust?

The lines are written again by the receiver's own methods (see :mod:`recounting`) and compared one
by one: sign, place, clause, ratio, parameters and letter. A line that is lacking must be told of by
a finding of the return; one that is not called for must be explained by what is not known here.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from celadon.accounts.lacking import MARKET_FIGURE
from celadon.accounts.line import Line
from celadon.accounts.market import SCOPES
from celadon.accounts.tables import LEAF_INPUT, PARAMETER
from celadon.accounts.values import stretch_text
from celadon.errors import CeladonError
from celadon.records.period import Period
from celadon.records.tables import FINDING
from celadon.reference import Registry
from celadon.reference.methods import methods_digest
from celadon.report.returns.account_checks import Whole, named_list
from celadon.report.returns.check import Check, cannot_tell, no, yes
from celadon.report.returns.figures import EMPTY, Row
from celadon.report.returns.recounting import (
    OBSERVED,
    Input,
    Recount,
    input_of,
    recount,
    value_text,
)
from celadon.report.returns.tables import RETURN_ACTIVITY
from celadon.report.returns.trust_checks import TRUST, trust_checks

LINES = "lines"
"""The check."""

_NAMED = 3
_LETTERS = ("confidence", "method_confidence")
_COLUMNS = ("unit", "stream", "carrier", "account", "measure", "scope", "method", "clause")


def line_checks(whole: Whole | None, registry: Registry) -> list[Check]:
    """The lines of a return against those that its own statements give, and what is on trust.

    Parameters
    ----------
    registry : the reference tables of whoever receives the return.
    """
    if whole is None:
        return [cannot_tell(LINES, "unread"), cannot_tell(TRUST, "unread")]
    return [*_lines(whole, registry), *trust_checks(whole, registry)]


def _lines(whole: Whole, registry: Registry) -> list[Check]:
    parameters, activity = whole.rows(PARAMETER), whole.rows(RETURN_ACTIVITY)
    period = whole.header.period.period
    if period.from_day >= period.to_day:
        return [cannot_tell(LINES, "unread")]
    try:
        found = recount(whole.site, registry, period, parameters, activity)
    except CeladonError as error:
        return [cannot_tell(LINES, "failed", found=error.summary)]
    told = list(_Comparison(whole, registry, found).checks())
    return told or [yes(LINES, "", "", leaves=f"{len(whole.leaves):,}")]


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The lines of a return beside those that were written again."""

    whole: Whole
    registry: Registry
    found: Recount

    @property
    def _same_methods(self) -> bool:
        return self.whole.header.read.methods == methods_digest()

    @property
    def _same_basis(self) -> bool:
        read = self.whole.header.read
        return self._same_methods and read.reference == self.registry.digest

    def checks(self) -> Iterator[Check]:
        """Everything that does not agree."""
        yield from self._parameters()
        yield from self._unused()
        leaves = {row["leaf"]: row for row in self.whole.leaves}
        common = [(leaves[name], line) for name, line in self.found.lines.items() if name in leaves]
        yield from self._booked(common)
        yield from self._ratios(common)
        yield from self._inputs(common)
        yield from self._absent(self._lacking(leaves))
        yield from self._extra([row for n, row in leaves.items() if n not in self.found.lines])
        yield from self._covered()

    def _no(self, because: str, place: str, /, **numbers: object) -> Check:
        """A no, by the sender's own methods; by others it cannot be told."""
        answer = no if self._same_methods else cannot_tell
        return answer(LINES, because, place, **numbers)

    def _parameters(self) -> Iterator[Check]:
        """Parameters that no account could have, or that are not what the methods give."""
        place = "parameter.parquet"
        if self.found.strange:
            yield no(LINES, "strange", place, parameters=named_list(self.found.strange))
        for found in list(self.found.ladder.impossible.values())[:_NAMED]:
            yield no(LINES, "impossible", found.id, value=value_text(found))
        told = self.found.ladder.other()
        for own, stated in told[:_NAMED]:
            numbers = {
                "value": f"{value_text(stated)} ({stated.rung}: {stated.factor})",
                "expected": f"{value_text(own)} ({own.rung}: {own.factor})", "wrong": len(told),
            }  # fmt: skip
            answer = no if self._same_basis else cannot_tell
            yield answer(LINES, "parameter", stated.id, **numbers)

    def _booked(self, common: Sequence[tuple[Row, Line]]) -> Iterator[Check]:
        """Lines that stand under another place, scope, method or clause, or with another sign."""
        amounts = {
            (row["stream"], row["from_day"], row["to_day"]): row["count"]
            for row in self.whole.rows(RETURN_ACTIVITY)
        }
        wrong = []
        for row, line in common:
            differing = [name for name in _COLUMNS if row[name] != getattr(line, name)]
            days = (line.period.from_day, line.period.to_day)
            amount = amounts.get((line.stream, *days))
            counted = line.stream in self.found.purchased and line.account == MARKET_FIGURE[0]
            if (row["from_day"], row["to_day"]) != days:
                differing.append("days")
            elif amount is not None and not counted and row["count"] != line.sign * amount:
                differing.append("count")
            if differing:
                wrong.append(f"{row['leaf']} ({', '.join(differing)})")
        if wrong:
            yield self._no("booked", "leaf.parquet", leaves=named_list(wrong))

    def _ratios(self, common: Sequence[tuple[Row, Line]]) -> Iterator[Check]:
        """Lines whose factor is not what the equation gives with the stated parameters."""
        wrong = [
            (row, line)
            for row, line in common
            if (row["num"], row["den"]) != (line.ratio.numerator, line.ratio.denominator)
        ]
        for row, line in wrong[:_NAMED]:
            used = " × ".join(value_text(p) for p in line.parameters) or "1"
            numbers = {
                "said": f"{row['num']}/{row['den']}", "found": str(line.ratio), "used": used,
                "clause": line.clause or line.method, "wrong": len(wrong),
                "leaves": f"{len(self.whole.leaves):,}",
            }  # fmt: skip
            yield self._no("ratio", row["leaf"], **numbers)

    def _inputs(self, common: Sequence[tuple[Row, Line]]) -> Iterator[Check]:
        """Lines that name other meters or parameters than they use, or another letter for them."""
        named: dict[str, set[Input]] = defaultdict(set)
        strange: set[str] = set()
        for row in self.whole.rows(LEAF_INPUT):
            if row["kind"] != "activity":
                named[row["leaf"]].add(input_of(row))
            elif not row["ref"].startswith(f"{row['role']} › ") or row["from_day"] >= row["to_day"]:
                strange.add(row["leaf"])
        wrong = [
            row["leaf"]
            for row, line in common
            if named[row["leaf"]] != self.found.inputs.get(line.leaf, frozenset())
            or row["leaf"] in strange
            or any(self._is_other_letter(row[n], getattr(line, n)) for n in _LETTERS)
        ]
        if wrong:
            yield self._no("inputs", "leaf_input.parquet", leaves=named_list(wrong))

    def _is_other_letter(self, said: str | None, found: str | None) -> bool:
        """Whether a letter is better than what it rests on; by the same tables, another at all."""
        return said != found if self._same_basis else (said or "") < (found or "")

    def _unused(self) -> Iterator[Check]:
        """Parameters that no line rests on, or not what their id says, or with a letter of none."""
        used = {row["ref"] for row in self.whole.rows(LEAF_INPUT) if row["kind"] == "parameter"}
        stray = [
            row["parameter"]
            for row in self.whole.rows(PARAMETER)
            if row["parameter"] not in used or not _is_named(row) or _has_letter_of_own(row)
        ]
        if stray:
            yield no(LINES, "unused", "parameter.parquet", parameters=named_list(stray))

    def _lacking(self, leaves: Mapping[str, Row]) -> list[Line]:
        """Lines that are not there; of power that contracts cover wholly there is no rest."""
        covered = {
            (row["stream"], row["from_day"])
            for row in leaves.values()
            if (row["account"], row["measure"]) == MARKET_FIGURE
            and row["stream"] in self.found.purchased
        }
        return [
            line
            for name, line in self.found.lines.items()
            if name not in leaves
            and not (
                line.account == MARKET_FIGURE[0] and (line.stream, line.period.from_day) in covered
            )
        ]

    def _absent(self, lines: Sequence[Line]) -> Iterator[Check]:
        """Lines that are called for and not there: told of by a finding, or left out in silence."""
        reasons = _reasons(self.whole.rows(FINDING))
        silent = [line.leaf for line in lines if not _is_told_of(line, reasons)]
        told = [line.leaf for line in lines if _is_told_of(line, reasons)]
        if silent:
            numbers = {"leaves": named_list(silent), "lines": len(silent)}
            yield self._no("absent", "leaf.parquet", **numbers)
        if told:
            answer = no if self._same_basis else cannot_tell
            numbers = {"leaves": named_list(told), "lines": len(told)}
            yield answer(LINES, "unfounded", "finding.parquet", **numbers)

    def _extra(self, rows: Sequence[Row]) -> Iterator[Check]:
        """Lines that nothing calls for; where a value is not known here, it cannot be told."""
        lacks = {
            (lack.subject, figure) for lack in self.found.lacking.noted() for figure in lack.figures
        }
        site = self.whole.site.id
        uncalled: list[str] = []
        unknown: list[str] = []
        for row in rows:
            figure = row["account"], row["measure"]
            if figure == MARKET_FIGURE and row["stream"] in self.found.purchased:
                continue  # its parts are looked at together
            lacking = any((name, figure) in lacks for name in (row["stream"], site))
            excused = lacking and not self._same_basis
            (unknown if excused else uncalled).append(row["leaf"])
        if uncalled:
            numbers = {"leaves": named_list(uncalled), "lines": len(uncalled)}
            yield self._no("uncalled", "leaf.parquet", **numbers)
        if unknown:
            numbers = {"leaves": named_list(unknown), "lines": len(unknown)}
            yield cannot_tell(LINES, "unknown", "leaf.parquet", **numbers)

    def _covered(self) -> Iterator[Check]:
        """Parts of purchased electricity in the market view: they add up, by declared contracts."""
        kinds = {(c.stream, SCOPES[c.kind]) for c in self.whole.site.contracts}
        parts: dict[tuple[str, dt.date], int] = defaultdict(int)
        wrong = []
        for row in self.whole.leaves:
            if (row["account"], row["measure"]) != MARKET_FIGURE:
                continue
            if row["stream"] not in self.found.purchased:
                continue
            parts[row["stream"], row["from_day"]] += row["count"]
            if row["leaf"] in self.found.lines:
                continue
            costs = row["num"] != 0 and row["scope"] != SCOPES["fossil_supply"]
            is_declared = (row["stream"], row["scope"]) in kinds
            if not is_declared or costs or row["count"] < 0:
                wrong.append(row["leaf"])
        moved = {(r["stream"], r["from_day"]): r for r in self.whole.rows(RETURN_ACTIVITY)}
        for key, count in parts.items():
            if key in moved and moved[key]["count"] != count:
                wrong.append(f"{key[0]} {key[1]}")
        if wrong:
            yield self._no("covered", "leaf.parquet", leaves=named_list(wrong))


def _is_named(row: Row) -> bool:
    """Whether the id of a parameter tells its site, stream, account, name and days."""
    if row["from_day"] >= row["to_day"]:
        return False
    days = stretch_text(Period(row["from_day"], row["to_day"]))
    own = "/".join((row["site"], row["stream"], row["account"], row["name"], days))
    said = row["parameter"]
    return bool(said == own or re.fullmatch(r"/[1-9]\d*", said.removeprefix(own)))


def _has_letter_of_own(row: Row) -> bool:
    """Whether what the site measured or declared bears a letter, which text alone does."""
    return row["rung"] in (*OBSERVED, "declared") and row["confidence"] is not None


_Reasons = Mapping[tuple[str, str], list[tuple[str, str]]]
"""First and last day of what stays empty, by what it is of and its account and measure."""


def _reasons(findings: Sequence[Row]) -> _Reasons:
    """What findings say stays empty."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in findings:
        if row["rule"] not in EMPTY:
            continue
        try:
            numbers = json.loads(row["numbers"])
        except (ValueError, RecursionError):
            continue  # another check tells of it
        figures = numbers.get("figures") if isinstance(numbers, dict) else None
        for figure in figures if isinstance(figures, list) else ():
            days = str(numbers.get("first")), str(numbers.get("last"))
            found[row["subject"], str(figure)].append(days)
    return found


def _is_told_of(line: Line, reasons: _Reasons) -> bool:
    figure = f"{line.account}/{line.measure}"
    first, last = str(line.period.from_day), str(line.period.to_day - dt.timedelta(days=1))
    return any(
        begins <= first and last <= ends
        for subject in (line.stream, line.site)
        for begins, ends in reasons.get((subject, figure), ())
    )
