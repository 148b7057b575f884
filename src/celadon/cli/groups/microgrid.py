"""The verbs that begin with ``celadon microgrid``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.groups.bill import BILL_EXAMPLE, bill
from celadon.cli.options import JsonOption, LanguageOption, WorkspaceOption, workspace_at
from celadon.cli.terminal import opened

microgrid = typer.Typer(
    help="Industrial microgrids: the proved best design and what its rules cost. "
    "工业微电网：最优设计及规则代价。",
    no_args_is_help=True,
)
"""The group of commands."""

microgrid.command(epilog=BILL_EXAMPLE)(bill)


@microgrid.command(epilog="Example: celadon microgrid init my-microgrid --lang en")
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A new folder, or one to write into. 文件夹。")
    ] = Path("microgrid"),
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """An example design to edit, with simulated profiles. 示例设计（模拟数据），供修改。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.microgrid import init as work

        work(terminal, folder)


@microgrid.command(epilog="Example: celadon microgrid design my-microgrid/design.toml")
def design(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A design file (docs/microgrid.md). 设计文件。"),
    ] = Path("design.toml"),
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the tables go; beside the design by default. 输出文件夹。",
            show_default=False,
        ),
    ] = None,
    solver: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="simplex, ipx, piqp or clarabel; chosen by size. 求解器。",
            show_default=False,
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """The least-cost system that keeps every rule, proved. 满足全部规则的最低成本系统。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.microgrid import design as work

        work(
            terminal, workspace_at(workspace), lang, file, out, solver, named=workspace is not None
        )
