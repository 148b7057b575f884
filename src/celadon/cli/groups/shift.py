"""``celadon microgrid shift``: how it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.options import JsonOption, LanguageOption, WorkspaceOption, workspace_at
from celadon.cli.terminal import opened

SHIFT_EXAMPLE = 'Example: celadon microgrid shift plant.toml --move "2 MW" --within 24'
"""Shown below the help of the command."""


def shift(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A design file (docs/shift.md). 设计文件。"),
    ] = Path("design.toml"),
    move: Annotated[
        str | None,
        typer.Option(
            metavar="POWER",
            help="So much of the whole load, as '2 MW'. 可移动的功率。",
            show_default=False,
        ),
    ] = None,
    within: Annotated[
        int | None,
        typer.Option(metavar="HOURS", min=1, help="Window; 24. 移动窗口。", show_default=False),
    ] = None,
    rebound: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE",
            help="Energy that moving costs, as '5 %'. 移动的额外能耗。",
            show_default=False,
        ),
    ] = None,
    price: Annotated[
        str | None,
        typer.Option(
            metavar="PRICE",
            help="Cost of moving, as '0.05 CNY/kWh'. 移动的代价。",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the tables go; out/shift beside the file by default. 输出文件夹。",
            show_default=False,
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """What moving load between hours would save, bill against bill. 移峰节费，账单对比。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.microgrid_shift import Given
        from celadon.cli.verbs.microgrid_shift import shift as work

        given = Given(file, move, within, rebound, price, out)
        work(terminal, workspace_at(workspace), lang, given, named=workspace is not None)
