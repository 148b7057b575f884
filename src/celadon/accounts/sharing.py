"""Sharing: which lines of a book are printed from forms that sites have in common."""

from __future__ import annotations

from collections.abc import Container, Hashable
from functools import partial
from typing import TYPE_CHECKING

from celadon.accounts.asking import asking
from celadon.accounts.forms import Form, Forms, Use
from celadon.accounts.lacking import Lacking
from celadon.accounts.parameters import Item
from celadon.accounts.sampled import Laboratory, use_filled
from celadon.records.site import Stream

if TYPE_CHECKING:
    from celadon.accounts.book import Book


class Sharing:
    """The shared part of a book that is being written."""

    def __init__(self, book: Book, forms: Forms) -> None:
        self._book, self._forms = book, forms
        site = book.site
        # which province it is decides on electricity alone, and only where the level is its own
        region = "" if site.accounting.electricity_level == "national" else site.region
        chosen = book.energy_method, book.carbon_method, book.process_method
        methods = tuple(by_day.name if by_day else "" for by_day in chosen)
        common = book.registry.digest, methods, site.accounting, site.country, region
        self._common = forms.number(common)
        self._makers = {unit.product: unit.id for unit in reversed(site.units)}
        self._laboratory: Laboratory | None = None

    def write(self, item: Item, media: Container[str] = ()) -> None:
        """Book an item: from a form where there is one or can be, else by the book itself."""
        book, key = self._book, self._forms.number(self._key(item))
        segments = book.segments[item.id]
        if not book.ladder.samples.speaks_of(item.sampled_at or item.id):
            periods = tuple(segment.period for segment in segments)
            self._use(Use(self._whole((key, periods), item, media), item.id))
            return
        if self._laboratory is None:
            self._laboratory = Laboratory(book.ladder.samples)
        found = self._laboratory.values(item, segments)
        if found is None:
            book.write_item(item, segments, media)
            return
        for at, (segment, told) in enumerate(zip(segments, found, strict=True)):
            write = partial(book.write_item, item, (segment,), media)
            days = key, segment.period.from_day, segment.period.to_day
            use = use_filled(book, self._forms, item, at, days, told, write)
            if use is None:
                write()
            else:
                self._use(use)

    def _whole(self, key: Hashable, item: Item, media: Container[str]) -> Form:
        """The form of all days of an item without samples, written where there is none yet."""
        form = self._forms.find(key)
        if form is None:
            book = self._book
            segments = book.segments[item.id]
            kept = book.lines, book.lacking
            book.lines, book.lacking = [], Lacking(book.site.id)
            with asking() as asked:
                book.write_item(item, segments, media)
            places = {segment.period: place for place, segment in enumerate(segments)}
            of_lines = [places[line.period] for line in book.lines]
            form = self._forms.add(key, book.lines, of_lines, book.lacking.noted(), asked)
            book.lines, book.lacking = kept
        return form

    def _use(self, use: Use) -> None:
        book = self._book
        book.used.append(use)
        for lack, periods in use.form.lacks_of(book.site.id):
            for period in periods:
                book.lacking.note(lack, period)

    def _key(self, item: Item) -> Hashable:
        """All that the lines of an item rest on, but for the site's name and its samples."""
        if isinstance(item, Stream):
            graph = self._book.graph
            return (
                self._common, item.id, item.carrier, item.carbon, item.carbon_item, item.energy,
                item.water, item.basis, graph.home(item), graph.site_crossing(item),
                bool(item.receiver and item.transfer_document),
                tuple(graph.unit_crossings(item)), tuple(graph.network_crossings(item)),
            )  # fmt: skip
        return (
            self._common, item.id, item.measure, item.carbon, item.carbon_item, item.basis,
            self._makers.get(item.id, self._book.site.id),
        )  # fmt: skip
