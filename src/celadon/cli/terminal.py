"""What a verb speaks through: text and tables for people, one JSON document for programs.

Results go to standard output, progress and errors to standard error; with ``--json`` standard
output holds one document and nothing else, an error being a document as well.
"""

from __future__ import annotations

import json
import locale
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.status import Status
from rich.table import Table
from rich.text import Text

from celadon.accounts.rungs import gas_of, scope_and_gas
from celadon.errors import CeladonError, Fault, LookupRefused
from celadon.languages import Language, Phrases

PLAIN_WIDTH = 120
"""Columns of output that goes to a file or another program."""

FAILED = 2
"""Exit code of a verb that could not do what was asked; findings in data are no failure."""


class Terminal:
    """Where one call of a verb writes.

    Parameters
    ----------
    as_json : whether a program reads the result.
    language : of the words; the workspace's own, once one is open, unless ``--lang`` was given.
    """

    def __init__(self, *, as_json: bool, language: Language) -> None:
        self.as_json = as_json
        self.language = language
        self.period: str | None = None
        """The period as it was given; None where it is the latest year."""
        self._workspace: Path | None = None
        self._out = _console(sys.stdout)
        self._err = _console(sys.stderr)

    @property
    def aside(self) -> Console:
        """Standard error, for what is no result."""
        return self._err

    def say(self, key: str, **values: object) -> str:
        """A phrase of the command line."""
        from celadon.report.plurals import counted  # noqa: PLC0415  the door stays light

        return counted(phrases().text(key, self.language, **values), self.language)

    def stand(self, folder: Path) -> None:
        """Note which workspace is open, so that commands can name it where they must."""
        from celadon.app.workspace import MARKER  # noqa: PLC0415  the door stays light

        here = Path.cwd()
        above = (path for path in (here, *here.parents) if (path / MARKER).is_file())
        self._workspace = None if folder.resolve() == next(above, None) else folder

    def command(self, text: str, *, period: bool = True) -> str:
        """A command to type next, which works from where the user stands.

        It names the workspace unless that is found from here, and the period where one was given.
        """
        if period and self.period is not None:
            text += f" --period {self.period}"
        if self._workspace is not None:
            text += f" --workspace {quoted(self._workspace.as_posix())}"
        return text

    def note(self, text: str) -> None:
        """Write a line that is no result to standard error."""
        self._err.print(Text(text), soft_wrap=True, highlight=False)

    def word(self, group: str, name: str) -> str:
        """The word for a value of a column, as reports say it; the value itself if it has none."""
        key = f"{group}.{name}"
        for known in (phrases, report_phrases):  # the words of reports are read only where needed
            if key in known():
                return known().text(key, self.language)
        plain, gas = scope_and_gas(name)
        if group == "scopes" and gas:
            return f"{self.word(group, plain)} · {gas}"
        return gas_of(name) if group == "measures" else name.replace("_", " ")

    def emit(self, document: dict[str, Any]) -> None:
        """Write the one JSON document of a verb."""
        text = json.dumps(document, ensure_ascii=False, indent=1, default=str)
        sys.stdout.write(text + "\n")

    def print(self, text: str | Text = "") -> None:
        """Write a line for people; it is never cut."""
        self._out.print(text, soft_wrap=True, markup=False, highlight=False)

    def heading(self, *parts: str) -> None:
        """Write the line that says what the lines below are about."""
        self.print(Text(" · ".join(part for part in parts if part), style="bold"))

    def row(self, label: str, text: str, right: str = "", style: str = "") -> None:
        """Write a labelled line; a long one continues under its own text."""
        grid = Table.grid(padding=(0, 1, 0, 0), expand=bool(right))
        grid.add_column(width=11, no_wrap=True)
        grid.add_column(ratio=1 if right else None, overflow="fold")
        grid.add_column(justify="right", no_wrap=True, style="dim")
        grid.add_row(Text(f"  {label}"), Text(text, style=style), Text(right))
        self._write(grid)

    def table(
        self, headers: Sequence[str], rows: Iterable[Sequence[str]], numbers: int = 0
    ) -> None:
        """Write rows under headers.

        Parameters
        ----------
        numbers : how many of the last columns are numbers, set to the right.
        """
        shown = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
        for index, header in enumerate(headers):
            if index >= len(headers) - numbers:
                shown.add_column(header, justify="right", no_wrap=True)
            else:
                shown.add_column(header, overflow="fold")
        for row in rows:
            shown.add_row(*(Text(cell) for cell in row))
        grid = Table.grid()
        grid.add_row("  ", shown)
        self._write(grid)

    def _write(self, renderable: Table) -> None:
        if self._out.is_terminal:
            self._out.print(renderable)
            return
        with self._out.capture() as captured:
            self._out.print(renderable)
        for line in captured.get().splitlines():
            self.print(line.rstrip())

    def working(self, text: str) -> Status:
        """A sign of life on standard error while something takes its time."""
        return self._err.status(text)

    @contextmanager
    def counting(self, items: Sequence[Any], text: str) -> Iterator[Iterator[Any]]:
        """The items, with a bar on standard error that moves as they are taken."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        bar = Progress(*columns, TimeElapsedColumn(), console=self._err, transient=True)
        with bar:
            task = bar.add_task(text, total=len(items))

            def taken() -> Iterator[Any]:
                for item in items:
                    bar.update(task, description=f"{text} {item}")
                    yield item
                    bar.advance(task)

            yield taken()

    def refuse(self, error: CeladonError, **beside: object) -> None:
        """Say what could not be done, where, by which rule, and what to do.

        Parameters
        ----------
        beside : what else the JSON document holds, such as what was done before.
        """
        from celadon.cli.helping import helped  # noqa: PLC0415  the door stays light

        error = helped(error)
        if self.as_json:
            self.emit({**error_document(error), **beside})
            return
        from celadon.cli.refusing import refused_in  # noqa: PLC0415  likewise

        summary, faults = refused_in(error, self.language)
        self._err.print(Text(summary, style="bold red"), soft_wrap=True)
        for fault in faults:
            self._fault(fault, summary)
        for miss in getattr(error, "near", ()):
            self._labelled("near", miss)

    def _fault(self, fault: Fault, summary: str) -> None:
        if fault.place and fault.place not in summary:
            self._err.print(Text(fault.place), soft_wrap=True)
        self._labelled("found", fault.found)
        self._labelled("rule", fault.rule)
        self._labelled("do", fault.remedy)

    def _labelled(self, label: str, text: str) -> None:
        line = Text("  ").append(_padded(self.say(f"error.{label}"), 10), style="dim").append(text)
        self._err.print(line, soft_wrap=True, highlight=False)


@contextmanager
def opened(*, as_json: bool, language: Language | None) -> Iterator[Terminal]:
    """A terminal for one call of a verb; an error that the user can mend ends it with code 2."""
    terminal = Terminal(as_json=as_json, language=language or system_language())
    try:
        yield terminal
    except CeladonError as error:
        terminal.refuse(error)
        raise typer.Exit(FAILED) from None
    except BrokenPipeError:  # who reads has read enough; typer ends quietly
        raise
    except OSError as error:
        terminal.refuse(refused_by_system(error))
        raise typer.Exit(FAILED) from None


def error_document(error: CeladonError) -> dict[str, Any]:
    """An error as plain data, for JSON."""
    document: dict[str, Any] = {
        "kind": type(error).__name__,
        "summary": error.summary,
        "faults": [
            {"where": list(f.where), "found": f.found, "rule": f.rule, "remedy": f.remedy}
            for f in error.faults
        ],
    }
    if isinstance(error, LookupRefused):
        document["near"] = list(error.near)
    return {"error": document}


def refused_by_system(error: OSError) -> CeladonError:
    """An error of the operating system in the words that all errors have."""
    place = str(error.filename or "this machine")
    rule = "celadon reads and writes the files of its workspace"
    remedy = "check that the path exists, that you may write there, and that the disk is not full"
    return CeladonError(
        f"Cannot use {place}", [Fault((place,), error.strerror or str(error), rule, remedy)]
    )


def system_language() -> Language:
    """Chinese where the system speaks it, else English."""
    name = (locale.getlocale()[0] or "").lower()
    return "zh" if name.startswith(("zh", "chinese")) else "en"


@cache
def phrases() -> Phrases:
    """The words of the command line."""
    return Phrases.load("celadon.cli", "phrases")


@cache
def report_phrases() -> Phrases:
    """The words of reports: outcomes, scopes, severities are called the same everywhere."""
    return Phrases.load("celadon.report", "phrases.toml")


def _console(stream: Any) -> Console:
    plain = Console(file=stream)
    return plain if plain.is_terminal else Console(file=stream, width=PLAIN_WIDTH)


def quoted(text: str) -> str:
    """A word of a command, in quotation marks where it has spaces."""
    return f'"{text}"' if " " in text else text


def _padded(text: str, width: int) -> str:
    cells = Text(text).cell_len
    return text + " " * max(1, width - cells)
