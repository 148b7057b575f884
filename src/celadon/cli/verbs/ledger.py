"""``celadon ledger``: what was recorded, and proof of it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from celadon.app import chronicling
from celadon.app.chronicling import Entry, Known
from celadon.app.workspace import Workspace
from celadon.chain import Line
from celadon.cli.finding_lines import show_briefly
from celadon.cli.opening import open_workspace
from celadon.cli.terminal import Terminal, quoted
from celadon.errors import Fault, WorkspaceError
from celadon.exact import decimal_text
from celadon.languages import Language
from celadon.records.ledger.unnamed import unnamed_findings


def verify(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    site: str,
    head: str | None,
    *,
    rows: bool,
) -> None:
    """Verify the ledger of a site and say what was checked."""
    workspace = open_workspace(terminal, folder, language)
    with terminal.working(site):
        found = chronicling.verify_ledger(workspace, site, head, rows=rows)
    kept = chronicling.position_of_head(workspace, site, head) if head is not None else None
    if terminal.as_json:
        plain = asdict(found) | {"head": str(found.head), "commits": found.head.position}
        terminal.emit({"site": site, **plain, "kept_head_position": kept})
        return
    terminal.heading(site, terminal.say("ledger.verified"))
    counts = {"commits": found.head.position, "files": found.files, "size": _megabytes(found.size)}
    if rows:
        terminal.print("  " + terminal.say("ledger.checked_rows", **counts, rows=f"{found.rows:,}"))
    else:
        terminal.print("  " + terminal.say("ledger.checked", **counts))
    if found.torn:
        terminal.print("  " + terminal.say("ledger.torn", bytes=found.torn))
    for unnamed in unnamed_findings(site, found.unnamed):
        show_briefly(terminal, unnamed)
    if kept is not None:
        told = terminal.say("ledger.kept_head", position=kept, commits=found.head.position)
        terminal.print("  " + told)
    terminal.row(terminal.say("ledger.head"), str(found.head))


def head(terminal: Terminal, folder: Path, language: Language | None, site: str) -> None:
    """Show where the ledger of a site ends."""
    workspace = open_workspace(terminal, folder, language)
    found = chronicling.ledger_head(workspace, site)
    if terminal.as_json:
        terminal.emit({"site": site, "position": found.position, "hash": found.hash})
        return
    terminal.print(str(found))
    command = terminal.command(f"celadon ledger verify {site} --head HEAD")
    terminal.note(terminal.say("ledger.keep_head", command=command))


def log(terminal: Terminal, folder: Path, language: Language | None, site: str, last: int) -> None:
    """Show the last lines of a site's ledger, the newest at the end."""
    workspace = open_workspace(terminal, folder, language)
    every = chronicling.ledger_log(workspace, site)
    shown = every[-last:]
    forgotten = chronicling.forgotten_ledgers(workspace, site)
    if terminal.as_json:
        lines = [asdict(entry) for entry in shown]
        terminal.emit({"site": site, "length": len(every), "lines": lines, "forgotten": forgotten})
        return
    _show_forgotten(terminal, workspace, site, forgotten)
    if not every:
        terminal.print(terminal.say("ledger.no_lines"))
        return
    zone = ZoneInfo(workspace.site(site).zone)
    names = ("position", "recorded", "kind", "file", "note", "rows")
    rows = [_line(terminal, entry, zone) for entry in shown]
    terminal.heading(site, zone.key)
    terminal.table([terminal.say(f"ledger.{name}") for name in names], rows, numbers=1)
    if len(every) > len(shown):
        command = terminal.command(f"celadon ledger log {site} --last {len(every)}")
        number = len(every) - len(shown)
        terminal.print("  " + terminal.say("ledger.earlier", number=number, command=command))


def as_of(
    terminal: Terminal, folder: Path, language: Language | None, site: str, when: str
) -> None:
    """Show what was known of a site at an instant."""
    workspace = open_workspace(terminal, folder, language)
    found = chronicling.ledger_as_of(workspace, site, when)
    command = terminal.command(f"celadon run {site} --as-of {found.position}")
    if terminal.as_json:
        runs = command if found.declared_at else None
        terminal.emit({"site": site, **asdict(found), "run": runs})
        return
    _show_known(terminal, workspace, site, found, command)


