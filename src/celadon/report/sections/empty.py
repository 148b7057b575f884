"""What a reader may look for in the report and not find, each with why: none of it is a zero."""

from __future__ import annotations

from celadon.accounts.carbon_lines import BIOGENIC, CARBON, GAS, PROCESS_CARBON
from celadon.accounts.market import MARKET
from celadon.accounts.pollutants.tables import POLLUTANT
from celadon.accounts.rungs import scope_and_gas
from celadon.report.blocks import Block, Grid, Heading, Row, words
from celadon.report.content import EditionRefused
from celadon.report.draft import Draft
from celadon.report.lines import Lines
from celadon.report.sections.gases import CAPTURED
from celadon.report.sections.lacking import lacking_subjects

_ACCOUNTS = {
    "market": MARKET, "processes": PROCESS_CARBON, "gases": GAS, "biogenic": BIOGENIC,
}  # fmt: skip
"""Parts that are an account of their own."""


def empty_parts(draft: Draft) -> list[Block]:
    """What a reader may look for here and not find, each with why: none of it is a zero."""
    site, say = draft.content.site, draft.say
    rows = []
    for part, is_there in _parts(draft).items():
        if is_there:
            continue
        lacking = lacking_subjects(draft, _ACCOUNTS[part]) if part in _ACCOUNTS else []
        why = say(f"empty.{part}_why")
        declared = part == "market" and site.contracts
        if declared or (part in ("gases", "biogenic") and lacking):
            names = "; ".join(lacking) or say("report.none")
            why = say("empty.lacking", names=names)
        if part == "edition" and draft.content.edition_refused is not None:
            why = _edition_refused(draft, draft.content.edition_refused)
        rows.append(Row(words(say(f"empty.{part}"), why)))
    if not rows:
        return []
    headings = (
        Heading(say("empty.part"), figures=False), Heading(say("empty.why"), figures=False),
    )  # fmt: skip
    return [Grid(say("empty.table"), headings, tuple(rows), say("empty.note"), small=True)]


def _parts(draft: Draft) -> dict[str, bool]:
    """What a report of emissions may hold, and whether this one does; nothing without emissions."""
    content = draft.content
    lines = draft.lines.where(account=CARBON)
    if not lines:
        return {}
    accounts = {part: bool(draft.lines.where(account=name)) for part, name in _ACCOUNTS.items()}
    pollutants = Lines.of(content.year_before).where(account=POLLUTANT)
    outlets = bool(content.site.outlets)
    return {
        **accounts,
        "captured": any(scope_and_gas(line.scope)[0] == CAPTURED for line in lines),
        "pollutants": outlets,
        "together": not outlets or pollutants.is_known,
        "year_before": bool(content.changes.num_rows),
        "edition": content.edition is not None,
    }


def _edition_refused(draft: Draft, refused: EditionRefused) -> str:
    """Which edition does not know what the site declares, and what that is."""
    faults = "; ".join(f"{fault.place}: {fault.found}" for fault in refused.faults)
    return draft.say(
        "empty.edition_refused", edition=refused.title.text(draft.language), faults=faults
    )
