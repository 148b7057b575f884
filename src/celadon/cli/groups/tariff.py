"""The verbs that begin with ``celadon tariff``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.options import JsonOption, LanguageOption, WorkspaceOption, workspace_at
from celadon.cli.terminal import opened

tariff = typer.Typer(
    help="Electricity tariffs: what is known of a province's. 电价：各省已知与缺失。",
    no_args_is_help=True,
)
"""The group of commands."""

ProvinceArgument = Annotated[
    str,
    typer.Argument(metavar="PROVINCE", help="CN-ZJ, 浙江 or Zhejiang. 省份。", show_default=False),
]
VoltageOption = Annotated[
    str, typer.Option(metavar="KV", help="Such as 1-10(20), 35 or 110. 电压等级。")
]
DayOption = Annotated[
    str | None,
    typer.Option("--on", metavar="DAY", help="In force on this day; today by default. 日期。"),
]


@tariff.command(epilog="Example: celadon tariff missing 浙江 --voltage 35")
def missing(
    province: ProvinceArgument,
    voltage: VoltageOption = "",
    on: DayOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is known of a province's tariff, and what is not. 已知与缺失的电价。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.tariff import missing as work

        work(terminal, workspace_at(workspace), lang, province, voltage, on)


@tariff.command(epilog="Example: celadon tariff new 浙江 tariffs/zhejiang.toml --voltage 35")
def new(
    province: ProvinceArgument,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A new .toml file. 新文件。", show_default=False)
    ],
    voltage: VoltageOption = "",
    on: DayOption = None,
    single: Annotated[
        bool, typer.Option("--single", help="Without a second part. 单一制。")
    ] = False,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """A draft of a tariff file, with what is known filled in. 电价文件草稿。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.tariff import new as work

        folder = workspace_at(workspace)
        work(terminal, folder, lang, province, file, voltage, on, two_part=not single)
