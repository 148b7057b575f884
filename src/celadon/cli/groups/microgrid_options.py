"""Arguments and options that the commands of ``celadon microgrid`` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DesignArgument = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A design file (docs/microgrid.md). 设计文件。"),
]

SecondsOption = Annotated[
    float | None,
    typer.Option(
        metavar="S",
        min=1,
        help="The most that is solved for one site; no limit by default. 单个厂区求解时限。",
        show_default=False,
    ),
]

SolverOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="simplex, ipx, piqp or clarabel; chosen by size. 求解器。",
        show_default=False,
    ),
]

StandingOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ID",
        help="What stands today; boilers on fuel by default. 现有设备。",
        show_default=False,
    ),
]

WorkersOption = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Processes; one a core by default. 进程数，默认每核一个。",
        show_default=False,
    ),
]
