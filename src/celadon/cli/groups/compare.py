"""The signature of ``celadon compare``."""

from __future__ import annotations

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

COMPARE_EXAMPLE = "Example: celadon compare works --period 2025 --with 2024"
"""How it is called."""


def compare(
    site: SiteArgument,
    earlier: Annotated[
        str | None,
        typer.Option("--with", metavar="PERIOD", help="An earlier period. 对比的报告期。"),
    ] = None,
    as_of: Annotated[
        int | None,
        typer.Option(metavar="POSITION", help="As it was known at this position. 当时所知。"),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(metavar="ID", help="By another carbon method or edition. 另一方法或版本。"),
    ] = None,
    account: Annotated[
        str | None, typer.Option(metavar="ACCOUNT", help="energy, carbon, water ... 账户。")
    ] = None,
    period: PeriodOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Two accounts side by side: what changed, by which cause. 对比与变化原因。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.compare import compare as work

        folder = workspace_at(workspace)
        work(terminal, folder, lang, site, period, earlier, as_of, method, account)
