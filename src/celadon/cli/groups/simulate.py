"""The verbs that begin with ``celadon simulate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.options import JsonOption, LanguageOption, WorkspaceOption
from celadon.cli.terminal import opened

simulate = typer.Typer(
    help="Made-up enterprises for trials, plainly marked. 模拟企业，仅供试验，均有标注。",
    no_args_is_help=True,
)
"""The group of commands."""


@simulate.callback()
def simulate_command() -> None:
    """What every command of the group shares."""


@simulate.command(epilog="Example: celadon simulate nation small-nation --enterprises 20 --seed 7")
def nation(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help="A new folder, or one to go on with; --workspace names it as well. 新文件夹。",
            show_default=False,
        ),
    ] = None,
    enterprises: Annotated[
        int, typer.Option(metavar="N", help="How many enterprises. 企业数。")
    ] = 100,
    seed: Annotated[
        int, typer.Option(metavar="S", help="Equal seeds give equal bytes. 随机种子。")
    ] = 1,
    year: Annotated[int, typer.Option(help="The calendar year. 年份。")] = 2025,
    meters: Annotated[
        int,
        typer.Option(
            metavar="M",
            help="Mean number of meters with 15-minute readings; 0: monthly returns only."
            " 平均表计数，0 为仅月报。",
        ),
    ] = 0,
    faulty: Annotated[
        float,
        typer.Option(
            metavar="SHARE",
            help="Share of enterprises in which something is planted, 0 to 1. 植入问题的企业占比。",
        ),
    ] = 0.2,
    products: Annotated[
        int,
        typer.Option(
            metavar="P",
            help="Further products of each, with a line and a norm each. 每家另有的产品数。",
        ),
    ] = 0,
    machines: Annotated[
        int,
        typer.Option(metavar="K", help="Machines in the list of equipment. 每家设备台数。"),
    ] = 0,
    workers: Annotated[
        int, typer.Option(min=1, help="Worker processes; no byte depends on it. 进程数。")
    ] = 2,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Thousands of enterprises over provinces and sectors, with a truth table. 模拟全国企业。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.simulate import nation as work

        work(
            terminal, folder or workspace,
            enterprises=enterprises, seed=seed, year=year, meters=meters, faulty=faulty,
            products=products, machines=machines, workers=workers,
        )  # fmt: skip


@simulate.command(epilog="Example: celadon simulate microgrids sites --sites 20 --seed 7")
def microgrids(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder. 新文件夹。")],
    sites: Annotated[int, typer.Option(metavar="N", help="How many sites. 厂区数。")] = 20,
    seed: Annotated[
        int, typer.Option(metavar="S", help="Equal seeds give equal bytes. 随机种子。")
    ] = 1,
    year: Annotated[int, typer.Option(help="The calendar year. 年份。")] = 2025,
    broken: Annotated[
        float,
        typer.Option(
            metavar="SHARE",
            help="Share of sites in which something is planted, 0 to 1. 植入问题的厂区占比。",
        ),
    ] = 0.1,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Mixed sites that each plan a microgrid, with a truth table. 模拟需设计微电网的厂区。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.simulate import microgrids as work

        work(terminal, folder, sites=sites, seed=seed, year=year, broken=broken)
