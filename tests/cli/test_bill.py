"""``celadon bill`` and ``celadon tariff``: both languages, JSON, drafts, and what they refuse."""

from __future__ import annotations

import re
import tomllib
from fractions import Fraction
from pathlib import Path

import pytest
from tests.cli.conftest import PERIOD
from tests.cli.speaking import document, refused, typed

from celadon.accounts.bill import load_tariff
from celadon.accounts.bill.draft import RATES
from celadon.errors import DeclarationError

SUPPLY = """
[[supply]]
id = "gate"
name_zh = "关口"
name_en = "Gate"
imported = ["e1"]
capacity_kva = "200"
basis = "measured"
tariffs = ["flat"]
"""
FLAT = """
id = "flat"
valid_from = 2025-01-01
source = "simulated"
confidence = "D"
simulated = true
[[rates]]
id = "energy"
name_zh = "电能量"
name_en = "energy"
price = "0.5"
[basic]
capacity_price = "20"
contract_price = "30"
measured_price = "32"
contract_floor = "0.4"
overrun_from = "1.05"
"""


@pytest.fixture
def billed(tiny: Path) -> Path:
    site = tiny / "sites" / "mill" / "site.toml"
    site.write_text(site.read_text(encoding="utf-8") + SUPPLY, encoding="utf-8")
    (tiny / "tariffs").mkdir()
    (tiny / "tariffs" / "flat.toml").write_text(FLAT, encoding="utf-8")
    return tiny


def test_the_document_holds_each_line(billed: Path) -> None:
    found = document("bill", "mill", "--period", "2025-03", "-w", billed)
    (supply,) = found["supplies"]
    (month,) = supply["months"]
    energy, demand = month["lines"]
    drawn = Fraction(energy["quantity"])
    assert drawn == Fraction(month["drawn_wh"], 1000)
    assert energy["amount"] == round(drawn * 50)
    assert Fraction(demand["quantity"]) == 26 * 4  # kW, of 26 kWh in a quarter of an hour
    assert demand["amount"] == 26 * 4 * 32 * 100
    assert month["seconds_missing"] + month["seconds_estimated"] == 900 + 30 * 86400
    (choice,) = supply["choices"]
    others = {"capacity": 200 * 20, "measured": 104 * 32, "contract": Fraction(104 * 30 * 20, 21)}
    assert {k: v - energy["amount"] for k, v in choice["costs"].items()} == {
        basis: round(cost * 100) for basis, cost in others.items()
    }
    assert choice["basis"] == "contract"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Gate", "peak, kW", "contract demand", "simulated tariff", "energy")),
     ("zh", ("关口", "最大需量", "按合同需量", "模拟电价", "电能量"))],
)  # fmt: skip
def test_bills_are_told_in_both_languages(
    billed: Path, language: str, words: tuple[str, ...]
) -> None:
    done = typed("bill", "mill", "--period", "2025-03", "--lines", "-w", billed, "--lang", language)
    assert done.exit_code == 0, done.output
    for word in words:
        assert word in done.output


@pytest.mark.parametrize(
    ("language", "total", "says"),
    [("en", "the total is without demand of 2025-03-01/2025-03-02", "part_month"),
     ("zh", "合计未含：2025-03-01/2025-03-02 的基本电费", "不足整月")],
)  # fmt: skip
def test_a_part_of_a_month_says_what_it_lacks(
    billed: Path, language: str, total: str, says: str
) -> None:
    words = ("bill", "mill", "--period", PERIOD, "-w", billed)
    done = typed(*words, "--lang", language)
    assert total in done.output
    assert says in done.output
    (supply,) = document(*words)["supplies"]
    assert supply["complete"] is False
    assert supply["months"][0]["left_out"] == ["demand"]


def test_months_without_readings_are_missing_and_not_zero(billed: Path) -> None:
    words = ("bill", "mill", "--period", "2025-03-01/2025-06-01", "-w", billed)
    (supply,) = document(*words)["supplies"]
    assert [month["total"] is None for month in supply["months"]] == [False, True, True]
    assert supply["total"] == supply["months"][0]["total"]
    assert supply["complete"] is False
    done = typed(*words, "--lang", "en")
    april = next(line for line in done.output.splitlines() if line.strip().startswith("2025-04"))
    assert set(april.split()[1:]) == {"—"}
    assert "the total is without 2025-04; 2025-05" in done.output
    (empty,) = document("bill", "mill", "--period", "2025-04", "-w", billed)["supplies"]
    assert empty["total"] is None


