"""Items with laboratory results of their own: lines written once, filled for each site and month.

Which lines a stretch of days has does not depend on what the laboratory found, only on what it
looked for. The lines are written once with expressions in place of the results. What does depend on
a result, such as the row of a steam table, is not shared: the book works it out for the site.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from celadon.accounts.asking import asking
from celadon.accounts.expression import Expression, NotAnExpressionError, worked
from celadon.accounts.forms import Form, Forms, Use, Value
from celadon.accounts.lacking import Lacking
from celadon.accounts.line import Line
from celadon.accounts.parameters import Item, Ladder, Parameter, is_possible
from celadon.accounts.samples import Sample, Samples, weighted_mean
from celadon.accounts.segment import Segment
from celadon.accounts.values import decimals_in, unit_fits, written_decimals
from celadon.exact import BIGINT_MAX
from celadon.records.period import Period
from celadon.reference.equations import parameter_kinds

if TYPE_CHECKING:
    from celadon.accounts.book import Book

Signature = tuple[tuple[str, str], ...]
"""What was looked for in a stretch of days: names of parameters with their units."""


class Laboratory:
    """The laboratory results of a site by the place that they were taken at.

    Only those are kept that nothing has to be told of; what is found otherwise the book finds.
    """

    def __init__(self, samples: Samples) -> None:
        self._of_place: dict[str, dict[str, list[Sample]]] = {}
        others = set()
        for sample in samples.all():
            if sample.origin != "laboratory":
                others.add(sample.stream)
            of_place = self._of_place.setdefault(sample.stream, {})
            of_place.setdefault(sample.parameter, []).append(sample)
        for place in others:
            del self._of_place[place]

    def values(
        self, item: Item, segments: Sequence[Segment]
    ) -> list[tuple[Signature, tuple[Value, ...]]] | None:
        """What was found in each stretch of days; None where an item is not so plain."""
        of_place = self._of_place.get(item.sampled_at or item.id)
        if of_place is None:
            return None
        found: list[list[tuple[str, str, Value]]] = [[] for _ in segments]
        for name in sorted(of_place.keys() & parameter_kinds().keys()):
            samples = of_place[name]
            if not all(_is_plain(sample, item) for sample in samples):
                return None
            for told, held in zip(found, _by_stretch(samples, segments), strict=True):
                if held:
                    value = _value(name, held)
                    if value is None:
                        return None
                    told.append((name, held[0].unit, value))
        return [
            (tuple((name, unit) for name, unit, _ in told), tuple(value for *_, value in told))
            for told in found
        ]


def _is_plain(sample: Sample, item: Item) -> bool:
    return sample.basis in ("", item.basis) and is_possible(
        sample.parameter, sample.unit, sample.value
    )


def _by_stretch(samples: Sequence[Sample], segments: Sequence[Segment]) -> list[list[Sample]]:
    """The samples whose days touch each stretch."""
    days = [(segment.period.from_day, segment.period.to_day) for segment in segments]
    exactly: dict[tuple[dt.date, dt.date | None], list[Sample]] = {each: [] for each in days}
    if all((sample.from_day, sample.to_day) in exactly for sample in samples):
        for sample in samples:
            exactly[sample.from_day, sample.to_day].append(sample)
        return [exactly[each] for each in days]
    return [
        [s for s in samples if segment.period.overlaps(s.from_day, s.to_day)]
        for segment in segments
    ]


_decimals_in = lru_cache(maxsize=1024)(decimals_in)


def _value(name: str, samples: Sequence[Sample]) -> Value | None:
    """The samples' mean as the ladder keeps it; None where something has to be told of it."""
    unit = samples[0].unit
    value = samples[0].value
    if len(samples) > 1:
        if any(sample.unit != unit for sample in samples):
            return None
        mean = weighted_mean(list(samples))
        if not mean.is_weighted:
            return None
        value = mean.value
    decimals = max(_decimals_in(name, unit), *(written_decimals(s.value) for s in samples))
    whole, rest = divmod(10**decimals, value.denominator)
    count = value.numerator * whole if not rest else round(value * 10**decimals)
    if not 0 < count <= BIGINT_MAX:
        return None
    return Value(count, decimals, "; ".join(sample.place for sample in samples))


@dataclass(frozen=True, slots=True)
class _Symbol(Parameter):
    """A parameter whose value is not known yet."""

    below: list[Expression] = field(default_factory=list)

    @property
    def value(self) -> Fraction:
        """An expression, which does all that an equation asks of a fraction."""
        return Expression.of(self.name, self.below)  # type: ignore[return-value]


