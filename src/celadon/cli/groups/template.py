"""The verbs that begin with ``celadon template``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from celadon.cli.options import (
    JsonOption,
    LanguageOption,
    SiteArgument,
    WorkspaceOption,
    workspace_at,
)
from celadon.cli.terminal import opened


class _WriteByDefault(TyperGroup):
    """A first word that is none of the group's verbs is a site: its template is written."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the verb ``write`` before a site; see the class that this overrides."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["write", *args]
        return super().parse_args(ctx, args)


template = typer.Typer(
    cls=_WriteByDefault,
    help="The workbook that an enterprise fills in, and its return. 填报模板及其回收。\n\n"
    "celadon template SITE OUT.xlsx writes it; celadon template read SITE FILE.xlsx reads it back.",
    no_args_is_help=True,
)
"""The group of commands."""


@template.command(epilog="Example: celadon template works return-2025.xlsx --period 2025")
def write(
    site: SiteArgument,
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="A new file. 新文件。")],
    period: Annotated[
        str | None,
        typer.Option(
            metavar="PERIOD",
            help="Whole months: 2025, 2025-03 or 2025-01-01/2025-07-01;"
            " last year by default. 报告期。",
            show_default=False,
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="2026-02-28", help="The day until which it is returned. 交回期限。"),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the workbook that an enterprise fills in. 生成填报模板。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.template import write as work

        work(terminal, workspace_at(workspace), lang, site, out, period, until)


@template.command(
    epilog="Example: celadon template read works returned.xlsx --marked to-correct.xlsx"
)
def read(
    site: SiteArgument,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.xlsx", help="The returned file. 交回文件。")
    ],
    marked: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT.xlsx",
            help="Also write a copy with every faulty cell coloured. 同时生成标注副本。",
        ),
    ] = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="Show every fault. 显示全部问题。")
    ] = False,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a returned workbook into the ledger. 读入交回的模板。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.template import read as work

        work(terminal, workspace_at(workspace), lang, site, file, marked, show_all=show_all)


@template.command(epilog="Example: celadon template equipment works")
def equipment(
    site: SiteArgument,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """The equipment that returned workbooks have listed. 已登记的用能设备。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.template import equipment as work

        work(terminal, workspace_at(workspace), lang, site)
