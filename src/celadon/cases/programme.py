"""A programme as it is declared: who leads it, its officers, its stages and what each needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from celadon.cases.criteria import Criterion
from celadon.errors import DeclarationError, Fault
from celadon.records.declaring import Named
from celadon.records.validation import keys_of, read_toml, told

Kind = Literal["supervision", "diagnosis", "pilot", "list"]
Need = Literal["officers", "hearing", "findings", "notice", "corrected", "result", "review"]
RESULTS: Mapping[Kind, tuple[str, ...]] = {
    "supervision": ("compliant", "violation", "cannot_tell"),
    "diagnosis": ("done", "cannot_tell"),
    "pilot": ("met", "not_met", "cannot_tell"),
    "list": ("met", "not_met", "cannot_tell"),
}
"""How the cases of each kind of programme may end."""


class Officer(Named):
    """A person who may act, where, and until when the certificate is good."""

    certificate: str = Field(min_length=1)
    regions: tuple[str, ...] = Field(min_length=1, description="ISO 3166-2; CN for all provinces")
    valid_to: dt.date | None = Field(None, description="last day on which it is good")

    def may_act(self, region: str, on: dt.date) -> bool:
        """Whether the officer has authority for a region on a day."""
        covered = any(region == own or region.startswith(f"{own}-") for own in self.regions)
        return covered and (self.valid_to is None or on <= self.valid_to)


class Stage(Named):
    """A step of every case.

    ``after`` are the stages from which it is entered; none for those at which a case begins.
    ``needs`` says what must be on record first, ``officers_least`` how many must be assigned.
    """

    after: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    days: int | None = Field(None, ge=1, description="days within which it is to be left")
    ends: bool = Field(default=False, description="whether the case ends with it")


class Programme(Named):
    """One programme of one authority: supervision, diagnosis, a pilot or a list.

    ``stages`` may be left out: then they are those of its kind.
    """

    kind: Kind
    authority: str = Field(min_length=1)
    region: str = Field(min_length=1, description="ISO 3166-2, or CN")
    year: int
    call: str = Field("", description="number of the notice that calls for it")
    simulated: bool = False
    officers_least: int = Field(2, ge=1, description="officers who act together")
    notice_days: int | None = Field(20, ge=0, description="days after the check to serve a notice")
    apply_to: dt.date | None = Field(None, description="first day on which none may apply any more")
    criteria: tuple[Criterion, ...] = ()
    officers: tuple[Officer, ...] = ()
    stages: tuple[Stage, ...] = Field(min_length=1)

    def stage(self, name: str) -> Stage | None:
        """The stage of an id."""
        return next((stage for stage in self.stages if stage.id == name), None)

    def officer(self, name: str) -> Officer | None:
        """The officer of an id."""
        return next((officer for officer in self.officers if officer.id == name), None)

    def criterion(self, name: str) -> Criterion | None:
        """The criterion of an id."""
        return next((each for each in self.criteria if each.id == name), None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for kind, listed in (
            ("stage", self.stages), ("officer", self.officers), ("criterion", self.criteria),
        ):  # fmt: skip
            names = [each.id for each in listed]
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{kind} declared twice: {', '.join(twice)}")
        known = {stage.id for stage in self.stages}
        unknown = sorted({name for stage in self.stages for name in stage.after} - known)
        if unknown:
            raise ValueError(f"stages come after others that are not declared: {unknown}")
        if all(stage.after for stage in self.stages):
            raise ValueError("no stage begins: one comes after no other")
        return self


_TABLES = {"officer": "officers", "stage": "stages", "criterion": "criteria"}


def load_programme(path: Path) -> Programme:
    """Read and check a ``programme.toml``.

    Raises
    ------
    DeclarationError
        With every fault of the file at once.
    """
    return programme_from(read_toml(path.read_bytes(), str(path)), str(path))


def programme_from(plain: Mapping[str, Any], place: str) -> Programme:
    """A checked programme from the plain content of its file; faults name ``place``.

    Raises
    ------
    DeclarationError
        With every fault at once.
    """
    head = plain.get("programme", {})
    lists = {name: plain[table] for table, name in _TABLES.items() if table in plain}
    fields = {**head, **lists}
    if "stages" not in fields and head.get("kind") in known_stages():
        fields["stages"] = known_stages()[head["kind"]]
    strange = sorted(plain.keys() - {"programme", *_TABLES})
    faults = [
        Fault(
            (place, key),
            f"the key {key!r}",
            "[programme], [[criterion]], [[officer]], [[stage]]",
            "remove it",
        )
        for key in strange
    ]
    programme: Programme | None = None
    try:
        programme = Programme.model_validate(fields)
    except ValidationError as error:
        faults += [
            Fault((place, ".".join(map(str, each["loc"]))), *told(each, keys_of(Programme)))
            for each in error.errors()
        ]
    if faults or programme is None:
        raise DeclarationError(f"The programme has {len(faults)} fault(s)", faults)
    return programme


@cache
def known_stages() -> dict[str, list[dict[str, Any]]]:
    """The stages of each kind of programme that declares none of its own."""
    text = (files("celadon.cases") / "data" / "stages.toml").read_bytes()
    plain = read_toml(text, "stages.toml")
    return {kind: table["stage"] for kind, table in plain.items()}
