"""Enterprises of a workspace with one credit code, wherever their twin stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping

from celadon.app.desk_records import Cells
from celadon.app.desk_returns import ReturnFinding
from celadon.app.workspace import Workspace
from celadon.assess.checks import check_rules
from celadon.chain import sha256_text
from celadon.languages import Language
from celadon.records.identity import normalise_credit_code
from celadon.records.period import Period

_RULE = "code_shared"


def twins_outside(workspace: Workspace, asked: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Of the sites asked for, those whose code another site uses that was not asked for.

    Sites that are asked for together are compared by the checks on their returns. Only the code is
    read of each declaration: one that is otherwise at fault has a twin all the same.
    """
    inside = list(asked)
    outside: dict[str, list[str]] = {}
    for name in sorted(set(workspace.site_ids()) - set(inside)):
        code = _code(workspace, name)
        if code:
            outside.setdefault(code, []).append(name)
    shared = {name: outside.get(_code(workspace, name), ()) for name in inside if outside}
    return {name: tuple(twins) for name, twins in shared.items() if twins}


def twin_findings(
    workspace: Workspace, asked: Iterable[str], period: Period, language: Language
) -> Mapping[str, tuple[ReturnFinding]]:
    """By site that is asked for, the finding that sites beside use its code."""
    title = check_rules()[_RULE].title[language]
    found = {}
    for site, twins in twins_outside(workspace, asked).items():
        key = "|".join((site, str(period), _RULE, *twins))
        finding = f"r-{sha256_text(key)[:10]}"
        found[site] = (
            ReturnFinding(finding, title, ", ".join(twins), Cells(declarations=(site, *twins))),
        )
    return found


def _code(workspace: Workspace, site: str) -> str:
    try:
        plain = tomllib.loads(workspace.site_file(site).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return ""  # celadon doctor tells of a declaration that cannot be read
    owner = plain.get("owner", {})
    code = owner.get("credit_code", "") if isinstance(owner, dict) else ""
    return normalise_credit_code(code) if isinstance(code, str) else ""
