"""What cannot be, as a user brings it: files are imported, the site is run, and findings are read.

Each row of the table is one kind of bad input of the carbon accounts. It must become a finding that
says the number, the place and the clause in both languages; its figure stays empty, or stands with
the finding beside it, but is never a nought that nobody told of.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.app.shop import declaration
from tests.cli.speaking import document, refused, typed

HEADS = {
    "activity": ("stream", "kind", "from", "to", "quantity", "unit"),
    "samples": ("stream", "parameter", "basis", "from", "to", "value", "unit", "origin",
                "document"),
    "settlements": ("contract", "from", "to", "quantity", "unit", "settlement",
                    "first certificate", "last certificate", "certificate month"),
}  # fmt: skip
MARCH = ("2025-03-01", "2025-03-31")
POWER = """
[[stream]]
id = "power"
carrier = "electricity"
from = "outside"
to = "mill"
monthly = "consumption"
carbon = "electricity"

[[contract]]
id = "wind"
kind = "green_power"
stream = "power"
from_day = 2025-01-01
document = "K-1"
certificate = { value = "1", unit = "MWh", document = "R-1" }
"""
WASTE = """
[[stream]]
id = "waste"
carrier = "carbon_waste"
from = "mill"
to = "outside"
monthly = "discharge"
carbon = "waste"
"""
FEED = """
[[stream]]
id = "feed"
carrier = "chemical_feedstock"
from = "outside"
to = "mill"
monthly = "consumption"
carbon = "feedstock"
"""
COAL = """
[[stream]]
id = "coal"
carrier = "anthracite"
from = "outside"
to = "mill"
stock = true
carbon = "combustion"
"""
METHANOL = """
[[product]]
id = "{0}"
monthly = "production"
carbon = "material"
carbon_item = "methanol"
"""
WASTED = ("waste", "discharge", *MARCH, "1000", "t")


@dataclass(frozen=True)
class Bad:
    """One kind of bad input, and what must become of it."""

    site: str
    files: Mapping[str, Sequence[Sequence[str]]]
    rules: tuple[str, ...]
    numbers: tuple[str, ...]
    clause: str
    says_en: str
    says_zh: str
    method: str = "chemicals-ndrc-2013"
    period: str = "2025-03"
    empty: str = ""
    stands: Mapping[str, int] = field(default_factory=dict)


def share(value: str, unit: str = "%", basis: str = "") -> tuple[str, ...]:
    return ("waste", "carbon_content", basis, *MARCH, value, unit, "laboratory", "L1")


CASES = {
    "a fuel of which the method's set knows nothing": Bad(
        COAL.replace("anthracite", "coal_gangue"),
        {"activity": [("coal", "opening_stock", *MARCH, "10", "t"),
                      ("coal", "purchase", *MARCH, "90", "t"),
                      ("coal", "closing_stock", *MARCH, "0", "t")]},
        ("no_parameter",), ("2025-03-01", "2025-03-31"), "E_combustion",
        "the figure stays empty", "该数值留空", empty="coal",
    ),
    "a composition above 100 %": Bad(
        WASTE, {"activity": [WASTED], "samples": [share("104")]},
        ("impossible_value", "no_parameter"), ("104 %", "carbon_content"), "sum(AD_w CC_w)",
        "beyond what nature allows", "超出物理可能", empty="waste",
    ),
    "parts of one sample above 100 %": Bad(
        WASTE,
        {"activity": [WASTED], "samples": [
            share("40"),
            ("waste", "caco3_content", "", *MARCH, "61.5", "%", "laboratory", "L2"),
            ("waste", "mgco3_content", "", *MARCH, "40.0", "%", "laboratory", "L2"),
        ]},
        ("composition_above_whole",), ("101.50 %", "61.5", "40.0"), "sum(AD_w CC_w)",
        "add up to", "之和为", stands={"waste": -1_466_666_667},
    ),
    "more carbon out than in": Bad(
        FEED + WASTE,
        {"activity": [("feed", "consumption", *MARCH, "100", "t"), WASTED],
         "samples": [share("90"), ("feed", "carbon_content", "", *MARCH, "80", "%",
                                   "laboratory", "L3")]},
        ("carbon_from_nothing",), ("80.000 t C", "900.000 t C"), "44/12",
        "its feed", "投入含碳",
        stands={"waste": -3_300_000_000, "feed": 293_333_333},
    ),
    "a certificate used twice": Bad(
        POWER,
        {"activity": [("power", "consumption", *MARCH, "500", "MWh")], "settlements": [
            ("wind", *MARCH, "100", "MWh", "S-1", "GEC-001", "GEC-100", "2025-03"),
            ("wind", *MARCH, "50", "MWh", "S-2", "GEC-051", "GEC-100", "2025-03"),
        ]},
        ("certificate_used_twice",), ("50 ", "GEC-51"), "annex D",
        "here they cover nothing", "此处不计入", stands={"power": 265_300_000},
    ),
    "a month in which no factor is in force": Bad(
        POWER.partition("[[contract]]")[0],
        {"activity": [("power", "consumption", "2028-03-01", "2028-03-31", "500", "MWh")]},
        ("no_parameter",), ("2028-03-01", "2028-03-31"), "AD x EF",
        "the figure stays empty", "该数值留空", period="2028-03", empty="power",
    ),
    "a month in which no method is in force": Bad(
        WASTE, {"activity": [("waste", "discharge", "2012-03-01", "2012-03-31", "5", "t")]},
        ("method_not_in_force",), ("2012-03-01", "2012-03-31"), "chemicals-ndrc-2013",
        "stay empty", "留空", period="2012-03", empty="waste",
    ),
    "dry carbon for a wet mass": Bad(
        WASTE, {"activity": [WASTED], "samples": [share("40", basis="dry")]},
        ("basis_mismatch",), ("40 %", "dry", "as_received"), "sum(AD_w CC_w)",
        "not used", "未采用", empty="waste",
    ),
    "a product recorded twice": Bad(
        METHANOL.format("methanol") + METHANOL.format("crude"),
        {"activity": [
            (name, "production", *MARCH, "2017.4", "t") for name in ("methanol", "crude")
        ]},
        ("recorded_twice",), ("2,017,400",), "sum(AD_p CC_p)",
        "count the same amount", "计入同一数量",
        stands={"methanol": -2_773_925_000, "crude": -2_773_925_000},
    ),
    "a negative consumption by its row": Bad(
        WASTE, {"activity": [("waste", "discharge", *MARCH, "-5", "t")], "samples": [share("40")]},
        ("negative_quantity", "activity_missing"), ("-5", "2025-03"), "sum(AD_w CC_w)",
        "below zero", "按缺失处理", empty="waste",
    ),
    "a negative consumption by a balance of stocks": Bad(
        COAL,
        {"activity": [("coal", "opening_stock", *MARCH, "10", "t"),
                      ("coal", "purchase", *MARCH, "20", "t"),
                      ("coal", "closing_stock", *MARCH, "40", "t")]},
        ("negative_consumption",), ("-10000",), "E_combustion",
        "below zero", "小于零", stands={"coal": -19_237_810},
    ),
}  # fmt: skip


def works(folder: Path, case: Bad) -> Path:
    """A workspace with one site of which the case's streams are all."""
    assert typed("init", folder, "--lang", "en").exit_code == 0
    text = declaration(method=case.method).partition("[[network]]")[0] + case.site
    target = folder / "sites" / "works" / "site.toml"
    target.parent.mkdir(parents=True)
    target.write_text(text, encoding="utf-8")
    for profile, rows in case.files.items():
        file = folder.parent / f"{profile}.csv"
        with file.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows([HEADS[profile], *rows])
        done = typed("import", "works", file, "--profile", profile, "-w", folder)
        assert done.exit_code == 0, done.output
    return folder


