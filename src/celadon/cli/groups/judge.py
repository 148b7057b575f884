"""The signature of ``celadon judge``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.options import (
    JsonOption,
    LanguageOption,
    PeriodOption,
    WorkspaceOption,
    workspace_at,
)
from celadon.cli.terminal import opened

JUDGE_EXAMPLE = "Example: celadon judge works --period 2025"
"""How it is called."""


def judge(
    sites: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SITES", help="One site; with --together all by default. 厂区。",
            show_default=False,
        ),
    ] = None,
    together: Annotated[
        bool, typer.Option("--together", help="Many sites, among each other. 多厂区合并判定。")
    ] = False,
    subject: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only this unit, product or machine. 对象。"),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes of a run together. 进程数。")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A new .html page with charts. 网页。")
    ] = None,
    period: PeriodOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Norms, machines, own past, peers and prices: grade and distance to the next. 判定阶梯。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.judge import judge as work

        folder = workspace_at(workspace)
        work(
            terminal, folder, lang, sites or [], period,
            together=together, subject=subject, workers=workers, out=out,
        )  # fmt: skip
