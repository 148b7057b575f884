"""The lines of ``celadon return``: who, checks, changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from celadon.accounts.tables import MEASURES
from celadon.app.returning import Received
from celadon.cli.account_table import Cell
from celadon.cli.finding_lines import show_briefly
from celadon.cli.run_lines import whole_number
from celadon.cli.terminal import Terminal
from celadon.records.finding import Finding
from celadon.report.figures import SHOWN_UNITS, hours_text, unit_text
from celadon.report.returns.check import Check
from celadon.report.returns.figures import Difference
from celadon.report.returns.header import Header

_SHOWN = 8


def show_received(terminal: Terminal, found: Received) -> None:
    """Which file it is, whose, and what became of it."""
    header, entry = found.opened.header, found.entry
    parts = [found.opened.file]
    if header is not None:
        parts += [header.owner.name, header.site.id]
        days = header.period
        parts.append(str(days.period) if days.from_day < days.to_day else "?")
    terminal.heading(*parts)
    if header is not None:
        terminal.row(terminal.say("return.totals"), totals_text(terminal, header))
    if found.opened.seal:
        terminal.row(terminal.say("return.seal"), found.opened.seal)
    if entry is None:
        word = "acceptable" if found.is_acceptable else "unacceptable"
        terminal.row("✓" if found.is_acceptable else "✗", terminal.say(f"return.{word}"))
    elif entry.is_accepted:
        numbers = {"version": entry.line["version"], "position": entry.position}
        word = "accepted" if found.is_new else "known"
        text = f"{terminal.say(f'return.{word}')} · {terminal.say('return.entered', **numbers)}"
        terminal.row("✓", text)
    else:
        text = terminal.say("return.noted", position=entry.position)
        terminal.row("✗", f"{terminal.say('return.refused')} · {text}", style="red")


def show_checks(terminal: Terminal, checks: Sequence[Check], *, show_all: bool) -> None:
    """Checks that are not answered with yes, what refuses first; with ``show_all`` every one."""
    order = {"no": 0, "cannot_tell": 1, "yes": 2}
    shown = [c for c in checks if show_all or not (c.outcome == "yes" or c.is_unread)]
    ranked = sorted(shown, key=lambda check: (not check.refuses, order[check.outcome]))
    rows = [
        (
            terminal.say("return.refuses" if check.refuses else f"return.{check.outcome}"),
            check.title(terminal.language),
            _found(check, terminal.language),
        )
        for check in ranked
    ]
    headers = [terminal.say(f"return.{name}") for name in ("answer", "check", "found")]
    if rows:
        terminal.table(headers, rows)
    counts = Counter(check.outcome for check in checks)
    numbers = {name: counts[name] for name in ("yes", "no", "cannot_tell")}
    text = terminal.say("return.counts", **numbers)
    if counts["yes"] and not show_all:
        text += f" · {terminal.say('return.more', number=counts['yes'])}"
    if any(check.is_unread for check in checks):
        text += f" · {terminal.say('return.unread')}"
    terminal.print("  " + text)


def show_changes(terminal: Terminal, changes: Sequence[Difference]) -> None:
    """What differs from the version that was accepted before."""
    if not changes:
        return
    terminal.print()
    terminal.heading(terminal.say("return.changes"))
    names = ("account", "scope", "before", "after", "change")
    rows = []
    for each in changes:
        small = MEASURES[each.measure]
        unit = SHOWN_UNITS[small]
        name = f"{terminal.word('accounts', each.account)} · "
        name += f"{terminal.word('measures', each.measure)}, {unit_text(unit, terminal.language)}"
        scope = each.scope if each.account == "process_energy" else ""
        difference = (each.after or 0) - (each.before or 0)
        cells = [_exact(value, small) for value in (each.before, each.after, difference)]
        rows.append((name, scope or terminal.word("scopes", each.scope), *cells))
    terminal.table([terminal.say(f"return.{name}") for name in names], rows, numbers=3)


def totals_text(terminal: Terminal, header: Header) -> str:
    """The totals that the document names, each with its unit and with what it is without."""
    texts = []
    for total in header.totals:
        value = "–" if total.value is None else whole_number(total.value, total.measure)
        phrase = total.account if total.account in ("carbon", "water") else "energy"
        name = "equivalent" if total.measure == "equivalent_value" else phrase
        notes = [terminal.say("run.incomplete")] if total.lacking else []
        if total.seconds_missing:
            hours = hours_text(total.seconds_missing)
            notes.append(terminal.say("run.without", hours=hours))
        text = terminal.say(f"run.{name}", value=value)
        texts.append(f"{text} ({terminal.say('list.and').join(notes)})" if notes else text)
    return " · ".join(texts) or terminal.say("run.no_accounts")


def show_findings(terminal: Terminal, errors: Sequence[Finding]) -> None:
    """The errors that the return's own findings hold."""
    if not errors:
        return
    terminal.print()
    terminal.heading(terminal.say("return.findings"))
    for finding in errors[:_SHOWN]:
        show_briefly(terminal, finding)
    if len(errors) > _SHOWN:
        terminal.print("  " + terminal.say("return.others", number=len(errors) - _SHOWN))


def _found(check: Check, language: str) -> str:
    """What was found and where, and below it what to do."""
    text = f"{check.place}: {check.text(language)}" if check.place else check.text(language)
    remedy = check.remedy(language)
    return f"{text}\n-> {remedy}" if remedy else text


def _exact(value: int | None, small: str) -> str:
    return Cell(value, small, SHOWN_UNITS[small]).text
