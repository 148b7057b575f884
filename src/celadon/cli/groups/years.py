"""``celadon microgrid years``: how it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.groups.microgrid_options import SolverOption
from celadon.cli.options import JsonOption, LanguageOption, WorkspaceOption, workspace_at
from celadon.cli.terminal import opened

YEARS_EXAMPLE = "Example: celadon microgrid years design.toml --lang en"
"""Shown below the help of the command."""


def years(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A design file with [years] (docs/microgrid-years.md). 设计文件。"
        ),
    ] = Path("design.toml"),
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the tables go; out/years beside the design by default. 输出文件夹。",
            show_default=False,
        ),
    ] = None,
    solver: SolverOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """What to buy in which year: price paths, growth, fading, renewal. 分阶段逐年规划。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.microgrid_years import years as work

        folder = workspace_at(workspace)
        work(terminal, folder, lang, file, out, solver, named=workspace is not None)
