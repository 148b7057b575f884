"""``celadon microgrid declare``: how it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.options import JsonOption, LanguageOption, WorkspaceOption, workspace_at
from celadon.cli.terminal import opened

DECLARE_EXAMPLE = (
    "Example: celadon microgrid declare works --history 2023-01-01/2026-01-01 --notice 1"
)
"""Shown below the help of the command."""


def declare(
    site: Annotated[
        str | None,
        typer.Argument(metavar="SITE", help="Whose meters and supply. 厂区。", show_default=False),
    ] = None,
    supply: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only this supply. 受电点。", show_default=False),
    ] = None,
    history: Annotated[
        str | None,
        typer.Option(
            metavar="PERIOD",
            help="Metered months to look back on; three years by default. 历史时段。",
            show_default=False,
        ),
    ] = None,
    peaks: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Or a forecast: month, peak_kW, spread_kW. 或给出最大需量预测。",
            show_default=False,
        ),
    ] = None,
    tariff: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="In place of the supply's. 改用该电价文件。", show_default=False
        ),
    ] = None,
    capacity_kva: Annotated[
        str | None,
        typer.Option(
            metavar="KVA", help="Transformers connected. 受电变压器容量。", show_default=False
        ),
    ] = None,
    basis: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="At present: capacity, contract or measured. 现行计费方式。",
            show_default=False,
        ),
    ] = None,
    contract_kw: Annotated[
        str | None,
        typer.Option(metavar="KW", help="Declared at present. 现行申报需量。", show_default=False),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="MONTH",
            help="First month to come; the one after what is known by default. 起始月份。",
            show_default=False,
        ),
    ] = None,
    months: Annotated[
        int | None,
        typer.Option(
            min=1, max=60, help="How many; 12 after a history. 月数。", show_default=False
        ),
    ] = None,
    hold: Annotated[
        int, typer.Option(min=1, help="Months that a declaration stands. 申报有效月数。")
    ] = 1,
    notice: Annotated[
        int, typer.Option(min=0, help="Months until it takes effect. 提前申报月数。")
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Leave the table there. 输出表格。", show_default=False
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which demand to declare, and on which basis to be billed. 需量申报与计费方式建议。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.microgrid_declare import Given
        from celadon.cli.verbs.microgrid_declare import declare as work

        given = Given(
            site, supply, history, peaks, tuple(tariff or ()), capacity_kva, basis, contract_kw,
            first, months, hold, notice, out,
        )  # fmt: skip
        work(terminal, workspace_at(workspace), lang, given)
