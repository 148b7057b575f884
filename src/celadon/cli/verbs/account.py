"""``celadon account``: totals, exact, and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from celadon.accounts.tables import LEAF, MEASURES
from celadon.app.running import SiteRun
from celadon.app.summary import summarise
from celadon.app.workspace import Workspace
from celadon.cli.account_table import BY, AccountTable, Cell, accounts_of, depths, lay_out
from celadon.cli.names import Names
from celadon.cli.opening import head, one_of, open_workspace, present_run
from celadon.cli.terminal import Terminal
from celadon.cli.totals import show_totals, show_unofficial, unofficial
from celadon.languages import Language
from celadon.report.figures import SHOWN_UNITS, hours_text, unit_text

_DEFAULT_BY = {
    "carbon": "scope",
    "carbon_market": "scope",
    "water": "month",
    "energy": "carrier",
    "process_energy": "unit",
}


def account(
    terminal: Terminal,
    folder: Path,
    language: Language | None,
    site: str,
    period: str | None,
    account: str | None,
    by: str | None,
) -> None:
    """Show the totals of a site, or one account by a column."""
    workspace = open_workspace(terminal, folder, language)
    if by is not None:
        one_of("--by", by, list(BY))
    result = present_run(terminal, workspace, site, period)
    summary = summarise(result)
    is_official = workspace.settings.mode == "official"
    tables = []
    if account is not None or by is not None:
        chosen = ["energy", "carbon", "water"] if account is None else [account]
        known = accounts_of(result)
        if account is not None:
            one_of("--account", account, known)
        tables = [
            lay_out(result, workspace.registry(), each, by or _DEFAULT_BY.get(each, "carrier"))
            for each in chosen
            if each in known
        ]
    if terminal.as_json:
        told = {"not_official": unofficial(terminal, summary)} if is_official else {}
        terminal.emit({**summary.plain(), **told, "tables": [table.plain() for table in tables]})
        return
    _show_head(terminal, workspace, result)
    if not tables:
        show_totals(terminal, summary)
        command = terminal.command(f"celadon account {site} --account {_first(result)}")
        terminal.print("  " + terminal.say("account.one_more", command=command))
    if is_official:
        show_unofficial(terminal, summary)
    names = Names(result.site, workspace.registry(), terminal.language)
    for table in tables:
        terminal.print()
        by_unit = table.account == "process_energy" and table.by == "unit"
        _show_table(terminal, names, table, depths(result.site) if by_unit else {})


def _show_head(terminal: Terminal, workspace: Workspace, result: SiteRun) -> None:
    head(terminal, result, workspace.settings.mode)
    leaves = f"{result.table(LEAF).num_rows:,}"
    text = terminal.say("head.hash", hash=result.header["hash"], leaves=leaves)
    terminal.row(terminal.say("head.account"), text)


def _first(result: SiteRun) -> str:
    """An account to look at next: energy where there is one."""
    known = accounts_of(result)
    return next((name for name in ("energy", "supply", *known) if name in known), "energy")


def _show_table(
    terminal: Terminal, names: Names, table: AccountTable, inside: Mapping[str, int]
) -> None:
    """Show an account by a column.

    Parameters
    ----------
    inside : how deep a row lies in others, by its key; such rows do not add up.
    """
    terminal.heading(terminal.word("accounts", table.account), terminal.say(f"columns.{table.by}"))
    keyed = table.key_columns
    headers = [terminal.say(f"columns.{name}") for name in keyed]
    headers += [_column_name(terminal, column) for column in table.columns]
    lost = [table.missing(key) for key in table.keys]
    if any(lost):
        headers.append(terminal.say("account.missing"))
    if not table.is_whole:
        headers.append(terminal.say("account.rests_on"))
    rows = []
    for key, missing in zip(table.keys, lost, strict=True):
        labels = [
            _key_name(terminal, names, name, part) for name, part in zip(keyed, key, strict=True)
        ]
        labels[0] = "  " * inside.get(key[0], 0) + labels[0]
        cells = [table.cells.get((key, column)) for column in table.columns]
        unit = ""
        if table.has_units_by_row:
            unit = " " + next(unit_text(c.unit, terminal.language) for c in cells if c)
        texts = ["" if cell is None else _text(cell, unit) for cell in cells]
        hours = [terminal.say("account.hours", hours=hours_text(missing)) if missing else ""]
        held = [] if table.is_whole else [_held(terminal, table, key)]
        rows.append([*labels, *texts, *(hours if any(lost) else ()), *held])
    totals = [table.total(column) for column in table.columns]
    if any(totals):
        texts = [total.text if total else "" for total in totals]
        hours = [terminal.say("account.hours", hours=hours_text(sum(lost)))] if any(lost) else []
        blanks = [""] * (len(keyed) - 1)
        held = [] if table.is_whole else [terminal.say("account.not_whole")]
        rows.append([terminal.say("columns.total"), *blanks, *texts, *hours, *held])
    terminal.table(headers, rows, numbers=len(table.columns) + any(lost) + (not table.is_whole))
    if table.lacking:
        names_of = terminal.say("list.and").join(table.lacking)
        terminal.print("  " + terminal.say("account.without", names=names_of))
    if any(inside.values()):
        terminal.print("  " + terminal.say("account.inside"))


def _held(terminal: Terminal, table: AccountTable, key: tuple[str, ...]) -> str:
    """Of how many months, or streams, a row has a value; nothing where it has all."""
    held, of = table.held.get(key, (0, 0))
    texts = {cell.text for (of_key, _), cell in table.cells.items() if of_key == key}
    if held == of or (texts == {"–"} and table.missing(key)):  # then the missing time says it
        return ""
    if table.by == "month":
        return terminal.say("account.of_streams", held=held, of=of)
    one = of == table.months
    return terminal.say("account.of_months" if one else "account.of_parts", held=held, of=of)


def _text(cell: Cell, unit: str) -> str:
    return cell.text if cell.value is None else f"{cell.text}{unit}"


def _key_name(terminal: Terminal, names: Names, column: str, key: str) -> str:
    if column == "scope":
        return terminal.word("scopes", key)
    if column == "carrier":
        return names.carrier(key)
    return key if column == "month" else names.of(key)


def _column_name(terminal: Terminal, column: tuple[str, str]) -> str:
    measure, scope = column
    parts = [terminal.word("scopes", scope)] if scope else []
    if measure == "amount":
        return parts[0] if parts else terminal.word("measures", measure)
    if not scope:
        parts.append(terminal.word("measures", measure))
    return f"{' '.join(parts)}, {unit_text(SHOWN_UNITS[MEASURES[measure]], terminal.language)}"
