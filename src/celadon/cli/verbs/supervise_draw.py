"""``celadon supervise verify-draw``: the lots of a programme drawn again."""

from __future__ import annotations

from pathlib import Path

from celadon.app.drawing import redrawn
from celadon.app.supervising import open_register
from celadon.cli.opening import open_workspace
from celadon.cli.terminal import Terminal
from celadon.languages import Language
from celadon.report.figures import grouped


def verify_draw(
    terminal: Terminal, folder: Path, language: Language | None, programme: str,
    own_list: Path | None,
) -> None:  # fmt: skip
    """Draw every lot of a programme again, and say whether the same come out."""
    workspace = open_workspace(terminal, folder, language)
    told = redrawn(open_register(workspace, programme), own_list)
    if terminal.as_json:
        lots = [
            {
                "on": each.lot.on, "seed": each.lot.seed, "list": each.lot.listed,
                "listed": each.listed, "drawn": list(each.lot.names), "again": list(each.again),
                "same": not each.why_not, "because": each.why_not,
            }
            for each in told
        ]  # fmt: skip
        terminal.emit({"programme": programme, "lots": lots})
        return
    for each in told:
        mark = "✗" if each.why_not else "✓"
        words = terminal.say(
            f"supervise.lot_{each.why_not or 'same'}", drawn=grouped(len(each.lot.names)),
            listed=grouped(each.listed),
        )  # fmt: skip
        terminal.row(mark, f"{each.lot.on} · {each.lot.seed} · {words}")
