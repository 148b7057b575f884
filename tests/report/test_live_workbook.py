"""Every equation of every sector's method, live in the workbook, worked out again by other hands.

The formulas are read back from the file and worked out here on fractions; and, where LibreOffice is
installed, by it from a copy that holds formulas alone, no value kept beside them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.accounts.sectors.test_every_kind import BY_OWN_RULES, CARRIERS, names_of, unit_of
from tests.accounts.test_market import made as market_made
from tests.accounts.test_market import settled
from tests.accounts.tiny import Made, account, make_site, sample, stream, used
from tests.report.test_processes import content_of

from celadon.reference.methods import Method, methods
from celadon.report.content import ReportContent
from celadon.report.draft import Draft
from celadon.report.sections.first_page import first_page
from celadon.report.workbook.book import write_workbook

METHODS = [
    method for method in methods().values()
    if method.account == "carbon" and method.level == "enterprise"
]  # fmt: skip
OFFICE = shutil.which("soffice")
_FIRST_HEADS = 4


def made(method: Method) -> Made:
    """A site with a stream of every kind of a method, all of whose parameters were measured."""
    streams, samples, rows = [], [], []
    for number, (name, kind) in enumerate(method.kinds.items()):
        item = f"s{number}"
        equation = kind.terms[0].equation
        if equation == "purchased_electricity":
            streams.append(stream(item, "electricity", "outside", "mill", carbon=name))
        elif equation == "purchased_heat":
            streams.append(stream(item, "steam_high_pressure", "outside", "mill", carbon=name))
            samples.append(sample(item, "specific_enthalpy", "2763.29", "kJ/kg"))
        else:
            amount = next(a for a in kind.terms[0].worked_by.activity if a in CARRIERS)
            one = stream(item, CARRIERS[amount], "outside", "mill", carbon=name, energy=False,
                         receiver="模拟接收方", transfer_document="T-1")  # fmt: skip
            streams.append(one)
            samples += _samples(item, kind.terms, amount)
        assert equation in BY_OWN_RULES or samples
        rows.append(used(item, 1_234_567 + number))
    accounting = {"carbon_method": method.id, "electricity_programme": "enterprise_gbt32150"}
    return account(make_site(streams, accounting=accounting), rows=rows, samples=samples)


def _samples(item: str, terms: Any, amount: str) -> list[Any]:
    """Every parameter of the first form of each term, each with a value of its own."""
    asked = {p: term.gas for term in terms for p in names_of(term.worked_by.forms[0])}
    return [
        sample(item, name, f"0.{(number + 3) * 1117:04}", unit_of(name, amount, gas))
        for number, (name, gas) in enumerate(asked.items())
    ]


@cache
def content(name: str) -> ReportContent:
    return content_of(made(methods()[name]))


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("workbooks")
    paths = {}
    for method in METHODS:
        draft = Draft(content(method.id), "en")
        paths[method.id] = write_workbook(draft, first_page(draft), folder / f"{method.id}.xlsx")
    return paths


def expected(method: Method) -> dict[str, Fraction]:
    """What every line of the carbon account is before it is rounded, in t CO2."""
    return {
        row["leaf"]: Fraction(row["count"] * row["num"], row["den"]) / 10**6
        for row in content(method.id).leaves.to_pylist()
        if row["account"] == "carbon"
    }


def columns(sheet: Any) -> dict[str, int]:
    heads = [str(cell.value) for cell in sheet[_FIRST_HEADS]]
    starts = {"value": "Value", "exact": "Exact", "leaf": "Leaf", "constant": "Constant",
              "letter": "Letter"}  # fmt: skip
    return {
        name: next(n for n, head in enumerate(heads) if head.startswith(start)) + 1
        for name, start in starts.items()
    }


def worked(book: Any, sheet: str, place: str) -> Fraction:
    """A cell worked out on fractions: numbers, links, plus, minus, times and over."""
    raw = book[sheet][place.replace("$", "")].value
    if not isinstance(raw, str):
        return Fraction(str(raw))
    text = re.sub(r"'([^']+)'!(\$[A-Z]+\$\d+)",
                  lambda m: f"cell({m[1]!r},{m[2]!r})", raw.removeprefix("="))  # fmt: skip
    text = re.sub(r"(?<!['\"$\w])([A-Z]{1,2}\d+)(?!['\w])", lambda m: f"cell({sheet!r},{m[1]!r})",
                  text)  # fmt: skip
    text = re.sub(r"(?<![\w.'\"$])(\d+(?:\.\d+)?)(?![\w.'\"])", r"F('\1')", text)
    return eval(  # noqa: S307 (our own formula, of which nothing else is left)
        text, {"__builtins__": {}, "F": Fraction, "cell": lambda s, p: worked(book, s, p)}
    )


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.id)
def test_every_line_is_worked_from_its_parameters(
    workbooks: dict[str, Path], method: Method
) -> None:
    book = openpyxl.load_workbook(workbooks[method.id])
    sheet = book["Emission"]
    at = columns(sheet)
    wanted = expected(method)
    assert wanted
    seen = {}
    for row in range(_FIRST_HEADS + 1, sheet.max_row):
        leaf = sheet.cell(row, at["leaf"]).value
        constant = str(sheet.cell(row, at["constant"]).value or "")
        assert constant in ("", "=44/12"), (leaf, constant)  # no ratio stands in for a formula
        value = sheet.cell(row, at["value"])
        seen[leaf] = worked(book, "Emission", value.coordinate)
        if wanted[leaf]:
            assert seen[leaf] == wanted[leaf], (leaf, value.value)
    assert seen == wanted


@pytest.mark.long
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed: nothing else recomputes")
def test_another_program_works_out_the_same(workbooks: dict[str, Path], tmp_path: Path) -> None:
    bare, done = tmp_path / "bare", tmp_path / "done"
    bare.mkdir()
    for name, path in workbooks.items():
        openpyxl.load_workbook(path).save(bare / f"{name}.xlsx")  # drops the values kept beside
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(done)]
    subprocess.run([*command, *sorted(map(str, bare.glob("*.xlsx")))], check=True, timeout=300,
                   capture_output=True)  # fmt: skip
    checked = 0
    for method in METHODS:
        sheet = openpyxl.load_workbook(done / f"{method.id}.xlsx", data_only=True)["Emission"]
        at, wanted = columns(sheet), expected(method)
        for row in range(_FIRST_HEADS + 1, sheet.max_row):
            leaf = sheet.cell(row, at["leaf"]).value
            value = sheet.cell(row, at["value"]).value
            assert value == pytest.approx(float(wanted[leaf]), rel=1e-12, abs=1e-9), leaf
            checked += 1
    assert checked > 100


def test_the_lines_are_of_many_equations() -> None:
    terms = [term for method in METHODS for kind in method.kinds.values() for term in kind.terms]
    assert len({term.equation for term in terms}) > 20


def test_the_market_view_is_live_too(tmp_path: Path) -> None:
    found = market_made(settled(600, 1, 400))
    draft = Draft(content_of(found), "en")
    path = write_workbook(draft, first_page(draft), tmp_path / "market.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["Emission by market"]
    at = columns(sheet)
    wanted = {
        row["leaf"]: Fraction(row["value"], 10**6)
        for row in found.leaves
        if row["account"] == "carbon_market"
    }
    rows = range(_FIRST_HEADS + 1, sheet.max_row)
    assert {sheet.cell(row, at["leaf"]).value for row in rows} == set(wanted)
    for row in rows:
        value = worked(book, sheet.title, sheet.cell(row, at["value"]).coordinate)
        assert abs(value - wanted[sheet.cell(row, at["leaf"]).value]) <= Fraction(51, 10**8)
        assert sheet.cell(row, at["constant"]).value in (None, "=44/12")
