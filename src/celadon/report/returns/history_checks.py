"""A return against those accepted before: the same, a new version, or a name that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from celadon.report.returns.check import Check, cannot_tell, no, yes
from celadon.report.returns.header import Header
from celadon.report.returns.opening import Opened
from celadon.report.returns.register import Entry, identity_of, same_series, series_of

_NAMES = ("known", "replaces", "name", "site", "overlap")


def history_checks(opened: Opened, accepted: Sequence[Entry] | None) -> list[Check]:
    """What the register knows of this return and of its sender.

    Parameters
    ----------
    accepted : the lines that accept a return; None where there is no register to ask.
    """
    header = opened.header
    if header is None:
        return [cannot_tell(name, "unread") for name in _NAMES]
    if accepted is None:
        return [cannot_tell("known", "no_register")]
    return [
        _known(opened, header, accepted),
        _replaces(opened, header, accepted),
        *(list(_name(header, accepted)) or [yes("name")]),
        *(list(_site(header, accepted)) or [yes("site")]),
        *(list(_overlap(header, accepted)) or [yes("overlap")]),
    ]


def _known(opened: Opened, header: Header, accepted: Sequence[Entry]) -> Check:
    for entry in accepted:
        if entry.line["sha256"] == opened.sha256:
            numbers = {"position": entry.position, "on": entry.line["recorded_at"][:10]}
            return yes("known", "same", "", **numbers)
    earlier = same_series(header, accepted)
    if not earlier:
        return yes("known", "first")
    last = earlier[-1]
    same = last.line["account"] == header.account.hash
    numbers = {"version": last.line["version"] + 1, "on": last.line["recorded_at"][:10]}
    return yes("known", "version_same" if same else "version", "", **numbers)


def _replaces(opened: Opened, header: Header, accepted: Sequence[Entry]) -> Check:
    earlier = [e for e in same_series(header, accepted) if e.line["sha256"] != opened.sha256]
    if header.replaces is None:
        if not earlier or any(e.line["sha256"] == opened.sha256 for e in accepted):
            return yes("replaces", "none")
        return no("replaces", "unsaid", "", seal=earlier[-1].line["seal"][:16])
    if earlier and earlier[-1].line["seal"] == header.replaces:
        return yes("replaces", "last", "", seal=header.replaces[:16])
    if any(entry.line["seal"] == header.replaces for entry in accepted):
        return no("replaces", "another", "", seal=header.replaces[:16])
    return cannot_tell("replaces", "unknown", "", seal=header.replaces[:16])


def _name(header: Header, accepted: Sequence[Entry]) -> Iterator[Check]:
    """Enterprises of one name but of different codes are different enterprises."""
    own = _enterprise(header)
    others = sorted(
        {
            entry.enterprise
            for entry in accepted
            if entry.line["owner"] == header.owner.name and entry.enterprise != own
        }
    )
    if others:
        yield no("name", "other_code", "", name=header.owner.name, codes=", ".join(others))


def _site(header: Header, accepted: Sequence[Entry]) -> Iterator[Check]:
    """Sites that one enterprise has sent returns of: another plant, or one that was renamed."""
    own = _enterprise(header)
    others = {entry.line["site"] for entry in accepted if entry.enterprise == own}
    others -= {header.site.id}
    if others:
        yield no("site", "others", "", site=header.site.id, others=", ".join(sorted(others)))


def _overlap(header: Header, accepted: Sequence[Entry]) -> Iterator[Check]:
    """Returns of one site whose periods share days count them twice if both are added up."""
    own = series_of(identity_of(header))
    first, end = own[2:]
    periods = {
        entry.series[2:] for entry in accepted if entry.series and entry.series[:2] == own[:2]
    }
    shared = sorted(p for p in periods if p != own[2:] and p[0] < end and first < p[1])
    if shared:
        yield no("overlap", "shared", "", periods=", ".join(" .. ".join(p) for p in shared))


def _enterprise(header: Header) -> str:
    return series_of(identity_of(header))[0]
