"""Forms: the lines of a stream, written once for all sites whose streams are alike.

Enterprises of one sector declare the same streams, and without samples of their own their lines
differ in the name of the site alone. A shard of many sites writes each form once and repeats its
rows; what a form holds is exactly what the book would have written for the site itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from celadon.accounts.lacking import Lack
from celadon.accounts.line import LINE, Line, line_rows, line_table
from celadon.errors import Fault, TableError
from celadon.records.period import Period

OF_SITE = ("method_not_in_force", "edition_not_loaded", "edition_perhaps_in_force")
"""Lacks that are the site's and not the stream's."""

MOST_ROWS = 60_000
"""Rows of forms that are kept from one shard to the next."""


@dataclass(frozen=True, slots=True)
class Form:
    """What one stream or product brings into a book.

    Parameters
    ----------
    first, last : its rows among those of all forms, the last not included.
    lacks : what keeps its figures empty, with the days.
    """

    first: int
    last: int
    lacks: tuple[tuple[Lack, tuple[Period, ...]], ...]

    def lacks_of(self, site: str) -> Iterable[tuple[Lack, tuple[Period, ...]]]:
        """Its lacks as another site has them."""
        for lack, periods in self.lacks:
            of_site = lack.rule in OF_SITE
            yield replace(lack, subject=site) if of_site else lack, periods


@dataclass(slots=True)
class Forms:
    """The forms of a shard by what they rest on, and their rows one after the other."""

    _known: dict[Hashable, Form] = field(default_factory=dict)
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _table: pa.Table | None = None

    def find(self, key: Hashable) -> Form | None:
        """The form that was written for a key."""
        return self._known.get(key)

    def add(
        self,
        key: Hashable,
        lines: Sequence[Line],
        lacks: Mapping[Lack, Sequence[Period]],
    ) -> Form:
        """Keep what was written for a key."""
        first = len(self._rows)
        self._rows += line_rows(lines)
        self._table = None
        noted = tuple((lack, tuple(periods)) for lack, periods in lacks.items())
        form = Form(first, len(self._rows), noted)
        self._known[key] = form
        return form

    def lines(self, uses: Sequence[tuple[str, Form]], others: Iterable[Line]) -> pa.Table:
        """The table ``line`` of a shard: the rows of the forms that sites use, and other lines.

        Raises
        ------
        TableError
            If two lines of a site share an id.
        """
        own = line_table(others)
        if not uses:
            return own
        rows = np.concatenate([np.arange(form.first, form.last) for _, form in uses])
        lengths = np.array([form.last - form.first for _, form in uses])
        sites = pa.array([site for site, _ in uses], pa.string())
        named = sites.take(pa.array(np.repeat(np.arange(len(uses)), lengths)))
        if self._table is None:
            self._table = pa.Table.from_pylist(self._rows, schema=LINE.arrow())
        shared = self._table.take(pa.array(rows)).set_column(
            LINE.names.index("site"), LINE.arrow().field("site"), named
        )
        return _unique(LINE.check(pa.concat_tables([own, shared]).combine_chunks()))

    def tidy(self) -> None:
        """Forget everything once there is much; between shards, whose books hold what they use."""
        if len(self._rows) > MOST_ROWS:
            self._known.clear()
            self._rows.clear()
            self._table = None


def _unique(lines: pa.Table) -> pa.Table:
    """The lines, in the order of their key, if no two share it."""
    if lines.num_rows > 1:
        before, after = lines.slice(0, lines.num_rows - 1), lines.slice(1)
        twice = pc.and_(
            pc.equal(before["site"], after["site"]), pc.equal(before["leaf"], after["leaf"])
        )
        if pc.any(twice).as_py():
            first: dict[str, Any] = before.filter(twice).slice(0, 1).to_pylist()[0]
            fault = Fault(
                (first["site"], first["leaf"]), "the same leaf twice",
                "a leaf is unique", "report this: the method is at fault",
            )  # fmt: skip
            raise TableError("The lines of an account are at fault", [fault])
    return lines
