"""The verbs that begin with ``celadon reference``."""

from __future__ import annotations

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

reference = typer.Typer(
    help="The reference tables: factors, norms, methods. 参考表：因子、标准、方法。",
    no_args_is_help=True,
)
"""The group of commands."""


@reference.command(epilog="Example: celadon reference missing works")
def missing(
    site: Annotated[
        str | None,
        typer.Argument(metavar="SITE", help="A site; all by default.", show_default=False),
    ] = None,
    period: PeriodOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """What to obtain so that every figure is official. 待取得的正式文本。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.missing import missing as work

        work(terminal, workspace_at(workspace), lang, site, period)
