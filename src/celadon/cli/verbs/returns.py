"""``celadon return``: pack, check, accept, list and show."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from celadon.app.initialising import is_workspace
from celadon.app.returning import (
    Received,
    accept_returns,
    check_returns,
    find_return,
    load_return,
    pack_return,
    register_of,
)
from celadon.app.standing import with_stated
from celadon.app.summary import summarise
from celadon.app.workspace import Workspace
from celadon.cli.opening import head, open_workspace, period_of
from celadon.cli.return_lines import (
    show_changes,
    show_checks,
    show_findings,
    show_received,
    totals_text,
)
from celadon.cli.terminal import FAILED, Terminal
from celadon.cli.totals import show_totals
from celadon.cli.verbs.imports import matching_files
from celadon.errors import ChainBroken, Fault, WorkspaceError
from celadon.languages import Language
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.tables import FINDING
from celadon.reference import load_registry
from celadon.report.returns.register import Entry

UNACCEPTABLE = 1
"""Exit code of a check that found what keeps a return from being accepted."""


def pack(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    site: str,
    period: str | None,
    *,
    with_readings: bool,
    replaces: str | None,
    out: Path | None,
) -> None:
    """Pack a return and say what it holds, what it withholds and what its receiver will see."""
    workspace = open_workspace(terminal, folder, language)
    days = period_of(terminal, workspace, site, period)
    with terminal.working(f"{site} · {days}"):
        sent = pack_return(
            workspace, site, days, with_readings=with_readings, replaces=replaces, out=out
        )
    header = sent.packed.header
    if terminal.as_json:
        terminal.emit(
            {
                "file": sent.path.as_posix(),
                "new": sent.is_new,
                "bytes": len(sent.packed.data),
                "seal": header.seal,
                "return": header.model_dump(mode="json"),
                "checks": [check.plain(terminal.language) for check in sent.checks],
            }
        )
        return
    say, batches = terminal.say, len(header.withheld)
    terminal.heading(site, header.owner.name, str(days), say(f"mode.{header.mode}"))
    terminal.row(say("return.totals"), totals_text(terminal, header))
    terminal.row(say("return.holds"), say("return.tables", leaves=f"{header.account.leaves:,}"))
    if with_readings:
        terminal.row("", say("return.readings", batches=batches))
    withheld = "return.originals" if with_readings else "return.withheld"
    terminal.row(say("return.without"), say(withheld, batches=batches))
    size = say("return.size", size=f"{len(sent.packed.data) / 1000:,.1f}")
    terminal.row(say("return.wrote" if sent.is_new else "return.there"), str(sent.path), size)
    terminal.row(say("return.seal"), header.seal)
    terminal.row("", say("return.sealed"))
    terminal.print()
    terminal.heading(say("return.foresee"))
    show_checks(terminal, sent.checks, show_all=False)


def check(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    named: Sequence[str],
    seal: str | None,
    *,
    show_all: bool,
    named_workspace: bool,
) -> None:
    """Check returns and change nothing; ends with 1 if one of them would be refused.

    Parameters
    ----------
    named_workspace : whether the folder was asked for; else it is used only if it is a workspace.
    """
    files = matching_files(named)
    _one_seal(files, seal)
    there = named_workspace or is_workspace(folder)
    workspace = open_workspace(terminal, folder, language) if there else None
    with terminal.counting(files, terminal.say("return.counting")) as counted:
        found = list(check_returns(counted, workspace, seal))
    _tell(terminal, found, show_all=show_all)
    if not all(each.is_acceptable for each in found):
        raise typer.Exit(UNACCEPTABLE)


def accept(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    named: Sequence[str],
    by: str,
    seal: str | None,
    *,
    show_all: bool,
) -> None:
    """Check returns and enter each into the register; ends with 2 if one was refused."""
    workspace = open_workspace(terminal, folder, language)
    files = matching_files(named)
    _one_seal(files, seal)
    with terminal.counting(files, terminal.say("return.counting")) as counted:
        found = list(accept_returns(workspace, counted, by=by, seal=seal))
    _tell(terminal, found, show_all=show_all)
    if not all(each.is_acceptable for each in found):
        raise typer.Exit(FAILED)


def list_returns(
    terminal: Terminal, folder: Path, language: Language | None, *, show_all: bool, verify: bool
) -> None:
    """List what was received: the last version of each return, or every line of the register."""
    workspace = open_workspace(terminal, folder, language)
    register = register_of(workspace)
    entries = register.entries()
    faults = register.verify() if verify else []
    if faults:
        raise ChainBroken(f"{len(faults)} accepted return(s) do not verify", faults)
    last = {entry.series: entry for entry in entries if entry.is_accepted}
    chosen = entries if show_all else sorted(last.values(), key=lambda entry: entry.position)
    if terminal.as_json:
        terminal.emit({"verified": verify, "returns": [entry.plain() for entry in chosen]})
        return
    if not entries:
        terminal.print("  " + terminal.say("return.none"))
        return
    kinds = Counter(entry.line["kind"] for entry in entries)
    text = terminal.say(
        "return.listed",
        enterprises=len({entry.enterprise for entry in last.values()}),
        series=len(last),
        versions=kinds["accepted"],
        refused=kinds["refused"],
    )
    terminal.heading(text)
    names = ["enterprise", "code", "site", "period", "received", "seal", "version"]
    names = ["outcome", "by", *names] if show_all else names
    rows = [_cells(terminal, entry) for entry in chosen]
    headers = [terminal.say(f"return.{name}") for name in names]
    terminal.table(headers, [[cells[name] for name in names] for cells in rows], numbers=1)
    for entry in chosen:
        if not entry.is_accepted:
            terminal.row(f"✗ {entry.position}", _reasons(entry))
    if verify:
        terminal.print("  " + terminal.say("return.sound"))


def show(terminal: Terminal, folder: Path, language: Language | None, what: str) -> None:
    """Show the totals of a return, as ``celadon account`` shows those of a site."""
    path = Path(what)
    workspace: Workspace | None = None
    if not path.is_file() or is_workspace(folder):
        workspace = open_workspace(terminal, folder, language)
    if not path.is_file() and workspace is not None:
        path = find_return(workspace, what)
    registry = load_registry() if workspace is None else workspace.registry()
    result = with_stated(load_return(path), registry)
    summary = summarise(result)
    rows = result.table(FINDING).to_pylist()
    if terminal.as_json:
        terminal.emit({**summary.plain(), "finding_rows": rows})
        return
    mode = str(result.header["mode"])
    head(terminal, result, mode)
    owner = result.site.owner
    sender = " · ".join(part for part in (owner.name, owner.credit_code) if part)
    terminal.row(terminal.say("return.sender"), sender)
    terminal.row(terminal.say("return.seal"), str(result.header["seal"]))
    titles = [method[terminal.language] for method in result.header["methods"].values()]
    if titles:
        listed = terminal.say("list.and").join(titles)
        terminal.row(terminal.say("return.methods"), listed)
    show_totals(terminal, summary)
    show_findings(terminal, [Finding.from_row(r) for r in rows if r["severity"] == "error"])


def _tell(terminal: Terminal, found: Sequence[Received], *, show_all: bool) -> None:
    """What was found, in full for one file; for many, a line each and the reasons of a refusal."""
    if terminal.as_json:
        terminal.emit({"returns": [_plain(terminal, each) for each in found]})
        return
    for number, each in enumerate(found):
        if number and (len(found) == 1 or show_all):
            terminal.print()
        show_received(terminal, each)
        if len(found) == 1 or show_all:
            show_checks(terminal, each.checks, show_all=show_all)
        else:
            for check in each.checks:
                if check.refuses:
                    where = check.place or check.title(terminal.language)
                    terminal.row("", f"✗ {where}: {check.text(terminal.language)}")
        show_changes(terminal, each.changes)


def _plain(terminal: Terminal, found: Received) -> dict[str, Any]:
    opened = found.opened
    return {
        "file": opened.file,
        "sha256": opened.sha256,
        "seal": opened.seal or None,
        "acceptable": found.is_acceptable,
        "return": None if opened.header is None else opened.header.model_dump(mode="json"),
        "entry": None if found.entry is None else found.entry.plain(),
        "new": found.is_new,
        "checks": [check.plain(terminal.language) for check in found.checks],
        "changes": [change.plain() for change in found.changes],
    }


def _cells(terminal: Terminal, entry: Entry) -> dict[str, str]:
    line = entry.line
    days = [line[name] for name in ("from_day", "to_day") if name in line]
    return {
        "outcome": terminal.say(f"return.{line['kind']}"),
        "by": line["by"],
        "enterprise": line.get("owner", ""),
        "code": line.get("credit_code", ""),
        "site": line.get("site", ""),
        "period": _period_text(days),
        "received": line["recorded_at"][:10],
        "seal": line["seal"][:12],
        "version": str(line["version"]) if entry.is_accepted else "",
    }


def _period_text(days: Sequence[str]) -> str:
    """A period in words; of a refused return it may be none."""
    first, last = (dt.date.fromisoformat(day) for day in days) if days else (None, None)
    if first is None or last is None or last <= first:
        return " .. ".join(days)
    return str(Period(first, last))


def _reasons(entry: Entry) -> str:
    return f"{entry.line['file']}: {', '.join(entry.line['refused_for'])}"


def _one_seal(files: Sequence[Path], seal: str | None) -> None:
    if seal is not None and len(files) != 1:
        fault = Fault(
            ("--seal",), f"{len(files)} files", "a seal is that of one file",
            "check the files one by one, each with its seal",
        )  # fmt: skip
        raise WorkspaceError("A seal is compared with one file", [fault])