@dataclass(slots=True)
class _Given(Ladder):
    """A ladder whose laboratory found what is given, or will."""

    given: Mapping[str, tuple[str, Value]] = field(default_factory=dict)
    below: list[Expression] | None = None

    def observed(
        self, item: Item, account: str, name: str, period: Period, gas: str = ""
    ) -> Parameter | None:
        """The value that is given for a name."""
        if name not in self.given:
            return None
        unit, value = self.given[name]
        if not unit_fits(name, unit, self.small_unit(item), gas):
            raise NotAnExpressionError  # the site's own ladder tells of it
        kept = self._keep(
            item.id, account, name, period, value.count, value.decimals, unit, "measured",
            value.factor, None,
        )  # fmt: skip
        if self.below is None:
            return kept
        plain = {each.name: getattr(kept, each.name) for each in fields(Parameter)}
        return _Symbol(**plain, below=self.below)


def use_filled(
    book: Book, forms: Forms, item: Item, at: int, key: Hashable,
    found: tuple[Signature, tuple[Value, ...]], write: Callable[[], None],
) -> Use | None:  # fmt: skip
    """The use of a form for one stretch of an item's days; None where it cannot be shared.

    Parameters
    ----------
    at : place of the stretch among those of the item.
    key : all that its lines rest on but for what the laboratory found.
    write : books the stretch by the book's ladder.
    """
    signature, values = found
    whole = key, signature
    form = forms.find(whole)
    if form is None:
        if forms.knows(whole):
            return None
        form = _written(book, forms, whole, found, write)
        if form is None:
            return None
    counts = {
        name: (value.count, value.decimals) for name, value in zip(form.names, values, strict=True)
    }
    try:
        if any(worked(each, counts)[0] < 0 for each in form.below):
            return None
        ratios = [worked(each, counts) for each in form.ratios]
    except ZeroDivisionError:
        return None
    if any(abs(num) > BIGINT_MAX or den > BIGINT_MAX for num, den in ratios):
        return None
    return Use(form, item.id, at, ratios, values)


def _written(
    book: Book, forms: Forms, key: Hashable, found: tuple[Signature, tuple[Value, ...]],
    write: Callable[[], None],
) -> Form | None:  # fmt: skip
    """Write the form of a stretch, once with the values found and once with expressions."""
    signature, values = found
    given = {name: (unit, value) for (name, unit), value in zip(signature, values, strict=True)}
    below: list[Expression] = []
    try:
        with asking() as asked:
            lines, lacking = _tried(book, given, None, write)
        symbols, lacking_too = _tried(book, given, below, write)
    except NotAnExpressionError:
        forms.refuse(key)
        return None
    alike = [line.leaf for line in lines] == [line.leaf for line in symbols]
    derived = any(p.rung == "derived" for line in lines for p in line.parameters)
    falls = any(each.factor is not None and each.factor < 0 for each in below)
    if derived or falls or not alike or lacking.noted() != lacking_too.noted():
        return None  # these values are odd ones; another site's may not be
    ratios, slots = _slots(symbols)
    order = {name: place for place, (name, _) in enumerate(signature)}
    rows, parameters = forms.plates.add(lines, [0] * len(lines), slots, order)
    lacks = tuple((lack, tuple(periods)) for lack, periods in lacking.noted().items())
    names = tuple(name for name, _ in signature)
    checked = tuple(each for each in below if each.factor is None)
    return forms.keep(key, Form(rows, parameters, lacks, names, ratios, checked, frozenset(asked)))


def _slots(lines: Sequence[Line]) -> tuple[tuple[Expression, ...], list[int]]:
    """The expressions that lines have as their ratio, and which of them each line has."""
    places: dict[int, int] = {}
    ratios: list[Expression] = []
    slots = []
    for line in lines:
        ratio: object = line.ratio
        if isinstance(ratio, Expression) and id(ratio) not in places:
            places[id(ratio)] = len(ratios)
            ratios.append(ratio)
        slots.append(places.get(id(ratio), -1))
    return tuple(ratios), slots


def _tried(
    book: Book, given: Mapping[str, tuple[str, Value]], below: list[Expression] | None,
    write: Callable[[], None],
) -> tuple[list[Line], Lacking]:  # fmt: skip
    """What the book writes of a stretch by a ladder of what is given."""
    kept = book.ladder, book.lines, book.lacking
    own = book.ladder
    ladder = _Given(own.site, own.samples, own.deliveries, own.carriers, given=given, below=below)
    book.ladder, book.lines, book.lacking = ladder, [], Lacking(book.site.id)
    try:
        write()
        if ladder.findings:
            raise NotAnExpressionError
        return book.lines, book.lacking
    finally:
        book.ladder, book.lines, book.lacking = kept
