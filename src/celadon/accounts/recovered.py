"""Whether a site recovered more of a gas than it made: then one of the two figures is wrong.

Methane drawn from an anaerobic reactor, HFC-23 taken away or destroyed, carbon dioxide captured:
each is taken off what the site made of that gas, and what is taken off cannot be more. The total is
left as it was counted, below zero where it is so; the finding says why it cannot stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.accounts.book import Book
from celadon.accounts.carbon_lines import BIOGENIC, CARBON, CO2, GAS
from celadon.exact import decimal_text
from celadon.records.finding import Finding

TAKEN_OFF = ("captured", "destroyed")
"""Scopes of what is taken off what was made; that of another gas has its name behind."""

MADE_CO2 = ("direct_combustion", "process", "flare", "escaped", "biogenic_combustion")
"""Scopes of carbon dioxide that a site gives off itself, biogenic too."""

_TONNE = 10**6
_KEYS = ["site", "account", "measure", "stream", "scope", "clause"]


def recovered_findings(books: Mapping[str, Book], leaves: pa.Table) -> Iterator[Finding]:
    """Gases of which a site took off more than it made over the period.

    A gas of which a figure is lacking is left out: the lack is told of itself.
    """
    of_gas: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in _summed(leaves):
        of_gas[row["site"], row["measure"]].append(row)
    for (site, gas), rows in of_gas.items():
        book = books[site]
        made = sum(row["value_sum"] for row in rows if not _is_taken_off(row))
        off = [row for row in rows if _is_taken_off(row)]
        taken = -sum(row["value_sum"] for row in off)
        if taken > max(made, 0) and not _is_lacking(book, gas):
            numbers = {
                "gas": gas.upper(), "taken": f"{_tonnes(taken)} t", "made": f"{_tonnes(made)} t",
                "streams": "; ".join(f"{r['stream']} {_tonnes(r['value_sum'])}" for r in rows),
                "clause": off[0]["clause"],
            }  # fmt: skip
            subject = off[0]["stream"]
            place = f"{subject} › {gas} › {book.period}"
            yield Finding(site, "recovered_above_made", subject, place, numbers)


def _summed(leaves: pa.Table) -> list[dict[str, Any]]:
    """What each stream of sites that took a gas off added of it, in grams."""
    off = pc.or_(*(pc.starts_with(leaves["scope"], scope) for scope in TAKEN_OFF))
    sites = pc.unique(leaves.filter(off)["site"])
    if not len(sites):
        return []
    carbon = pc.and_(
        pc.is_in(leaves["account"], pa.array([CARBON, BIOGENIC])),
        pc.is_in(leaves["scope"], pa.array([*TAKEN_OFF, *MADE_CO2])),
    )
    wanted = pc.or_(pc.equal(leaves["account"], GAS), carbon)
    chosen = leaves.filter(pc.and_(wanted, pc.is_in(leaves["site"], sites)))
    rows: list[dict[str, Any]] = (
        chosen.group_by(_KEYS).aggregate([("value", "sum")]).sort_by("stream").to_pylist()
    )
    return rows


def _is_taken_off(row: Mapping[str, Any]) -> bool:
    return str(row["scope"]).startswith(TAKEN_OFF)


def _is_lacking(book: Book, gas: str) -> bool:
    accounts = (CARBON, BIOGENIC) if gas == CO2 else (GAS,)
    lacked = {figure for lack in book.lacking.noted() for figure in lack.figures}
    return any((account, gas) in lacked for account in accounts)


def _tonnes(grams: int) -> str:
    return decimal_text(Fraction(grams, _TONNE), 3)
