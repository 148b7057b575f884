"""The kinds of events, and what each must say.

An event says when it was recorded, on which day the act was done, by whom, of which case, and the
data of its kind. What was wrong is set right by a later event that names it; nothing is taken back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from celadon.errors import Fault, InputError
from celadon.exact import parse_decimal
from celadon.records.declaring import DecimalText, Declaration
from celadon.records.validation import keys_of, told

Text = Annotated[str, StringConstraints(min_length=1)]
Said = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
SelectedBy = Literal["special", "last_year", "random", "risk", "application", "criteria"]
Result = Literal["compliant", "violation", "cannot_tell", "met", "not_met", "done"]
Ground = Literal["mandatory", "advice"]


def _not_negative(text: str) -> str:
    if parse_decimal(text) < 0:
        raise ValueError("a saving or an amount of money here is not negative")
    return text


Amount = Annotated[DecimalText, AfterValidator(_not_negative)]


class Opened(Declaration):
    """The programme begins; ``declaration`` is the SHA-256 of its file."""

    declaration: Digest


class Selected(Declaration):
    """An enterprise enters; ``draw`` is the published seed where it was drawn by lot.

    ``listed`` is then the SHA-256 of the list that was drawn from: its ids, one a line, in order.
    ``criterion`` is the one that it was selected by, ``because`` what each condition found.
    """

    name: Text
    code: str = Field("", description="unified social credit code")
    region: Text = Field(description="ISO 3166-2")
    industry: str = ""
    selected_by: SelectedBy
    reason: Text
    draw: str = ""
    listed: Digest | None = None
    criterion: str = ""
    because: tuple[Text, ...] = ()


class Assigned(Declaration):
    """The officers who are to act, by their ids in the programme."""

    officers: tuple[Text, ...] = Field(min_length=1)


class Entered(Declaration):
    """The case enters a stage."""

    stage: Text
    note: str = ""


class Found(Declaration):
    """Something found: article broken, facts, and the evidence by its hashes."""

    finding: Text = Field(description="id of the finding, unique in its case")
    article: Text
    facts: Text
    evidence: tuple[Digest, ...] = ()
    rests_on: tuple[Text, ...] = Field(
        (), description="rows of the reference tables that the finding rests on"
    )
    records: tuple[Text, ...] = Field(
        (), description="rows of the enterprise that show it: TABLE/SITE/KEY@SHA-256"
    )
    ground: Ground = Field(
        "mandatory", description="advice: it is below a level that no clause obliges to keep"
    )


class Evidenced(Declaration):
    """More evidence of a finding on record, such as the page of a catalogue, by its hashes."""

    finding: Text
    evidence: tuple[Digest, ...] = Field(min_length=1)
    note: str = ""


class Reviewed(Declaration):
    """Judged by a criterion of the programme; ``because`` is what each condition found."""

    criterion: Text
    answer: Literal["yes", "no", "cannot_tell"]
    because: tuple[Text, ...] = Field(min_length=1)


class Advised(Declaration):
    """A measure that a diagnosis proposes: its saving a year and what it costs."""

    measure: Text = Field(description="id of the measure, unique in its case")
    text: Text
    saving: Amount = Field(description="tce a year")
    investment: Amount | None = Field(None, description="10^4 CNY")
    evidence: tuple[Digest, ...] = ()


class Implemented(Declaration):
    """A measure is carried out; ``saving`` is what was then measured, where it was."""

    measure: Text
    saving: Amount | None = Field(None, description="tce a year, measured afterwards")
    evidence: tuple[Digest, ...] = ()


class Heard(Declaration):
    """The enterprise's opinion on what was found, or that it gave none by the day set."""

    opinion: Said
    accepted: tuple[Text, ...] = Field((), description="findings given up after it")
    waived: bool = Field(default=False, description="the enterprise gave up its hearing")


class Noticed(Declaration):
    """A correction notice or an advice is served; ``paper`` is its page, where it is kept here."""

    notice: Text
    kind: Literal["correction", "advice"]
    findings: tuple[Text, ...] = Field(min_length=1)
    deadline: dt.date
    document: Digest | None = None
    paper: str = Field("", description="such as notices/s-2026-e1-1.html; empty elsewhere")


class Extended(Declaration):
    """The deadline of a notice is put off."""

    notice: Text
    deadline: dt.date
    reason: Text


