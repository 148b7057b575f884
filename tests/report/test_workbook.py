"""The workbook: opened by another program and worked out again by another hand."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.report.synthetic import make_content

from celadon.languages import LANGUAGES
from celadon.report.draft import Draft
from celadon.report.lines import Lines
from celadon.report.page import lay_out
from celadon.report.workbook.book import write_workbook


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = make_content()
    paths = {}
    for language in LANGUAGES:
        draft = Draft(made, language)
        folder = tmp_path_factory.mktemp(language)
        paths[language] = write_workbook(draft, lay_out(draft)[0], folder / "workbook.xlsx")
    return paths


class Evaluator:
    """Works out the formulas that the workbook uses: products, SUM, SUMIFS, ABS in IF, links."""

    def __init__(self, path: Path) -> None:
        self._book = openpyxl.load_workbook(path)
        self.value = cache(self._value)

    def _value(self, sheet: str, place: str) -> Any:
        raw = self._book[sheet][place.replace("$", "")].value
        if not isinstance(raw, str) or not raw.startswith("="):
            return raw
        return self._formula(sheet, raw[1:])

    def _formula(self, sheet: str, text: str) -> Any:
        if text.startswith("SUMIFS("):
            return self._sum_ifs(sheet, text[7:-1].split(","))
        if text.startswith("SUM("):
            return sum(self._span(sheet, text[4:-1]))
        if text.startswith("IF(ABS("):
            place, limit = re.fullmatch(r'IF\(ABS\((\w+)\)<=([\d.]+),"✓","✗"\)', text).groups()  # type: ignore[union-attr]
            return "✓" if abs(self.value(sheet, place)) <= float(limit) else "✗"
        if "-" in text and "!" not in text:
            left, right = text.split("-")
            return self._term(sheet, left) - self._term(sheet, right)
        product: Any = 1
        for part in text.split("*"):
            top, _, bottom = part.partition("/")
            product = product * self._term(sheet, top)
            if bottom:
                product = product / self._term(sheet, bottom)
        return product

    def _term(self, sheet: str, text: str) -> Any:
        if re.fullmatch(r"[\d.]+", text):
            return float(text)
        other, _, place = text.rpartition("!")
        return self.value(other.strip("'") or sheet, place)

    def _span(self, sheet: str, text: str) -> list[Any]:
        other, _, places = text.rpartition("!")
        name = other.strip("'") or sheet
        cells = self._book[name][places.replace("$", "")]
        return [self.value(name, cell.coordinate) for row in cells for cell in row]

    def _sum_ifs(self, sheet: str, parts: list[str]) -> float:
        values = self._span(sheet, parts[0])
        kept = [True] * len(values)
        for span, wanted in zip(parts[1::2], parts[2::2], strict=True):
            target = self._term(sheet, wanted)
            kept = [k and v == target for k, v in zip(kept, self._span(sheet, span), strict=True)]
        return sum(v for k, v in zip(kept, values, strict=True) if k)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_formula_gives_what_is_cached_beside_it(
    books: dict[str, Path], language: str
) -> None:
    evaluator = Evaluator(books[language])
    live = openpyxl.load_workbook(books[language])
    cached = openpyxl.load_workbook(books[language], data_only=True)
    checked = 0
    for sheet in live.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    kept = cached[sheet.title][cell.coordinate].value
                    found = evaluator.value(sheet.title, cell.coordinate)
                    if isinstance(kept, str):
                        assert found == kept, (sheet.title, cell.coordinate)
                    else:
                        wanted = pytest.approx(kept, rel=1e-12, abs=1e-6)
                        assert found == wanted, (sheet.title, cell.coordinate)
                    checked += 1
    assert checked > 1000


def test_each_emission_is_that_of_its_leaf(books: dict[str, Path]) -> None:
    leaves = {line.leaf: line for line in Lines.of(make_content().leaves)}
    cached = openpyxl.load_workbook(books["en"], data_only=True)["Emission"]
    heads = [cell.value for cell in cached[4]]
    value, exact, check, leaf = (
        next(n for n, head in enumerate(heads) if head.startswith(start))
        for start in ("Value", "Exact", "Check", "Leaf")
    )
    rows = [row for row in cached.iter_rows(min_row=5, values_only=True) if row[leaf]]
    assert len(rows) == sum(line.account == "carbon" for line in leaves.values())
    for row in rows:
        line = leaves[row[leaf]]
        assert Fraction(str(row[exact])) == Fraction(line.value, 10**6)
        assert abs(Fraction(str(row[value])) - Fraction(line.value, 10**6)) <= Fraction(51, 10**8)
        assert row[check] == "✓"


def test_parameters_are_linked_not_copied(books: dict[str, Path]) -> None:
    live = openpyxl.load_workbook(books["zh"])["排放计算"]
    links = [
        cell.value
        for row in live.iter_rows(min_row=5)
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("='参数'!")
    ]
    assert len(links) > 100


def test_a_changed_parameter_changes_the_emission(books: dict[str, Path], tmp_path: Path) -> None:
    book = openpyxl.load_workbook(books["en"])
    parameters = book["Parameters"]
    row = next(
        r for r in range(4, 60) if parameters.cell(r, 11).value == "limestone-in/emission_factor"
    )
    parameters.cell(row, 6).value = parameters.cell(row, 6).value * 2
    book.save(tmp_path / "changed.xlsx")
    before, after = Evaluator(books["en"]), Evaluator(tmp_path / "changed.xlsx")
    line = next(
        r for r in range(5, 400) if "limestone" in str(book["Emission"].cell(r, 1).value).lower()
    )
    column = [cell.value for cell in book["Emission"][4]].index("Value t CO₂") + 1
    place = book["Emission"].cell(line, column).coordinate
    assert after.value("Emission", place) == pytest.approx(2 * before.value("Emission", place))


def test_sheets_are_named_in_the_language_and_hold_still(books: dict[str, Path]) -> None:
    names = {
        "zh": ["封面", "排放计算", "碳排放", "折标煤计算", "能源", "对标", "发现", "参数", "出处"],
        "en": ["Cover", "Emission", "Carbon", "Coal equivalent", "Energy", "Verdicts", "Findings",
               "Parameters", "Sources"],
    }  # fmt: skip
    for language, path in books.items():
        book = openpyxl.load_workbook(path)
        assert book.sheetnames == names[language]
        for sheet in book.worksheets[1:]:
            assert sheet.freeze_panes, sheet.title
        charted = [s.title for s in book.worksheets if s._charts]
        assert charted == [names[language][2], names[language][4]]


def test_the_cover_shows_the_totals_live(books: dict[str, Path]) -> None:
    cached = openpyxl.load_workbook(books["en"], data_only=True)["Cover"]
    shown = {row[0].value: row[1].value for row in cached.iter_rows() if row[0].value}
    total = Lines.of(make_content().leaves).where(account="carbon").total()
    assert Fraction(str(shown["Carbon"])) == Fraction(total, 10**6)
    live = openpyxl.load_workbook(books["en"])["Cover"]
    assert any(str(cell.value).startswith("='Emission'!") for row in live for cell in row)


def test_the_same_content_gives_the_same_bytes(books: dict[str, Path], tmp_path: Path) -> None:
    draft = Draft(make_content(), "en")
    again = write_workbook(draft, lay_out(draft)[0], tmp_path / "workbook.xlsx")
    assert again.read_bytes() == books["en"].read_bytes()
