"""Forms: the lines of a stream, written once for all sites whose streams are alike.

Enterprises of one sector declare the same streams, and their lines differ in the name of the site
alone, or in the values that their laboratories found. A shard of many sites writes each form once
and prints it for every site; what is printed is exactly what the book would have written.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from celadon.accounts.asking import Question
from celadon.accounts.expression import Expression
from celadon.accounts.lacking import Lack
from celadon.accounts.line import Line
from celadon.accounts.plates import Columns, Plates, Rows
from celadon.records.period import Period

OF_SITE = ("method_not_in_force", "edition_not_loaded", "edition_perhaps_in_force")
"""Lacks that are the site's and not the stream's."""

MOST_ROWS = 60_000
"""Rows of forms that are kept from one shard to the next."""

Lacks = tuple[tuple[Lack, tuple[Period, ...]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """What one stream or product brings into a book.

    Parameters
    ----------
    lines, parameters : its rows among those of all plates.
    lacks : what keeps its figures empty, with the days.
    names : the values of a site's own that it is filled with.
    ratios : of each slot how its ratio follows from them; below : what may not lie below zero.
    asked : of the reference tables, while it was written.
    """

    lines: Rows
    parameters: Rows
    lacks: Lacks = ()
    names: tuple[str, ...] = ()
    ratios: tuple[Expression, ...] = ()
    below: tuple[Expression, ...] = ()
    asked: frozenset[Question] = frozenset()

    def lacks_of(self, site: str) -> Iterable[tuple[Lack, tuple[Period, ...]]]:
        """Its lacks as another site has them."""
        for lack, periods in self.lacks:
            of_site = lack.rule in OF_SITE
            yield replace(lack, subject=site) if of_site else lack, periods


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a site's own: its count, the decimals of that, and where it stands."""

    count: int
    decimals: int
    factor: str


@dataclass(frozen=True, slots=True)
class Use:
    """A form used by an item of a site.

    Parameters
    ----------
    first : place of the form's first stretch of days among those of the item.
    ratios, values : what it is filled with.
    """

    form: Form
    item: str
    first: int = 0
    ratios: Sequence[tuple[int, int]] = ()
    values: Sequence[Value] = ()


@dataclass(slots=True)
class Forms:
    """The forms of a shard by what they rest on, and their rows one after the other.

    Parameters
    ----------
    lineage : whether what explains the lines is printed too: their inputs and parameters.
    """

    lineage: bool = False
    plates: Plates = field(default_factory=Plates)
    _known: dict[Hashable, Form | None] = field(default_factory=dict)
    _numbers: dict[Hashable, int] = field(default_factory=dict)
    _columns: tuple[int, Columns] | None = None

    def number(self, key: Hashable) -> int:
        """A number for a key, to stand for it in longer ones that are looked up often."""
        return self._numbers.setdefault(key, len(self._numbers))

    def knows(self, key: Hashable) -> bool:
        """Whether a form was written for a key, or refused."""
        return key in self._known

    def find(self, key: Hashable) -> Form | None:
        """The form that was written for a key; None where none can be."""
        return self._known.get(key)

    def refuse(self, key: Hashable) -> None:
        """Keep that sites cannot share what a key stands for."""
        self._known[key] = None

    def add(
        self,
        key: Hashable,
        lines: Sequence[Line],
        segments: Iterable[int],
        lacks: Mapping[Lack, Sequence[Period]],
        asked: Iterable[Question],
    ) -> Form:
        """Keep what was written for a key."""
        noted = tuple((lack, tuple(periods)) for lack, periods in lacks.items())
        form = Form(*self.plates.add(lines, segments), noted, asked=frozenset(asked))
        self._known[key] = form
        return form

    def keep(self, key: Hashable, form: Form) -> Form:
        """Keep a form whose rows were written already."""
        self._known[key] = form
        return form

    def columns(self) -> Columns:
        """The columns of all forms."""
        written = len(self.plates.lines)
        if self._columns is None or self._columns[0] != written:
            self._columns = written, Columns.of(self.plates)
        return self._columns[1]

    def tidy(self) -> None:
        """Forget everything once there is much; between shards, whose books hold what they use."""
        if len(self.plates.lines) > MOST_ROWS:
            self._known.clear()
            self._numbers.clear()
            self.plates = Plates()
            self._columns = None
