"""What a return states of itself against itself: findings, estimates, methods, records withheld.

Everything here follows from something else in the return: a finding's id from its rule, subject and
place, its severity and remedy from the rule; the title and edition of a method from the tables that
the sender names; the estimated part of one line from that of another of the same amount.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor

from celadon.accounts.lacking import MARKET_FIGURE
from celadon.accounts.tables import LEAF_INPUT
from celadon.chain import canonical_json
from celadon.records.finding import Finding, rules
from celadon.records.site import Product, Stream
from celadon.records.tables import FINDING
from celadon.reference import Registry
from celadon.reference.methods import methods, methods_digest
from celadon.report.returns.account_checks import Whole, named_list
from celadon.report.returns.check import Check, no
from celadon.report.returns.figures import Row
from celadon.report.returns.header import ReadHead
from celadon.report.returns.pack import method_head
from celadon.report.returns.tables import RETURN_ACTIVITY

_DAYS = re.compile(r"› (\d{4}-\d\d-\d\d)[^›]*? \.\. (\d{4}-\d\d-\d\d)")


_AMOUNT = re.compile(r"[-0-9,.]*[1-9]")
"""An amount that is not zero."""


def altered_findings(whole: Whole) -> Iterator[Check]:
    """Findings that are not those of their rule, subject, place and numbers."""
    rows = [row for row in whole.rows(FINDING) if row["rule"] in rules()]
    wrong = [(row, field, found) for row in rows for field, found in _altered(row)]
    if wrong:
        row, field, found = wrong[0]
        place = f"finding.parquet › {row['finding']}"
        numbers = {"field": field, "said": str(row[field])[:120], "found": found[:120]}
        count = len({row["finding"] for row, *_ in wrong})
        yield no("findings", "altered", place, **numbers, wrong=count)


def _altered(row: Row) -> Iterator[tuple[str, str]]:
    """The columns of a finding that its rule does not give, each with what it gives."""
    try:
        told = Finding.from_row(row)
        own = {
            "finding": told.id, "severity": rules()[told.rule].severity,
            "numbers": canonical_json(told.numbers), "remedy": told.remedy("en"),
        }  # fmt: skip
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, RecursionError):
        return  # another check says that its numbers cannot be read
    for field, found in own.items():
        if row[field] != found:
            yield field, found


def estimate_checks(whole: Whole) -> Iterator[Check]:
    """Estimated parts that differ between lines of one amount, or that findings contradict."""
    parts: dict[tuple[str, dt.date, dt.date, int], list[Row]] = defaultdict(list)
    for row in whole.leaves:
        if row["account"] != MARKET_FIGURE[0] and row["den"] > 0:
            key = row["stream"], row["from_day"], row["to_day"], abs(row["count"])
            parts[key].append(row)
    apart = [rows[0]["leaf"] for rows in parts.values() if not _are_of_one_part(rows)]
    if apart:
        yield no("estimated", "apart", "leaf.parquet", leaves=named_list(apart))
    silent = sorted(_unstated(whole))
    if silent:
        yield no("estimated", "unstated", "leaf.parquet", meters=named_list(silent))


def _are_of_one_part(rows: Sequence[Row]) -> bool:
    """Whether one estimated part of the amount gives what every line says is estimated."""
    least, most = Fraction(0), None
    for row in rows:
        ratio, said = abs(Fraction(row["num"], row["den"])), row["estimated"]
        if said < 0 or (ratio == 0 and said != 0):
            return False
        if ratio:
            low, high = ((said + end) / ratio for end in (Fraction(-1, 2), Fraction(1, 2)))
            least, most = max(least, low), high if most is None else min(most, high)
    return most is None or ceil(least) <= floor(most)


def _unstated(whole: Whole) -> Iterator[str]:
    """Meters of which a finding tells an estimate in the period, and every line tells none."""
    period, given = whole.header.period, _given(whole)
    stated: dict[str, int] = defaultdict(int)
    for row in whole.leaves:
        stated[row["stream"]] += abs(row["estimated"])
    estimated = {
        row["subject"]
        for row in whole.rows(FINDING)
        if row["rule"] == "estimated" and _is_within(row, period.from_day, period.to_day)
    }
    items: tuple[Stream | Product, ...] = (*whole.site.streams, *whole.site.products)
    for item in items:
        if item.id in stated and not stated[item.id] and item.id not in given:
            yield from estimated & {meter.lstrip("-") for meter in item.meters}


def _given(whole: Whole) -> set[str]:
    """Streams and products of which monthly rows give an amount."""
    named = {row["leaf"] for row in whole.rows(LEAF_INPUT) if row["kind"] == "activity"}
    return {row["stream"] for row in whole.leaves if row["leaf"] in named}


def _is_within(row: Row, first: dt.date, end: dt.date) -> bool:
    """Whether an estimate lies in the period and is of an amount that is not zero."""
    days = _DAYS.search(row["place"])
    try:
        amount = json.loads(row["numbers"])["amount"]
        is_some = _AMOUNT.match(amount) is not None
    except (KeyError, ValueError, TypeError, RecursionError):
        return False
    return days is not None and is_some and str(first) <= days[1] and days[2] < str(end)


def method_checks(whole: Whole, registry: Registry) -> Iterator[Check]:
    """Methods whose title, standard, edition or letter is not that of the tables they name."""
    if not has_basis_of(whole.header.read, registry):
        return
    for head in whole.header.methods:
        if head.id not in methods():
            continue
        own = method_head(head.id, registry)
        for field in type(head).model_fields:
            said, found = getattr(head, field), getattr(own, field)
            if said != found:
                place = f"return.json › methods › {head.id} › {field}"
                yield no("methods", "altered", place, said=said, found=found)


def withheld_checks(whole: Whole) -> Iterator[Check]:
    """Records withheld that no ledger of the named position could hold."""
    withheld, position = whole.header.withheld, whole.header.read.position
    positions = [each.position for each in withheld]
    if not withheld and any(row["count"] for row in whole.rows(RETURN_ACTIVITY)):
        yield no("withheld", "none", "return.json › withheld")
    if positions != sorted(set(positions)) or any(not 0 < at <= position for at in positions):
        numbers = {"positions": named_list([str(at) for at in positions]), "position": position}
        yield no("withheld", "positions", "return.json › withheld", **numbers)


def has_basis_of(read: ReadHead, registry: Registry) -> bool:
    """Whether the sender names the reference tables and the methods of the receiver."""
    return read.methods == methods_digest() and read.reference == registry.digest
