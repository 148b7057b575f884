"""The forms that books use, spread over their sites: leaves, their inputs, and their parameters.

All is done column by column. Rows are brought into the order of their keys by numbers that stand
for the texts, which are never compared row by row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from celadon.accounts.book import Book
from celadon.accounts.exact_columns import Integers, rounded_products, spans
from celadon.accounts.forms import Form, Forms, Use
from celadon.accounts.leaf_inputs import ACTIVITY, Block, activity_inputs, spread_inputs
from celadon.accounts.line import Line
from celadon.accounts.plates import Columns, Plates
from celadon.accounts.tables import LEAF, PARAMETER
from celadon.errors import Fault, TableError


@dataclass(frozen=True, slots=True)
class Amounts:
    """What every stretch of days of all books moved, in the order of the books."""

    count: Integers
    estimated: Integers
    seconds_missing: Integers


@dataclass(slots=True)
class _Uses:
    """The uses of all books, number by number."""

    site: list[int] = field(default_factory=list)
    lines: list[tuple[int, int]] = field(default_factory=list)
    parameters: list[tuple[int, int]] = field(default_factory=list)
    segment: list[int] = field(default_factory=list)
    ratio: list[int] = field(default_factory=list)
    value: list[int] = field(default_factory=list)
    meters: list[tuple[str, ...]] = field(default_factory=list)
    num: list[int] = field(default_factory=list)
    den: list[int] = field(default_factory=list)
    count: list[int] = field(default_factory=list)
    decimals: list[int] = field(default_factory=list)
    factor: list[str] = field(default_factory=list)

    def add(self, site: int, use: Use, segment: int, meters: tuple[str, ...]) -> None:
        """Add a use of a site whose item has its stretches from a number on."""
        form = use.form
        self.site.append(site)
        self.lines.append(form.lines)
        self.parameters.append(form.parameters)
        self.segment.append(segment + use.first)
        self.meters.append(tuple(sorted(meters)))
        self.ratio.append(len(self.num))
        self.value.append(len(self.count))
        for num, den in use.ratios:
            self.num.append(num)
            self.den.append(den)
        for value in use.values:
            self.count.append(value.count)
            self.decimals.append(value.decimals)
            self.factor.append(value.factor)


class Spread:
    """The lines of books that use forms, as columns.

    Parameters
    ----------
    amounts : of every stretch of days of every book.
    """

    def __init__(self, books: Mapping[str, Book], forms: Forms, amounts: Amounts) -> None:
        self._books, self._amounts = books, amounts
        self._names = sorted(books)
        plates = Plates((len(forms.plates.lines), len(forms.plates.parameters)))
        self._uses = _gathered(books, self._names, plates)
        columns = forms.columns()
        self._plates = columns.behind(Columns.of(plates)) if plates.lines else columns

    @cached_property
    def _sites(self) -> pa.Array:
        return pa.array(self._names, pa.string())

    @cached_property
    def _of_use(self) -> dict[str, Integers]:
        uses = self._uses
        named = {name: getattr(uses, name) for name in ("site", "segment", "ratio", "value")}
        found = {name: np.array(numbers, np.int64) for name, numbers in named.items()}
        for name, rows in (("line", uses.lines), ("parameter", uses.parameters)):
            pairs = np.array(rows, np.int64).reshape(-1, 2)
            found[f"{name}_from"], found[f"{name}_to"] = pairs[:, 0], pairs[:, 1]
        return found

    @cached_property
    def _lines(self) -> tuple[Integers, Integers]:
        """Of each line, in the order of its key, the row of the plates and the use."""
        of, plates = self._of_use, self._plates
        rows = spans(of["line_from"], of["line_to"])
        uses = np.repeat(np.arange(len(of["site"])), of["line_to"] - of["line_from"])
        many = len(plates.leaf_order) + 1
        keys = of["site"][uses] * many + plates.leaf_order[rows]
        order = np.argsort(keys, kind="stable")
        keys, rows, uses = keys[order], rows[order], uses[order]
        twice = np.flatnonzero(keys[1:] == keys[:-1])
        if len(twice):
            site = self._names[int(keys[twice[0]]) // many]
            leaf = plates.lines["leaf"][int(rows[twice[0]])].as_py()
            fault = Fault(
                (site, leaf), "the same leaf twice", "a leaf is unique",
                "report this: the method is at fault",
            )  # fmt: skip
            raise TableError("The lines of an account are at fault", [fault])
        return rows, uses

    @cached_property
    def _segments(self) -> Integers:
        """The stretch of days of each line."""
        rows, uses = self._lines
        return self._of_use["segment"][uses] + self._plates.segments[rows]

    @cached_property
    def leaves(self) -> pa.Table:
        """The table ``leaf``."""
        rows, uses = self._lines
        plates, amounts, segments = self._plates, self._amounts, self._segments
        slots = plates.slots[rows]
        own = np.flatnonzero(slots >= 0)
        num, den = plates.numbers("num")[rows], plates.numbers("den")[rows]
        places = self._of_use["ratio"][uses[own]] + slots[own]
        num[own] = np.array(self._uses.num, np.int64)[places]
        den[own] = np.array(self._uses.den, np.int64)[places]
        count = amounts.count[segments] * plates.numbers("sign")[rows]
        made = {
            "site": self._sites.take(pa.array(self._of_use["site"][uses])),
            "count": count,
            "num": num,
            "den": den,
            "value": rounded_products(count, num, den),
            "estimated": np.abs(rounded_products(amounts.estimated[segments], num, den)),
            "seconds_missing": amounts.seconds_missing[segments],
        }
        taken = pa.array(rows)
        columns = [
            pa.array(made[name]) if name in made else plates.lines[name].chunk(0).take(taken)
            for name in LEAF.names
        ]
        return pa.Table.from_arrays(columns, schema=LEAF.arrow())

    @cached_property
    def _parameters(self) -> tuple[Integers, Integers, Integers]:
        """Of each parameter the row of the plates and the use; and where each use's begin."""
        of = self._of_use
        rows = spans(of["parameter_from"], of["parameter_to"])
        lengths = of["parameter_to"] - of["parameter_from"]
        uses = np.repeat(np.arange(len(lengths)), lengths)
        return rows, uses, np.cumsum(lengths) - lengths

    @cached_property
    def _parameter_ids(self) -> pa.Array:
        """The ids of all parameters, use by use."""
        rows, uses, _ = self._parameters
        sites = self._sites.take(pa.array(self._of_use["site"][uses]))
        keys = self._plates.parameters["parameter"].chunk(0).take(pa.array(rows))
        return pc.binary_join_element_wise(sites, keys, "/")

    @cached_property
    def parameters(self) -> pa.Table:
        """The table ``parameter``."""
        rows, uses, _ = self._parameters
        plates = self._plates
        many = len(plates.parameter_order) + 1
        keys = self._of_use["site"][uses] * many + plates.parameter_order[rows]
        order = np.argsort(keys, kind="stable")
        ids = self._parameter_ids.take(pa.array(order))
        rows, uses = rows[order], uses[order]
        given = plates.given[rows]
        own = np.flatnonzero(given >= 0)
        places = self._of_use["value"][uses[own]] + given[own]
        made: dict[str, pa.Array] = {
            "parameter": ids, "site": self._sites.take(pa.array(self._of_use["site"][uses]))
        }  # fmt: skip
        for name in ("count", "decimals"):
            numbers = plates.parameters[name].to_numpy()[rows]
            numbers[own] = np.array(getattr(self._uses, name), np.int64)[places]
            made[name] = pa.array(numbers)
        made["factor"] = self._factors(rows, own, places)
        taken = pa.array(rows)
        columns = [
            made[name] if name in made else plates.parameters[name].chunk(0).take(taken)
            for name in PARAMETER.names
        ]
        return pa.Table.from_arrays(columns, schema=PARAMETER.arrow())

    def _factors(self, rows: Integers, own: Integers, places: Integers) -> pa.Array:
        """What each parameter rests on: as written, or where the site's own value stands."""
        written = self._plates.parameters["factor"].chunk(0)
        texts = pa.concat_arrays([written, pa.array(self._uses.factor, pa.string())])
        at = rows.copy()
        at[own] = len(written) + places
        return texts.take(pa.array(at))

    @cached_property
    def inputs(self) -> pa.Table:
        """The table ``leaf_input``."""
        return spread_inputs(
            self.leaves, self._of_parameters(), self._of_meters(), self._of_activity()
        )

    def _of_parameters(self) -> Block:
        rows, uses = self._lines
        plates = self._plates
        begin, end = plates.first_input[rows], plates.first_input[rows + 1]
        line = np.repeat(np.arange(len(rows)), end - begin)
        inputs = spans(begin, end)
        ref = self._parameters[2][uses][line] + plates.input_parameters[inputs]
        roles = plates.input_roles.dictionary_encode()
        codes = roles.indices.to_numpy()[inputs].astype(np.int64)
        return Block("parameter", line, roles.dictionary, codes, self._parameter_ids, ref)

    def _of_meters(self) -> Block:
        _, uses = self._lines
        listed = self._uses.meters
        ends = np.cumsum([0, *map(len, listed)])
        begin, end = ends[:-1][uses], ends[1:][uses]
        line = np.repeat(np.arange(len(uses)), end - begin)
        refs = pa.array([name for names in listed for name in names], pa.string())
        codes = np.zeros(len(line), np.int64)
        return Block("meter", line, pa.array([ACTIVITY]), codes, refs, spans(begin, end))

    def _of_activity(self) -> Block:
        segments = self._segments
        told = [
            activity_inputs(piece)
            for book in self._books.values()
            for pieces in book.segments.values()
            for piece in pieces
        ]
        ends = np.cumsum([0, *map(len, told)])
        begin, end = ends[:-1][segments], ends[1:][segments]
        line = np.repeat(np.arange(len(segments)), end - begin)
        listed = [row for rows in told for row in rows]
        kinds, refs, first, after = zip(*listed, strict=True) if listed else ((), (), (), ())
        roles = pa.array(kinds, pa.string()).dictionary_encode()
        places = spans(begin, end)
        codes = roles.indices.to_numpy()[places].astype(np.int64)
        days = tuple(np.array(each, np.int64)[places] for each in (first, after))
        return Block("activity", line, roles.dictionary, codes, pa.array(refs, pa.string()),
                     places, days)  # fmt: skip


def _gathered(books: Mapping[str, Book], names: Sequence[str], plates: Plates) -> _Uses:
    """All uses; what a book wrote for itself alone is written on passing plates and used once."""
    begins: dict[tuple[str, str], int] = {}
    number = 0
    for name, book in books.items():
        for item, pieces in book.segments.items():
            begins[name, item] = number
            number += len(pieces)
    uses = _Uses()
    for site, name in enumerate(names):
        book = books[name]
        for use in (*book.used, *_own_uses(book, plates)):
            uses.add(site, use, begins[name, use.item], book.meters_of(use.item))
    return uses


def _own_uses(book: Book, plates: Plates) -> Iterator[Use]:
    of_item: dict[str, list[Line]] = defaultdict(list)
    for line in book.lines:
        of_item[line.stream].append(line)
    for item, lines in of_item.items():
        places = {piece.period: place for place, piece in enumerate(book.segments[item])}
        yield Use(Form(*plates.add(lines, [places[line.period] for line in lines])), item)
