"""An official report shows nothing that rests on less than official text, in any of its parts."""

from __future__ import annotations

import dataclasses
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from tests.report.synthetic import make_content
from tests.report.two_years import content_of_two_years

from celadon.accounts.tables import LEAF
from celadon.languages import LANGUAGES
from celadon.report.blocks import Figure, Grid
from celadon.report.content import ReportContent
from celadon.report.draft import Draft
from celadon.report.page import lay_out, render
from celadon.report.sections.verdicts import read_verdicts
from celadon.report.write import write_report


@cache
def official() -> ReportContent:
    return dataclasses.replace(make_content(), mode="official")


def told(content: ReportContent, language: str = "en") -> str:
    draft = Draft(content, language)
    return render(draft, *lay_out(draft))


@pytest.mark.parametrize("language", LANGUAGES)
def test_carbon_below_official_text_stands_in_no_part(language: str) -> None:
    draft = Draft(official(), language)
    total = draft.stated.where(account="carbon").known_total(10**6)
    assert total is not None
    number = f"{round(total):,}"
    assert ("carbon", "co2") in draft.kept_out
    working = told(make_content(), language)
    page = told(official(), language)
    assert number in working, "else this test could not fail"
    assert number not in page
    first, sections = lay_out(draft)
    assert first.cards[1].value == "–"
    [carbon] = [section for section in sections if section.id == "carbon"]
    [note] = carbon.blocks
    assert [note] == draft.kept_out_notes("carbon")
    leaves = [line.leaf for line in draft.stated.where(account="carbon")]
    assert leaves
    assert not any(f'id="{leaf}"' in page for leaf in leaves)


def test_what_is_official_stays() -> None:
    draft, working = Draft(official(), "en"), Draft(make_content(), "en")
    assert draft.lines.where(account="energy").total()
    for account in ("energy", "water", "production"):
        kept = [line.leaf for line in draft.lines.where(account=account)]
        assert kept == [line.leaf for line in working.lines.where(account=account)]
    rows = [
        {**row, "confidence": None, "method_confidence": None}
        for row in make_content().leaves.to_pylist()
    ]
    sure = dataclasses.replace(official(), leaves=LEAF.from_rows(rows))
    assert not Draft(sure, "en").kept_out


def test_weak_verdicts_are_kept_out_and_counted() -> None:
    every = read_verdicts(Draft(make_content(), "en"))
    kept = read_verdicts(Draft(official(), "en"))
    assert len(kept) < len(every)
    assert f"{len(every) - len(kept)} verdicts are kept out" in told(official())


def test_the_workbook_and_the_charts_are_without_it_too(tmp_path: Path) -> None:
    files = write_report(official(), tmp_path, "en")
    assert not [path.name for path in files.charts if path.name.startswith("carbon")]
    book = openpyxl.load_workbook(files.workbook, read_only=True)
    draft = Draft(official(), "en")
    assert draft.say("workbook.carbon") not in book.sheetnames


def test_changes_are_without_a_side_that_is_not_official() -> None:
    content = dataclasses.replace(content_of_two_years(), mode="official")
    _, sections = lay_out(Draft(content, "en"))
    blocks = [block for s in sections if s.id in ("changes", "edition") for block in s.blocks]
    names = [block.name for block in blocks if isinstance(block, Figure)]
    assert "change-of-energy" in names
    assert not [name for name in names if "carbon" in name or "edition" in name]
    heads = [h.title for block in blocks if isinstance(block, Grid) for h in block.headings]
    assert heads
    assert not [head for head in heads if "carbon" in head.lower()]
