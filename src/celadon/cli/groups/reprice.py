"""``celadon microgrid reprice``: how it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.groups.microgrid_options import StandingOption
from celadon.cli.options import JsonOption, LanguageOption, WorkspaceOption, workspace_at
from celadon.cli.terminal import opened

REPRICE_EXAMPLE = "Example: celadon microgrid reprice design.toml --draws 200 --seed 1"
"""Shown below the help of the command."""


def reprice(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A design file with [\\[uncertain]] (docs/microgrid-uncertainty.md). 设计文件。",
        ),
    ] = Path("design.toml"),
    draws: Annotated[int, typer.Option(help="How many years are drawn. 抽样次数。")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed draws the same years. 随机种子。")] = 1,
    plan: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="The tables of an earlier plan, whose capacities stand. 已有方案的输出文件夹。",
            show_default=False,
        ),
    ] = None,
    standing: StandingOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the tables go; out/reprice beside the design by default. 输出文件夹。",
            show_default=False,
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """A bought system in drawn years: cost, saving, payback. 既定方案的随机复算。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.microgrid_reprice import Given
        from celadon.cli.verbs.microgrid_reprice import reprice as work

        given = Given(file, draws, seed, plan, standing or [], out)
        work(terminal, workspace_at(workspace), lang, given, named=workspace is not None)
