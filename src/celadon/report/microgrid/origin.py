"""What the shares rest on: how the origin of stored power was told, and the year by origin."""

from __future__ import annotations

from fractions import Fraction

from celadon.report.blocks import Block, Cell, Grid, Heading, Note, Row
from celadon.report.figures import grouped
from celadon.report.microgrid.names import Draft


def origin_blocks(draft: Draft) -> list[Block]:
    """The method, the year by origin, and which rules are no official text."""
    say, plan = draft.say, draft.content.plan
    account, blocks = plan.origin, list[Block]()
    if account.method is not None:
        blocks.append(Note(draft.word("origins", account.method)))
    if account.energy:
        losses = "losses_counted" if account.counts_losses else "losses_not_counted"
        rows = tuple(
            Row((Cell(draft.word("by_origin", part)), Cell(grouped(Fraction(energy), 1))))
            for part, energy in account.energy.items()
        )
        headings = (Heading(say("power_by_origin"), figures=False), Heading("", "MWh"))
        blocks.append(Grid(say("power_by_origin"), headings, rows, say(losses)))
    letters = [(k.rule, k.rule.confidence) for k in plan.rules]
    below = [f"{draft.rule(r.name, r.kind)} ({c})" for r, c in letters if c not in ("", "A")]
    if below:
        blocks.append(Note(say("draft_rules", rules=", ".join(below)), "open"))
    return blocks
