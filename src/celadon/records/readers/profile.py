"""Reader profiles: how one kind of file says what it says. A profile is a data file.

Profiles are looked for in the site's folder, then among those shipped. A user adds one by writing
a TOML file; the keys are the fields of :class:`Profile`.
"""

from __future__ import annotations

import codecs
import datetime as dt
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from celadon.chain import canonical_json, sha256_text
from celadon.errors import DeclarationError, Fault
from celadon.records.validation import keys_of, read_toml, told

_SOME_INSTANT = dt.datetime(2025, 12, 31, 23, 45, tzinfo=dt.UTC)


class _Declaration(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TimeColumn(_Declaration):
    """Where and how a readings file says when."""

    column: tuple[str, ...] = Field(description="headers that may hold it, in either language")
    clock: tuple[str, ...] = Field(
        (),
        description="headers that may hold the time of day, where `column` holds the day alone",
    )
    format: str = Field(
        description="as of strptime, for example %Y-%m-%d %H:%M; of two columns, with a blank"
        " between them"
    )
    zone: str = Field("site", description="a time zone, or `site` for the site's own")
    stamp: Literal["start", "end"] = Field(
        "start", description="whether an interval is stamped at its start or its end"
    )

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            return zone if zone == "site" else ZoneInfo(zone).key
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{zone!r} is neither `site` nor a time zone") from None

    @model_validator(mode="after")
    def _two_columns(self) -> Self:
        both = sorted(set(self.column) & set(self.clock))
        if both:
            raise ValueError(f"{both[0]!r} cannot head both the day and the time of day")
        return self

    @field_validator("format")
    @classmethod
    def _tells_the_minute(cls, pattern: str) -> str:
        try:
            read = dt.datetime.strptime(_SOME_INSTANT.strftime(pattern), pattern)  # noqa: DTZ007
        except ValueError as error:
            raise ValueError(f"not a format of strptime: {error}") from None
        if read.replace(tzinfo=dt.UTC) != _SOME_INSTANT:
            raise ValueError("the format leaves out the year, the day, the hour or the minute")
        return pattern


class Profile(_Declaration):
    """How a file is read.

    ``layout = "wide"``: one column per meter, headed by the meter's id or mapped in ``meters``, a
    unit in brackets behind it. ``layout = "long"``: one row per reading. ``layout = "rows"``: one
    row per fact (activity, samples), fields found by their headers.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    kind: Literal["reading", "activity", "sample", "exchange", "equipment", "settlement"]
    file: Literal["csv", "xlsx", "parquet", "green-button"]
    layout: Literal["wide", "long", "rows"]
    title_zh: str = ""
    title_en: str = ""
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = Field(
        "", description="what parts thousands; empty: a number with a separator is refused"
    )
    sheets: tuple[str, ...] = Field((), description="sheets to read; empty: every sheet")
    header_row: int = Field(1, ge=1, description="row of the headers, the first row being 1")
    time: TimeColumn | None = None
    meters: dict[str, str] = Field(default_factory=dict, description="header -> meter id")
    units: dict[str, str] = Field(default_factory=dict, description="header -> unit of its column")
    ignore: tuple[str, ...] = Field((), description="headers that are not read, on purpose")
    columns: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="field -> headers that may hold it"
    )
    words: dict[str, str] = Field(
        default_factory=dict, description="words of the file -> words of celadon"
    )
    date_formats: tuple[str, ...] = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str) -> str:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise ValueError(f"{encoding!r} is not an encoding, such as gb18030") from None
        return encoding

    @field_validator("delimiter")
    @classmethod
    def _one_byte(cls, delimiter: str) -> str:
        if not delimiter.isascii() or delimiter in '"\r\n\0':
            raise ValueError("a delimiter is one ASCII character, and no quote or end of line")
        return delimiter

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind in ("reading", "exchange") and self.time is None:
            raise ValueError(f"a profile of the kind {self.kind} needs [time]")
        if self.kind == "reading" and self.layout == "rows":
            raise ValueError("readings are wide or long")
        if self.layout == "long" and not {"meter", "value"} <= self.columns.keys():
            raise ValueError("a long readings profile needs [columns] with meter and value")
        if self.thousands == self.decimal:
            raise ValueError("one mark cannot part both thousands and decimals")
        if self.kind != "reading" and self.layout != "rows":
            raise ValueError(f"{self.kind} profiles have layout = rows")
        return self

    @property
    def content(self) -> str:
        """The hash that names this profile's content in the ledger.

        A key that came with a later edition counts only where it is used, so that what was read
        with an earlier one is still known.
        """
        plain = self.model_dump(mode="json")
        if plain["time"] is not None and not plain["time"]["clock"]:
            del plain["time"]["clock"]
        return sha256_text(canonical_json(plain))


def load_profile(name: str, folders: Iterable[Path] = ()) -> Profile:
    """The profile of that name, from the first of the folders that has it, else as shipped.

    Raises
    ------
    DeclarationError
        If there is none, or it breaks its own rules; all its faults at once.
    """
    for folder in folders:
        path = folder / f"{name}.toml"
        if path.is_file():
            return _parsed(str(path), path.read_bytes())
    shipped = files("celadon.records.readers") / "profiles"
    resource = shipped / f"{name}.toml"
    if resource.is_file():
        return _parsed(f"{name}.toml", resource.read_bytes())
    known = ", ".join(shipped_profiles())
    raise DeclarationError(
        f"No profile is called {name!r}",
        [
            Fault(
                (f"profile {name!r}",),
                "no such file in the site's profiles folder nor among the shipped ones",
                f"shipped profiles: {known}",
                "correct the name, or write the profile (docs/profiles.md)",
            )
        ],
    )


def shipped_profiles() -> list[str]:
    """Names of the profiles that come with celadon."""
    folder = files("celadon.records.readers") / "profiles"
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    )


def _parsed(place: str, data: bytes) -> Profile:
    plain = read_toml(data, place)
    try:
        return Profile.model_validate(plain)
    except ValidationError as error:
        raise DeclarationError(
            f"{place} breaks {error.error_count()} rule(s) of a profile",
            [
                Fault((place, *_key(fault["loc"])), *told(fault, _keys(fault["loc"])))
                for fault in error.errors(include_url=False)
            ],
        ) from None


def _key(location: tuple[int | str, ...]) -> tuple[str, ...]:
    return (".".join(str(part) for part in location),) if location else ()


def _keys(location: tuple[int | str, ...]) -> list[str]:
    return keys_of(TimeColumn if location[:1] == ("time",) else Profile)
