"""Pages of supervision: distributions, causes, provinces, and the refusal of other files."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from celadon.assess.among import among
from celadon.cases import State, fold
from celadon.cases.events import event
from celadon.cases.programme import programme_from
from celadon.errors import InputError
from celadon.languages import LANGUAGES, Language
from celadon.reference import load_registry
from celadon.report.charts.causes import CauseBar, cause_chart
from celadon.report.charts.distribution import BINS, counts
from celadon.report.supervision import page
from celadon.report.supervision.judged import together_page
from celadon.report.supervision.page import check_page_file, render_page
from celadon.report.supervision.summed import summary_page

LIMITS = json.dumps({"grade_1": "100", "grade_3": "117"})


def row(site: str, value: int) -> dict[str, Any]:
    outcome = "grade_1" if value <= 100 else "grade_3" if value <= 117 else "over_limit"
    return {
        "site": site, "subject": "kiln", "indicator": "comprehensive_energy", "rule": "norm",
        "standard": "GB 16780-2021", "num": value, "den": 1, "unit": "kgce/t", "limits": LIMITS,
        "outcome": outcome, "because": "[]",
    }  # fmt: skip


ROWS = [row(f"s{value}", value) for value in range(95, 121)]


def test_bars_count_every_value_in_its_band_and_a_limit_is_kept() -> None:
    values = [Fraction(n) for n in range(95, 121)]
    bars = counts(values, [Fraction(100), Fraction(117)], (98.0, 119.0))
    assert len(bars) == BINS
    assert [sum(bar[band] for bar in bars) for band in range(3)] == [6, 17, 3]


def test_a_figure_among_its_kind() -> None:
    found = among("clinker", "comprehensive_energy", ROWS, ROWS[0])
    assert found is not None
    assert (found.own, found.outcome, found.alike) == (95, "grade_1", 26)
    assert found.outcomes == {"grade_1": 6, "grade_3": 17, "over_limit": 3}
    assert among("clinker", "electricity", ROWS) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_many_sites(language: Language) -> None:
    group = among("clinker", "comprehensive_energy", ROWS)
    assert group is not None
    counted = {"sites": 26, "failed": 1, "verdicts": 26}
    regions = {"CN-SD": {"kept": 20, "over_limit": 3}, "CN-HE": {"kept": 3}}
    made = together_page(
        "模拟",
        "2025",
        counted,
        [group],
        regions,
        [ROWS[-1]],
        load_registry(),
        language,
        simulated=True,
    )
    html = render_page(made)
    assert html.index("河北" if language == "zh" else "Hebei") < html.index(
        "山东" if language == "zh" else "Shandong"
    )
    assert len(re.findall("<svg", html)) == 2
    assert 'class="simulated"' in html
    assert "s120" in html
    assert "120.00" in html
    assert "kgce/t" in html


def test_the_page_of_a_programme() -> None:
    plain = {"id": "s", "kind": "supervision", "authority": "模拟", "region": "CN", "year": 2026}
    programme = programme_from({"programme": plain}, "programme.toml")
    state: State = fold([
        event("x", "selected", "e1", name="模拟", region="CN-HE", selected_by="risk", reason="r"),
        event("x", "found", "e1", finding="f", article="GB 17167", facts="one meter absent"),
    ])  # fmt: skip
    html = render_page(summary_page(programme, state, "2026-03-01", load_registry(), "en"))
    assert "GB 17167" in html
    assert "Hebei · selected: 1" in html


def test_a_cause_without_a_size_has_a_dash() -> None:
    bar = CauseBar("a <cause>", "error", 3, "3", None, "0")
    svg = cause_chart([bar], "causes", ("places", "t"), [("error", "error")])
    assert ">–</text>" in svg
    assert "a &lt;cause&gt;" in svg


def test_a_page_is_a_new_html_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="HTML"):
        check_page_file(tmp_path / "page.pdf")
    there = tmp_path / "page.html"
    there.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="exists already"):
        check_page_file(there)


def test_every_word_is_used() -> None:
    folder = Path(page.__file__).parent
    text = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    built = set(re.findall(r"f['\"]([a-z]+)\.\{", text))
    dead = [
        key for key in page.WORDS if f'"{key}"' not in text and key.partition(".")[0] not in built
    ]
    assert dead == []