def of_carbon(folder: Path, case: Bad) -> dict[str, int | None]:
    """What the account of carbon says of each stream and product; nothing where it has none."""
    done = typed("account", "works", "--account", "carbon", "--by", "stream",
                 "--period", case.period, "-w", folder, "--json")  # fmt: skip
    told = json.loads(done.stdout)
    return {row["key"][0]: row["value"] for table in told.get("tables", ())
            for row in table["rows"]}  # fmt: skip


@pytest.mark.parametrize("name", list(CASES))
def test_what_cannot_be_is_a_finding_with_numbers_and_clause(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    folder = works(tmp_path / "plant", case)
    words = ("works", "--period", case.period, "-w", folder)
    done = typed("run", *words, "--no-report", "--lang", "en")
    assert done.exit_code == 0, done.output
    for language, says in (("en", case.says_en), ("zh", case.says_zh)):
        found = document("findings", *words, "--lang", language)["findings"]
        told = [one for one in found if one["rule"] in case.rules]
        assert {one["rule"] for one in told} == set(case.rules)
        text = " ".join(one["text"] for one in told)
        assert says in text
        assert case.clause in text
        assert all(number in text for number in case.numbers), text
        assert all(one["remedy"] and one["title"] and one["place"] for one in told)
    figures = of_carbon(folder, case)
    if case.empty:
        assert figures.get(case.empty) is None  # not known: empty, and no nought
    assert {item: figures[item] for item in case.stands} == dict(case.stands)


def test_a_fuel_that_no_table_knows_is_refused_by_name(tmp_path: Path) -> None:
    case = Bad(COAL.replace("anthracite", "dragon_coal"), {}, (), (), "", "", "")
    folder = works(tmp_path / "plant", case)
    error = refused("run", "works", "--period", "2025-03", "-w", folder)
    text = json.dumps(error, ensure_ascii=False)
    assert "dragon_coal" in text
    assert "coal" in text


def test_a_row_of_a_fuel_that_the_site_does_not_declare_is_told_and_not_taken(
    tmp_path: Path,
) -> None:
    rows = [("dragon coal", "purchase", *MARCH, "90", "t"), ("coal", "purchase", *MARCH, "9", "t")]
    case = Bad(COAL, {"activity": rows}, (), (), "", "", "")
    folder = works(tmp_path / "plant", case)
    found = document("findings", "works", "--period", "2025-03", "-w", folder)["findings"]
    (unknown,) = [one for one in found if one["rule"] == "unknown_stream"]
    assert "dragon coal" in unknown["text"]
    assert unknown["place"].startswith("activity.csv")


@pytest.mark.parametrize(("unit", "size"), [("t", 1), ("kg", 1000)])
def test_the_unit_of_a_row_changes_nothing(unit: str, size: int, tmp_path: Path) -> None:
    rows = [("waste", "discharge", *MARCH, str(12 * size), unit)]
    sampled = share("40") if unit == "t" else share("400", "kgC/t")
    case = Bad(WASTE, {"activity": rows, "samples": [sampled]}, (), (), "", "", "")
    folder = works(tmp_path / "plant", case)
    assert typed("run", "works", "--period", "2025-03", "--no-report", "-w", folder).exit_code == 0
    assert of_carbon(folder, case) == {"waste": -17_600_000}
