"""The group of all commands: a mistake in typing is refused in the words of every other error."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from celadon.cli.terminal import FAILED, Terminal, system_language
from celadon.errors import CeladonError, Fault
from celadon.languages import LANGUAGES, Language


class Door(TyperGroup):
    """Runs a command line and ends the process with its exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002  as typer declares it
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002
        **extra: Any,
    ) -> Any:
        """Run the arguments; see the class that this overrides."""
        words = list(sys.argv[1:] if args is None else args)
        if not standalone_mode:
            return super().main(
                args, prog_name, complete_var, standalone_mode, windows_expand_args, **extra
            )
        try:
            code = super().main(
                args,
                prog_name,
                complete_var,
                False,  # noqa: FBT003
                windows_expand_args,
                **extra,
            )
        except typer.TyperException as error:
            refused = _mistyped(error, words)
            Terminal(as_json="--json" in words, language=_language(words)).refuse(refused)
            sys.exit(FAILED)
        except typer.Abort:
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


def _mistyped(error: typer.TyperException, words: Sequence[str]) -> CeladonError:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "celadon"
    usage = context.get_usage().removeprefix("Usage: ") if context is not None else "celadon VERB"
    found = error.format_message().replace("Value error, ", "")
    fault = Fault(("celadon", *words), found, " ".join(usage.split()), f"{command} --help")
    return CeladonError(f"Cannot understand: celadon {' '.join(words)}", [fault])


def _language(words: Sequence[str]) -> Language:
    """The language asked for in the words themselves, since no command could be opened."""
    for before, word in zip(words, [*words[1:], ""], strict=True):
        asked = word if before == "--lang" else before.removeprefix("--lang=")
        for known in LANGUAGES:
            if asked == known and before.startswith("--lang"):
                return known
    return system_language()
