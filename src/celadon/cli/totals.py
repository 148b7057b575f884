"""The totals of an account: each with what it rests on and what is missing of it."""

from __future__ import annotations

from celadon.accounts.tables import MEASURES
from celadon.app.summary import Summary, Total
from celadon.cli.account_table import Cell
from celadon.cli.terminal import Terminal
from celadon.reference.confirmed import is_official
from celadon.report.figures import SHOWN_UNITS, hours_text, share, unit_text


def show_totals(terminal: Terminal, summary: Summary) -> None:
    """The totals as a table; exact, a dash where nothing is known."""
    say = terminal.say
    headers = [say("account.account"), say("account.rests_on"), say("account.lacking_head")]
    headers += [say("account.missing"), say("account.estimated"), say("account.value"), ""]
    rows = []
    for total in summary.totals:
        small = MEASURES[total.measure]
        cell = Cell(total.value if total.is_known else None, small, SHOWN_UNITS[small])
        account = terminal.word("accounts", total.account)
        rows.append(
            (
                f"{account} · {terminal.word('measures', total.measure)}",
                _letters(terminal, total),
                say("list.and").join(total.lacking),
                say("account.hours", hours=hours_text(total.seconds_missing)),
                share(total.estimated, total.value, 2),
                cell.text,
                unit_text(cell.unit, terminal.language),
            )
        )
    terminal.table(headers, rows, numbers=4)


def show_unofficial(terminal: Terminal, summary: Summary) -> None:
    """In official mode: which totals are shown here and kept out of the report and of forms."""
    text = unofficial(terminal, summary)
    if text:
        terminal.row("▲", text, style="yellow")


def unofficial(terminal: Terminal, summary: Summary) -> str:
    """The totals that are not official, and why; empty where all are."""
    marked = dict.fromkeys(
        f"{terminal.word('accounts', one.account)} · {terminal.word('measures', one.measure)}"
        for one in summary.totals
        if one.is_marked
    )
    if not marked:
        return ""
    return terminal.say("account.unofficial", names=terminal.say("list.and").join(marked))


def _letters(terminal: Terminal, total: Total) -> str:
    """The share of each letter of confidence, ▲ at those below official."""
    size = sum(abs(value) for value in total.by_confidence.values())
    texts = []
    for letter, value in total.by_confidence.items():
        name = terminal.say("account.own") if letter == "own" else letter
        mark = "" if letter == "own" or is_official(letter) else " ▲"
        texts.append(f"{name} {share(abs(value), size)}{mark}")
    return terminal.say("list.and").join(texts)
