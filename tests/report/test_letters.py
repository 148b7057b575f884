"""The lowest letter of a figure, and whether its data or its equation is the reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.report.synthetic import make_content

from celadon.accounts.tables import LEAF
from celadon.languages import LANGUAGES
from celadon.report.draft import Draft
from celadon.report.lines import Line, Lines
from celadon.report.page import lay_out, render
from celadon.report.sections.carbon import letter_text

DAY = dt.date(2025, 3, 1)
PLAIN = Line(
    leaf="l", unit="u", stream="s", carrier="coke", month=DAY, from_day=DAY,
    to_day=DAY + dt.timedelta(days=1), account="carbon", measure="co2", scope="process",
    method="m", clause="c", count=1, num=1, den=1, value=1, estimated=0, seconds_missing=0,
    confidence=None,
)  # fmt: skip


def line(data: str | None, equation: str | None) -> Line:
    return replace(PLAIN, confidence=data, method_confidence=equation)


@pytest.mark.parametrize(
    ("letters", "lowest", "because"),
    [
        ([(None, None)], None, ""),
        ([("A", "A"), (None, "A")], "A", ""),
        ([(None, "C")], "C", "method"),
        ([("B", "C")], "C", "method"),
        ([("D", "C")], "D", "data"),
        ([("B", "B")], "B", "both"),
        ([("C", "A"), (None, "C")], "C", "both"),
        ([("B ✓", "A")], "B ✓", ""),
        ([("D ✓", "B")], "B", "method"),
    ],
)
def test_the_lower_letter_counts_and_its_reason_is_told(
    letters: list[tuple[str | None, str | None]], lowest: str | None, because: str
) -> None:
    lines = Lines(line(*pair) for pair in letters)
    assert (lines.letter, lines.weakness) == (lowest, because)
    assert lines.is_marked is bool(because)


def test_a_line_without_any_value_has_no_say() -> None:
    unknown = replace(line("D", "D"), count=0, value=0, seconds_missing=86_400)
    assert Lines([unknown, line("A", "A")]).letter == "A"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_that_the_equation_is_the_reason(language: str) -> None:
    rows = [
        {
            **row,
            "confidence": None,
            "method_confidence": "C" if row["account"] == "carbon" else None,
        }
        for row in make_content().leaves.to_pylist()
    ]
    draft = Draft(make_content(leaves=LEAF.from_rows(rows)), language)
    words = {"en": ("C · equation", "lowest letter C (equation)"),
             "zh": ("C · 公式", "最低可信度 C（公式）")}[language]  # fmt: skip
    assert letter_text(draft, draft.lines.where(account="carbon")) == words[0]
    html = render(draft, *lay_out(draft))
    assert words[0] in html
    assert words[1] in html
    assert {"en": "Equations", "zh": "计算公式"}[language] in html
