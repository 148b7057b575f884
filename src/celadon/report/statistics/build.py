"""A form as a whole: its tables, its head, and what is to be known before it is used."""

from __future__ import annotations

from collections.abc import Callable

from celadon.report.figures import day_text
from celadon.report.lines import is_below_official
from celadon.report.statistics.annual import annual_tables
from celadon.report.statistics.balance import balance_table
from celadon.report.statistics.content import WORDS, FormContent
from celadon.report.statistics.conversion import conversion_table
from celadon.report.statistics.form import Form, Table
from celadon.report.statistics.products import consumption_table, output_table
from celadon.report.statistics.self_check import self_check_tables

FORMS: dict[str, Callable[[FormContent], tuple[Table, ...]]] = {
    "205-1": lambda content: (balance_table(content),),
    "205-2": lambda content: (conversion_table(content),),
    "205-3": lambda content: (consumption_table(content),),
    "B204-1": lambda content: (output_table(content),),
    "energy-report": annual_tables,
    "self-check": self_check_tables,
}
"""The forms by the name that the command line has for them."""


def build_form(kind: str, content: FormContent) -> Form:
    """A form filled from a run.

    Parameters
    ----------
    kind : one of :data:`FORMS`.
    """
    tables = FORMS[kind](content)
    return Form(
        kind, WORDS[f"title.{kind}"], facts(content), notices(content, tables), tables,
        content.language, content.mode,
    )  # fmt: skip


def facts(content: FormContent) -> tuple[tuple[str, str], ...]:
    """Who, what period, by which editions, and from which state of the ledger."""
    site, tell = content.site, content.tell
    last = content.period.days[-1]
    methods = "; ".join(title.text(content.language) for title in content.methods.values())
    known = content.known_at
    first = day_text(content.period.from_day, content.language)
    told = (
        (tell("basics.owner"), site.owner.name),
        (tell("basics.credit_code"), site.owner.credit_code),
        (tell("basics.site"), site.name(content.language)),
        (tell("fact.period"), f"{first} – {day_text(last, content.language)}"),
        (tell("fact.mode"), tell(f"mode.{content.mode}")),
        (tell("fact.methods"), methods),
        (tell("fact.ledger"), tell("fact.known", position=known.position, of=known.of)),
        (tell("fact.account"), content.account_hash[:16]),
        (tell("fact.version"), content.code_version),
    )
    return tuple((name, value) for name, value in told if value)


def notices(content: FormContent, tables: tuple[Table, ...] = ()) -> tuple[str, ...]:
    """What is to be known of a form before it is used."""
    found = []
    if content.site.simulated:
        found.append(content.tell("notice.simulated"))
    if not content.is_official:
        found.append(content.tell("notice.working"))
    elif any(is_below_official(line.confidence) for line in content.lines):
        found.append(content.tell("notice.official"))
    if any(cell.marked for table in tables for row in table.rows for cell in row.cells):
        found.append(content.tell("notice.marked"))
    found.append(content.tell("notice.layout"))
    return tuple(found)
