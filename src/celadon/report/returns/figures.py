"""What a return says in figures, computed from its leaves: totals, activity, differences."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from celadon.accounts.book import FIGURES
from celadon.accounts.carbon_lines import BIOGENIC, CARBON, GAS, PROCESS_CARBON
from celadon.accounts.declared import STORED
from celadon.accounts.graph import Graph
from celadon.accounts.lacking import MARKET_FIGURE
from celadon.accounts.tables import MEASURES
from celadon.records.site import Product, Site, Stream
from celadon.reference.families import methods_named
from celadon.reference.methods import CARBON_DIOXIDE
from celadon.report.lines import DAY, is_wholly_missing
from celadon.report.returns.tables import RETURN_ACTIVITY

Row = Mapping[str, Any]

TOTALS = (
    ("energy", "calorific_value", ""), ("energy", "equivalent_value", ""), ("carbon", "co2", ""),
    ("water", "volume", "intake"),
)  # fmt: skip
"""Account, measure and scope of the totals that the document names; an empty scope is all."""

EMPTY = ("no_parameter", "method_not_in_force", "no_method")
"""Rules of findings that say why a figure stays empty."""

_POSITIVE = ("flow", "water", "production")
"""Accounts that book a stream with the sign of its own direction."""

_OF_CARBON = (CARBON, GAS, BIOGENIC)
"""Accounts of what is released, by the terms of the site's method."""


@dataclass(frozen=True, slots=True)
class Total:
    """One total in small units; ``value`` is None, never zero, where nothing at all is known.

    ``lacking`` names what has no figure in it: then the sum is not the whole.
    """

    account: str
    measure: str
    unit: str
    value: int | None
    estimated: int
    seconds_missing: int
    lacking: tuple[str, ...]


def totals_of(leaves: Iterable[Row], findings: Iterable[Row]) -> tuple[Total, ...]:
    """The totals of an account, integer sums of its leaves; those without a leaf are left out.

    Parameters
    ----------
    findings : rows of the table ``finding``, which say what has no figure.
    """
    rows, lacking = list(leaves), _lacking(findings)
    totals = []
    for account, measure, scope in TOTALS:
        of = [
            row
            for row in rows
            if (row["account"], row["measure"]) == (account, measure)
            and scope in ("", row["scope"])
        ]
        empty = tuple(sorted(lacking[account, measure]))
        if of or empty:
            known = [row["value"] for row in of if not is_unknown(row)]
            total = Total(
                account,
                measure,
                MEASURES[measure],
                sum(known) if known else None,
                sum(row["estimated"] for row in of),
                sum(row["seconds_missing"] for row in of),
                empty,
            )
            totals.append(total)
    return tuple(totals)


def _lacking(findings: Iterable[Row]) -> dict[tuple[str, str], set[str]]:
    """What has no figure in each account and measure."""
    lacking: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in findings:
        numbers = _numbers(row) if row["rule"] in EMPTY else {}
        if row["rule"] == "no_method":
            for figure in FIGURES.get(str(numbers.get("account")), ()):
                lacking[figure].add(f"no {numbers['account']} method")
            continue
        name = row["subject"]
        if row["rule"] == "method_not_in_force":
            name = "{} ({} .. {})".format(*(numbers.get(n) for n in ("name", "first", "last")))
        figures = numbers.get("figures")
        for text in figures if isinstance(figures, list) else ():
            account, _, measure = str(text).partition("/")
            lacking[account, measure].add(name)
    return lacking


def _numbers(row: Row) -> dict[str, Any]:
    """The numbers of a finding; none where they cannot be read, which another check tells."""
    try:
        numbers = json.loads(row["numbers"])
    except (ValueError, RecursionError):
        return {}
    return numbers if isinstance(numbers, dict) else {}


def is_unknown(row: Row) -> bool:
    """Whether a leaf stands for nothing but time without any value."""
    seconds = (row["to_day"] - row["from_day"]).days * DAY
    return is_wholly_missing(row["count"], row["value"], row["seconds_missing"], seconds)


def activity_of(site: Site, leaves: Iterable[Row]) -> pa.Table:
    """What each stream moved in each stretch of days, as rows of ``return_activity``."""
    names = RETURN_ACTIVITY.names
    return RETURN_ACTIVITY.from_rows(
        dict(zip(names, each, strict=True)) for each in sorted(amounts_of(site, leaves))
    )


