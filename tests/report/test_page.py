"""The HTML report: one file, nothing from outside, every figure the sum of its leaves."""

from __future__ import annotations

import dataclasses
import re
from fractions import Fraction
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.report.synthetic import make_content

from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.assess.tables import VERDICT
from celadon.languages import LANGUAGES
from celadon.records.tables import FINDING, METER_DAY
from celadon.report.content import ReportContent
from celadon.report.draft import Draft
from celadon.report.figures import grouped
from celadon.report.lines import Lines
from celadon.report.page import MOST_BYTES, lay_out, render
from celadon.report.tables import FLOW


@cache
def content() -> ReportContent:
    return make_content()


def page_of(made: ReportContent, language: str = "en") -> str:
    draft = Draft(made, language)
    return render(draft, *lay_out(draft))


@cache
def page(language: str) -> str:
    return page_of(content(), language)


class Ids(HTMLParser):
    """Collects ids and links, and checks that elements close."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name == "href" and value:
                self.links.append(value)


@cache
def parsed(language: str) -> Ids:
    ids = Ids()
    ids.feed(page(language))
    return ids


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_comes_from_outside_and_nothing_runs(language: str) -> None:
    tags = set(parsed(language).tags)
    assert not tags & {"script", "link", "iframe", "object", "embed", "img"}
    html = page(language)
    addresses = set(re.findall(r"https?://[^\s\"'<)]+", html))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"url\((?!#)", html)
    assert "@import" not in html
    assert len(html.encode()) < MOST_BYTES


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_to_ids_that_are_there_once(language: str) -> None:
    found = parsed(language)
    assert len(found.ids) == len(set(found.ids))
    anchors = {link.removeprefix("#") for link in found.links if link.startswith("#")}
    assert anchors
    assert anchors <= set(found.ids)


def test_every_leaf_is_linkable() -> None:
    leaves = {row["leaf"] for row in content().leaves.select(["leaf"]).to_pylist()}
    assert leaves <= set(parsed("zh").ids)


@pytest.mark.parametrize(
    ("where", "small"),
    [
        ({"account": "energy", "measure": "calorific_value"}, 10**6),
        ({"account": "carbon"}, 10**6),
        ({"account": "water", "scope": "intake"}, 1000),
    ],
)
def test_the_first_page_prints_the_sum_of_the_leaves(where: dict[str, str], small: int) -> None:
    total = Lines.of(content().leaves).where(**where).total()
    for language in LANGUAGES:
        assert f'<div class="value">{grouped(Fraction(total, small))} ' in page(language)


def test_the_language_is_declared_and_words_are_in_it() -> None:
    assert '<html lang="zh-CN">' in page("zh")
    assert '<html lang="en">' in page("en")
    assert "What is open" in page("en")
    assert "What is open" not in page("zh")
    assert "待补事项" in page("zh")
    assert "待补事项" not in page("en")


def test_simulated_data_are_marked_and_real_ones_are_not() -> None:
    assert "模拟数据：" in page("zh")
    assert "Simulated data." in page("en")
    real = content().site.model_copy(update={"simulated": False})
    assert 'class="simulated"' not in page_of(dataclasses.replace(content(), site=real))


def test_what_rests_on_less_than_official_text_is_marked() -> None:
    assert "▲" in page("en")
    leaves = content().leaves
    rows = [{**row, "confidence": None} for row in leaves.to_pylist()]
    sure = LEAF.from_rows(rows)
    none = {"parameters": PARAMETER.from_rows([]), "verdicts": VERDICT.from_rows([])}
    cleared = page_of(dataclasses.replace(content(), leaves=sure, **none))
    assert '<span class="mark"' not in cleared


def test_text_from_files_is_never_markup() -> None:
    evil = "<script>alert('x')</script>"
    site = content().site.model_copy(update={"name_en": evil, "boundary_en": evil})
    files = (dataclasses.replace(content().files[0], name=evil), *content().files[1:])
    html = page_of(dataclasses.replace(content(), site=site, files=files))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def empty() -> ReportContent:
    """A period for which nothing was recorded."""
    tables = {
        "leaves": LEAF, "leaf_inputs": LEAF_INPUT, "parameters": PARAMETER, "findings": FINDING,
        "verdicts": VERDICT, "meter_days": METER_DAY, "flows": FLOW,
    }  # fmt: skip
    nothing = {name: schema.from_rows([]) for name, schema in tables.items()}
    return dataclasses.replace(
        content(), **nothing, load=None, files=(), methods={}, last_year=None
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_period_without_any_data_says_so_and_does_not_fail(language: str) -> None:
    html = page_of(empty(), language)
    said = "没有能源账户" if language == "zh" else "There is no energy account"
    assert said in html
    assert html.count('<div class="value">–</div>') == 4


def test_missing_is_never_called_measured() -> None:
    """July's water meter is missing for an hour and a half."""
    water = page("en").split("Water intake")[1].split('<div class="card">')[0]
    assert "missing" in water
    assert "100.00 % measured" not in water


def test_an_open_period_names_its_first_and_last_day() -> None:
    end = content().period_from.replace(month=7)
    rows = [row for row in content().leaves.to_pylist() if row["to_day"] <= end]
    half = dataclasses.replace(content(), period_to=end, leaves=LEAF.from_rows(rows))
    html = page_of(half, "zh")
    assert "2025年1月1日至2025年6月30日" in html


def test_leaves_outside_the_period_are_refused() -> None:
    end = content().period_from.replace(month=7)
    with pytest.raises(ValueError, match=r"lies outside the period \[2025-01-01, 2025-07-01\)"):
        dataclasses.replace(content(), period_to=end)


def test_the_official_mode_is_named() -> None:
    assert "official mode" in page_of(dataclasses.replace(content(), mode="official"))


def test_a_period_without_days_is_refused() -> None:
    with pytest.raises(ValueError, match="holds no day"):
        dataclasses.replace(content(), period_to=content().period_from)


def test_the_same_content_gives_the_same_page(tmp_path: Path) -> None:
    (tmp_path / "once").write_text(page("en"), encoding="utf-8")
    assert page_of(make_content()) == (tmp_path / "once").read_text(encoding="utf-8")
