"""Accounting methods as data: standard, edition, and the kinds of source streams they know.

Each kind names one of a few equations; adding a sector adds a file, not code. When a method was in
force is said by the source that it names, in the table of sources.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from celadon.chain import canonical_json, sha256_text
from celadon.errors import Fault, LookupRefused
from celadon.exact import parse_decimal
from celadon.reference.facts import Source
from celadon.reference.validity import State

_NOT_IN_FORCE: dict[State, str] = {
    "not_yet": "it was not yet in force",
    "ended": "it was no longer in force",
    "uncertain": "it is uncertain whether it was in force",
    "unknown": "it is not known when it was in force",
}


class StreamKind(BaseModel):
    """One kind of source stream of a method: its equation, its scope, and where its factor is.

    ``subjects`` gives the subject in the table ``process`` by carrier, for the equation ``factor``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    equation: Literal["combustion", "factor", "purchased_electricity", "purchased_heat"]
    scope: str
    exported: str = Field("", description="scope of what leaves the site, where it has its own")
    clause: str
    subjects: dict[str, str] = Field(default_factory=dict)


class Method(BaseModel):
    """An accounting method: one edition of one standard."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    account: Literal["energy", "carbon"]
    source: str = Field(description="id in the sources table, which gives edition and validity")
    confidence: Literal["A", "B", "C", "D"] = Field(description="letter of the equations")
    title_zh: str
    title_en: str
    clause: str
    factor_set: str = ""
    carbon_to_co2: str = "44/12"
    feed_water_enthalpy: str = Field("0", description="kJ/kg taken off a steam's enthalpy")
    industries: tuple[str, ...] = ()
    kinds: dict[str, StreamKind] = Field(default_factory=dict)

    @field_validator("carbon_to_co2", "feed_water_enthalpy")
    @classmethod
    def _number(cls, text: str) -> str:
        top, _, bottom = text.partition("/")
        if parse_decimal(bottom or "1") == 0:
            raise ValueError("divides by zero")
        parse_decimal(top)
        return text

    @property
    def carbon_ratio(self) -> tuple[int, int]:
        """Numerator and denominator of the method's ratio of carbon dioxide to carbon."""
        top, _, bottom = self.carbon_to_co2.partition("/")
        ratio = parse_decimal(top) / parse_decimal(bottom or "1")
        return ratio.numerator, ratio.denominator

    def title(self, language: str) -> str:
        """The method's title in ``zh`` or ``en``."""
        return self.title_zh if language == "zh" else self.title_en

    def obstacle(self, sources: Mapping[str, Source], from_day: dt.date, to_day: dt.date) -> str:
        """Why it cannot be said that the method was in force on all of ``[from_day, to_day)``.

        Empty where it was. A beginning that is known to the year only is certain after that year.
        """
        validity = sources[self.source].validity
        for day in (from_day, to_day - dt.timedelta(days=1)):
            state = validity.state(day)
            if state != "in_force":
                return f"{_NOT_IN_FORCE[state]} ({validity.words()})"
        return ""


@cache
def methods() -> dict[str, Method]:
    """All shipped methods by id."""
    folder = files("celadon.reference") / "methods"
    loaded = [
        Method.model_validate(tomllib.loads(entry.read_text(encoding="utf-8")))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    return {method.id: method for method in sorted(loaded, key=lambda method: method.id)}


@cache
def methods_digest() -> str:
    """SHA-256 over the canonical content of all methods."""
    plain = [method.model_dump(mode="json") for method in methods().values()]
    return sha256_text(canonical_json(plain))


def find_method(name: str, account: str) -> Method:
    """The method of that id for that account.

    Raises
    ------
    LookupRefused
        If there is none; lists those there are.
    """
    method = methods().get(name)
    if method is not None and method.account == account:
        return method
    known = [m.id for m in methods().values() if m.account == account]
    fault = Fault(
        ("site.toml", "[accounting]", f"{account}_method"),
        repr(name),
        f"a {account} method that celadon has: {', '.join(known)}",
        "correct the name",
    )
    raise LookupRefused(f"No {account} method is called {name!r}", [fault], known)
