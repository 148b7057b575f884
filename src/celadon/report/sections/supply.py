"""What is known of a site's supply where no method turns it into energy: amounts, as counted."""

from __future__ import annotations

from celadon.report.blocks import Block, Cell, Grid, Heading, Row, figures
from celadon.report.draft import Draft
from celadon.report.figures import amount, grouped, hours_text, unit_text
from celadon.report.lines import Lines

_SHOWN = 2


def supply_table(draft: Draft) -> list[Block]:
    """Amounts by carrier and direction; nothing where there is no supply account."""
    groups = draft.lines.where(account="supply", measure="amount").by(
        lambda line: (line.carrier, line.scope)
    )
    if not groups:
        return []
    rows = []
    for (carrier, scope), lines in groups.items():
        small, unit = draft.names.small_unit(carrier), draft.names.account_unit(carrier)
        value = None if lines.is_unknown else amount(lines.total(), small, unit).value
        lost = draft.say("supply.hours", hours=hours_text(lines.seconds_missing))
        rows.append(
            Row(
                (
                    Cell(draft.names.carrier(carrier)),
                    Cell(draft.names.word("scopes", scope)),
                    *figures([value], 2, [lines.is_marked]),
                    Cell(unit_text(unit, draft.language)),
                    Cell(lost if lines.seconds_missing else ""),
                )
            )
        )
    say = draft.say
    headings = (
        Heading(say("energy.carrier"), figures=False),
        Heading(say("supply.direction"), figures=False),
        Heading(say("leaves.activity")),
        Heading(say("report.unit"), figures=False),
        Heading(say("report.missing")),
    )
    return [Grid(say("supply.table"), headings, tuple(rows), say("supply.note"))]


def supply_told(draft: Draft) -> str:
    """The largest amounts in words, for the first page; empty where there is no supply account."""
    lines = draft.lines.where(account="supply", measure="amount")
    texts = []
    for carrier, of_carrier in lines.by(lambda line: line.carrier).items():
        bought = Lines(line for line in of_carrier if line.scope not in ("sold", "exported"))
        small, unit = draft.names.small_unit(carrier), draft.names.account_unit(carrier)
        if bought and not bought.is_unknown:
            value = grouped(amount(bought.total(), small, unit).value, 2)
            name, words = draft.names.carrier(carrier), unit_text(unit, draft.language)
            texts.append(f"{name} {value} {words}")
    return draft.say("supply.and").join(texts[:_SHOWN])
