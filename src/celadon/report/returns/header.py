"""``return.json``: what a return says of itself, in one document that its seal covers.

Every other file of a return stands in it with its SHA-256, so the seal, the SHA-256 of this one
document, covers them all. It is what a person signs, by whatever law of signatures holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from celadon.chain import canonical_json, sha256_text
from celadon.records.period import Period
from celadon.records.site import Site
from celadon.tables import Schema

FORMAT = 1
"""The format that this celadon writes, and the newest that it reads."""

KIND = "celadon-return"
"""What the document says it is."""

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, StringConstraints(max_length=4096)]
Whole = Annotated[int, Field(ge=0, le=2**63 - 1)]
Count = Annotated[int, Field(ge=-(2**127), le=2**127)]


class _Part(BaseModel):
    """Any part of the document: frozen, exact about types, strict about unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SiteHead(_Part):
    """Which site, as its declaration says."""

    id: Text
    name_zh: Text
    name_en: Text
    country: Text
    region: Text
    industry: Text
    industry_edition: Text
    simulated: bool


class OwnerHead(_Part):
    """Which legal entity answers for it, as the declaration says."""

    name: Text
    credit_code: Text
    credit_code_exception: Text


class Days(_Part):
    """Local days from the first up to, and not including, the second."""

    from_day: dt.date
    to_day: dt.date

    @property
    def period(self) -> Period:
        """The same as a period; it may be empty or turned round, which a check tells."""
        return Period(self.from_day, self.to_day)


class AccountHead(_Part):
    """The account: its hash, over its leaf rows alone, and how many those are."""

    hash: Hash
    leaves: Whole


class TotalHead(_Part):
    """One total in small units; ``value`` is null, never zero, where nothing at all is known.

    ``lacking`` names what has no figure in it: streams, or the method that there is none of.
    """

    account: Text
    measure: Text
    unit: Text
    value: Count | None
    estimated: Count
    seconds_missing: Whole
    lacking: tuple[Text, ...]


class Quality(_Part):
    """Meter time by state, in seconds, and the number of readings."""

    readings: Whole
    measured: Whole
    estimated: Whole
    missing: Whole


class ReadHead(_Part):
    """What the account was computed from: the state of the ledger, the tables, the program.

    ``celadon`` is its version, and behind a plus sign what tells apart sources of one version.
    """

    position: Whole
    ledger: Hash
    declaration: Hash
    reference: Hash
    methods: Hash
    celadon: Text


class MethodHead(_Part):
    """A method that the account follows, with the standard and the edition that it names."""

    id: Text
    title_zh: Text
    title_en: Text
    standard: Text
    edition: Text
    confidence: Text


class FileHead(_Part):
    """A file of the return; ``rows`` and ``schema_digest`` where it is a table."""

    sha256: Hash
    bytes: Whole
    rows: Whole | None = None
    schema_digest: Hash | None = None


class Withheld(_Part):
    """A file of records that the account rests on, and what of it the return does not hold."""

    position: Whole
    kind: Text
    file: Text
    sha256: Hash
    rows: Whole
    recorded_at: Text
    what: Literal["rows_and_original", "original"]


class ConfirmedHead(_Part):
    """A row of the reference tables that the sender compared with print, and what it states.

    ``line`` is the hash of the line in the sender's audit file.
    """

    row: Text
    figure: dict[Text, str]
    letter: Text
    by: Text
    page: Text
    recorded_at: Text
    line: Hash


class Header(_Part):
    """The whole of ``return.json``; ``confirmed`` stands in it only where something is."""

    kind: Literal["celadon-return"]
    format: Literal[1]
    site: SiteHead
    owner: OwnerHead
    period: Days
    mode: Literal["working", "official"]
    account: AccountHead
    totals: tuple[TotalHead, ...]
    quality: Quality
    read: ReadHead
    methods: tuple[MethodHead, ...]
    files: dict[Text, FileHead]
    withheld: tuple[Withheld, ...]
    replaces: Hash | None
    confirmed: tuple[ConfirmedHead, ...] = ()

    def document(self) -> bytes:
        """The bytes of ``return.json``: canonical JSON, equal for equal content."""
        without = set() if self.confirmed else {"confirmed"}
        return canonical_json(self.model_dump(mode="json", exclude=without)).encode()

    @property
    def seal(self) -> str:
        """SHA-256 of the document."""
        return sha256_text(self.document().decode())


def heads_of(site: Site) -> tuple[SiteHead, OwnerHead]:
    """What the header says of a declared site and of its owner."""
    return (
        SiteHead(
            id=site.id, name_zh=site.name_zh, name_en=site.name_en, country=site.country,
            region=site.region, industry=site.industry, industry_edition=site.industry_edition,
            simulated=site.simulated,
        ),
        OwnerHead(
            name=site.owner.name, credit_code=site.owner.credit_code,
            credit_code_exception=site.owner.credit_code_exception,
        ),
    )  # fmt: skip


def schema_digest(schema: Schema) -> str:
    """SHA-256 of a table's columns: names, types, which may be empty, and the key."""
    columns = [[column.name, column.type, column.nullable] for column in schema.columns]
    return sha256_text(canonical_json([schema.name, columns, list(schema.key)]))


def withheld_of(batches: Sequence[Mapping[str, Any]], *, disclosed: bool) -> tuple[Withheld, ...]:
    """What a return does not hold of the batches that its account read.

    Parameters
    ----------
    batches : as the header of a run lists them.
    disclosed : whether the rows go with the return; the original files never do.
    """
    what: Literal["rows_and_original", "original"] = (
        "original" if disclosed else "rows_and_original"
    )
    return tuple(
        Withheld(
            position=batch["position"], kind=batch["kind"], file=batch["file"],
            sha256=batch["sha256"], rows=batch["rows"], recorded_at=batch["recorded_at"],
            what=what,
        )
        for batch in sorted(batches, key=lambda batch: batch["position"])
    )  # fmt: skip
