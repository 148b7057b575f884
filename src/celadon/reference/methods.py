"""Accounting methods as data: standard, edition, and the kinds of source streams they know.

Each kind of stream has one or more terms, and each term names one of a few equations, so that
adding a sector adds a file and no code. What all enterprise methods have is stated once, in
``shared_kinds.toml``. When a method was in force is said by the source that it
names, in the table of sources; which editions of a sector's standard follow each other is said in
``families.toml``.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from celadon.chain import canonical_json, sha256_text
from celadon.errors import Fault, LookupRefused
from celadon.exact import parse_decimal
from celadon.reference.equations import CARBON_TO_CO2, Equation, equations, parameter_kinds
from celadon.reference.facts import Source
from celadon.reference.formula import Formula
from celadon.reference.shared_kinds import FOSSIL, MIXED, with_shared
from celadon.reference.validity import State
from celadon.units import GASES

CARBON_DIOXIDE = "CO2"
"""The gas that needs no global-warming potential."""

_NOT_IN_FORCE: dict[State, str] = {
    "not_yet": "it was not yet in force",
    "ended": "it was no longer in force",
    "uncertain": "it is uncertain whether it was in force",
    "unknown": "it is not known when it was in force",
}


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Default(_Entry):
    """Where a method takes a parameter from when nothing was measured or certified.

    Either a row of a table (its subject fixed, or by carrier or item of the stream), or a number of
    the method itself. ``required`` says that there is no default: it must be measured.
    """

    table: str = "process"
    set: str = Field("", description="empty: the method's own set")
    subject: str = ""
    subjects: dict[str, str] = Field(default_factory=dict)
    name: str = Field("", description="the table's name of the parameter, where it differs")
    value: str = ""
    unit: str = "1"
    clause: str = ""
    rung: Literal["default", "programme", "penalty"] = "default"
    required: bool = False

    @field_validator("value")
    @classmethod
    def _number(cls, text: str) -> str:
        if text:
            parse_decimal(text)
        return text

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        ways = [bool(self.subject or self.subjects), bool(self.value), self.required]
        if sum(ways) != 1:
            raise ValueError("give exactly one of: subject or subjects, value, required")
        return self


class Term(_Entry):
    """One emission of a kind of stream: its equation, its gas, its scope, and its defaults.

    ``subjects`` gives the subject in the table ``process`` by carrier or item of the stream, for
    the parameter ``co2_factor``. ``sign`` is that of what enters; -1 for what a method takes off.
    ``origins`` says of which carriers it counts the carbon, where not of all.
    """

    equation: str
    scope: str
    exported: str = Field("", description="scope of what leaves the site, where it has its own")
    clause: str = ""
    gas: str = CARBON_DIOXIDE
    sign: Literal[1, -1] = 1
    biogenic: bool = Field(default=False, description="told aside, in no total")
    confidence: Literal["", "A", "B", "C", "D"] = Field(
        "", description="letter of this equation, where it is not the method's"
    )
    origins: tuple[Literal["fossil", "biogenic", "carbon_free"], ...] = ()
    subjects: dict[str, str] = Field(default_factory=dict)
    parameters: dict[str, Default] = Field(default_factory=dict)

    @property
    def worked_by(self) -> Equation:
        """The equation that it names."""
        return equations()[self.equation]

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.equation not in equations():
            raise ValueError(f"no equation is called {self.equation!r}: {', '.join(equations())}")
        if self.gas not in (CARBON_DIOXIDE, *GASES):
            raise ValueError(f"no gas is called {self.gas!r}: {', '.join(GASES)}")
        named = {name for formula in self.worked_by.formulas for name in formula.names}
        strange = (self.parameters.keys() - named) | (self.parameters.keys() - parameter_kinds())
        if strange:
            raise ValueError(f"{self.equation} has no parameter {', '.join(sorted(strange))}")
        if CARBON_TO_CO2 in self.parameters:
            raise ValueError(f"{CARBON_TO_CO2} is the method's own, for all of its streams")
        return self


class StreamKind(_Entry):
    """One kind of source stream of a method: where it is counted, and what it emits.

    A kind with one term writes the term's keys beside its own.
    """

    clause: str
    counted: Literal["boundary", "inside"] = Field(
        "boundary", description="what crosses the site's boundary, or what is moved within it"
    )
    shared: bool = Field(default=False, description="every method of its sort has it")
    terms: tuple[Term, ...]

    @model_validator(mode="before")
    @classmethod
    def _lift(cls, plain: Any) -> Any:
        if not isinstance(plain, dict) or "terms" in plain:
            return plain
        own = {key: plain[key] for key in ("clause", "counted") if key in plain}
        return own | {"terms": [{k: v for k, v in plain.items() if k not in own}]}

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        booked = [
            (term.scope, term.gas, term.biogenic, origin)
            for term in self.terms
            for origin in term.origins or ("fossil", "biogenic", "carbon_free")
        ]
        if len(set(booked)) < len(booked):
            raise ValueError("two terms of one kind have the same scope and gas")
        return self

    @property
    def is_of_fuel(self) -> bool:
        """Whether it would count a carrier otherwise if that were biomass."""
        return any("biogenic" in term.origins for term in self.terms)

    def terms_of(self, origin: str) -> tuple[Term, ...]:
        """The terms that count a carrier, by the origin of its carbon; fossil where it says none.

        Examples
        --------
        >>> fuel = methods()["power-mee-2022"].kinds["combustion"]
        >>> [term.equation for term in fuel.terms_of("biogenic")]
        ['biogenic']
        """
        wanted = FOSSIL if origin in ("", MIXED) else origin
        return tuple(term for term in self.terms if not term.origins or wanted in term.origins)


class Method(_Entry):
    """An accounting method: one edition of one standard."""

    id: str
    account: Literal["energy", "carbon"]
    source: str = Field(description="id in the sources table, which gives edition and validity")
    confidence: Literal["A", "B", "C", "D"] = Field(description="letter of the equations")
    title_zh: str
    title_en: str
    clause: str
    level: Literal["enterprise", "process"] = "enterprise"
    factor_set: str = ""
    gwp_set: str = Field("", description="set of global-warming potentials; empty: only CO2")
    carbon_to_co2: str = "44/12"
    feed_water_enthalpy: str = Field("0", description="kJ/kg taken off a steam's enthalpy")
    industries: tuple[str, ...] = ()
    kinds: dict[str, StreamKind] = Field(default_factory=dict)
    carriers: dict[str, str] = Field(
        default_factory=dict, description="kind of a carrier wherever it crosses a process"
    )
    errata: tuple[str, ...] = Field((), description="what of the printed text is not followed")

    @field_validator("carbon_to_co2", "feed_water_enthalpy")
    @classmethod
    def _number(cls, text: str) -> str:
        top, _, bottom = text.partition("/")
        if parse_decimal(bottom or "1") == 0:
            raise ValueError("divides by zero")
        parse_decimal(top)
        return text

    @model_validator(mode="after")
    def _whole(self) -> Self:
        gases = {term.gas for kind in self.kinds.values() for term in kind.terms}
        if gases - {CARBON_DIOXIDE} and not self.gwp_set:
            raise ValueError("a method with other gases than CO2 names its gwp_set")
        strange = set(self.carriers.values()) - self.kinds.keys()
        if strange:
            raise ValueError(
                f"carriers name kinds that are not there: {', '.join(sorted(strange))}"
            )
        return self

    @property
    def carbon_ratio(self) -> tuple[int, int]:
        """Numerator and denominator of the method's ratio of carbon dioxide to carbon."""
        return _quotient(self.carbon_to_co2)

    def formula_of(self, kind: str, scope: str, names: Collection[str]) -> Formula | None:
        """The formula of a kind that was worked for a line, by its scope and its parameters.

        Parameters
        ----------
        scope : of the line, without its gas; empty where lines have scopes of their own.
        """
        terms = self.kinds[kind].terms if kind in self.kinds else ()
        for term in terms:
            if scope not in ("", term.scope, term.exported):
                continue
            for formula in term.worked_by.formulas:
                if set(formula.names) - {CARBON_TO_CO2} == set(names):
                    return formula
        return None

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
def _quotient(text: str) -> tuple[int, int]:
    top, _, bottom = text.partition("/")
    ratio = parse_decimal(top) / parse_decimal(bottom or "1")
    return ratio.numerator, ratio.denominator


