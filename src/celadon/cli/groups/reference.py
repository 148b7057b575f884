"""The verbs that begin with ``celadon reference``."""

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

reference = typer.Typer(
    help="The reference tables: factors, norms, methods. 参考表：因子、标准、方法。",
    no_args_is_help=True,
)
"""The group of commands."""


TableOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Only this table, such as fuels. 表名。", show_default=False),
]

RowArgument = Annotated[
    str, typer.Argument(metavar="RECORD", help="Id of a row. 记录编号。", show_default=False)
]


@reference.command(epilog='Example: celadon reference search coke "GB/T 32151"')
def search(
    words: Annotated[
        list[str],
        typer.Argument(metavar="WORDS", help="Names, ids, numbers of standards. 关键词。"),
    ],
    table: TableOption = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show. 显示行数。")] = 20,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find figures by words of either language. 按关键词查找（中英文）。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.reference import search as work

        work(terminal, workspace_at(workspace), lang, words, table, limit)


@reference.command(
    epilog="Example: celadon reference show fuels/NDRC-2013-2015/coke/oxidation_rate"
)
def show(
    record: RowArgument,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Everything on one row, its confirmations and its uses. 单条记录的全部信息。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.reference import show as work

        work(terminal, workspace_at(workspace), lang, record)


@reference.command(epilog="Example: celadon reference diff NDRC-2013-2015 GBT32151.34-2024")
def diff(
    first: Annotated[
        str,
        typer.Argument(
            metavar="A", help="A set or edition, or: shipped. 标准或因子集。", show_default=False
        ),
    ],
    second: Annotated[
        str,
        typer.Argument(metavar="B", help="Another, or: workspace. 另一个。", show_default=False),
    ],
    table: TableOption = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show. 显示行数。")] = 40,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """What differs between two editions, in per cent. 两个版本的差异（百分比）。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.reference import diff as work

        work(terminal, workspace_at(workspace), lang, (first, second), table, limit)


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


@reference.command(epilog="Example: celadon reference load fuels.csv --by ANN --check")
def load(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV or XLSX. 文件。", show_default=False)
    ],
    table: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Which table it is, if it does not say. 表名。", show_default=False
        ),
    ] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who loads it. 载入人。")] = "",
    check: Annotated[
        bool, typer.Option("--check", help="Only say what it would do. 只检查，不写入。")
    ] = False,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a table of yours, whole or not at all. 载入自有参考表（全部或不载入）。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.reference_audit import load as work

        work(terminal, workspace_at(workspace), lang, file, table, by, check=check)


@reference.command(
    epilog='Example: celadon reference confirm sources/gb-21256-2025 --by ANN --page "p. 1"'
)
def confirm(
    record: Annotated[
        str | None,
        typer.Argument(metavar="RECORD", help="Id of a row. 记录编号。", show_default=False),
    ] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who compared. 核对人。")] = "",
    page: Annotated[
        str, typer.Option(metavar="PAGE", help="Page, table or clause in print. 页码、表号或条款。")
    ] = "",
    value: Annotated[
        str, typer.Option(metavar="V", help="The number as read in print. 原文数值。")
    ] = "",
    document: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A file that shows the page; kept. 原文文件。", show_default=False
        ),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="All confirmations. 全部核对记录。")
    ] = False,
    withdrawn: Annotated[bool, typer.Option("--withdraw", help="Take them back. 撤回。")] = False,
    because: Annotated[
        str, typer.Option(metavar="TEXT", help="Why it is withdrawn. 撤回原因。")
    ] = "",
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record that a row was compared with print. 与原文核对并留痕。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs import reference_audit as verbs

        folder = workspace_at(workspace)
        if listed:
            verbs.confirmations(terminal, folder, lang)
        elif withdrawn:
            verbs.withdraw(terminal, folder, lang, verbs.demand_row(record), by, because)
        else:
            row = verbs.demand_row(record)
            verbs.confirm(terminal, folder, lang, row, by, page, value, document)


@reference.command(epilog="Example: celadon reference verify")
def verify(
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Was anything loaded or confirmed changed since? 校验载入与核对的留痕。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.reference_audit import verify as work

        work(terminal, workspace_at(workspace), lang)


@reference.command(
    epilog="Example: celadon reference lint fuels; celadon reference lint my-factors/fuels.csv"
)
def lint(
    asked: Annotated[
        str | None,
        typer.Argument(
            metavar="TABLE|FILE",
            help="A table, or a CSV file of one; all tables by default. 表名或 CSV 文件。",
            show_default=False,
        ),
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only this rule, in full. 规则。", show_default=False),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Errors that arithmetic, physics or another edition can tell. 检查参考表中的错误。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.reference_lint import lint as work

        work(terminal, workspace_at(workspace), lang, asked, rule)
