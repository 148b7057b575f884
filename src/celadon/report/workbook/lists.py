"""The sheets that list: cover, parameters, verdicts, findings and sources."""

from __future__ import annotations

from celadon.assess.names import limit_name, rule_name
from celadon.exact import from_count
from celadon.report.blocks import FirstPage, exact_text
from celadon.report.figures import unit_text
from celadon.report.lines import is_below_official
from celadon.report.sections.carbon import cited
from celadon.report.sections.quality import SEVERITIES, finding_text, remedy_text
from celadon.report.sections.verdicts import outcome_words, read_verdicts
from celadon.report.workbook.sheet import FAULT, Book, Formula, Sheet, cell_name

_HEAD, _FIRST = 2, 3
_VALUE = 5


MOST_FINDINGS = 5_000
"""How many findings the workbook lists, the gravest first; all of them stand in the tables."""


def fill_cover(book: Book, sheet: Sheet, first: FirstPage, totals: dict[str, Formula]) -> None:
    """Who, what period, which editions, and the figures; those of a calculation are live.

    ``totals`` is by the anchor of the figure's section.
    """
    sheet.widths(26, 30, 14, 60)
    sheet.note(1, first.title)
    row = 2
    if first.simulated:
        sheet.write(row, 0, book.draft.say("report.simulated"), bold=True, **FAULT)
        row += 1
    row += 1
    facts = [
        *first.facts,
        (book.draft.say("cover.version"), f"celadon {book.draft.content.code_version}"),
    ]
    for name, value in facts:
        sheet.write(row, 0, name, font_color="#62716b")
        sheet.write(row, 1, value)
        row += 1
    row += 1
    for card in first.cards:
        sheet.write(row, 0, card.title, bold=True)
        live = totals.pop(card.link, None)
        figure = card.value if card.exact is None else live or card.exact
        number = "" if isinstance(figure, str) else "#,##0.000"
        sheet.write(row, 1, figure, number, align="left")
        sheet.write(row, 2, card.unit + (" ▲" if card.marked else ""))
        sheet.write(
            row, 3, " · ".join(part for part in (card.change, card.beside, card.quality) if part)
        )
        row += 1
    row += 1
    for text in (book.draft.say("report.mark"), book.draft.say("report.note")):
        sheet.note(row, text)
        row += 1


def parameter_places(book: Book) -> dict[str, str]:
    """The cell of each parameter's value on the sheet of parameters, by its id."""
    name = book.draft.say("workbook.parameters")
    rows = book.draft.content.parameters.select(["parameter"]).to_pylist()
    return {
        row["parameter"]: cell_name(name, number, _VALUE) for number, row in enumerate(rows, _FIRST)
    }


def parameter_sheet(book: Book) -> None:
    """Every parameter, with where it comes from."""
    draft = book.draft
    say = draft.say
    sheet = book.sheet(say("workbook.parameters"), say("sources.parameters"))
    heads = [
        say("sources.stream"), say("sources.account_name"), say("carbon.factor"),
        say("workbook.days_from"), say("workbook.days_to"), say("carbon.value"), say("report.unit"),
        say("carbon.rung"), say("carbon.letter"), say("carbon.edition"), say("workbook.id"),
    ]  # fmt: skip
    sheet.header(_HEAD, heads, figures=[_VALUE])
    sheet.widths(22, 12, 22, 11, 11, 13, 13, 11, 8, 70, 50)
    for row, parameter in enumerate(draft.content.parameters.to_pylist(), _FIRST):
        marked = is_below_official(parameter["confidence"])
        value = from_count(parameter["count"], parameter["decimals"])
        decimals = "." + "0" * parameter["decimals"] if parameter["decimals"] else ""
        sheet.write(row, 0, draft.names.stream(parameter["stream"]))
        sheet.write(row, 1, draft.names.word("accounts", parameter["account"]))
        sheet.write(row, 2, draft.names.word("parameters", parameter["name"]))
        sheet.write(row, 3, parameter["from_day"])
        sheet.write(row, 4, parameter["to_day"])
        sheet.write(row, _VALUE, value, f"0{decimals}")
        sheet.write(row, 6, unit_text(parameter["unit"], draft.language))
        sheet.write(row, 7, draft.names.word("rungs", parameter["rung"]))
        letter = f"{parameter['confidence'] or '–'}{' ▲' if marked else ''}"
        sheet.write(row, 8, letter, **(FAULT if marked else {}))
        sheet.write(row, 9, cited(draft, parameter["rung"], parameter["factor"]))
        sheet.write(row, 10, parameter["parameter"])
    sheet.raw.freeze_panes(_FIRST, 1)


