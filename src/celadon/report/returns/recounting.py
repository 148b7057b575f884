"""The book of an account opened again from what a return itself states, without any reading.

What the receiver can compute is computed: from the declaration which lines there are, with their
signs, places and clauses; from the stated parameters, by the equations of the receiver's own
methods, what each line multiplies; from the stated amounts what the works' own media carry. What
was measured or certified is taken as it is stated, for its records are withheld.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from celadon.accounts.activity import Activity
from celadon.accounts.book import Book
from celadon.accounts.declared import check_accounting
from celadon.accounts.graph import Graph
from celadon.accounts.lacking import CARBON_FIGURE, MARKET_FIGURE, Lacking
from celadon.accounts.line import Line
from celadon.accounts.market import book_market, market_inputs, market_lines, open_market
from celadon.accounts.media import Amount, book_own_media
from celadon.accounts.parameters import Item, Ladder, Parameter, is_possible
from celadon.accounts.rungs import is_tabled
from celadon.accounts.samples import Samples
from celadon.accounts.segment import Segment, Segments, reference_changes, stretches
from celadon.accounts.steam import ENTHALPY
from celadon.accounts.values import unit_fits
from celadon.errors import UnitError
from celadon.exact import decimal_text
from celadon.records.compiled import check_carriers
from celadon.records.period import Period
from celadon.records.site import Product, Site, Stream
from celadon.reference import Registry
from celadon.reference.families import MethodByDay, find_method_by_day
from celadon.units import parse_unit

Row = Mapping[str, Any]
Key = tuple[str, str, str, dt.date, dt.date]
"""Stream, account, name, first day and the day after the last of a parameter."""

Input = tuple[str, str, str, dt.date, dt.date]
"""Role, kind, reference, first day and the day after the last of an input of a line."""

OBSERVED = ("measured", "certificate")
"""Rungs of what a laboratory or a supplier found; the records of it are withheld."""

_ENERGY_OF_CHINA = "gbt-2589-2020"
_MOST_DECIMALS = 40


@dataclass(slots=True)
class StatedLadder(Ladder):
    """A ladder that takes what a return states: observed values as they are, the others compared.

    Parameters
    ----------
    stated : the return's parameters; several where terms share a name, such as two gases.
    own : what the receiver finds for the same days; several where terms share a name.
    impossible : observed values that no measurement can have given.
    """

    stated: Mapping[Key, Sequence[Parameter]] = field(default_factory=dict)
    own: dict[str, list[Parameter]] = field(default_factory=lambda: defaultdict(list))
    impossible: dict[str, Parameter] = field(default_factory=dict)

    def observed(
        self, item: Item, account: str, name: str, period: Period, gas: str = ""
    ) -> Parameter | None:
        """The value that the return states as measured or certified; see the class it overrides.

        The state of steam is withheld with its records: an enthalpy derived of it is taken as one
        that was observed.
        """
        key = item.id, account, name, period.from_day, period.to_day
        for found in self.stated.get(key, ()):
            if found.rung not in OBSERVED and (name, found.rung) != (ENTHALPY, "derived"):
                continue
            if not is_possible(name, found.unit, found.value):
                self.impossible[found.id] = found
            elif unit_fits(name, found.unit, self.small_unit(item), gas):
                return found
        return None

    def _keep(self, *cells: Any) -> Parameter:
        """The receiver's own value; of one tabled record the value that the return states of it.

        That a record says otherwise here is told of the record; its lines follow from it.
        """
        own = Ladder._keep(self, *cells)
        stated = self._stated_of(own)
        if stated is None:
            return own
        self.own[stated.id].append(own)
        of_one_record = own.factor == stated.factor and is_tabled(own.row())
        return stated if of_one_record else replace(own, id=stated.id)

    def other(self) -> list[tuple[Parameter, Parameter]]:
        """Those of which the return states what the receiver does not find: the own one, and it."""
        return [
            (found[0], stated)
            for several in self.stated.values()
            for stated in several
            if (found := self.own.get(stated.id)) and not any(_same(own, stated) for own in found)
        ]

    def _stated_of(self, own: Parameter) -> Parameter | None:
        """The one of its name and days that is nearest to it: of its source, of its unit, any."""
        days = own.period
        several = self.stated.get((own.stream, own.account, own.name, days.from_day, days.to_day))
        if not several:
            return None
        return max(several, key=lambda each: (each.factor == own.factor, each.unit == own.unit))


def _same(own: Parameter, stated: Parameter) -> bool:
    """Whether two are the same; of one tabled record the value is compared as the record's."""
    told = ("rung", "factor", *(() if is_tabled(own.row()) else ("count", "decimals", "unit")))
    return all(getattr(own, name) == getattr(stated, name) for name in told)


