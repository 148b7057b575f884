"""The workbook of a design: every figure that follows from others is worked out in its cell.

The formulas are read back from the file and worked out here by a few lines of their own, without
the values that stand beside them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from celadon.languages import LANGUAGES
from celadon.plan.cash_flow import CashFlow
from celadon.report.blocks import Grid, Heading, Row, Section
from celadon.report.microgrid.carbon import carbon_sums
from celadon.report.microgrid.content import DesignReport
from celadon.report.microgrid.money import bill_section, money_section
from celadon.report.microgrid.names import WORDS, Draft
from celadon.report.microgrid.sections import number, sections
from celadon.report.microgrid.workbook import write_workbook
from celadon.report.microgrid.workbook_charts import CHART_ROWS
from celadon.report.microgrid.workbook_layout import planned_sheets

OFFICE = shutil.which("soffice")
CENT = 0.005


@dataclass
class Sheets:
    """A workbook that works its formulas out by itself."""

    book: Any
    known: dict[tuple[str, str], Any] = field(default_factory=dict)

    def cell(self, sheet: str, place: str) -> Any:
        """The value of a cell; words and numbers as they stand."""
        place = place.replace("$", "")
        if (sheet, place) not in self.known:
            raw = self.book[sheet][place].value
            is_live = isinstance(raw, str) and raw.startswith("=")
            self.known[sheet, place] = self._worked(sheet, raw[1:]) if is_live else raw
        return self.known[sheet, place]

    def span(self, sheet: str, first: str, last: str) -> list[Any]:
        """The values of a span of cells."""
        return [self.cell(sheet, c.coordinate) for row in self.book[sheet][f"{first}:{last}"]
                for c in row]  # fmt: skip

    def _worked(self, sheet: str, text: str) -> Any:
        calls: list[str] = []

        def kept(call: str) -> str:
            calls.append(call)
            return f"@{len(calls) - 1}@"

        text = re.sub(r'"[^"]*"', lambda m: kept(m[0]), text)
        text = re.sub(r"'([^']+)'!([A-Z]+\d+)", lambda m: kept(f"cell({m[1]!r},{m[2]!r})"), text)
        text = re.sub(r"([A-Z]+\d+):([A-Z]+\d+)",
                      lambda m: kept(f"span({sheet!r},{m[1]!r},{m[2]!r})"), text)  # fmt: skip
        text = re.sub(r"\b([A-Z]{1,2}\d+)\b", lambda m: kept(f"cell({sheet!r},{m[1]!r})"), text)
        text = re.sub(r"(?<![<>])=", "==", text).replace("^", "**")
        text = re.sub(r"@(\d+)@", lambda m: calls[int(m[1])], text)
        given = {"cell": self.cell, "span": self.span, **FUNCTIONS}
        return eval(text, {"__builtins__": {}}, given)  # noqa: S307  our own formula alone


def numbers(values: list[Any]) -> list[float]:
    return [value for value in values if isinstance(value, int | float)]


def worth(rate: float, amounts: list[float]) -> float:
    return sum(amount / (1 + rate) ** n for n, amount in enumerate(amounts, start=1))


def rate_of(amounts: list[float]) -> float:
    low, high = 0.0, 5.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if worth(middle, amounts) > 0 else (low, middle)
    return low


FUNCTIONS = {
    "SUM": lambda values: sum(numbers(values)),
    "NPV": worth,
    "IRR": rate_of,
    "ROUND": round,
    "AND": lambda *parts: all(parts),
    "COUNT": lambda values: len(numbers(values)),
    "MIN": lambda values: min(numbers(values), default=0.0),
    "IF": lambda asked, then, other: then if asked else other,
}


@dataclass(frozen=True)
class Written:
    """A workbook as it was written, its cells as formulas and as the values beside them."""

    draft: Draft
    made: Sequence[Section]
    path: Path
    live: Any
    shown: Any


@pytest.fixture(scope="module", params=LANGUAGES)
def written(
    content: DesignReport, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Written:
    draft = Draft(content, request.param)
    made, path = sections(draft), tmp_path_factory.mktemp("book") / "report.xlsx"
    with pytest.MonkeyPatch.context() as patched:  # the days are many, and figures alone
        patched.setattr("celadon.report.microgrid.workbook._days", lambda *_: None)
        write_workbook(draft, made, path)
    books = [openpyxl.load_workbook(path, data_only=shown) for shown in (False, True)]
    return Written(draft, made, path, *books)


def live_cells(book: Any) -> Iterator[tuple[str, str]]:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    yield sheet.title, cell.coordinate


def test_every_formula_comes_to_what_stands_beside_it(written: Written) -> None:
    book, shown = written.live, written.shown
    sheets, count = Sheets(book), 0
    for sheet, place in live_cells(book):
        found, kept = sheets.cell(sheet, place), shown[sheet][place].value
        if isinstance(kept, str) or kept is None:
            assert found == (kept or ""), (sheet, place)
        else:
            assert found == pytest.approx(kept, abs=1e-6, rel=1e-11), (sheet, place)
        count += 1
    assert count > 150


def test_the_first_sheet_is_the_report_to_the_cent(written: Written) -> None:
    draft, book = written.draft, written.live
    content, say, money = draft.content, draft.say, draft.content.money
    assert money is not None
    assert content.before is not None
    sheet, sheets = book.worksheets[0], Sheets(book)
    rows = {str(row[0].value): row for row in sheet.iter_rows() if row[0].value}
    bills = [sum(e.line.amount for e in s.bill) / 100 for s in (content.before, content.planned)]
    was, now = carbon_sums(content.carbon)
    wanted = {
        say("cost"): content.cost / 100,
        say("investment"): -money.years[0].investment * 1000,
        say("value_now"): money.present_value * 1000,
        say("return"): money.internal_return.rate,
        say("simple"): money.simple_payback,
        say("discounted"): money.discounted_payback,
        f"{say('bill')} · {say('bill_before')}": bills[0],
        f"{say('bill')} · {say('bill_after')}": bills[1],
        f"{say('bill')} · {say('difference')}": bills[1] - bills[0],
        f"{say('carbon')} · {say('bill_before')}": float(was or 0),
        f"{say('carbon')} · {say('bill_after')}": float(now or 0),
        say("discount"): money.rate,
    }
    for name, value in wanted.items():
        cell = rows[name][1]
        assert str(cell.value).startswith("='"), name
        found = sheets.cell(sheet.title, cell.coordinate)
        assert found == pytest.approx(value, abs=CENT if (value or 0) > 100 else 1e-9), name
        assert isinstance(found, float | int)
    assert rows[say("value_now")][2].value == ("元" if draft.language == "zh" else "CNY")


def test_pages_cut_no_chart_and_no_word(written: Written) -> None:
    draft, book = written.draft, written.live
    plans = planned_sheets(draft, written.made)
    assert sum(len(plan.charts) for plan in plans) == 3
    for plan in plans:
        sheet = book[plan.name]
        breaks = [each.id for each in sheet.row_breaks.brk]
        assert sorted(breaks) == sorted(plan.breaks)
        assert not sheet.page_setup.fitToHeight  # a sheet fitted to a page forgets its breaks
        for row, _, _ in plan.charts:
            assert not [b for b in breaks if row < b < row + CHART_ROWS - 1]
        for place in plan.places:
            for at, row in enumerate(place.grid.rows, start=place.first):
                for column, cell in enumerate(row.cells):
                    wide = sum(2 if ord(letter) > 0x2E80 else 1 for letter in cell.text)
                    lines = plan.heights.get(at, 15) / 15
                    assert wide <= 1.35 * plan.widths[column] * lines, (plan.name, cell.text)


def test_a_table_longer_than_a_page_breaks_between_its_rows(content: DesignReport) -> None:
    """Sixty years of money: the rows are counted page by page, heads are given again."""
    money = content.money
    assert money is not None
    years = [replace(money.years[1], year=n) for n in range(1, 90)]
    long = replace(content, money=CashFlow(money.rate, (money.years[0], *years)))
    draft = Draft(long, "zh")
    (plan,) = planned_sheets(draft, [money_section(draft)])
    cash = plan.places[-1]
    assert [b for b in plan.breaks if cash.first < b < cash.last]
    assert plan.repeated == cash.top


def test_what_nobody_knows_is_a_dash_and_no_sum(written: Written, tmp_path: Path) -> None:
    """Without a today there is no bill of it, no money, and nothing is added up as zero."""
    draft = Draft(replace(written.draft.content, before=None, money=None), "zh")
    anew = {each.id: each for each in (bill_section(draft), money_section(draft))}
    lines = next(block for block in anew["bill"].blocks if isinstance(block, Grid))
    assert {row.cells[4].text for row in lines.rows} == {"—"}
    if written.draft.language != "zh":
        return
    made = [anew.get(each.id, each) for each in written.made]
    path = write_workbook(draft, made, tmp_path / "book.xlsx")
    with ZipFile(path) as parts:
        words = parts.read("xl/sharedStrings.xml").decode()
    assert WORDS.text("value_now", "zh") not in words
    assert "—" in words


def test_a_figure_keeps_what_its_decimals_leave_out(content: DesignReport) -> None:
    cell = number(1234.5678, 1)
    assert (cell.text, cell.exact[:9]) == ("1,234.6", "1234.5678")
    assert number(12).exact == ""
    grid = Grid("t", (Heading("a"),), (Row((cell,)),))
    plan = planned_sheets(Draft(content, "en"), [Section("x", "X", (grid,))])
    assert plan[0].places[0].grid is grid


@pytest.mark.long
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed: nothing else recomputes")
def test_another_program_works_out_the_same(written: Written, tmp_path: Path) -> None:
    bare, done = tmp_path / "bare.xlsx", tmp_path / "done"
    openpyxl.load_workbook(written.path).save(bare)  # drops the values kept beside
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(done)]
    subprocess.run([*command, str(bare)], check=True, timeout=300, capture_output=True)
    again = openpyxl.load_workbook(done / "bare.xlsx", data_only=True)
    for sheet, place in live_cells(written.live):
        found, kept = again[sheet][place].value, written.shown[sheet][place].value
        if isinstance(kept, float | int):
            assert found == pytest.approx(kept, abs=1e-6, rel=1e-9), (sheet, place)
        else:
            assert (found or "") == (kept or ""), (sheet, place)