def forget(
    terminal: Terminal, folder: Path, language: Language | None, site: str, reason: str
) -> None:
    """Give up what is lost of a site's ledger, with the reason."""
    workspace = open_workspace(terminal, folder, language)
    line = chronicling.forget_ledger(workspace, site, reason)
    if terminal.as_json:
        terminal.emit({"site": site, "forgotten": line})
        return
    terminal.heading(site, terminal.say("ledger.forgotten", head=line["head"], left=line["left"]))


def pack(terminal: Terminal, folder: Path, language: Language | None, site: str) -> None:
    """Pack the small files of a site's ledger."""
    workspace = open_workspace(terminal, folder, language)
    before = chronicling.ledger_size(workspace, site)
    with terminal.working(site):
        packed = chronicling.pack_ledger(workspace, site)
    after = chronicling.ledger_size(workspace, site)
    if terminal.as_json:
        sizes = {"before": before, "after": after}
        plain = {name: {"files": files, "bytes": size} for name, (files, size) in sizes.items()}
        terminal.emit({"site": site, "packed": [asdict(one) for one in packed], **plain})
        return
    terminal.heading(site)
    if not packed:
        terminal.print("  " + terminal.say("ledger.nothing_to_pack"))
        return
    for one in packed:
        values = {"batches": one.batches, "rows": f"{one.rows:,}", "position": one.position}
        terminal.row(_kind(terminal, one.kind), terminal.say("ledger.packed_into", **values))
    saved = _megabytes(before[1] - after[1])
    told = terminal.say("ledger.files_left", before=before[0], after=after[0], saved=saved)
    terminal.row(terminal.say("ledger.files"), told)