def test_heads_and_shares_are_of_the_language(billed: Path) -> None:
    file = billed / "tariffs" / "flat.toml"
    file.write_text(
        FLAT.replace("[basic]", '[basic]\npart_month = "by_days"').replace(
            'measured_price = "32"\n', ""
        ),
        encoding="utf-8",
    )
    site = billed / "sites" / "mill" / "site.toml"
    declared = site.read_text(encoding="utf-8").replace(
        '"measured"\ntariffs', '"capacity"\ntariffs'
    )
    site.write_text(declared, encoding="utf-8")
    words = ("bill", "mill", "--period", PERIOD, "--lines", "-w", billed)
    done = typed(*words, "--lang", "zh")
    assert "CNY" not in done.output
    assert "按容量（1/31 天）" in done.output
    demand = document(*words[:-3], "-w", billed)["supplies"][0]["months"][0]["lines"][-1]
    assert demand["amount"] == round(Fraction(200 * 20 * 100, 31))
    assert demand["days"] == [1, 31]


def test_a_site_without_supplies_is_told_what_to_declare(tiny: Path) -> None:
    error = refused("bill", "mill", "--period", PERIOD, "-w", tiny)
    assert "[[supply]]" in error["faults"][0]["remedy"]


def test_a_tariff_may_be_tried(billed: Path) -> None:
    dear = billed.parent / "dear.toml"
    dear.write_text(FLAT.replace('"0.5"', '"1.0"'), encoding="utf-8")
    words = ("bill", "mill", "--period", PERIOD, "-w", billed)
    now, then = document(*words), document(*words, "--tariff", dear)
    energy = [d["supplies"][0]["months"][0]["lines"][0]["amount"] for d in (now, then)]
    assert energy[1] == pytest.approx(2 * energy[0], abs=1)


def test_what_is_odd_in_a_tariff_is_told_with_the_bill(billed: Path) -> None:
    """Fen for CNY, and bands that begin at half past under readings by the quarter of an hour."""
    file = billed / "tariffs" / "flat.toml"
    file.write_text(FLAT.replace('"0.5"', '"50"'), encoding="utf-8")
    words = ("bill", "mill", "--period", "2025-03", "-w", billed)
    (supply,) = document(*words)["supplies"]
    (finding,) = supply["findings"]
    assert (finding["rule"], finding["place"]) == ("tariff_figure_odd", "rates.0.price")
    assert supply["months"][0]["mixed_wh"] == 0
    done = typed(*words, "--lang", "zh")
    assert "rates.0.price = 50 CNY/kWh" in done.output
    assert "以元计而非分" in done.output


def test_a_refused_figure_says_what_to_write_in_chinese(billed: Path) -> None:
    file = billed / "tariffs" / "flat.toml"
    file.write_text(FLAT.replace('"0.4"', '"40"'), encoding="utf-8")
    done = typed("bill", "mill", "--period", PERIOD, "--lang", "zh", "-w", billed)
    assert done.exit_code == 2
    for words in ("basic.contract_floor", "应在 0 至 1 之间", '40 % 写作 "0.4"'):
        assert words in done.stderr


@pytest.mark.parametrize("province", ["CN-ZJ", "浙江", "浙江省", "Zhejiang", "浙江电网"])
def test_what_is_known_of_a_province(tmp_path: Path, province: str) -> None:
    found = document("tariff", "missing", province, "--on", "2026-09-01", "-w", tmp_path)
    assert {row["area"] for row in found["parts"]["grid"]} == {"浙江电网"}
    assert {"system", "hours", "power_factor"} <= set(found["missing"])


def test_both_grids_of_a_province_are_shown(tmp_path: Path) -> None:
    found = document("tariff", "missing", "内蒙古", "--on", "2026-09-01", "-w", tmp_path)
    assert {row["area"] for row in found["parts"]["grid"]} == {"蒙西电网", "蒙东电网"}


def test_before_a_table_was_in_force_it_is_missing(tmp_path: Path) -> None:
    found = document("tariff", "missing", "浙江", "--on", "2026-06-01", "-w", tmp_path)
    assert {"grid", "losses"} <= set(found["missing"])


