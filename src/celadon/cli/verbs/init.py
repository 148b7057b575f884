"""``celadon init``: a workspace, and a first site to edit."""

from __future__ import annotations

from pathlib import Path

from celadon.app.initialising import Initialised, initialise
from celadon.cli.terminal import Terminal


def init(terminal: Terminal, folder: Path, name: str, site: str | None) -> None:
    """Make the workspace, and with ``site`` an example declaration; say what to do next."""
    made = initialise(folder, name=name, language=terminal.language, site=site)
    if terminal.as_json:
        terminal.emit(
            {
                "workspace": folder.as_posix(),
                "new": made.is_new,
                "language": made.workspace.settings.language,
                "declaration": made.declaration.as_posix() if made.declaration else None,
                "inbox": made.inbox.as_posix() if made.inbox else None,
            }
        )
        return
    _show(terminal, made, site)


def _show(terminal: Terminal, made: Initialised, site: str | None) -> None:
    folder = made.workspace.folder
    label = terminal.say("init.made" if made.is_new else "init.there")
    terminal.row(label, terminal.say("init.workspace", folder=folder.as_posix()))
    if made.declaration is None or made.inbox is None:
        command = terminal.say("init.next_site", folder=folder.as_posix())
        terminal.row(terminal.say("init.next"), command)
        return
    declaration = made.declaration.relative_to(folder).as_posix()
    inbox = made.inbox.relative_to(folder).as_posix()
    terminal.row(terminal.say("init.made"), terminal.say("init.declaration", path=declaration))
    terminal.row(terminal.say("init.made"), terminal.say("init.inbox", path=inbox))
    terminal.stand(folder)
    place = terminal.command("")
    command = terminal.say("init.next_import", site=site, place=place)
    terminal.row(terminal.say("init.next"), command)