class Followed(Declaration):
    """A finding was looked at again: whether it is put right."""

    finding: Text
    corrected: bool
    evidence: tuple[Digest, ...] = ()
    note: str = ""


class Concluded(Declaration):
    """The result of the case."""

    result: Result
    note: str = ""


class Transferred(Declaration):
    """The case is handed to another department as well, such as price, finance or credit."""

    department: Text
    document: Digest | None = None


class Withdrawn(Declaration):
    """The enterprise leaves before a result: shut down, merged, selected by mistake."""

    reason: Text


class Reinstated(Declaration):
    """A withdrawal that should not have been."""

    reason: Text


class Published(Declaration):
    """A list or a result was published; ``document`` is the SHA-256 of what was.

    ``paper`` is its file in the programme's folder, where it is one that was written for it.
    """

    what: Text
    document: Digest
    source: str = Field("", description="number of the announcement, or where it stands")
    paper: str = ""


class Removed(Declaration):
    """The enterprise leaves a published list, for a reason that a clause names."""

    reason: Text
    clause: Text
    document: Digest | None = None


class Noted(Declaration):
    """A remark, or what sets an earlier event right in words: ``about`` is its position."""

    text: Text
    about: int | None = Field(None, ge=1)
    document: Digest | None = None


KINDS: Mapping[str, type[Declaration]] = {
    "opened": Opened, "selected": Selected, "assigned": Assigned, "entered": Entered,
    "found": Found, "heard": Heard, "noticed": Noticed, "extended": Extended,
    "followed": Followed, "concluded": Concluded, "transferred": Transferred,
    "withdrawn": Withdrawn, "reinstated": Reinstated, "published": Published,
    "removed": Removed, "noted": Noted, "reviewed": Reviewed, "advised": Advised,
    "implemented": Implemented, "evidenced": Evidenced,
}  # fmt: skip
"""What the data of each kind of event must be."""

OF_PROGRAMME = frozenset({"opened", "published", "noted"})
"""Kinds that may speak of the whole programme."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it stands in a register.

    Parameters
    ----------
    position : in the chain, from 1; 0 where it is not recorded yet.
    at : when it was recorded, ISO 8601 in UTC; empty where it is not recorded yet.
    on : local day of the act, ISO 8601; a paper may be entered later.
    by : id of the person or system that recorded it.
    case : id of the case; empty where it speaks of the programme.
    data : plain values, as its kind wants them.
    """

    position: int
    at: str
    on: str
    by: str
    kind: str
    case: str
    data: Mapping[str, Any]

    def body(self) -> dict[str, Any]:
        """What the chain seals."""
        return {
            "at": self.at, "on": self.on, "by": self.by, "kind": self.kind, "case": self.case,
            "data": dict(self.data),
        }  # fmt: skip


def event(
    by: str, kind: str, case: str = "", /, *, on: dt.date | None = None, **data: object
) -> Event:
    """A new event whose data fits its kind.

    Parameters
    ----------
    on : local day of the act; the day on which it is recorded if not given.

    Raises
    ------
    InputError
        With everything that its data lacks or has too much.

    Examples
    --------
    >>> event("officer-1", "noted", text="arrived").data
    {'text': 'arrived'}
    """
    if kind not in KINDS:
        rule = "one of: " + ", ".join(KINDS)
        fault = Fault((case or "programme", kind), "no such kind of event", rule, "correct it")
        raise InputError(f"{kind!r} is no kind of event", [fault])
    if not case and kind not in OF_PROGRAMME:
        fault = Fault((kind,), "no case", "which case it speaks of", "name the case")
        raise InputError(f"An event {kind!r} speaks of a case", [fault])
    if not by:
        fault = Fault((case, kind), "nobody", "who records it", "name the person or system")
        raise InputError("An event says by whom it was recorded", [fault])
    model = KINDS[kind]
    try:
        checked = model.model_validate(data)
    except ValidationError as error:
        faults = [
            Fault((case, kind, ".".join(map(str, each["loc"]))), *told(each, keys_of(model)))
            for each in error.errors()
        ]
        raise InputError(f"The event {kind!r} has {len(faults)} fault(s)", faults) from None
    plain = checked.model_dump(mode="json", exclude_defaults=True)
    return Event(0, "", str(on or ""), by, kind, case, plain)