@dataclass(slots=True)
class StatedSegments(Segments):
    """The stretches of days over which a return states amounts; its certificates are withheld.

    Parameters
    ----------
    stated : by stream, the first day and the day after the last of each stretch.
    """

    stated: Mapping[str, set[Period]] = field(default_factory=dict)

    def of_stream(self, stream: Stream) -> list[Segment]:
        """The stretches of a stream; see the class it overrides."""
        return self._of(stream.id, metered=bool(stream.meters))

    def of_product(self, product: Product) -> list[Segment]:
        """The stretches of a product; see the class it overrides."""
        return self._of(product.id, metered=bool(product.meters))

    def _of(self, item: str, *, metered: bool) -> list[Segment]:
        known = self.stated.get(item, set())
        cuts = {day for period in known for day in (period.from_day, period.to_day)}
        pieces = []
        for piece in stretches(self.period, cuts):
            whole = piece in known or not metered
            pieces += [piece] if whole else stretches(piece, self.changes)
        return [Segment(piece, None) for piece in pieces]


@dataclass(frozen=True, slots=True)
class Recount:
    """What the receiver computed from a return.

    Parameters
    ----------
    lines : by leaf, those that the declaration and the methods call for.
    purchased : streams of the market view, whose covered parts rest on withheld settlements.
    inputs : by leaf, the parameters and meters that its line rests on.
    """

    lines: Mapping[str, Line]
    ladder: StatedLadder
    lacking: Lacking
    purchased: frozenset[str]
    strange: tuple[str, ...]
    inputs: Mapping[str, frozenset[Input]]


def recount(
    site: Site,
    registry: Registry,
    period: Period,
    parameters: Iterable[Row],
    activity: Sequence[Row],
) -> Recount:
    """Open the book of a return again and write every line of it.

    Parameters
    ----------
    parameters, activity : rows of the tables ``parameter`` and ``return_activity`` of the return.

    Raises
    ------
    CeladonError
        If the declaration cannot be accounted for with the receiver's tables and methods.
    """
    check_carriers(site, registry.carriers)
    stated, strange = _stated(parameters)
    book = _open(site, registry, period, stated, activity)
    book.write()
    amounts = {(row["stream"], row["from_day"]): row for row in activity}
    moved = _Amounts(amounts)
    if book.own_media():
        book_own_media(book, moved)
    if book.market is not None:
        book_market(book, _MarketAmounts(amounts))
    purchased = book.market.purchased if book.market is not None else frozenset()
    lines = [*book.lines, *market_lines(book), *_market_copies(book, purchased)]
    assert isinstance(book.ladder, StatedLadder)  # noqa: S101  opened with one
    return Recount(
        {line.leaf: line for line in lines}, book.ladder, book.lacking, purchased, strange,
        _inputs([*book.inputs, *market_inputs(book)]),
    )  # fmt: skip


def _inputs(rows: Iterable[Row]) -> dict[str, frozenset[Input]]:
    """The inputs of each leaf."""
    found: dict[str, set[Input]] = defaultdict(set)
    for row in rows:
        found[row["leaf"]].add(input_of(row))
    return {leaf: frozenset(inputs) for leaf, inputs in found.items()}


def input_of(row: Row) -> Input:
    """A row of the table ``leaf_input`` without the leaf that it is of."""
    return row["role"], row["kind"], row["ref"], row["from_day"], row["to_day"]