def amounts_of(site: Site, leaves: Iterable[Row]) -> set[tuple[Any, ...]]:
    """The amount of each stream in each stretch of days, as the leaves took it.

    A stream of which no account books anything has none, for nothing rests on it. Where leaves of
    one stretch do not agree, each of their amounts is there.

    Returns
    -------
    The cells of rows of ``return_activity``, in the order of its columns.
    """
    signs = _Signs(site)
    return {
        (
            site.id, row["stream"], row["carrier"], row["from_day"], row["to_day"],
            signs.of(row) * row["count"], row["seconds_missing"],
        )
        for row in leaves
        if row["account"] != MARKET_FIGURE[0]  # another view of amounts that are there already
    }  # fmt: skip


class _Signs:
    """The sign with which a place books a stream."""

    def __init__(self, site: Site) -> None:
        graph = Graph(site)
        self._signs: dict[tuple[str, str, str], int] = {}
        for stream in site.streams:
            crossing = graph.site_crossing(stream)
            if crossing is not None:
                self._signs["energy", crossing.place, stream.id] = crossing.sign
                self._signs["supply", crossing.place, stream.id] = crossing.sign
                self._signs[PROCESS_CARBON, site.id, stream.id] = crossing.sign
            for each in graph.network_crossings(stream):
                self._signs["carrier", each.place, stream.id] = each.sign
            for each in graph.unit_crossings(stream):
                self._signs["process_energy", each.place, stream.id] = each.sign
            for each in (*graph.network_crossings(stream), *graph.unit_crossings(stream)):
                self._signs[PROCESS_CARBON, each.place, stream.id] = each.sign
        self._released = dict(_released(site, graph))

    def of(self, row: Row) -> int:
        """The sign of a leaf; carbon has that of its term, or of the crossing of the boundary."""
        account = row["account"]
        if account in _POSITIVE:
            return 1
        if account in _OF_CARBON:
            return self._released.get((row["method"], row["stream"], row["scope"]), 1)
        return self._signs.get((account, row["unit"], row["stream"]), 1)


def _released(site: Site, graph: Graph) -> Iterator[tuple[tuple[str, str, str], int]]:
    """Method, item and scope of everything that carbon accounts book, with its sign."""
    for method in methods_named(site.accounting.carbon_method):
        items: tuple[Stream | Product, ...] = (*site.streams, *site.products)
        for item in items:
            stored = STORED if isinstance(item, Product) and item.carbon_item else ""
            kind = method.kinds.get(item.carbon or stored)
            if kind is None:
                continue
            crossing = None
            if isinstance(item, Stream) and kind.counted == "boundary":
                crossing = graph.site_crossing(item)
            for term in kind.terms:
                sign = crossing.sign if crossing is not None else term.sign
                scope = (term.exported if crossing and crossing.sign < 0 else "") or term.scope
                of_gas = "" if term.gas == CARBON_DIOXIDE else f"_{term.gas.lower()}"
                yield (method.id, item.id, f"{scope}{of_gas}"), sign


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of two returns; None where the one or the other has no leaf of it."""

    account: str
    measure: str
    scope: str
    before: int | None
    after: int | None

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON; in small units."""
        return {
            "account": self.account, "measure": self.measure, "scope": self.scope,
            "before": self.before, "after": self.after,
        }  # fmt: skip


_COMPARED = ("energy", "carbon", "water", "process_energy")


def differences(before: Iterable[Row], after: Iterable[Row]) -> list[Difference]:
    """Where the sums of two accounts differ, by account, measure and scope.

    Process energies are told by unit, which stands in the place of the scope.
    """
    sums = [_sums(before), _sums(after)]
    keys = sorted(sums[0].keys() | sums[1].keys())
    return [
        Difference(*key, sums[0].get(key), sums[1].get(key))
        for key in keys
        if sums[0].get(key) != sums[1].get(key)
    ]


def _sums(rows: Iterable[Row]) -> dict[tuple[str, str, str], int]:
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in rows:
        if row["account"] in _COMPARED and not is_unknown(row):
            scope = row["unit"] if row["account"] == "process_energy" else row["scope"]
            sums[row["account"], row["measure"], scope] += row["value"]
    return dict(sums)


def rounded(count: int, num: int, den: int) -> int:
    """``count`` x ``num`` / ``den``, rounded once, half to even; ``den`` is positive.

    Examples
    --------
    >>> [rounded(count, 1, 2) for count in (-5, -3, -1, 1, 3, 5)]
    [-2, -2, 0, 0, 2, 2]
    """
    whole, rest = divmod(count * num, den)
    return whole + (2 * rest > den or (2 * rest == den and whole % 2 == 1))
