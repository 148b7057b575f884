"""``celadon account``, ``findings`` and ``reference missing`` on a run."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import PERIOD
from tests.cli.speaking import document, refused, typed

from celadon.cli.account_table import depths
from celadon.records.finding import rule
from celadon.records.site import load_site


def test_totals_and_what_they_rest_on(tiny: Path) -> None:
    words = ("account", "mill", "--period", PERIOD, "-w", tiny)
    found = document(*words)
    water = next(t for t in found["totals"] if t["account"] == "water")
    assert water["value"] == 57_600  # 96 quarter hours, 0.6 m3 in the mean, in litres
    text = typed(*words).stdout
    assert found["header"]["hash"] in text
    assert "57.600     m³" in text
    assert "D 100.0 % ▲" in text  # the weaker of the coefficient's (B) and the method's


def test_parts_add_to_the_whole(tiny: Path) -> None:
    for by in ("unit", "month", "carrier", "scope", "stream"):
        words = ("account", "mill", "--period", PERIOD, "--account", "carbon", "--by", by)
        found = document(*words, "-w", tiny)
        [table] = found["tables"]
        [total] = table["totals"]
        carbon = next(t for t in found["totals"] if t["account"] == "carbon")
        assert sum(row["value"] for row in table["rows"]) == total["value"] == carbon["value"]
        assert all(isinstance(row["value"], int) for row in table["rows"])
        assert total["unit"] == "gCO2"


def test_shown_values_are_exact(tiny: Path) -> None:
    words = ("account", "mill", "--period", PERIOD, "--account", "supply", "--by", "carrier")
    text = typed(*words, "-w", tiny).stdout
    # 47 quarter hours of 25 kWh and 48 of 26 kWh; the one at 10:00 is missing.
    assert "2,423.000 kWh" in text
    assert "1,056.000 Nm³" in text
    assert "0.500 t" in text
    assert "total" not in text, "amounts of different units have no sum"


def test_units_within_each_other_are_not_added_up(tiny: Path) -> None:
    words = ("account", "mill", "--period", PERIOD, "--account", "process_energy", "-w", tiny)
    for by, keys in (("unit", 1), ("month", 2)):
        [table] = document(*words, "--by", by)["tables"]
        assert table["totals"] == []
        assert {len(row["key"]) for row in table["rows"]} == {keys}
    assert "total" not in typed(*words, "--by", "month").stdout


def test_scopes_that_go_different_ways_stand_apart(tiny: Path) -> None:
    [table] = document("account", "mill", "--period", PERIOD, "--account", "water", "-w", tiny)[
        "tables"
    ]
    assert {row["scope"] for row in table["rows"]} == {"intake"}


@pytest.mark.parametrize(
    "words",
    [
        ("account", "mill", "--account", "noise"),
        ("account", "mill", "--by", "colour"),
        ("findings", "mill", "--severity", "grave"),
        ("findings", "mill", "--rule", "no_such_rule"),
    ],
)
def test_an_unknown_word_lists_those_there_are(tiny: Path, words: tuple[str, ...]) -> None:
    error = refused(*words, "--period", PERIOD, "-w", tiny)
    assert error["faults"][0]["rule"].startswith("one of: ")


def test_findings_by_rule(tiny: Path) -> None:
    words = ("findings", "mill", "--period", PERIOD, "-w", tiny)
    rows = document(*words)["findings"]
    assert {row["rule"] for row in rows} == {
        "gap", "gap_untried", "no_parameter", "unreadable_number"
    }  # fmt: skip
    gap = next(row for row in rows if row["rule"] == "gap")
    assert gap["numbers"]["slots"] == 1
    assert gap["text"] == rule("gap").text["en"].format(subject="e1", **gap["numbers"])
    text = typed(*words).stdout
    assert "4 findings: 2 error, 1 warning, 1 note" in text
    assert "warning · Gap (gap) · 1" in text
    assert f"celadon findings mill --id {rows[0]['finding'][:2]}" in text


def test_findings_narrowed(tiny: Path) -> None:
    words = ("findings", "mill", "--period", PERIOD, "-w", tiny)
    only = document(*words, "--severity", "warning")["findings"]
    assert [row["rule"] for row in only] == ["gap"]
    assert document(*words, "--rule", "gap")["findings"] == only
    assert "no finding" in typed(*words, "--rule", "gap", "--severity", "note").stdout


def test_a_finding_in_full_in_either_language(tiny: Path) -> None:
    words = ("findings", "mill", "--period", PERIOD, "-w", tiny)
    [gap] = document(*words, "--rule", "gap")["findings"]
    english = typed(*words, "--id", gap["finding"], "--lang", "en").stdout
    assert "deliver the readings late" in english
    chinese = typed(*words, "--id", gap["finding"], "--lang", "zh").stdout
    assert "数据缺口" in chinese
    assert "补传读数" in chinese
    assert "e1 › 2025-03-01 10:00 .. 2025-03-01 10:15" in chinese


def test_an_unknown_finding_is_refused(tiny: Path) -> None:
    error = refused("findings", "mill", "--period", PERIOD, "--id", "F-0000000000", "-w", tiny)
    assert error["summary"] == "There is no finding F-0000000000"


def test_what_is_missing(tiny: Path) -> None:
    words = ("reference", "missing", "--period", PERIOD, "-w", tiny)
    [site] = document(*words)["sites"]
    assert site["site"] == "mill"
    kinds = {one["kind"] for one in site["missing"]}
    assert kinds == {"parameter", "method", "record"}
    text = typed(*words).stdout
    assert "Figures that stay empty (1)" in text
    assert "D ▲" in text


def test_a_month_without_any_value_is_a_dash_not_a_nought(tiny: Path) -> None:
    words = ("account", "mill", "--period", "2025", "--account", "water", "--by", "month")
    [table] = document(*words, "-w", tiny)["tables"]
    values = {row["key"][0]: row["value"] for row in table["rows"]}
    assert values.pop("2025-03") == 57_600
    assert values
    assert set(values.values()) == {None}
    [january] = [x for x in typed(*words, "-w", tiny).stdout.splitlines() if "2025-01" in x]
    assert january.split() == ["2025-01", "–", "744.0", "h"]


def test_units_stand_indented_below_the_one_that_holds_them(tiny: Path) -> None:
    site = load_site(tiny / "sites" / "mill" / "site.toml")
    found = depths(site)
    assert all(found[u.id] == found[u.parent] + 1 for u in site.units if u.parent)
