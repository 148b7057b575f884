"""``celadon import``: files into the ledger of a site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from celadon.app.importing import Imported, ImportIncomplete, import_files
from celadon.app.workspace import Workspace
from celadon.cli.finding_lines import show_briefly
from celadon.cli.opening import open_workspace
from celadon.cli.terminal import FAILED, Terminal
from celadon.cli.verbs.recognise import plain_guess
from celadon.errors import DeclarationError, Fault, InputError
from celadon.languages import Language
from celadon.records.finding import rule
from celadon.records.ledger.kept_originals import in_order
from celadon.records.readers.profile import shipped_profiles

_SHOWN = 8
_TOLD = ("file", "kind", "rows", "position", "replayed")


def imports(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    site: str,
    named: Sequence[str],
    profile: str | None,
) -> None:
    """Import files and show, file by file, what was taken and what was not."""
    workspace = open_workspace(terminal, folder, language)
    if profile is not None:
        _known_profile(workspace, site, profile)
    files, by = in_order(matching_files(named))
    if by:
        terminal.note(terminal.say(f"import.by_{by}"))
    try:
        with terminal.counting(files, terminal.say("import.working")) as counted:
            done: Sequence[Imported] = import_files(workspace, site, counted, profile)
    except ImportIncomplete as error:
        if error.taken and not terminal.as_json:
            _show(terminal, site, error.taken)
        terminal.refuse(error, files=[_plain(item) for item in error.taken])
        raise typer.Exit(FAILED) from None
    if terminal.as_json:
        order = {"ordered_by": by} if by else {}
        plain = [_plain(item) for item in done]
        terminal.emit({"site": site, "profile": profile, **order, "files": plain})
        return
    _show(terminal, site, done)


def matching_files(named: Sequence[str]) -> list[Path]:
    """The files that names and patterns stand for; patterns reach here where no shell expands them.

    Raises
    ------
    InputError
        If a name is no file or a pattern matches none; all of them at once.
    """
    files: list[Path] = []
    faults: list[Fault] = []
    for text in named:
        path = Path(text)
        is_pattern = any(mark in text for mark in "*?[") and not path.exists()
        found = sorted(_glob(path)) if is_pattern else [path]
        found = [each for each in found if each.is_file()]
        if not found:
            here = "no file matches" if is_pattern else "no such file"
            remedy = "correct the path; a relative one is taken from where you are"
            if path.is_dir():
                here, remedy = "a folder", f"name its files, such as {path}/*.csv"
            fault = Fault((text,), here, "a file, or a pattern such as inbox/*.csv", remedy)
            faults.append(fault)
        files += found
    if faults:
        raise InputError("Cannot find what to import", faults)
    return files


def _glob(path: Path) -> list[Path]:
    root = Path(path.anchor) if path.anchor else Path()
    return list(root.glob(str(path.relative_to(path.anchor) if path.anchor else path)))


def _known_profile(workspace: Workspace, site: str, profile: str) -> None:
    folder = workspace.site_file(site).parent / "profiles"
    own = sorted(path.stem for path in folder.glob("*.toml"))
    if profile in own or profile in shipped_profiles():
        return
    known = [f"shipped: {', '.join(shipped_profiles())}"]
    known += [f"of this site: {', '.join(own)}"] if own else []
    remedy = f"take one of these, or write {profile}.toml into {folder} (docs/profiles.md)"
    fault = Fault(("--profile", profile), "no such profile", "; ".join(known), remedy)
    raise DeclarationError(f"No profile is called {profile!r}", [fault])


def _show(terminal: Terminal, site: str, done: Sequence[Imported]) -> None:
    say = terminal.say
    headers = [say(f"import.{name}") for name in ("file", "kind", "note")]
    headers += [say(f"import.{name}") for name in ("position", "rows", "findings")]
    rows = [
        (
            item.file,
            say(f"kinds.{item.kind}"),
            _note(terminal, item),
            str(item.position),
            f"{item.rows:,}",
            str(len(item.findings)),
        )
        for item in done
    ]
    terminal.table(headers, rows, numbers=3)
    found = [finding for item in done for finding in item.findings]
    if found:
        terminal.print()
        terminal.heading(say("import.not_taken"))
    for finding in found[:_SHOWN]:
        show_briefly(terminal, finding)
    if len(found) > _SHOWN:
        command = terminal.command(f"celadon findings {site}")
        terminal.print("  " + say("import.more", number=len(found) - _SHOWN, command=command))
    if any(item.is_template and item.findings for item in done):
        command = f"celadon template read {site} {say('template.file')} --marked NAME.xlsx"
        terminal.print("  " + say("import.marked", command=terminal.command(command)))


def _note(terminal: Terminal, item: Imported) -> str:
    notes = [terminal.say("import.replayed")] if item.replayed else []
    if item.is_template:
        notes.append(terminal.say("import.template"))
    if not item.rows:
        notes.append(terminal.say("import.nothing_taken"))
    if item.guess is not None:
        name = item.guess.known_as or item.guess.profile.id
        notes.append(terminal.say("recognise.recognised", profile=name))
        earlier = (t.numbers["file"] for t in item.guess.traces if t.because == "earlier_file")
        notes += [terminal.say("recognise.as_earlier", file=file) for file in [*earlier][:1]]
    return "; ".join(notes)


def _plain(item: Imported) -> dict[str, Any]:
    findings = [
        {"finding": f.id, "severity": rule(f.rule).severity, **asdict(f)} for f in item.findings
    ]
    guess = None if item.guess is None else plain_guess(item.guess)
    plain = {name: getattr(item, name) for name in _TOLD}
    return {**plain, "findings": findings, "guess": guess}