@cache
def methods() -> dict[str, Method]:
    """All shipped methods by id."""
    folder = files("celadon.reference") / "methods"
    loaded = [
        Method.model_validate(with_shared(tomllib.loads(entry.read_text(encoding="utf-8"))))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    return {method.id: method for method in sorted(loaded, key=lambda method: method.id)}


@cache
def methods_digest() -> str:
    """SHA-256 over the canonical content of all methods and of the equations they name."""
    plain = {
        "methods": [method.model_dump(mode="json") for method in methods().values()],
        "equations": {name: list(found.forms) for name, found in equations().items()},
    }
    return sha256_text(canonical_json(plain))


def find_method(name: str, account: str, also: Iterable[str] = ()) -> Method:
    """The method of that id for that account.

    Parameters
    ----------
    also : other names that could have been given, for the message.

    Raises
    ------
    LookupRefused
        If there is none; lists those there are.
    """
    method = methods().get(name)
    if method is not None and method.account == account:
        return method
    known = [*(m.id for m in methods().values() if m.account == account), *also]
    fault = Fault(
        ("site.toml", "[accounting]", f"{account}_method"),
        repr(name),
        f"a {account} method that celadon has: {', '.join(known)}",
        "correct the name",
    )
    raise LookupRefused(f"No {account} method is called {name!r}", [fault], known)
