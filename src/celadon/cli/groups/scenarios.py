"""``celadon microgrid scenarios``: how it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.groups.microgrid_options import SolverOption
from celadon.cli.options import JsonOption, LanguageOption, WorkspaceOption, workspace_at
from celadon.cli.terminal import opened

SCENARIOS_EXAMPLE = "Example: celadon microgrid scenarios design.toml --no-regret"
"""Shown below the help of the command."""


def scenarios(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A design file with [\\[scenario]] (docs/microgrid-uncertainty.md). 设计文件。",
        ),
    ] = Path("design.toml"),
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the tables go; out/scenarios beside the design by default. 输出文件夹。",
            show_default=False,
        ),
    ] = None,
    regret: Annotated[
        bool,
        typer.Option(
            help="Also run the designs of the mean and of single scenarios. 同时比较其他设计。"
        ),
    ] = True,
    solver: SolverOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """One design for several futures, by expected cost and risk. 多情景下的共同设计。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.microgrid_scenarios import Given
        from celadon.cli.verbs.microgrid_scenarios import scenarios as work

        given = Given(file, out, solver, regret)
        work(terminal, workspace_at(workspace), lang, given, named=workspace is not None)
