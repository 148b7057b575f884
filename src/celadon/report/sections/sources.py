"""Where the numbers come from: files, ledger, methods, parameters; and what is open."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from celadon.accounts.balance import TOLERANCE
from celadon.accounts.rungs import is_tabled
from celadon.assess.names import rule_name
from celadon.report.blocks import Block, Cell, Grid, Heading, Note, Row, Section, words
from celadon.report.draft import Draft
from celadon.report.figures import grouped, hours_text, share
from celadon.report.lines import Lines, is_below_official
from celadon.report.sections.carbon import cited, factor_table
from celadon.report.sections.empty import empty_parts
from celadon.report.sections.energy import balances
from celadon.report.sections.verdicts import read_verdicts


def sources_section(draft: Draft) -> Section:
    """Files with their hashes, the position of the ledger, methods, and the other parameters."""
    content = draft.content
    known = content.known_at
    account = draft.say(
        "sources.account", hash=content.account_hash, leaves=grouped(len(draft.stated)),
        version=content.code_version, position=known.position, of=known.of,
    )  # fmt: skip
    accounts = {row["account"] for row in content.parameters.select(["account"]).to_pylist()}
    tables = [
        block for name in sorted(accounts - {"carbon"}) for block in factor_table(draft, name)
    ]
    blocks: list[Block] = [Note(account), _files(draft), _methods(draft), *tables]
    return Section("sources", draft.say("section.sources"), tuple(blocks))


def _files(draft: Draft) -> Grid:
    rows = [
        Row(
            (
                Cell(file.name),
                Cell(grouped(file.rows)),
                Cell(f"{file.recorded_at:%Y-%m-%d %H:%M}"),
                Cell(file.sha256, code=True),
            )
        )
        for file in draft.content.files
    ]
    say = draft.say
    headings = (
        Heading(say("sources.file"), figures=False),
        Heading(say("sources.rows")),
        Heading(say("sources.recorded"), figures=False),
        Heading(say("sources.hash"), figures=False),
    )
    return Grid(say("sources.files"), headings, tuple(rows), draft.source, small=True)


def _methods(draft: Draft) -> Grid:
    rows = [
        Row((Cell(method), Cell(title.text(draft.language))))
        for method, title in draft.content.methods.items()
    ]
    headings = (
        Heading(draft.say("sources.method"), figures=False),
        Heading(draft.say("sources.title"), figures=False),
    )
    return Grid(draft.say("sources.methods"), headings, tuple(rows))


def open_points(draft: Draft) -> list[tuple[str, str]]:
    """What is open, each with the anchor of the place that says more; the gravest first."""
    points: list[tuple[str, str]] = []
    say = draft.say
    findings = draft.content.findings.select(["severity"]).to_pylist()
    errors = sum(row["severity"] == "error" for row in findings)
    for verdict in read_verdicts(draft):
        if verdict.outcome == "cannot_tell":
            subject = draft.names.subject(verdict.subject)
            rule = rule_name(verdict.rule, draft.language)
            text = say("open.cannot_tell", subject=subject, rule=rule)
            points.append((text, verdict.anchor))
    for (node, _), (received, given) in balances(draft.lines).items():
        gap = received - given
        if abs(gap) > TOLERANCE * max(received, given):
            network = draft.names.node(node)
            points.append((say("open.gap", network=network, share=share(gap, received)), "energy"))
    below = len(_below_official(draft))
    if below:
        points.append((say("open.below_official", number=below), "missing"))
    weak = len(_weak_methods(draft))
    if weak:
        points.append((say("open.methods", number=weak), "missing"))
    missing = missing_seconds(draft)
    if missing:
        points.append((say("open.missing", hours=hours_text(missing)), "quality"))
    if findings:
        words = say("open.findings", number=grouped(len(findings)), errors=grouped(errors))
        points.append((words, "quality"))
    return points


def missing_seconds(draft: Draft) -> int:
    """Meter time without any value, over all meters."""
    return sum(row["seconds_missing"] for row in draft.content.meter_days.to_pylist())


def missing_section(draft: Draft) -> Section:
    """What is open: verdicts that cannot tell, and figures that rest on less than official text."""
    blocks: list[Block] = []
    undecided = [v for v in read_verdicts(draft) if v.outcome == "cannot_tell"]
    say = draft.say
    if undecided:
        rows = [
            Row(
                words(
                    draft.names.subject(verdict.subject),
                    rule_name(verdict.rule, draft.language),
                    verdict.standard or "–",
                    verdict.reason,
                )
            )
            for verdict in undecided
        ]
        headings = tuple(
            Heading(say(f"verdicts.{key}"), figures=False)
            for key in ("subject", "rule", "standard", "because")
        )
        blocks.append(Grid(say("open.cannot_tell_table"), headings, tuple(rows), small=True))
    below, weak = _below_official(draft), _weak_methods(draft)
    if below or weak:
        is_official = draft.content.mode == "official"
        told = say("open.kept_out_here" if is_official else "open.kept_out")
        blocks += [_below_table(draft, below, weak), Note(told, "open")]
    if not blocks:
        blocks.append(Note(say("open.nothing")))
    blocks += empty_parts(draft)
    return Section("missing", say("section.missing"), tuple(blocks))


def _below_official(draft: Draft) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Parameters below A, by what they rest on and their letter.

    What was derived month by month for the same streams is told once, with all that it rests on.
    """
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in draft.content.parameters.to_pylist():
        if is_below_official(row["confidence"]):
            groups[row["factor"], row["confidence"]].append(row)
    merged: dict[tuple[object, ...], list[tuple[str, str]]] = defaultdict(list)
    for (factor, letter), rows in groups.items():
        key: tuple[object, ...] = (factor, letter)
        if not is_tabled(rows[0]):
            key = (rows[0]["name"], letter, *sorted({row["stream"] for row in rows}))
        merged[key].append((factor, letter))
    return {
        ("; ".join(factor for factor, _ in keys), keys[0][1]): [
            row for key in keys for row in groups[key]
        ]
        for keys in merged.values()
    }


