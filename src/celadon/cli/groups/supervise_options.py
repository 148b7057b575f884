"""Arguments and options that the verbs of ``celadon supervise`` share."""

from __future__ import annotations

from typing import Annotated

import typer

ProgrammeArgument = Annotated[
    str, typer.Argument(metavar="PROGRAMME", help="Its id. 专项编号。", show_default=False)
]
CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="Id of the enterprise. 企业编号。", show_default=False)
]
CasesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="CASES", help="All that are open if none. 企业。", show_default=False),
]
ActorOption = Annotated[
    str, typer.Option("--as", metavar="WHO", help="Who records it. 记录人。", show_default=False)
]
OnOption = Annotated[
    str | None, typer.Option("--on", metavar="DAY", help="Day of the act; today. 日期。")
]
