"""``celadon microgrid screen``: how it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.groups.microgrid_options import SecondsOption, WorkersOption
from celadon.cli.options import JsonOption, LanguageOption, WorkspaceOption, workspace_at
from celadon.cli.terminal import opened

SCREEN_EXAMPLE = "Example: celadon microgrid screen sites --quick --workers 2"
"""Shown below the help of the command."""


def screen(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE|FOLDER",
            help="A design file, or a folder: every design.toml below it. 设计文件或文件夹。",
        ),
    ] = Path("design.toml"),
    days: Annotated[
        int,
        typer.Option(min=1, max=366, help="Typical days that stand for the year. 典型日数。"),
    ] = 24,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick/--price",
            help="Leave out what the capacities cost in the full year. 不核算全年实际成本。",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the tables go; beside the design or in FOLDER/screening. 输出文件夹。",
            show_default=False,
        ),
    ] = None,
    workers: WorkersOption = None,
    seconds: SecondsOption = None,
    solver: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="simplex, ipx, piqp or clarabel; chosen by kind. 求解器。",
            show_default=False,
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Is it worth a full design: typical days, their true cost, an interval. 初筛。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.microgrid_screen import Given
        from celadon.cli.verbs.microgrid_screen import screen as work

        given = Given(file, out, days, not quick, workers, seconds, solver)
        work(terminal, workspace_at(workspace), lang, given, named=workspace is not None)