def _open(
    site: Site,
    registry: Registry,
    period: Period,
    stated: Mapping[Key, Sequence[Parameter]],
    activity: Iterable[Row],
) -> Book:
    """The book of a site with what a return states in the place of its records."""
    accounting = site.accounting
    energy = accounting.energy_method or (_ENERGY_OF_CHINA if site.country == "CN" else "")
    methods = (
        _method(energy, "energy", registry),
        _method(accounting.carbon_method, "carbon", registry),
        _method(accounting.process_method, "carbon", registry),
    )
    graph = Graph(site)
    check_accounting(site, graph, registry, methods[1].methods if methods[1] else ())
    empty = Activity(site, [])
    ladder = StatedLadder(site, Samples([]), empty.deliveries, registry.carriers, stated=stated)
    known: dict[str, set[Period]] = defaultdict(set)
    for row in activity:
        known[row["stream"]].add(Period(row["from_day"], row["to_day"]))
    changes = reference_changes(registry, methods, period)
    segments = StatedSegments(site, period, empty, ladder, changes, stated=known)
    market = open_market(site, graph, methods[1], [])
    lacking = Lacking(site.id, market.purchased if market else None)
    return Book(
        site, registry, period, ladder, empty, graph, segments, *methods, lacking, market=market
    )


def _method(name: str, account: str, registry: Registry) -> MethodByDay | None:
    return find_method_by_day(name, account, registry.sources) if name else None


def _stated(rows: Iterable[Row]) -> tuple[dict[Key, list[Parameter]], tuple[str, ...]]:
    """The parameters of a return, and the ids of those that no account could have."""
    found: dict[Key, list[Parameter]] = defaultdict(list)
    strange = []
    for row in rows:
        key = (row["stream"], row["account"], row["name"], row["from_day"], row["to_day"])
        twice = any(each.id == row["parameter"] for each in found.get(key, ()))
        if not _is_sound(row) or twice:
            strange.append(row["parameter"])
            continue
        stated = Parameter(
            row["parameter"], row["site"], row["stream"], row["account"], row["name"],
            Period(row["from_day"], row["to_day"]), row["count"], row["decimals"], row["unit"],
            row["rung"], row["factor"], row["confidence"],
        )  # fmt: skip
        found[key].append(stated)
    return dict(found), tuple(strange)


def _is_sound(row: Row) -> bool:
    """Whether a row is a quantity at all."""
    if not 0 <= row["decimals"] <= _MOST_DECIMALS or row["from_day"] >= row["to_day"]:
        return False
    try:
        parse_unit(row["unit"])
    except UnitError:
        return False
    return True


class _Amounts(dict[tuple[str, Any], Amount]):
    """The stated amounts; of what is not stated nothing is known in all of its time."""

    def __init__(self, rows: Mapping[tuple[str, Any], Row]) -> None:
        super().__init__(
            (key, Amount(row["count"], row["seconds_missing"])) for key, row in rows.items()
        )

    def __missing__(self, key: tuple[str, Any]) -> Amount:
        return Amount(0, 1)


class _MarketAmounts(dict[tuple[str, Any], tuple[int, int, int]]):
    """The same as the market view asks for them; how much is estimated is not stated."""

    def __init__(self, rows: Mapping[tuple[str, Any], Row]) -> None:
        super().__init__(
            (key, (row["count"], 0, row["seconds_missing"])) for key, row in rows.items()
        )

    def __missing__(self, key: tuple[str, Any]) -> tuple[int, int, int]:
        return 0, 0, 1


def _market_copies(book: Book, purchased: frozenset[str]) -> list[Line]:
    """The lines of the market view that are those of emissions by location."""
    if book.market is None:
        return []
    return [
        replace(line, account=MARKET_FIGURE[0])
        for line in book.lines
        if (line.account, line.measure) == CARBON_FIGURE and line.stream not in purchased
    ]


def value_text(parameter: Parameter) -> str:
    """A parameter with its value and unit, as people read it."""
    return f"{parameter.name} {decimal_text(parameter.value, parameter.decimals)} {parameter.unit}"
