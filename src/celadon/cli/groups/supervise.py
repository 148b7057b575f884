"""The verbs that begin with ``celadon supervise``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.groups.supervise_lists import (
    LIST_EXAMPLE,
    PUBLISH_EXAMPLE,
    REMOVE_EXAMPLE,
    REVIEW_EXAMPLE,
    TAKE_EXAMPLE,
    VERIFY_EXAMPLE,
    WITHDRAW_EXAMPLE,
    listing,
    publish,
    remove,
    review,
    take,
    verify,
    withdraw,
)
from celadon.cli.groups.supervise_options import (
    ActorOption,
    CaseArgument,
    CasesArgument,
    OnOption,
    ProgrammeArgument,
)
from celadon.cli.options import (
    JsonOption,
    LanguageOption,
    PeriodOption,
    WorkspaceOption,
    workspace_at,
)
from celadon.cli.terminal import opened

supervise = typer.Typer(
    help="Programmes of an authority: supervision, diagnosis, pilots, lists. 监察与专项工作。",
    no_args_is_help=True,
)
"""The group of commands."""

supervise.command(epilog=REVIEW_EXAMPLE)(review)
supervise.command(epilog=PUBLISH_EXAMPLE)(publish)
supervise.command("list", epilog=LIST_EXAMPLE)(listing)
supervise.command(epilog=REMOVE_EXAMPLE)(remove)
supervise.command(epilog=WITHDRAW_EXAMPLE)(withdraw)
supervise.command(epilog=TAKE_EXAMPLE)(take)
supervise.command(epilog=VERIFY_EXAMPLE)(verify)


@supervise.command(epilog="Example: celadon supervise new s-2026 --authority 模拟厅 --region CN-HE")
def new(
    programme: ProgrammeArgument,
    authority: Annotated[str, typer.Option(help="Who leads it. 主管部门。", show_default=False)],
    region: Annotated[str, typer.Option(help="CN, or such as CN-HE. 地区。")] = "CN",
    kind: Annotated[str, typer.Option(help="supervision, diagnosis, pilot or list.")] = (
        "supervision"
    ),
    year: Annotated[int | None, typer.Option(help="This year by default. 年份。")] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Begin a programme; complete its file by hand. 新建专项。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise import new as work

        work(terminal, workspace_at(workspace), lang, programme, kind, authority, region, year)


@supervise.command(epilog="Example: celadon supervise select s-2026 --by random --number 30 ...")
def select(
    programme: ProgrammeArgument,
    actor: ActorOption,
    reason: Annotated[str, typer.Option(help="Why. 理由。", show_default=False)],
    by: Annotated[
        str, typer.Option(help="special, criteria, application, random, risk or last_year. 方式。")
    ] = "special",
    names: Annotated[
        list[str] | None, typer.Option("--name", metavar="ID", help="An enterprise. 企业。")
    ] = None,
    from_file: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="CSV of id, name, region. 企业名单。"),
    ] = None,
    number: Annotated[
        int | None, typer.Option(min=1, help="How many, by lot or risk. 数量。")
    ] = None,
    seed: Annotated[str, typer.Option(help="Published seed of the lot. 抽签种子。")] = "",
    previous: Annotated[str, typer.Option(help="Programme of the year before. 上年专项。")] = "",
    criterion: Annotated[
        str, typer.Option(metavar="ID", help="Of the programme, with --by criteria. 标准。")
    ] = "",
    period: PeriodOption = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take enterprises into a programme. 确定企业名单。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise import select as work

        work(
            terminal, workspace_at(workspace), lang, programme, actor, by, reason,
            names or [], from_file, number or 0, seed, previous, criterion, period, on,
        )  # fmt: skip


@supervise.command("verify-draw", epilog="Example: celadon supervise verify-draw s-2026")
def verify_draw(
    programme: ProgrammeArgument,
    own_list: Annotated[
        Path | None,
        typer.Option("--list", metavar="FILE", help="Your own list, one id a line. 自存名单。"),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw the lots again from list and seed. 复核抽签。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise_draw import verify_draw as work

        work(terminal, workspace_at(workspace), lang, programme, own_list)


@supervise.command(epilog="Example: celadon supervise assign s-2026 e1 e2 --officer li ...")
def assign(
    programme: ProgrammeArgument,
    officers: Annotated[
        list[str], typer.Option("--officer", metavar="ID", help="At least two. 监察人员。")
    ],
    actor: ActorOption,
    cases: CasesArgument = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say who is to act. 指派监察人员。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise import assign as work

        folder = workspace_at(workspace)
        work(terminal, folder, lang, programme, cases or [], officers, actor, on)


@supervise.command(epilog="Example: celadon supervise check s-2026 --period 2025 --as desk")
def check(
    programme: ProgrammeArgument,
    cases: CasesArgument = None,
    period: PeriodOption = None,
    actor: Annotated[
        str | None,
        typer.Option("--as", metavar="WHO", help="Record what is proposed. 记录人。"),
    ] = None,
    on: OnOption = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show every line. 显示全部。")] = False,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Desk check: what the verdicts propose; recorded only with --as. 书面监察。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise_check import check as work

        folder = workspace_at(workspace)
        work(terminal, folder, lang, programme, cases or [], period, actor, on, show_all=show_all)


@supervise.command(epilog="Example: celadon supervise record s-2026 e1 heard opinion=none --as li")
def record(
    programme: ProgrammeArgument,
    case: CaseArgument,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND", help="entered, found, heard, followed ... 事件。", show_default=False
        ),
    ],
    data: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY=VALUE", help="What it says; a,b for a list. 内容。"),
    ] = None,
    actor: ActorOption = "",
    documents: Annotated[
        list[Path] | None,
        typer.Option("--evidence", metavar="FILE", help="Kept by its hash. 证据。"),
    ] = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record any event of a case. 记录事件。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise_act import record as work

        work(
            terminal, workspace_at(workspace), lang, programme, case, kind, data or [], actor,
            documents or [], on,
        )  # fmt: skip


@supervise.command(epilog="Example: celadon supervise notice s-2026 e1 --deadline 2026-06-30 ...")
def notice(
    programme: ProgrammeArgument,
    case: CaseArgument,
    deadline: Annotated[str, typer.Option(metavar="DAY", help="Until when. 期限。")],
    actor: ActorOption,
    findings: Annotated[
        list[str] | None,
        typer.Option("--finding", metavar="ID", help="All that are open by default. 问题。"),
    ] = None,
    kind: Annotated[str, typer.Option(help="correction or advice. 种类。")] = "correction",
    number: Annotated[str, typer.Option(help="Its number. 文号。")] = "",
    document: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own paper instead. 自备文书。")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A new .html file for it. 输出文件。")
    ] = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve a notice, where it may be served. 下达整改通知。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise_act import notice as work

        work(
            terminal, workspace_at(workspace), lang, programme, case, deadline, actor,
            findings or [], kind, number, document, out, on,
        )  # fmt: skip


@supervise.command(epilog="Example: celadon supervise close s-2026 e1 --result compliant --as li")
def close(
    programme: ProgrammeArgument,
    case: CaseArgument,
    result: Annotated[
        str,
        typer.Option(help="compliant, violation, cannot_tell, met, not_met or done. 结果。"),
    ],
    actor: ActorOption,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Conclude a case and close it. 结案。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise_act import close as work

        work(terminal, workspace_at(workspace), lang, programme, case, result, actor, on)


@supervise.command(epilog="Example: celadon supervise show s-2026 e1 --on 2026-03-31")
def show(
    programme: ProgrammeArgument,
    case: Annotated[str | None, typer.Argument(metavar="CASE", help="One case. 企业。")] = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """How a programme or a case stands, or stood. 查看状态。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise_show import show as work

        work(terminal, workspace_at(workspace), lang, programme, case, on)


