"""Runs a page of the documentation from top to bottom, as a reader would, in an empty folder.

A fence that says ``file=name`` is written to that file; rows of CSV become a workbook where the
name ends in ``.xlsx``. A fence ``pycon`` holds examples of Python. A fence ``console`` holds
commands of celadon, ``$ celadon ...``, with what they print; ``...`` stands for any text. Other
fences are for reading.
"""

from __future__ import annotations

import csv
import doctest
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from tests.house.commands import CELADON, printed

FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def run_page(page: str, name: str, folder: Path, program: Sequence[str] = CELADON) -> list[str]:
    """What differs from the page, in words; nothing where the page is true.

    ``folder`` must be the working folder, and empty; ``program`` is what ``celadon`` stands for.
    """
    differences: list[str] = []
    names: dict[str, Any] = {}
    for fence in FENCE.finditer(page):
        info, body = fence["info"].strip(), fence["body"]
        line = page.count("\n", 0, fence.start("body"))
        if "file=" in info:
            write_file(folder / info.partition("file=")[2], body)
        elif info == "pycon":
            differences += run_python(body, names, name, line)
        elif info == "console":
            differences += run_commands(body, name, line, program)
    return differences


def write_file(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix != ".xlsx":
        path.write_text(body, encoding="utf-8")
        return
    with xlsxwriter.Workbook(path, {"strings_to_numbers": True}) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(csv.reader(body.splitlines())):
            sheet.write_row(number, 0, row)


def run_python(body: str, names: dict[str, Any], name: str, line: int) -> list[str]:
    test = doctest.DocTestParser().get_doctest(body, names, name, name, line)
    test.globs = names  # what one fence defines, the next one knows
    differences: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(test, out=differences.append, clear_globs=False)
    return differences if runner.failures else []


def run_commands(body: str, name: str, line: int, program: Sequence[str]) -> Iterator[str]:
    checker = doctest.OutputChecker()
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, wanted = part.partition("\n")
        words = shlex.split(command, comments=True)
        assert words[0] == "celadon", f"{name}, fence at line {line}: {command}"
        told = printed(program, words[1:])
        if not checker.check_output(wanted, told, flags):
            yield f"{name}, fence at line {line}: {command}\nprinted\n{told}\nnot\n{wanted}"
