"""The commands: what can be typed, what each word means, and an example of each.

Only signatures stand here, so that ``--help`` needs nothing heavy; a verb's work is imported when
it is called.
"""
# typer reads flags as boolean parameters, and imports wait for their verb.
# ruff: noqa: FBT002, PLC0415

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import celadon
from celadon.cli.door import Door
from celadon.cli.groups.bill import BILL_EXAMPLE, bill
from celadon.cli.groups.bundle import BUNDLE_EXAMPLE, bundle
from celadon.cli.groups.compare import COMPARE_EXAMPLE, compare
from celadon.cli.groups.form import FORM_EXAMPLE, form
from celadon.cli.groups.judge import JUDGE_EXAMPLE, judge
from celadon.cli.groups.ledger import ledger
from celadon.cli.groups.microgrid import microgrid
from celadon.cli.groups.reference import reference
from celadon.cli.groups.returns import returns
from celadon.cli.groups.simulate import simulate
from celadon.cli.groups.supervise import supervise
from celadon.cli.groups.tariff import tariff
from celadon.cli.groups.template import template
from celadon.cli.options import (
    JsonOption,
    LanguageOption,
    PeriodOption,
    SiteArgument,
    WorkspaceOption,
    workspace_at,
)
from celadon.cli.terminal import opened

application = typer.Typer(
    cls=Door,
    name="celadon",
    help="From meter to peak: exact energy, carbon and water accounts that explain themselves.\n\n"
    "从计量到达峰：精确、可追溯的能源、碳排放与用水核算。",
    epilog="Begin with: celadon demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
"""The whole command line; calling it runs the words of this process and ends it."""

application.add_typer(ledger, name="ledger", rich_help_panel="Look 查看")
application.add_typer(reference, name="reference", rich_help_panel="Look 查看")
application.add_typer(returns, name="return", rich_help_panel="Work 核算")
application.command(rich_help_panel="Work 核算", epilog=BILL_EXAMPLE)(bill)
application.command(rich_help_panel="Look 查看", epilog=COMPARE_EXAMPLE)(compare)
application.command(rich_help_panel="Work 核算", epilog=FORM_EXAMPLE)(form)
application.command(rich_help_panel="Work 核算", epilog=JUDGE_EXAMPLE)(judge)
application.add_typer(microgrid, name="microgrid", rich_help_panel="Work 核算")
application.add_typer(simulate, name="simulate", rich_help_panel="Begin 开始")
application.add_typer(supervise, name="supervise", rich_help_panel="Work 核算")
application.add_typer(tariff, name="tariff", rich_help_panel="Look 查看")
application.add_typer(template, name="template", rich_help_panel="Work 核算")

_BEGIN, _WORK, _LOOK = "Begin 开始", "Work 核算", "Look 查看"


def _print_version(wanted: bool) -> None:  # noqa: FBT001  the signature that typer calls
    if wanted:
        typer.echo(f"celadon {celadon.__version__}")
        raise typer.Exit


@application.callback()
def celadon_command(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version. 版本。"
        ),
    ] = False,
) -> None:
    """What every command shares."""


@application.command(rich_help_panel=_BEGIN, epilog="Example: celadon demo celadon-demo --lang en")
def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A new folder, or one of an earlier demo.")
    ] = Path("celadon-demo"),
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """A simulated steelworks, from meter to report. 模拟钢铁企业：从计量到报告。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.demo import demo as work

        work(terminal, folder, lang)


@application.command(
    rich_help_panel=_BEGIN, epilog="Example: celadon init my-plant --site works --lang en"
)
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="An empty or a new folder. 新的或空的文件夹。")
    ] = Path(),
    name: Annotated[str, typer.Option(help="What people call the workspace. 名称。")] = "",
    site: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Also write an example site.toml to edit. 同时生成示例。"),
    ] = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a workspace; nothing is ever overwritten. 新建工作区（绝不覆盖）。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.init import init as work

        work(terminal, folder, name, site)


@application.command(
    "import",
    rich_help_panel=_WORK,
    epilog='Example: celadon import works "inbox/readings-*.csv" --profile readings-wide',
)
def import_(
    site: SiteArgument,
    files: Annotated[
        list[str], typer.Argument(metavar="FILES", help="Files, or patterns such as *.csv.")
    ],
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="How the files are read (docs/profiles.md); recognised if not given. 读取配置。",
            show_default=False,
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take files into a site's ledger; the same file again does nothing. 导入文件。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.imports import imports as work

        work(terminal, workspace_at(workspace), lang, site, files, profile)


@application.command(
    rich_help_panel=_WORK,
    epilog="Example: celadon recognise inbox/log.csv --site works --save kiln-log",
)
def recognise(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Any file. 文件。")],
    site: Annotated[
        str | None,
        typer.Option(
            metavar="SITE",
            help="Whose file it is; the only site by default. 厂区编号。",
            show_default=False,
        ),
    ] = None,
    save: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Write the guess as a profile of the site. 保存为配置。",
            show_default=False,
        ),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """How a file would be read, and what is doubtful; nothing is taken. 识别文件格式（不导入）。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.recognise import recognise as work

        work(terminal, workspace_at(workspace), lang, file, site, save)