@supervise.command(epilog="Example: celadon supervise summary s-2026 --by industry")
def summary(
    programme: ProgrammeArgument,
    by: Annotated[
        str, typer.Option(help="region, industry, criterion, selected_by, result.")
    ] = "region",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A new .html page with charts. 网页。")
    ] = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Counts by province, trade or result. 汇总。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise_show import summary as work

        work(terminal, workspace_at(workspace), lang, programme, by, on, out)


@supervise.command(epilog="Example: celadon supervise form s-2026 --out findings.xlsx")
def form(
    programme: ProgrammeArgument,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A new .xlsx or .html file. 输出文件。"),
    ] = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Findings and summary as a workbook or a page. 问题清单与汇总表。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise_form import form as work

        work(terminal, workspace_at(workspace), lang, programme, out, on)


@supervise.command(epilog="Example: celadon supervise screen returns.csv --profile plain")
def screen(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="List of returns, CSV or Parquet. 报送清单。"),
    ] = None,
    profile: Annotated[
        str, typer.Option(help="Name of a profile, or its TOML file. 检查方案。")
    ] = "plain",
    nation: Annotated[
        bool, typer.Option("--nation", help="The sites of the workspace instead. 本工作区各厂区。")
    ] = False,
    period: Annotated[
        str, typer.Option(metavar="YEAR", help="Calendar year of --nation. 年份。")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Workbook, CSV, or page with charts. 导出文件。"),
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="How many are shown. 显示条数。")] = 10,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check many returns: findings by cause, and whom to ask first. 批量检查报送数据。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.screen import screen as work

        work(
            terminal, workspace_at(workspace), lang, file, profile, period, out, top,
            nation=nation,
        )  # fmt: skip
