"""Accounting methods as data: standard, edition, and the kinds of source streams they know.

Each kind names one of a few equations; adding a sector adds a file, not code.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from celadon.errors import Fault, LookupRefused
from celadon.exact import parse_decimal


class StreamKind(BaseModel):
    """One kind of source stream of a method: its equation, its scope, and where its factor is.

    ``subjects`` gives the subject in the table ``process`` by carrier, for the equation ``factor``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    equation: Literal["combustion", "factor", "purchased_electricity", "purchased_heat"]
    scope: str
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
    industries: tuple[str, ...] = ()
    kinds: dict[str, StreamKind] = Field(default_factory=dict)

    @property
    def carbon_ratio(self) -> tuple[int, int]:
        """Numerator and denominator of the method's ratio of carbon dioxide to carbon."""
        top, _, bottom = self.carbon_to_co2.partition("/")
        ratio = parse_decimal(top) / parse_decimal(bottom or "1")
        return ratio.numerator, ratio.denominator

    def title(self, language: str) -> str:
        """The method's title in ``zh`` or ``en``."""
        return self.title_zh if language == "zh" else self.title_en


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
