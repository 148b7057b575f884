"""``celadon microgrid sensitivity`` and ``break-even``: how they are typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.groups.microgrid_options import StandingOption
from celadon.cli.options import JsonOption, LanguageOption, WorkspaceOption, workspace_at
from celadon.cli.terminal import opened

SENSITIVITY_EXAMPLE = (
    'Example: celadon microgrid sensitivity design.toml --of "battery.energy cost" --of grid.price'
)
BREAK_EVEN_EXAMPLE = (
    "Example: celadon microgrid break-even design.toml --of turbines.cost --until turbines.capacity"
)
"""Shown below the help of the commands."""

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="A design file (docs/microgrid.md). 设计文件。")
]
FromOption = Annotated[
    float, typer.Option("--from", metavar="TIMES", help="The least multiplier. 最小倍数。")
]
ToOption = Annotated[
    float, typer.Option("--to", metavar="TIMES", help="The largest multiplier. 最大倍数。")
]
StepsOption = Annotated[int, typer.Option(help="How many are looked at. 取点数。")]


def sensitivity(
    file: FileArgument = Path("design.toml"),
    of: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A parameter, such as battery.energy_cost; may be repeated. 参数，可重复。",
            show_default=False,
        ),
    ] = None,
    low: FromOption = 0.5,
    high: ToOption = 1.5,
    steps: StepsOption = 5,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the tables go; out/sensitivity beside the design by default. 输出文件夹。",
            show_default=False,
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """The best design over a range of a parameter, the widest swing first. 单参数敏感性分析。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.app.microgrids.sensitivity import Range
        from celadon.cli.verbs.microgrid_sensitivity import Given
        from celadon.cli.verbs.microgrid_sensitivity import sensitivity as work

        given = Given(file, tuple(of or ()), Range(low, high, steps), out)
        work(terminal, workspace_at(workspace), lang, given, named=workspace is not None)


def break_even(
    file: FileArgument = Path("design.toml"),
    of: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="A parameter, such as battery.energy_cost. 参数。",
            show_default=False,
        ),
    ] = None,
    until: Annotated[
        str,
        typer.Option(
            metavar="WHAT",
            help="A capacity that enters or leaves, such as battery.energy; or saving. 判据。",
        ),
    ] = "saving",
    low: FromOption = 0.1,
    high: ToOption = 3.0,
    steps: StepsOption = 5,
    standing: StandingOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where the table goes; out/break-even beside the design by default. 输出文件夹。",
            show_default=False,
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Where a component enters or leaves, or a saving ends. 盈亏平衡点。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.app.microgrids.sensitivity import Range
        from celadon.cli.verbs.microgrid_sensitivity import Given
        from celadon.cli.verbs.microgrid_sensitivity import break_even as work

        of_one = () if of is None else (of,)
        given = Given(file, of_one, Range(low, high, steps), out, until, tuple(standing or ()))
        work(terminal, workspace_at(workspace), lang, given, named=workspace is not None)
