"""The signature of ``celadon form``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.options import (
    JsonOption,
    LanguageOption,
    PeriodOption,
    SiteArgument,
    WorkspaceOption,
    workspace_at,
)
from celadon.cli.terminal import opened

FORM_EXAMPLE = "Example: celadon form 205-1 works --period 2025-03 --out energy.xlsx"
"""How it is called."""


def form(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="FORM",
            help="205-1, 205-2, 205-3, B204-1, energy-report, self-check, monitoring-plan.",
            show_default=False,
        ),
    ],
    site: SiteArgument,
    period: PeriodOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A new .xlsx or .html file; in the workspace's out folder by default. 输出文件。",
            show_default=False,
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over a file of that name. 覆盖同名文件。")
    ] = False,
    as_of: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="POSITION",
            help="As known at this position of the ledger. 按账本此位置时所知。",
            show_default=False,
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Statistics forms, energy-use report, monitoring plan. 统计报表与监测方案。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.form import form as work

        folder = workspace_at(workspace)
        work(terminal, folder, lang, kind, site, period, out, replace=replace, as_of=as_of)