@application.command(rich_help_panel=_WORK, epilog="Example: celadon run works --period 2025")
def run(
    sites: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SITES",
            help="Sites, or patterns such as e00*; all by default. 厂区。",
            show_default=False,
        ),
    ] = None,
    period: PeriodOption = None,
    as_of: Annotated[
        int | None,
        typer.Option(
            metavar="POSITION", help="Know only so much of the ledger. 只读到账本第几条。"
        ),
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Worker threads; no digit depends on it. 线程数。")
    ] = None,
    no_report: Annotated[
        bool, typer.Option("--no-report", help="Leave the report unwritten. 不写报告。")
    ] = False,
    together: Annotated[
        bool | None,
        typer.Option(
            "--together/--each",
            help="Tables and one summary of all sites, or a report of each; together from 20"
            " sites on. 合并运行或逐厂报告。",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes of a run together; one a core. 进程数。"),
    ] = None,
    days: Annotated[
        bool, typer.Option("--days", help="Together: keep the days of meters too. 保留日用量。")
    ] = False,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Quality, accounts, verdicts and report of sites. 质量、核算、判定与报告。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.run import run as work

        work(
            terminal, workspace_at(workspace), lang, sites or [], period,
            as_of=as_of, threads=threads, report=not no_report,
            together=together, workers=workers, days=days,
        )  # fmt: skip


@application.command(
    rich_help_panel=_LOOK, epilog="Example: celadon account works --account carbon --by month"
)
def account(
    site: SiteArgument,
    period: PeriodOption = None,
    account: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="energy, carbon, water, process_energy ... 账户。"),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="unit, month, carrier, scope or stream. 分项。"),
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Totals of a site, exact, with what they rest on. 合计（精确值及其依据）。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.account import account as work

        work(terminal, workspace_at(workspace), lang, site, period, account, by)


@application.command(
    rich_help_panel=_LOOK, epilog="Example: celadon findings works --severity error"
)
def findings(
    site: SiteArgument,
    period: PeriodOption = None,
    severity: Annotated[
        str | None, typer.Option(metavar="NAME", help="error, warning or note. 级别。")
    ] = None,
    rule: Annotated[str | None, typer.Option(metavar="NAME", help="One rule only. 规则。")] = None,
    finding: Annotated[
        str | None, typer.Option("--id", metavar="F-...", help="One finding in full. 单条详情。")
    ] = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is wrong with the data, and what to do. 数据发现与处置建议。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.findings import findings as work

        work(terminal, workspace_at(workspace), lang, site, period, severity, rule, finding)


@application.command(
    rich_help_panel=_LOOK,
    epilog="Example: celadon explain works carbon --stream natural-gas --month 2025-03",
)
def explain(
    site: SiteArgument,
    account: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="energy, carbon, water ... 账户。")
    ],
    unit: Annotated[str | None, typer.Option(metavar="ID", help="Process unit. 工序单元。")] = None,
    stream: Annotated[str | None, typer.Option(metavar="ID", help="Stream. 物流。")] = None,
    carrier: Annotated[str | None, typer.Option(metavar="ID", help="Carrier. 品种。")] = None,
    scope: Annotated[
        str | None, typer.Option(metavar="NAME", help="Such as purchased, process. 范围。")
    ] = None,
    month: Annotated[str | None, typer.Option(metavar="2025-03", help="One month. 月份。")] = None,
    leaf: Annotated[str | None, typer.Option(metavar="ID", help="One leaf line. 账户行。")] = None,
    measure: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="calorific_value, equivalent_value, co2 ... 计量。"),
    ] = None,
    depth: Annotated[
        int | None, typer.Option(min=1, help="Levels to show; as fits by default. 层数。")
    ] = None,
    period: PeriodOption = None,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Why this number? Down to file, row, factor and clause. 数据溯源。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.explain import explain as work

        asked = {
            "unit": unit, "stream": stream, "carrier": carrier, "scope": scope, "leaf": leaf,
            "measure": measure,
        }  # fmt: skip
        work(terminal, workspace_at(workspace), lang, site, period, account, asked, month, depth)


@application.command(
    rich_help_panel=_LOOK,
    epilog="Example: celadon calc energy.coal_equivalent amount=100 unit=t"
    " net_calorific_value=28.435 net_calorific_value_unit=GJ/t",
)
def calc(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="The model; without it, all are listed. 模型。"),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY=VALUE", help="Arguments; a list repeats its key. 参数。"),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Arguments as JSON; - for standard input. 参数文件。"),
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Show what goes in and comes out. 输入输出结构。")
    ] = False,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """One calculation by name, by the equations of the accounts. 单项计算。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.calc import calc as work

        work(terminal, name, values or [], file, schema=schema)


@application.command(rich_help_panel=_BEGIN, epilog="Example: celadon doctor")
def doctor(
    workspace: WorkspaceOption = None, lang: LanguageOption = None, as_json: JsonOption = False
) -> None:
    """Is this machine, and this workspace, fit for work? 环境与工作区检查。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.doctor import doctor as work

        work(terminal, workspace_at(workspace), lang, named=workspace is not None)


application.command(rich_help_panel=_BEGIN, epilog=BUNDLE_EXAMPLE)(bundle)
