"""Shards: which sites are run together, sized by their readings so that memory stays flat."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from celadon.app.workspace import Workspace
from celadon.chain import GENESIS, sha256_file
from celadon.errors import Fault, LedgerError, WorkspaceError
from celadon.records.ledger.places import MANIFEST

MOST_READINGS = 20_000_000
"""Readings of a shard; a site with more has one to itself."""

MOST_SITES = 100
"""Sites of a shard, were they without any reading; its part is written anew where one changes."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site that is to be run: its state as its files tell it, and how many readings it has."""

    site: str
    state: str
    readings: int


@dataclass(frozen=True, slots=True)
class Shard:
    """Sites that are run together."""

    sites: tuple[str, ...]
    readings: int


def candidate(workspace: Workspace, site: str) -> Candidate:
    """A site as its files tell it now; nothing is verified yet.

    A declaration or manifest that cannot be read, or that lacks lines it had, gives a state of its
    own: the run will say what is wrong.
    """
    folder = workspace.folder / "sites" / site
    try:
        declaration = sha256_file(folder / "site.toml")
    except OSError:
        return Candidate(site, "", 0)
    try:
        raw = (folder / "ledger" / MANIFEST).read_bytes()
    except FileNotFoundError:
        return Candidate(site, state_of(GENESIS, declaration), 0)
    except OSError:
        return Candidate(site, "", 0)
    whole = raw[: raw.rfind(b"\n") + 1].splitlines()
    try:
        lines = [json.loads(line) for line in whole]
        head = lines[-1]["hash"] if lines else GENESIS
        rows = sum(line["rows"] for line in lines if line["kind"] == "reading")
        lost = workspace.witness(site).lacks(lines) is not None
    except (ValueError, KeyError, TypeError, LedgerError):
        return Candidate(site, "", 0)
    if lost:  # what an earlier run read of it may still be what is left
        return Candidate(site, "", rows)
    return Candidate(site, state_of(head, declaration), rows)


def state_of(head: str, declaration: str) -> str:
    """What a run reads of a site: the end of its ledger, and its declaration."""
    return f"{head} {declaration}"


def shards_of(candidates: Iterable[Candidate], workers: int) -> list[Shard]:
    """Sites in their order, as many to a shard as memory allows and each worker has its share of.

    Examples
    --------
    >>> [s.sites for s in shards_of([Candidate(n, "", 4_000_000) for n in "abc"], 1)]
    [('a', 'b'), ('c',)]
    """
    listed = list(candidates)
    rounds = max(2, -(-len(listed) // (MOST_SITES * workers)))
    most = max(1, -(-len(listed) // (rounds * workers)))
    shards: list[Shard] = []
    sites: list[str] = []
    readings = 0
    for each in listed:
        if sites and (len(sites) >= most or readings + each.readings > MOST_READINGS):
            shards.append(Shard(tuple(sites), readings))
            sites, readings = [], 0
        sites.append(each.site)
        readings += each.readings
    if sites:
        shards.append(Shard(tuple(sites), readings))
    return shards


def chosen_sites(known: Sequence[str], wanted: Iterable[str]) -> list[str]:
    """The sites that names and patterns such as ``e00*`` choose; all where there are none.

    Raises
    ------
    WorkspaceError
        If a name or a pattern chooses nothing.
    """
    asked = list(dict.fromkeys(wanted))
    if not asked:
        return list(known)
    all_of_them, found, faults = set(known), set[str](), []
    for text in asked:
        if text in all_of_them:
            found.add(text)
            continue
        matching = {site for site in known if fnmatchcase(site, text)}
        if not matching:
            few = ", ".join(known[:8]) + (" ..." if len(known) > 8 else "")
            remedy = "correct the name, or write a pattern such as e00*"
            faults.append(Fault((f"site {text!r}",), "no such site", f"here are: {few}", remedy))
        found |= matching
    if faults:
        raise WorkspaceError("There is no such site", faults)
    return [site for site in known if site in found]
