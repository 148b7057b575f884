"""The signature of ``celadon bundle``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from celadon.cli.options import JsonOption, LanguageOption
from celadon.cli.terminal import opened

BUNDLE_EXAMPLE = "Example: celadon bundle celadon-offline --platform windows-x86_64 --python 3.12"
"""How it is called."""


def bundle(
    out: Annotated[
        Path,
        typer.Argument(
            metavar="OUT",
            help="A new folder, or an earlier bundle. 输出文件夹。",
            show_default=False,
        ),
    ],
    platform: Annotated[
        str,
        typer.Option(metavar="NAME", help="here, linux-x86_64, windows-x86_64 ... 目标平台。"),
    ] = "here",
    python: Annotated[
        str | None,
        typer.Option(
            metavar="3.N",
            help="The version of Python there; this one by default. 目标 Python 版本。",
            show_default=False,
        ),
    ] = None,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """An installer for machines without a network. 离线安装包。"""
    with opened(as_json=as_json, language=lang) as terminal:
        from celadon.cli.verbs.bundle import bundle_ as work

        work(terminal, out, platform, python)
