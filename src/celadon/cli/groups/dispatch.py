"""``celadon microgrid dispatch``: how it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.groups.microgrid_options import DesignArgument
from celadon.cli.options import JsonOption, LanguageOption, WorkspaceOption, workspace_at
from celadon.cli.terminal import opened

DISPATCH_EXAMPLE = (
    "Example: celadon microgrid dispatch design.toml --forecast yesterday --window 48"
)
"""Shown below the help of the command."""


def dispatch(
    file: DesignArgument = Path("design.toml"),
    window: Annotated[
        float, typer.Option(metavar="HOURS", help="How far each plan looks ahead. 滚动窗口长度。")
    ] = 48,
    every: Annotated[
        float,
        typer.Option(metavar="HOURS", help="After how long it is made anew. 重新计划的间隔。"),
    ] = 24,
    forecast: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="perfect, yesterday or last-week: what is expected. 预测方式。"
        ),
    ] = "yesterday",
    year_of: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Profiles of another year, to test on; same columns. 用另一年的数据回测。",
            show_default=False,
        ),
    ] = None,
    content: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID=AMOUNT",
            help="What a store begins with, as battery=2MWh. 储能初始储量。",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the tables go; out/dispatch beside the design by default. 输出文件夹。",
            show_default=False,
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run the design through a year, window by window. 按滚动窗口逐步运行设计。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.microgrid_dispatch import Given
        from celadon.cli.verbs.microgrid_dispatch import dispatch as work

        given = Given(file, window, every, forecast, year_of, content or [], out)
        folder = workspace_at(workspace)
        work(terminal, folder, lang, given, named=workspace is not None)
