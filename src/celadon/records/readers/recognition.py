"""What a guess about a file is: each thing guessed, what it rests on, and what is doubtful.

A guess is shown before it is used, and used without being confirmed only where nothing in it is
doubtful. What it rests on is a key with numbers; the words stand with the door that shows them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from celadon.records.finding import Finding
from celadon.records.readers.profile import Profile


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing guessed.

    Parameters
    ----------
    aspect : what it is about, such as ``delimiter``.
    value : the guess, as the profile has it.
    because : key of what it rests on, with its ``numbers``.
    others : what it could be as well; where there are any, the guess is doubtful.
    """

    aspect: str
    value: str
    because: str
    numbers: dict[str, Any] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    @property
    def doubtful(self) -> bool:
        """Whether a person has to confirm it."""
        return bool(self.others)


@dataclass(frozen=True, slots=True)
class Guess:
    """How a file could be read.

    Parameters
    ----------
    profile : the profile that says so.
    known_as : name of the profile that says the same and is there already; empty if none.
    traces : each thing guessed, in the order of reading.
    rows : rows of the ledger that the whole file gives so.
    first : the first of them, as plain rows.
    findings : what of the file would not be taken, or only with a remark.
    """

    profile: Profile
    known_as: str
    traces: tuple[Trace, ...]
    rows: int = 0
    first: tuple[dict[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def doubts(self) -> tuple[Trace, ...]:
        """What a person has to confirm before the file is taken so."""
        return tuple(trace for trace in self.traces if trace.doubtful)


class NotRecognised(Exception):
    """Nothing could be guessed: why not, as a key with numbers, and what was guessed till then."""

    def __init__(self, because: str, traces: Iterable[Trace] = (), **numbers: Any) -> None:
        super().__init__(because)
        self.because = because
        self.numbers = numbers
        self.traces = tuple(traces)


def says_the_same(known: Profile, guess: Profile) -> bool:
    """Whether a profile that there is reads a file as the guess does."""
    same = ("kind", "file", "layout", "delimiter", "encoding", "decimal", "thousands",
            "sheets", "header_row")  # fmt: skip
    if any(getattr(known, name) != getattr(guess, name) for name in same):
        return False
    if guess.kind != "reading":
        return guess.columns == known.columns and guess.words == known.words
    if known.time is None or guess.time is None:
        return False
    timed = (known.time.format, known.time.stamp, known.time.zone) == (
        guess.time.format, guess.time.stamp, guess.time.zone,
    ) and set(guess.time.column) <= set(known.time.column)  # fmt: skip
    timed = timed and bool(guess.time.clock) == bool(known.time.clock)
    timed = timed and set(guess.time.clock) <= set(known.time.clock)
    mapped = all(
        own.items() <= other.items()
        for own, other in ((guess.meters, known.meters), (guess.units, known.units),
                           (guess.words, known.words))
    )  # fmt: skip
    fields = all(
        set(headers) <= set(known.columns.get(name, ())) for name, headers in guess.columns.items()
    )
    return timed and mapped and fields and set(guess.ignore) <= set(known.ignore)
