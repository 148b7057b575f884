"""The verbs that begin with ``celadon ledger``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.options import (
    JsonOption,
    LanguageOption,
    SiteArgument,
    WorkspaceOption,
    workspace_at,
)
from celadon.cli.terminal import opened

ledger = typer.Typer(
    help="The ledger: what was recorded, and proof of it. 账本：记录与证明。",
    no_args_is_help=True,
)
"""The group of commands."""

_HeadOption = Annotated[
    str | None,
    typer.Option(
        "--head",
        metavar="HEAD",
        help="A head kept from earlier, as `ledger head` prints it. 此前留存的账本头。",
        show_default=False,
    ),
]


@ledger.command(epilog="Example: celadon ledger verify works --head 41:9f2c...")
def verify(
    site: SiteArgument,
    head: _HeadOption = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Files only, not each row. 只校验文件。")
    ] = False,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Is every record as it was committed? 校验账本的每一条、每个文件、每一行。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.ledger import verify as work

        work(terminal, workspace_at(workspace), lang, site, head, rows=not quick)


@ledger.command(epilog="Example: celadon ledger head works")
def head(
    site: SiteArgument,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """The hash to keep elsewhere, so that a loss is seen. 留存账本头，以便发现丢失。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.ledger import head as work

        work(terminal, workspace_at(workspace), lang, site)


@ledger.command(epilog="Example: celadon ledger log works --last 50")
def log(
    site: SiteArgument,
    last: Annotated[int, typer.Option(min=1, help="How many lines. 显示最近几条。")] = 20,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """What was recorded, line by line. 入账记录。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.ledger import log as work

        work(terminal, workspace_at(workspace), lang, site, last)


@ledger.command("as-of", epilog="Example: celadon ledger as-of works 2025-03-31")
def as_of(
    site: SiteArgument,
    when: Annotated[
        str,
        typer.Argument(
            metavar="WHEN",
            help="A date (its end) or a time, in the site's zone. 日期（当日末）或时间。",
            show_default=False,
        ),
    ],
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """What was known at an instant, and how to run with it. 某一时刻已知的内容。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.ledger import as_of as work

        work(terminal, workspace_at(workspace), lang, site, when)


@ledger.command(epilog="Example: celadon ledger pack works")
def pack(
    site: SiteArgument,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Many small files into few; nothing that was known changes. 合并小文件。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.ledger import pack as work

        work(terminal, workspace_at(workspace), lang, site)


@ledger.command(epilog='Example: celadon ledger forget works --reason "sold in March"')
def forget(
    site: SiteArgument,
    reason: Annotated[
        str, typer.Option(help="Why what is lost is given up. 放弃的理由。", show_default=False)
    ],
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give up what is lost of a ledger, on record. 放弃已丢失的账本（记录在案）。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.ledger import forget as work

        work(terminal, workspace_at(workspace), lang, site, reason)


@ledger.command(epilog="Example: celadon ledger prove works --file readings.csv --row 214")
def prove(
    site: SiteArgument,
    file: Annotated[
        str, typer.Option(metavar="NAME", help="The file's name, or its SHA-256. 文件名或哈希。")
    ],
    row: Annotated[int, typer.Option(min=1, help="Row in it, the first line being 1. 行号。")],
    sheet: Annotated[
        str | None, typer.Option(metavar="NAME", help="Sheet of a workbook. 工作表。")
    ] = None,
    head: _HeadOption = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write the proof. 证明文件。"),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """A short proof that one row of a file is in the ledger. 单行存证。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.ledger import prove as work

        work(terminal, workspace_at(workspace), lang, site, (file, row, sheet), head, out)


@ledger.command(
    "check-proof", epilog="Example: celadon ledger check-proof proof.json --head 41:9f2c..."
)
def check_proof(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A proof. 证明文件。", show_default=False)
    ],
    head: _HeadOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a proof; needs the head, and no workspace. 核验证明（无需工作区）。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.ledger import check_proof as work

        work(terminal, file, head)


@ledger.command(epilog="Example: celadon ledger export works works.zip")
def export(
    site: SiteArgument,
    out: Annotated[
        Path,
        typer.Argument(metavar="OUT", help="A new file, or a folder. 输出。", show_default=False),
    ],
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """A site with its whole ledger in one file. 导出厂区及其账本。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.ledger import export as work

        work(terminal, workspace_at(workspace), lang, site, out)


@ledger.command("import-site", epilog="Example: celadon ledger import-site works-41.zip")
def import_site(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="An archive. 归档文件。", show_default=False)
    ],
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a site from an archive, all of it verified. 导入厂区归档（全部校验）。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.ledger import import_site as work

        work(terminal, workspace_at(workspace), lang, file)
