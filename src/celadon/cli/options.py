"""The options that verbs share, said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.languages import Language

JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON document on standard output. 机器可读输出。")
]

LanguageOption = Annotated[
    Language | None,
    typer.Option("--lang", help="Language of the words; the workspace's by default. 输出语言。"),
]

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        metavar="FOLDER",
        help="The workspace; by default this folder or the nearest above that is one. 工作区。",
        show_default=False,
    ),
]

PeriodOption = Annotated[
    str | None,
    typer.Option(
        metavar="PERIOD",
        help="2025, 2025-03 or 2025-01-01/2025-07-01 (the second day not included);"
        " by default the latest year in the ledger. 报告期。",
        show_default=False,
    ),
]

SiteArgument = Annotated[
    str, typer.Argument(metavar="SITE", help="Id of the site. 厂区编号。", show_default=False)
]


def workspace_at(folder: Path | None) -> Path:
    """The workspace named, or the nearest folder from here upward that is one, or here."""
    from celadon.app.initialising import is_workspace  # noqa: PLC0415  the door stays light

    if folder is not None:
        return folder
    if is_workspace(Path()):
        return Path()
    return next((above for above in Path.cwd().parents if is_workspace(above)), Path())
