"""The verbs that begin with ``celadon microgrid``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.groups.bill import BILL_EXAMPLE, bill
from celadon.cli.groups.declare import DECLARE_EXAMPLE, declare
from celadon.cli.groups.dispatch import DISPATCH_EXAMPLE, dispatch
from celadon.cli.groups.microgrid_options import (
    DesignArgument,
    SecondsOption,
    SolverOption,
    StandingOption,
    WorkersOption,
)
from celadon.cli.groups.reprice import REPRICE_EXAMPLE, reprice
from celadon.cli.groups.scenarios import SCENARIOS_EXAMPLE, scenarios
from celadon.cli.groups.screen_microgrid import SCREEN_EXAMPLE, screen
from celadon.cli.groups.sensitivity import (
    BREAK_EVEN_EXAMPLE,
    SENSITIVITY_EXAMPLE,
    break_even,
    sensitivity,
)
from celadon.cli.groups.shift import SHIFT_EXAMPLE, shift
from celadon.cli.groups.years import YEARS_EXAMPLE, years
from celadon.cli.options import JsonOption, LanguageOption, WorkspaceOption, workspace_at
from celadon.cli.terminal import opened

microgrid = typer.Typer(
    help="Industrial microgrids: the proved best design and what its rules cost. "
    "工业微电网：最优设计及规则代价。",
    no_args_is_help=True,
)
"""The group of commands."""

microgrid.command(epilog=BILL_EXAMPLE)(bill)
microgrid.command(epilog=DISPATCH_EXAMPLE)(dispatch)
microgrid.command(epilog=SCREEN_EXAMPLE)(screen)
microgrid.command(epilog=DECLARE_EXAMPLE)(declare)
microgrid.command(epilog=SHIFT_EXAMPLE)(shift)
microgrid.command(epilog=YEARS_EXAMPLE)(years)
microgrid.command(epilog=SCENARIOS_EXAMPLE)(scenarios)
microgrid.command(epilog=REPRICE_EXAMPLE)(reprice)
microgrid.command(epilog=SENSITIVITY_EXAMPLE)(sensitivity)
microgrid.command("break-even", epilog=BREAK_EVEN_EXAMPLE)(break_even)


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
    file: DesignArgument = Path("design.toml"),
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the tables go; beside the design by default. 输出文件夹。",
            show_default=False,
        ),
    ] = None,
    solver: SolverOption = None,
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


@microgrid.command(epilog="Example: celadon microgrid report my-microgrid/design.toml --lang en")
def report(
    file: DesignArgument = Path("design.toml"),
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where it goes; out beside the design by default. 输出文件夹。",
            show_default=False,
        ),
    ] = None,
    pypsa: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Also write a network of PyPSA, to check it by. 另导出 PyPSA 网络。",
            show_default=False,
        ),
    ] = None,
    standing: StandingOption = None,
    fuel: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CARRIER",
            help="What is burnt, for carbon; or ID=CARRIER. 燃料品种，用于碳核算。",
            show_default=False,
        ),
    ] = None,
    programme: Annotated[
        str, typer.Option(metavar="NAME", help="Whose electricity factor. 电力因子所属制度。")
    ] = "enterprise_gbt32150",
    area: Annotated[
        str, typer.Option(metavar="CODE", help="CN, or a province such as CN-HE. 地区。")
    ] = "CN",
    years: Annotated[
        int | None,
        typer.Option(
            min=1, max=60, help="Years that the money is looked at. 评价年限。", show_default=False
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """The report of a design: energy, bill, money, carbon, rules. 设计报告。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.microgrid_report import Given
        from celadon.cli.verbs.microgrid_report import report as work

        given = Given(file, out, pypsa, standing or [], fuel or [], programme, area, years)
        folder = workspace_at(workspace)
        work(terminal, folder, lang, given, named=workspace is not None)


@microgrid.command(epilog="Example: celadon microgrid batch sites --workers 2 --seconds 60")
def batch(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="Every design.toml below it is a site. 其下每个 design.toml。"
        ),
    ] = Path(),
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the tables go; FOLDER/batch by default. 输出文件夹。",
            show_default=False,
        ),
    ] = None,
    workers: WorkersOption = None,
    seconds: SecondsOption = None,
    flows: Annotated[
        bool,
        typer.Option("--flows", help="Also leave every step of every plan. 同时输出逐时结果。"),
    ] = False,
    solver: SolverOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan every site below a folder; go on where an earlier run was left. 批量设计，可续跑。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.microgrid_batch import Given
        from celadon.cli.verbs.microgrid_batch import batch as work

        given = Given(folder, out or folder / "batch", workers, seconds, flows, solver)
        work(terminal, workspace_at(workspace), lang, given, named=workspace is not None)
