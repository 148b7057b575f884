"""Families of methods: the editions of one sector's standard, of which a day takes one.

A site may name a family in place of a method; then the edition in force holds on each day, and a
period that crosses a change is cut there. An edition whose text is not loaded is named, and the one
before it stands in.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, model_validator

from celadon.reference.facts import Source
from celadon.reference.methods import Method, find_method, methods
from celadon.reference.validity import partial_days


class Edition(BaseModel):
    """One edition: a method that is loaded, or the source of one that is not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: str = ""
    source: str = ""

    @model_validator(mode="after")
    def _one(self) -> Edition:
        if bool(self.method) == bool(self.source):
            raise ValueError("an edition names its method, or the source of one not loaded")
        return self

    @property
    def dated_by(self) -> str:
        """The source that says when it is in force."""
        return methods()[self.method].source if self.method else self.source


class Family(BaseModel):
    """The editions of one sector's method, oldest first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    en: str
    zh: str
    editions: tuple[Edition, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The method of a stretch of days, or why there is none.

    ``missing`` is the source of the edition in force, where that is not loaded and ``method``
    stands in for it; ``perhaps`` that of a later one of which no day is known on which it began.
    """

    method: Method | None
    why: str = ""
    missing: str = ""
    perhaps: str = ""


@dataclass(frozen=True)
class MethodByDay:
    """What a site's declaration names: one method for all days, or a family of editions."""

    name: str
    editions: tuple[Edition, ...]
    sources: Mapping[str, Source]

    @property
    def methods(self) -> tuple[Method, ...]:
        """The methods that it may take."""
        return tuple(methods()[e.method] for e in self.editions if e.method)

    @property
    def dated_by(self) -> tuple[str, ...]:
        """The sources on whose dates the method may change."""
        return tuple(edition.dated_by for edition in self.editions)

    def on(self, from_day: dt.date, to_day: dt.date) -> Chosen:
        """The method of the days ``[from_day, to_day)``.

        A method that was named itself holds where it was in force; of a family the latest edition
        that was. No edition holds where the days cross a change: they should have been cut there.
        """
        if len(self.editions) == 1:
            only = self.methods[0]
            why = only.obstacle(self.sources, from_day, to_day)
            return Chosen(None if why else only, why)
        first, last = self._holding(from_day), self._holding(to_day - dt.timedelta(days=1))
        if first != last:
            return Chosen(None, "another edition begins within these days, which are not cut")
        if first is None:
            why = self.methods[0].obstacle(self.sources, from_day, to_day)
            return Chosen(None, why or "it is not certain which edition was in force")
        if self.editions[first].method:
            perhaps = self._perhaps(first, from_day)
            return Chosen(methods()[self.editions[first].method], perhaps=perhaps)
        before = [e.method for e in self.editions[:first] if e.method]
        if not before:
            return Chosen(None, f"the text of {self.editions[first].source} is not loaded")
        return Chosen(methods()[before[-1]], missing=self.editions[first].source)

    def _perhaps(self, held: int, day: dt.date) -> str:
        """The source of a later edition that is published, and perhaps in force by now."""
        for edition in self.editions[held + 1 :]:
            source = self.sources[edition.dated_by]
            is_out = source.published and partial_days(source.published)[0] <= day
            if is_out and source.validity.state(day) == "unknown":
                return source.id
        return ""

    def _holding(self, day: dt.date) -> int | None:
        """The latest edition that is certainly in force on a day, unless one may have begun."""
        states = [self.sources[e.dated_by].validity.state(day) for e in self.editions]
        for number in reversed(range(len(states))):
            if states[number] == "in_force":
                return number
            if states[number] == "uncertain":
                return None
        return None


@cache
def families() -> dict[str, Family]:
    """All families by name."""
    text = (files("celadon.reference") / "families.toml").read_text(encoding="utf-8")
    return {name: Family.model_validate(plain) for name, plain in tomllib.loads(text).items()}


def find_method_by_day(name: str, account: str, sources: Mapping[str, Source]) -> MethodByDay:
    """What a declaration names, a method or a family.

    Raises
    ------
    LookupRefused
        If it is neither; lists those there are.
    """
    family = families().get(name)
    if family is not None and account == "carbon":
        return MethodByDay(name, family.editions, sources)
    method = find_method(name, account, tuple(families()) if account == "carbon" else ())
    return MethodByDay(name, (Edition(method=method.id),), sources)


def methods_named(name: str) -> tuple[Method, ...]:
    """The carbon methods that a name in a declaration may mean; none if it is unknown or empty."""
    if name in families():
        return tuple(methods()[e.method] for e in families()[name].editions if e.method)
    return (methods()[name],) if name in methods() else ()