def test_a_draft_is_refused_until_it_is_filled_and_then_bills(billed: Path) -> None:
    draft = billed / "tariffs" / "draft.toml"
    done = typed(
        "tariff", "new", "浙江", draft, "--voltage", "35", "--on", "2026-09-01", "-w", billed
    )
    assert done.exit_code == 0, done.output
    plain = tomllib.loads(draft.read_text(encoding="utf-8"))
    prices = {rate["id"]: rate["price"] for rate in plain["rates"]}
    # 发改价格〔2026〕1077号: 0.0895 CNY/kWh at 35 kV; funds of 29.23875 CNY/MWh
    assert (prices["grid"], prices["funds"]) == ("0.0895", "0.02923875")
    assert set(prices) == set(RATES)
    words = ("bill", "mill", "--period", PERIOD, "--tariff", draft, "-w", billed)
    assert ["draft.toml", "rates.0.price"] in [f["where"] for f in refused(*words)["faults"]]
    filled = draft.read_text(encoding="utf-8").replace('= ""', '= "0.1"')
    filled = filled.replace('confidence = "0.1"', 'confidence = "D"').replace(
        "valid_from = 2026-09-01", "valid_from = 2025-01-01"
    )
    draft.write_text(filled, encoding="utf-8")
    (month,) = document(*words)["supplies"][0]["months"]
    energy = sum(line["amount"] for line in month["lines"] if line["part"] == "energy")
    each = Fraction("0.3") + Fraction("0.0895") + Fraction("0.02923875")
    assert energy == pytest.approx(float(each * Fraction(month["drawn_wh"], 10)), abs=3)
    again = refused("tariff", "new", "浙江", draft, "-w", billed)
    assert again["summary"] == "The draft would write over a file"


def test_unknown_places_days_and_voltages_are_refused(tmp_path: Path) -> None:
    for words in (("Atlantis",), ("浙江", "--on", "tomorrow"), ("浙江", "--voltage", "500")):
        refused("tariff", "missing", *words, "-w", tmp_path)


def test_a_file_with_gaps_names_them(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text(FLAT.replace('"simulated"', '""'), encoding="utf-8")
    with pytest.raises(DeclarationError) as caught:
        load_tariff(path)
    assert [fault.place for fault in caught.value.faults] == ["t.toml › source"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_draft_speaks_the_language_and_its_comments_are_toml(
    tmp_path: Path, language: str
) -> None:
    draft = tmp_path / "draft.toml"
    done = typed(
        "tariff", "new", "浙江", draft, "--on", "2026-09-01", "--lang", language, "-w", tmp_path
    )
    assert done.exit_code == 0, done.output
    text = draft.read_text(encoding="utf-8")
    assert ("A draft: fill in" in text) == (language == "en")
    assert ("in force from" in text) == (language == "en")
    assert tomllib.loads(text)["basic"]["contract_price"] == ""
    (priced,) = [line for line in text.splitlines() if line.startswith("contract_price")]
    assert {"en": "remove the line", "zh": "删去本行"}[language] in priced
    ready = [line[2:] for line in text.splitlines() if re.match(r"# [a-z_]+ = |# \[", line)]
    assert {"[ratios]", 'part_month = "by_days"'} <= {line.split("  #")[0] for line in ready}
    for line in ready:
        tomllib.loads(line)


def test_each_province_is_told_once_in_the_language(tmp_path: Path) -> None:
    (fault,) = refused("tariff", "missing", "Atlantis", "-w", tmp_path)["faults"]
    names = fault["rule"].removeprefix("one of: ").split(", ")
    assert len(names) == len(set(names)) == 34
    assert "Zhejiang" in names
    told = typed("tariff", "missing", "Atlantis", "--lang", "zh", "-w", tmp_path).stderr
    assert "没有该省份" in told
    assert "上海, " in told
    assert "Shanghai" not in told
    assert "写明省份" in told


def test_months_that_are_none_are_told_in_chinese(billed: Path) -> None:
    file = billed / "tariffs" / "flat.toml"
    hours = '[[hours]]\nband = "flat"\nmonths = [3, 13]\n'
    file.write_text(FLAT + hours, encoding="utf-8")
    done = typed("bill", "mill", "--period", PERIOD, "--lang", "zh", "-w", billed)
    assert done.exit_code == 2
    for words in ("hours.0.months.1", "13", "月份应为 1 至 12", "一月为 1"):
        assert words in done.stderr
