"""The verb ``reference lint``: what looks wrong in the tables."""

from __future__ import annotations

from pathlib import Path

from celadon.app.standing import confirmed_now
from celadon.app.workspace import Workspace
from celadon.errors import Fault, InputError
from celadon.reference import load_registry
from celadon.reference.licences import Licences, licences_of
from celadon.reference.lint import LintReport, lint_file, lint_shipped, shipped_names


def lint_reference(workspace: Workspace | None, asked: str | None) -> LintReport:
    """The lint of a file, of a table, or of all shipped tables and those of a workspace.

    Parameters
    ----------
    workspace : whose own tables are looked at too, and whose confirmed rows are left alone.
    asked : a CSV file or the name of a table; everything where it is None.

    Raises
    ------
    InputError
        If the file cannot be read, or nothing is called so.
    """
    confirmed: frozenset[str] = frozenset()
    if workspace is not None:
        confirmed = frozenset(one.row for one in confirmed_now(workspace, workspace.registry()))
    if asked is not None and asked not in shipped_names():
        if not Path(asked).is_file():
            raise _nothing_called(asked)
        return lint_file(Path(asked), confirmed=confirmed)
    own = [] if workspace is None else sorted((workspace.folder / "reference").glob("*.csv"))
    reports = [lint_shipped(asked, confirmed)]
    reports += [lint_file(path, confirmed=confirmed) for path in own if asked in (None, path.stem)]
    return LintReport.joined(reports)


def licences_in(workspace: Workspace | None) -> Licences:
    """Under what licence the figures of the shipped tables, and a workspace's, stand."""
    return licences_of(load_registry() if workspace is None else workspace.registry())


def _nothing_called(asked: str) -> InputError:
    fault = Fault(
        (asked,),
        "neither a file nor a reference table",
        "a CSV file, or one of " + ", ".join(shipped_names()),
        "correct the name; without a name all tables are looked at",
    )
    return InputError(f"There is nothing called {asked} to lint", [fault])
