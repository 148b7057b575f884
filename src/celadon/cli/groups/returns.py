"""The verbs that begin with ``celadon return``."""

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

returns = typer.Typer(
    help="Sealed accounts that an enterprise sends and an authority accepts. 账户报送与接收。",
    no_args_is_help=True,
)
"""The group of commands."""

FilesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="FILES", help="Returns, or patterns such as inbox/*.zip. 报送文件。",
        show_default=False,
    ),
]  # fmt: skip

SealOption = Annotated[
    str | None,
    typer.Option(
        metavar="HASH", help="The seal that the sender told, for one file. 报送方告知的封签。"
    ),
]

AllOption = Annotated[bool, typer.Option("--all", help="Show what is well too. 显示全部。")]


@returns.command(epilog="Example: celadon return pack works --period 2025")
def pack(
    site: SiteArgument,
    period: PeriodOption = None,
    with_readings: Annotated[
        bool,
        typer.Option("--with-readings", help="Send the rows of the ledger too. 附上账本数据行。"),
    ] = False,
    replaces: Annotated[
        str | None,
        typer.Option(metavar="FILE|HASH", help="The return that it replaces. 所替代的报送。"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write it; in out/ by default. 输出文件。"),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Seal the account of a site and period into one file. 封装账户。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.returns import pack as work

        work(
            terminal, workspace_at(workspace), lang, site, period,
            with_readings=with_readings, replaces=replaces, out=out,
        )  # fmt: skip


@returns.command(epilog="Example: celadon return check works-2025.celadon-return.zip")
def check(
    files: FilesArgument,
    seal: SealOption = None,
    show_all: AllOption = False,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make every check of returns; changes nothing. 核对报送文件（不作任何改动）。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.returns import check as work

        work(
            terminal, workspace_at(workspace), lang, files, seal,
            show_all=show_all, named_workspace=workspace is not None,
        )  # fmt: skip


@returns.command(
    epilog="Example: celadon return accept inbox/*.zip --workspace authority --by registrar"
)
def accept(
    files: FilesArgument,
    by: Annotated[
        str, typer.Option(metavar="NAME", help="Who accepts, for the register. 接收人。")
    ] = "",
    seal: SealOption = None,
    show_all: AllOption = False,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check returns and take them into the register; nothing is ever replaced. 接收报送。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.returns import accept as work

        work(terminal, workspace_at(workspace), lang, files, by, seal, show_all=show_all)


@returns.command("list", epilog="Example: celadon return list --workspace authority")
def list_(
    show_all: Annotated[
        bool, typer.Option("--all", help="Earlier versions and refusals too. 含旧版与退回。")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Also check every accepted file. 校验已接收文件。")
    ] = False,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """The returns that this workspace has received. 已收到的报送。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.returns import list_returns as work

        work(terminal, workspace_at(workspace), lang, show_all=show_all, verify=verify)


@returns.command(epilog="Example: celadon return show 2d543eba49 --workspace authority")
def show(
    what: Annotated[
        str,
        typer.Argument(metavar="FILE|ID", help="A file, or how an accepted return's seal begins."),
    ],
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """The totals of a return, and what they rest on. 报送的合计及其依据。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.returns import show as work

        work(terminal, workspace_at(workspace), lang, what)
