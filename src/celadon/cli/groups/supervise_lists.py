"""The verbs of ``celadon supervise`` for criteria, publications and lists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.groups.supervise_options import (
    ActorOption,
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

REVIEW_EXAMPLE = "Example: celadon supervise review green-2026 --from facts.csv --stage reviewed"
PUBLISH_EXAMPLE = "Example: celadon supervise publish green-2026 --what 第一批名单 --as desk"
LIST_EXAMPLE = "Example: celadon supervise list green-2026 --on 2027-01-01"
REMOVE_EXAMPLE = "Example: celadon supervise remove green-2026 e1 --reason 停产 --clause 第十条 ..."
WITHDRAW_EXAMPLE = "Example: celadon supervise withdraw s-2026 e1 --reason 停产 --as desk"
TAKE_EXAMPLE = "Example: celadon supervise take s-2026 events.jsonl --as desk"
VERIFY_EXAMPLE = "Example: celadon supervise verify s-2026"
"""What stands under the help of each verb."""

ReasonOption = Annotated[str, typer.Option(help="Why. 理由。", show_default=False)]
SomeCases = Annotated[
    list[str], typer.Argument(metavar="CASES", help="Enterprises. 企业。", show_default=False)
]


def review(
    programme: ProgrammeArgument,
    cases: CasesArgument = None,
    criterion: Annotated[
        str, typer.Option(metavar="ID", help="Of the programme; its only one if not given. 标准。")
    ] = "",
    from_file: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="CSV of id, name, region, facts. 事实表。"),
    ] = None,
    period: PeriodOption = None,
    stage: Annotated[
        str, typer.Option(metavar="STAGE", help="Stage to enter with it. 进入阶段。")
    ] = "",
    conclude: Annotated[
        bool, typer.Option("--conclude", help="Conclude met or not_met by it. 据此作出结论。")
    ] = False,
    actor: Annotated[
        str | None, typer.Option("--as", metavar="WHO", help="Record it. 记录人。")
    ] = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge cases by a criterion: yes, no, or cannot tell; recorded with --as. 按标准评审。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise_list import review as work

        work(
            terminal, workspace_at(workspace), lang, programme, cases or [], criterion,
            from_file, period, stage, actor, on, conclude=conclude,
        )  # fmt: skip


def publish(
    programme: ProgrammeArgument,
    what: Annotated[str, typer.Option(help="What is published. 公布内容。", show_default=False)],
    actor: ActorOption,
    source: Annotated[str, typer.Option(help="Number or place of it. 文号或出处。")] = "",
    document: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The paper itself. 公布文件。")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A new .csv file for it. 输出文件。")
    ] = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Publish a call, a list or results; who met a list stands on it then. 公布。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise_list import publication as work

        work(
            terminal, workspace_at(workspace), lang, programme, what, source, document, out,
            actor, on,
        )  # fmt: skip


def listing(
    programme: ProgrammeArgument,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A new .csv file for it. 输出文件。")
    ] = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who stands on the list, or stood on a day, and who left it and why. 名单。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise_list import listing as work

        work(terminal, workspace_at(workspace), lang, programme, on, out)


def remove(
    programme: ProgrammeArgument,
    cases: SomeCases,
    reason: ReasonOption,
    clause: Annotated[str, typer.Option(help="Clause it rests on. 依据条款。", show_default=False)],
    actor: ActorOption,
    document: Annotated[Path | None, typer.Option(metavar="FILE", help="The paper. 文件。")] = None,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take enterprises off a published list. 移出名单。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise_act import remove as work

        folder = workspace_at(workspace)
        work(terminal, folder, lang, programme, cases, reason, clause, document, actor, on)


def withdraw(
    programme: ProgrammeArgument,
    cases: SomeCases,
    reason: ReasonOption,
    actor: ActorOption,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take enterprises out of a programme before a result. 退出专项。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise_act import withdraw as work

        work(terminal, workspace_at(workspace), lang, programme, cases, reason, actor, on)


def take(
    programme: ProgrammeArgument,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="JSON lines, one event a line. 事件文件。")
    ],
    actor: ActorOption,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record many events from a file; lines that cannot be are told and kept. 批量记录事件。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise_act import take as work

        work(terminal, workspace_at(workspace), lang, programme, file, actor)


def verify(
    programme: ProgrammeArgument,
    mend: Annotated[
        str,
        typer.Option(
            metavar="WHO", help="Give lost numbers at the end to remarks. 以备注补记丢失的编号。"
        ),
    ] = "",
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Whether events, documents and papers are as they were recorded. 校验登记簿。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.supervise_verify import verify as work

        work(terminal, workspace_at(workspace), lang, programme, mend)