def verdict_sheet(book: Book) -> None:
    """Every verdict with its value, limits, and reason."""
    draft = book.draft
    say = draft.say
    sheet = book.sheet(say("workbook.verdicts"), say("section.verdicts"))
    heads = [
        say("verdicts.subject"), say("verdicts.rule"), say("verdicts.standard"),
        say("verdicts.actual"), say("report.unit"), say("verdicts.limits"),
        say("verdicts.outcome"), say("verdicts.because"), say("carbon.letter"),
    ]  # fmt: skip
    sheet.header(_HEAD, heads, figures=[3])
    sheet.widths(22, 24, 26, 12, 10, 44, 20, 80, 8)
    for row, verdict in enumerate(read_verdicts(draft), _FIRST):
        limits = " · ".join(
            f"{limit_name(name, draft.language)} {exact_text(limit)}"
            for name, limit in verdict.limits
        )
        marked = is_below_official(verdict.confidence)
        sheet.write(row, 0, draft.names.subject(verdict.subject))
        sheet.write(row, 1, rule_name(verdict.rule, draft.language))
        sheet.write(row, 2, verdict.standard)
        sheet.write(row, 3, verdict.value, "#,##0.000")
        sheet.write(row, 4, unit_text(verdict.unit, draft.language))
        sheet.write(row, 5, limits or "–")
        sheet.write(row, 6, outcome_words(draft, verdict))
        sheet.write(row, 7, "; ".join((verdict.reason, *verdict.corrections)))
        letter = f"{verdict.confidence or '–'}{' ▲' if marked else ''}"
        sheet.write(row, 8, letter, **(FAULT if marked else {}))
    sheet.raw.freeze_panes(_FIRST, 1)


def finding_sheet(book: Book) -> None:
    """Every finding in words, the gravest first."""
    draft = book.draft
    say = draft.say
    sheet = book.sheet(say("workbook.findings"), say("section.quality"))
    heads = [
        say("quality.severity"), say("quality.rule"), say("verdicts.subject"), say("workbook.text"),
        say("workbook.place"), say("quality.remedy"), say("workbook.id"),
    ]  # fmt: skip
    sheet.header(_HEAD, heads)
    sheet.widths(9, 28, 24, 60, 44, 60, 16)
    rows = sorted(
        draft.content.findings.to_pylist(),
        key=lambda r: (SEVERITIES.index(r["severity"]), r["rule"], r["subject"], r["place"]),
    )
    if len(rows) > MOST_FINDINGS:
        left_out = f"{len(rows) - MOST_FINDINGS:,}"
        sheet.note(1, say("workbook.findings_left_out", number=left_out))
        rows = rows[:MOST_FINDINGS]
    for row, finding in enumerate(rows, _FIRST):
        grave = FAULT if finding["severity"] == "error" else {}
        rule = draft.content.rules.get(finding["rule"])
        title = finding["rule"] if rule is None else rule.title[draft.language]
        sheet.write(row, 0, say(f"severity.{finding['severity']}"), **grave)
        sheet.write(row, 1, title)
        sheet.write(row, 2, draft.names.subject(finding["subject"]))
        sheet.write(row, 3, finding_text(draft, finding))
        sheet.write(row, 4, finding["place"])
        sheet.write(row, 5, remedy_text(draft, finding))
        sheet.write(row, 6, finding["finding"])
    if rows:
        sheet.raw.autofilter(_HEAD, 0, _HEAD + len(rows), len(heads) - 1)
    sheet.raw.freeze_panes(_FIRST, 1)


def source_sheet(book: Book) -> None:
    """Files with their hashes, and the methods."""
    draft = book.draft
    say = draft.say
    sheet = book.sheet(say("workbook.sources"), say("section.sources"))
    heads = [say("sources.file"), say("sources.rows"), say("sources.recorded"), say("sources.hash")]
    sheet.header(_HEAD, heads, figures=[1])
    sheet.widths(40, 12, 20, 72)
    row = _FIRST
    for file in draft.content.files:
        sheet.write(row, 0, file.name)
        sheet.write(row, 1, file.rows, "#,##0")
        sheet.write(row, 2, f"{file.recorded_at:%Y-%m-%d %H:%M}")
        sheet.write(row, 3, file.sha256)
        row += 1
    row += 1
    sheet.header(row, [say("sources.method"), "", "", say("sources.title")])
    for method, title in draft.content.methods.items():
        row += 1
        sheet.write(row, 0, method)
        sheet.write(row, 3, title.text(draft.language))
    row += 2
    sheet.write(row, 0, say("cover.account"))
    sheet.write(row, 3, draft.content.account_hash)
    sheet.raw.freeze_panes(_FIRST, 0)
