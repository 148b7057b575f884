"""The signature of ``celadon bill``."""

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

BILL_EXAMPLE = "Example: celadon bill works --period 2025-03 --lines"
"""How it is called."""


def bill(
    site: SiteArgument,
    period: PeriodOption = None,
    supply: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only this supply. 受电点。", show_default=False),
    ] = None,
    tariff: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="Bill by this file instead. 改用该电价文件。", show_default=False
        ),
    ] = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="Every line of every bill. 逐项列出。")
    ] = False,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Electricity bills from the meters, line by line, and the cheapest choice. 电费账单。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.bill import bill as work

        folder = workspace_at(workspace)
        work(terminal, folder, lang, site, period, supply, tariff or [], lines=lines)