def _weak_methods(draft: Draft) -> dict[tuple[str, str], Lines]:
    """Lines whose equation is below A, by their method and its letter."""
    weak = Lines(line for line in draft.stated if is_below_official(line.method_confidence))
    return weak.by(lambda line: (line.method, line.method_confidence or ""))


def _below_table(
    draft: Draft,
    groups: dict[tuple[str, str], list[dict[str, Any]]],
    weak: dict[tuple[str, str], Lines],
) -> Grid:
    rows = [
        Row((
            Cell(draft.say("open.equations")), Cell(draft.method_title(method)),
            Cell(letter, marked=True),
            Cell(", ".join(dict.fromkeys(
                draft.names.word("accounts", line.account) for line in lines
            ))),
        ))
        for (method, letter), lines in sorted(weak.items())
    ]  # fmt: skip
    for (factor, letter), found in sorted(groups.items(), key=lambda g: (g[0][1], g[0][0])):
        first = found[0]
        streams = dict.fromkeys(draft.names.stream(row["stream"]) for row in found)
        accounts = dict.fromkeys(draft.names.word("accounts", row["account"]) for row in found)
        rests = f"{', '.join(accounts)}: {', '.join(streams)}"
        rows.append(
            Row(
                (
                    Cell(draft.names.word("parameters", first["name"])),
                    Cell(cited(draft, first["rung"], factor)),
                    Cell(letter, marked=True),
                    Cell(rests),
                )
            )
        )
    say = draft.say
    headings = (
        Heading(say("carbon.factor"), figures=False),
        Heading(say("carbon.edition"), figures=False),
        Heading(say("carbon.letter"), figures=False),
        Heading(say("open.figure"), figures=False),
    )
    return Grid(say("open.table"), headings, tuple(rows), small=True)
