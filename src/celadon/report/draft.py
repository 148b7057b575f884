"""A report being written: the content, its leaves as rows, and the names of one language."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

from celadon.report.blocks import Block, Cell, Note, Row
from celadon.report.content import ReportContent
from celadon.report.figures import day_text, month_text
from celadon.report.lines import Lines
from celadon.report.names import Names


class Draft:
    """What every section reads.

    Parameters
    ----------
    content : the report's content.
    language : ``zh`` or ``en``.

    Attributes
    ----------
    stated : all leaves; ``kept_out`` : accounts and measures of which an official report shows
        nothing, as any of it rests on less than official text; ``lines`` : the leaves without them.
    """

    def __init__(self, content: ReportContent, language: str) -> None:
        self.content = content
        self.language = language
        self.names = Names(content, language)
        self.stated = Lines.of(content.leaves)
        self.kept_out = _below(self.stated) if content.mode == "official" else frozenset()
        self.lines = Lines(
            line for line in self.stated if (line.account, line.measure) not in self.kept_out
        )

    def is_kept_out(self, account: str) -> bool:
        """Whether an account, or a measure of it, is kept out of this official report."""
        return any(account == kept for kept, _ in self.kept_out)

    def say(self, key: str, **values: object) -> str:
        """A phrase of the report."""
        return self.names.say(key, **values)

    def kept_out_notes(self, *accounts: str) -> list[Block]:
        """That accounts have figures that this official report is without, and why."""
        return [
            Note(self.say("report.kept_out", account=self._kept_name(account)), "open")
            for account in accounts
            if self.is_kept_out(account)
        ]

    def _kept_name(self, account: str) -> str:
        measures = sorted(measure for of, measure in self.kept_out if of == account)
        told = ", ".join(self.names.word("measures", measure) for measure in measures)
        return f"{self.names.word('accounts', account)} · {told}"

    @cached_property
    def months(self) -> tuple[dt.date, ...]:
        """The first days of the months of the period, in order."""
        first, months = self.content.period_from.replace(day=1), []
        while first < self.content.period_to:
            months.append(first)
            first = (first + dt.timedelta(days=31)).replace(day=1)
        return tuple(months)

    @cached_property
    def month_names(self) -> tuple[str, ...]:
        """The months as axes name them; with their year where the period has more than one."""
        with_year = self.months[0].year != self.months[-1].year
        return tuple(month_text(m, self.language, with_year=with_year) for m in self.months)

    @cached_property
    def twelve_months(self) -> tuple[str, ...]:
        """The names of January to December."""
        return tuple(month_text(dt.date(2000, month, 1), self.language) for month in range(1, 13))

    @property
    def period(self) -> str:
        """The period in words: a year, or its first and last day."""
        content = self.content
        if content.is_calendar_year:
            return self.say("report.year", year=content.period_from.year)
        return self.span

    @property
    def span(self) -> str:
        """First and last day in words."""
        first = day_text(self.content.period_from, self.language)
        last = day_text(self.content.last_day, self.language)
        return self.say("report.span", first=first, last=last)

    def method_title(self, method: str) -> str:
        """A method's title; its id where the content gives none."""
        title = self.content.methods.get(method)
        return method if title is None else title.text(self.language)

    def source_of(self, lines: Lines) -> str:
        """The line under a chart or table: the methods that its leaves name."""
        methods = [
            self.method_title(m)
            for m in dict.fromkeys(line.method for line in lines)
            if m in self.content.methods
        ]
        if not methods:
            return self.source
        return self.say("report.source_method", method="; ".join(methods))

    @property
    def source(self) -> str:
        """The line under what rests on own records alone."""
        known = self.content.known_at
        return self.say("report.source_account", position=known.position, of=known.of)

    def total_row(self, cells: list[Cell], before: int = 1) -> Row:
        """A row of totals: the word, then blanks up to the first figure."""
        blanks = [Cell("")] * (before - 1)
        return Row((Cell(self.say("report.total")), *blanks, *cells), kind="total")


def _below(lines: Lines) -> frozenset[tuple[str, str]]:
    groups = lines.by(lambda line: (line.account, line.measure))
    return frozenset(place for place, group in groups.items() if group.is_marked)
