"""``celadon bundle``: a folder that installs celadon on a machine without a network."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from celadon.app.bundling import Bundled, bundle
from celadon.cli.terminal import Terminal
from celadon.exact import decimal_text


def bundle_(terminal: Terminal, folder: Path, platform: str | None, python: str | None) -> None:
    """Make the bundle; show what it holds, its hash, and how it is installed."""
    with terminal.working(terminal.say("bundle.begin")) as status:

        def step(name: str, subject: str) -> None:
            status.update(terminal.say(f"bundle.step.{name}", subject=subject))

        made = bundle(folder, platform, python, step=step)
    if terminal.as_json:
        terminal.emit(_document(made))
        return
    _show(terminal, made)


def _document(made: Bundled) -> dict[str, object]:
    return {
        "folder": made.folder.as_posix(),
        "celadon": made.celadon,
        "platform": made.target.platform,
        "python": made.target.python,
        "bytes": made.size,
        "manifest_sha256": made.manifest_sha256,
        "replaced": made.replaced,
        "packages": [
            {
                "name": member.wheel.name,
                "version": str(member.wheel.version),
                "wheel": member.wheel.path.name,
                "sha256": member.wheel.sha256,
                "bytes": member.wheel.size,
                "licence": member.wheel.licence,
                "origin": member.origin,
            }
            for member in made.members
        ],
    }


def _show(terminal: Terminal, made: Bundled) -> None:
    say, target = terminal.say, made.target
    terminal.heading(f"celadon {made.celadon}", target.platform, f"Python {target.python}")
    size = decimal_text(Fraction(made.size, 10**6), 1)
    label = say("bundle.replaced" if made.replaced else "bundle.made")
    text = say("bundle.folder", folder=made.folder.as_posix(), number=len(made.members), size=size)
    terminal.row(label, text)
    newest = [member.wheel.name for member in made.members if member.origin == "newest"]
    if newest:
        terminal.row("", say("bundle.newest", names=say("list.and").join(newest)))
    machine = say("bundle.machine", needs=target.needs(terminal.language), python=target.python)
    terminal.row(say("bundle.needs"), machine)
    terminal.row("SHA-256", say("bundle.hash", hash=made.manifest_sha256))
    terminal.row(say("bundle.next"), say(f"bundle.carry.{target.scripts}"))
