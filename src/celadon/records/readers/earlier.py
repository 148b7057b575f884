"""What a file leaves open, settled by how the earlier files of the same meters were read.

Three rows of a morning do not say whether they are stamped at the start of an interval or at its
end. Where every meter of the file was read before by exactly one of the profiles that it could be
read by, it is read by that one, and the guess says by which file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import pyarrow as pa

from celadon.records.readers.profile import Profile
from celadon.records.readers.recognition import Trace, says_the_same

ENOUGH = 24
"""Rows of a meter from which their own steps say how long an interval is."""

_SETTLED = {"stamp", "format", "decimal", "step"}


@dataclass(frozen=True, slots=True)
class Earlier:
    """A file that was read before: its name, and its position in the ledger."""

    file: str
    position: int


ReadBy = Callable[[str, frozenset[str]], Earlier | None]
"""The last file in which a profile, told by its content, read every one of some meters."""


def as_earlier(
    profile: Profile,
    traces: Sequence[Trace],
    rows: pa.Table,
    known: Mapping[str, Profile],
    read_by: ReadBy,
) -> tuple[Profile, str, tuple[Trace, ...]] | None:
    """The profile that the meters of a doubtful guess were read by before, and what it settles.

    Parameters
    ----------
    profile : the doubtful guess.
    rows : the readings that it gives.
    known : the profiles that there are, by name.

    Returns
    -------
    The profile, the name by which it is known (empty if by none), and the traces without doubt;
    None where none of the profiles that it could be read by has read all the meters, or several.
    """
    doubtful = {trace.aspect: trace for trace in traces if trace.doubtful}
    meters = frozenset(rows["meter"].unique().to_pylist())
    if not doubtful or not doubtful.keys() <= _SETTLED or not meters:
        return None
    if "step" in doubtful and not _skips(doubtful["step"], rows.num_rows // len(meters)):
        return None
    found: dict[str, tuple[Profile, str, Earlier]] = {}
    for variant in _variants(profile, {trace.aspect: trace for trace in traces}):
        name = next((name for name in known if says_the_same(known[name], variant)), "")
        meant = known[name] if name else variant
        earlier = read_by(meant.content, meters)
        if earlier is not None:
            found[meant.content] = meant, name, earlier
    if len(found) != 1:
        return None
    meant, name, earlier = next(iter(found.values()))
    return meant, name, tuple(_settled(trace, meant, earlier) for trace in traces)


def _skips(step: Trace, rows: int) -> bool:
    """Whether a step of a few rows can come of intervals that are left out."""
    minutes = step.value.split()[0]
    declared = [int(other.split()[0]) for other in step.others]
    fits = minutes.isdecimal() and any(int(minutes) % length == 0 for length in declared)
    return fits and rows < ENOUGH


def _variants(profile: Profile, traces: Mapping[str, Trace]) -> Iterator[Profile]:
    """The profiles that a file could be read by, for all that is doubtful in it."""
    time = profile.time
    if time is None:
        return
    stamp, pattern, decimal = (traces.get(name) for name in ("stamp", "format", "decimal"))
    marks = _ways(decimal, profile.decimal)
    if decimal is not None and decimal.because == "no_fractions":
        marks = (".", ",")
    for stamped, form, mark in product(
        _ways(stamp, time.stamp), _ways(pattern, time.format), marks
    ):
        if mark != profile.thousands:
            said = time.model_copy(update={"stamp": stamped, "format": form})
            yield profile.model_copy(update={"time": said, "decimal": mark})


def _ways(trace: Trace | None, value: str) -> tuple[str, ...]:
    return (value,) if trace is None else (value, *trace.others)


def _settled(trace: Trace, profile: Profile, earlier: Earlier) -> Trace:
    if not trace.doubtful or profile.time is None:
        return trace
    values = {
        "stamp": profile.time.stamp, "format": profile.time.format, "decimal": profile.decimal,
        "step": trace.value,
    }  # fmt: skip
    numbers = {"file": earlier.file, "position": earlier.position}
    return replace(
        trace, value=values[trace.aspect], because="earlier_file", numbers=numbers, others=()
    )
