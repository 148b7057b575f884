"""What a returned template lacks of what is asked today, and what the file as a whole tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from celadon.languages import LANGUAGES, Language
from celadon.records.finding import Finding
from celadon.records.site import Site
from celadon.records.templates.cells import ReturnedBook, ReturnedSheet
from celadon.records.templates.plan import Plan, Sheet
from celadon.records.templates.rows import FoundSheet, key_of
from celadon.records.templates.stamp import PROPERTY
from celadon.records.templates.words import SINCE, VERSION, say

_SHOWN = 12


def is_own_sheet(source: ReturnedSheet) -> bool:
    """Whether a sheet without the template's headings is celadon's own, or empty."""
    texts = [text for row in source.cells.values() for text in row.values()]
    results = {say("mark.title", language) for language in LANGUAGES}
    return not texts or texts[0] in results or any(text.startswith(PROPERTY) for text in texts)


def expected_findings(
    book: ReturnedBook,
    site: Site,
    declaration: str,
    plan: Plan | None,
    sheets: Sequence[FoundSheet],
    seen: set[tuple[str, ...]],
    gone: Mapping[str, Sequence[str]],
    language: Language,
) -> list[Finding]:
    """What speaks of the file as a whole: its stamp, sheets that are missing, rows that are.

    Parameters
    ----------
    seen : the keys of all rows of the file, filled or not.
    gone : by sheet, what empty rows speak of that is not declared any more.
    """
    findings = _stamp_findings(book, site, declaration)
    here = {sheet.shape.id for sheet in sheets}
    then = book.stamp.version if book.stamp is not None else VERSION
    for sheet in plan.sheets if plan is not None else ():
        if SINCE.get(sheet.id, 1) > then:
            continue  # the template did not have it yet; that it is older is told
        findings += _sheet_findings(book, site, sheet, here, seen, language)
    for name, items in gone.items():
        numbers = {"known": _listed(items)}
        place = f"{book.file} › {name}"
        findings.append(Finding(site.id, "template_gone", name, place, numbers))
    return findings


def _stamp_findings(book: ReturnedBook, site: Site, declaration: str) -> list[Finding]:
    stamp = book.stamp
    if stamp is None:
        return [Finding(site.id, "template_unstamped", book.file, book.file)]
    findings = []
    if stamp.version < VERSION:
        numbers: dict[str, object] = {"then": stamp.version, "now": VERSION}
        findings.append(Finding(site.id, "template_older", book.file, book.file, numbers))
    if stamp.declaration != declaration:
        numbers = {"then": stamp.declaration[:12], "now": declaration[:12]}
        findings.append(Finding(site.id, "template_redeclared", book.file, book.file, numbers))
    return findings


def _sheet_findings(
    book: ReturnedBook,
    site: Site,
    sheet: Sheet,
    here: set[str],
    seen: set[tuple[str, ...]],
    language: Language,
) -> list[Finding]:
    name = say(f"sheet.{sheet.id}", language)
    place = f"{book.file} › {name}"
    if sheet.id == "equipment" or not sheet.rows:
        if sheet.shape.id in here:
            return []
        return [Finding(site.id, "template_sheet_missing", name, place)]
    lacking: dict[str, bool] = {}
    for row in sheet.rows:
        texts = {field: str(cell) for field, cell in row.cells.items() if cell is not None}
        absent = key_of(sheet.shape, texts, row.item) not in seen
        lacking[row.item] = lacking.get(row.item, True) and absent
    wholly = [item for item, absent in lacking.items() if absent]
    if len(wholly) == len(lacking):
        return [Finding(site.id, "template_sheet_missing", name, place)]
    if wholly:
        return [Finding(site.id, "template_lacks", name, place, {"known": _listed(wholly)})]
    return []


def _listed(items: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(items))
    more = f" ... (+{len(distinct) - _SHOWN})" if len(distinct) > _SHOWN else ""
    return ", ".join(distinct[:_SHOWN]) + more