def prove(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    site: str,
    where: tuple[str, int, str | None],
    head: str | None,
    out: Path | None,
) -> None:
    """Write the proof of one row, or with ``--json`` and no file print it."""
    workspace = open_workspace(terminal, folder, language)
    file, row, sheet = where
    proof = chronicling.prove_row(workspace, site, file, row, sheet, head)
    if terminal.as_json and out is None:
        terminal.emit(proof)
        return
    path = out or Path(f"proof-{site}-{proof['line']['source'][:8]}-{row}.json")
    if path.exists():
        fault = Fault((str(path),), "a file of that name", "a proof is a new file",
                      "name another with --out, or remove this one")  # fmt: skip
        raise WorkspaceError("The proof would replace something", [fault])
    path.write_text(json.dumps(proof, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    last = proof.get("last_line", proof["line"])
    reached = f"{last['position']}:{last['hash']}"
    if terminal.as_json:
        terminal.emit({"site": site, "proof": path.as_posix(), "head": reached})
        return
    values = {"path": path.as_posix(), "row": row, "head": reached}
    told = terminal.say("ledger.proof", **values, file=proof["line"]["source_name"])
    terminal.row(terminal.say("ledger.wrote"), told)
    command = f"celadon ledger check-proof {quoted(path.as_posix())} --head {reached}"
    terminal.print(f"  {terminal.say('ledger.check')}")
    terminal.print(f"  {command}")


def check_proof(terminal: Terminal, file: Path, head: str | None) -> None:
    """Check a proof and show what it proves."""
    shown = chronicling.check_row(file, head)
    if terminal.as_json:
        terminal.emit(asdict(shown) | {"head": str(shown.head), "head_given": head is not None})
        return
    terminal.heading(terminal.say("ledger.holds"))
    key = "ledger.sheet_row" if shown.sheet else "ledger.row"
    place = terminal.say(key, row=shown.row, file=shown.file, sheet=shown.sheet)
    terminal.row(terminal.say("ledger.file"), place)
    terminal.row("SHA-256", shown.source)
    values = {"when": shown.recorded_at, "position": shown.position}
    terminal.row(terminal.say("ledger.recorded"), terminal.say("ledger.recorded_as", **values))
    terminal.row(terminal.say("ledger.head"), str(shown.head))
    told = terminal.say("ledger.no_head" if head is None else "ledger.same_head")
    terminal.row("", told, style="yellow" if head is None else "")
    terminal.print()
    names = [name for name in shown.rows[0] if name not in ("sheet", "source_row")]
    rows = [[_cell(name, row[name]) for name in names] for row in shown.rows]
    terminal.table(names, rows)


def export(
    terminal: Terminal, folder: Path, language: Language | None, site: str, out: Path
) -> None:
    """Write a site into one file."""
    workspace = open_workspace(terminal, folder, language)
    with terminal.working(site):
        made = chronicling.export_archive(workspace, site, out)
    if terminal.as_json:
        terminal.emit(asdict(made) | {"path": made.path.as_posix(), "head": str(made.head)})
        return
    values = {"path": made.path.as_posix(), "files": made.files, "size": _megabytes(made.size)}
    told = terminal.say("ledger.exported", **values, position=made.head.position)
    terminal.row(terminal.say("ledger.wrote"), told)
    terminal.row(terminal.say("ledger.head"), str(made.head))
    terminal.row("", terminal.say("ledger.tell_head"))


def import_site(terminal: Terminal, folder: Path, language: Language | None, file: Path) -> None:
    """Take a site from an archive."""
    workspace = open_workspace(terminal, folder, language)
    with terminal.working(file.name):
        done = chronicling.import_archive(workspace, file)
    if terminal.as_json:
        terminal.emit(asdict(done))
        return
    values = {"position": done.position, "added": done.added}
    key = "ledger.added" if done.added else "ledger.known_already"
    terminal.heading(done.site, terminal.say(key, **values))
    for name in done.restored:
        terminal.row(terminal.say("ledger.restored"), name)
    for name in done.kept:
        terminal.row(terminal.say("ledger.kept"), terminal.say("ledger.differs", file=name))
    if done.lacking:
        command = terminal.command(f"celadon ledger forget {done.site} --reason WHY", period=False)
        told = terminal.say("ledger.lacking", head=done.lacking, command=command)
        terminal.print("  " + told)


def _show_forgotten(
    terminal: Terminal, workspace: Workspace, site: str, forgotten: list[Line]
) -> None:
    for line in forgotten:
        when = _local(line["recorded_at"], ZoneInfo(workspace.site(site).zone))
        told = {"when": when, "head": line["head"], "reason": line["reason"]}
        terminal.print("  " + terminal.say("ledger.was_forgotten", **told))


def _show_known(
    terminal: Terminal, workspace: Workspace, site: str, found: Known, command: str
) -> None:
    zone = ZoneInfo(workspace.site(site).zone)
    when = _local(found.instant.isoformat(), zone)
    if not found.position:
        terminal.heading(site, terminal.say("ledger.nothing_known", when=when))
        return
    recorded = _local(found.recorded_at, zone)
    values = {"position": found.position, "commits": found.commits, "recorded": recorded}
    terminal.heading(site, terminal.say("ledger.known", when=when, **values))
    declared = terminal.say("ledger.undeclared")
    if found.declared_at:
        values = {"position": found.declared_at, "hash": found.declaration[:12]}
        declared = terminal.say("ledger.declared", **values)
    terminal.row(terminal.say("ledger.declaration"), declared)
    if found.declared_at:
        terminal.row(terminal.say("ledger.run"), command)
    if found.back:
        positions = ", ".join(str(position) for position in found.back[:5])
        terminal.row("▲", terminal.say("ledger.clock", positions=positions), style="yellow")
    if found.batches:
        terminal.print()
        rows = [
            (_kind(terminal, kind), f"{batches:,}", f"{found.rows[kind]:,}")
            for kind, batches in found.batches.items()
        ]
        names = ("kind", "batches", "rows")
        terminal.table([terminal.say(f"ledger.{name}") for name in names], rows, numbers=2)


def _line(terminal: Terminal, entry: Entry, zone: ZoneInfo) -> tuple[str, ...]:
    notes = []
    if not entry.in_force and entry.kind != "pack":
        notes.append(terminal.say("ledger.replaced"))
    if entry.pack is not None:
        notes.append(terminal.say("ledger.packed", position=entry.pack))
    return (
        str(entry.position),
        _local(entry.recorded_at, zone),
        _kind(terminal, entry.kind),
        entry.file,
        " · ".join(notes),
        f"{entry.rows:,}",
    )


def _kind(terminal: Terminal, kind: str) -> str:
    return terminal.say(f"ledger_kinds.{kind}")


def _local(text: str, zone: ZoneInfo) -> str:
    local = dt.datetime.fromisoformat(text).astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M:%S}"


def _megabytes(size: int) -> str:
    return decimal_text(Fraction(size, 10**6), 2)


def _cell(name: str, text: str) -> str:
    """A cell of a proof's row for people: an instant as a time, UTC."""
    if name != "ts":
        return text
    instant = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=int(text))
    return instant.isoformat()
