"""Corrections of the limits of GB 21256-2025 and GB 21342-2025, term by term.

Limits and coefficients are those of the shipped tables (letter C, transcribed from the standards);
the expected numbers are worked out by hand from them.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from celadon.assess.corrections import Corrected, correct
from celadon.assess.facts import plain_text
from celadon.assess.reasons import Reason, encoded
from celadon.assess.telling import reason_text
from celadon.reference import load_registry

REGISTRY = load_registry()

ORES = {
    "rare_earth_ore_share": "0",
    "vanadium_titanium_magnetite_share": "0",
    "laterite_nickel_ore_share": "0",
}
CONVERTER = {
    "scrap_ratio": "12",
    "steel_class": "plain carbon steel",
    "converter_type": "ordinary",
}
TOP_CHARGED = {
    "mixed_gas_time_share": "0",
    "dry_volatile_matter": "23",
    "total_moisture": "10",
    "oven_age": "12",
    "quenching": "dry",
}


def corrected(standard: str, subject: str, facts: dict[str, str]) -> Corrected:
    printed = {
        record.parameter: record.value
        for record in REGISTRY.records.values()
        if (record.table, record.set, record.subject) == ("norms", standard, subject)
        and record.value is not None
    }
    assert printed
    terms = [t for t in REGISTRY.corrections if (t.standard, t.subject) == (standard, subject)]
    return correct(printed, terms, facts)


def told(one: Reason, language: str = "en") -> str:
    return reason_text(encoded([one]), language)


def grades(result: Corrected) -> list[str]:
    assert not result.lacks
    return [plain_text(result.limits[name]) for name in sorted(result.limits)]


@pytest.mark.parametrize(
    ("feed_grade", "expected"),
    [
        ("62", ["361", "370", "415"]),
        ("65", ["361", "370", "415"]),  # no deduction above 62 %
        ("60.5", ["366.415", "375.415", "420.415"]),  # 3.61 x 1.5 = 5.415
        ("57", ["379.05", "388.05", "433.05"]),  # 3.61 x 5 = 18.05
        ("50", ["379.05", "388.05", "433.05"]),  # at most 5 points
    ],
)
def test_blast_furnace_feed_grade(feed_grade: str, expected: list[str]) -> None:
    facts = {**ORES, "feed_grade": feed_grade}
    assert grades(corrected("GB 21256-2025", "blast_furnace", facts)) == expected


def test_ore_terms_add() -> None:
    facts = {"rare_earth_ore_share": "10", "vanadium_titanium_magnetite_share": "5",
             "laterite_nickel_ore_share": "2"}  # fmt: skip
    result = corrected("GB 21256-2025", "sintering", facts)
    # 0.15 x 10 + 0.2 x 5 + 1.2 x 2 = 4.9
    assert grades(result) == ["47.9", "50.9", "56.9"]
    first = result.terms[0]
    assert told(first) == "share of laterite nickel ore 2 %: +2.4 (grades 1, 2, 3)"
    assert told(first, "zh") == "红土镍矿配比 2%：+2.4（1、2、3 级）"
    assert len(result.terms) == 3


def test_converter_scrap_and_steel_class() -> None:
    # 0.23 x 12 = 2.76
    assert grades(corrected("GB 21256-2025", "converter", CONVERTER)) == [
        "-27.24", "-25.24", "-9.24",
    ]  # fmt: skip
    pipeline = {
        **CONVERTER,
        "scrap_ratio": "0",
        "steel_class": "deep-drawing, extra-deep-drawing and pipeline steel",
    }
    assert grades(corrected("GB 21256-2025", "converter", pipeline)) == ["-28.5", "-26.5", "-10.5"]


def test_a_special_converter_is_not_judged() -> None:
    result = corrected("GB 21256-2025", "converter", {**CONVERTER, "converter_type": "vanadium"})
    assert any("do not apply" in told(lack) for lack in result.lacks)


def test_arc_furnace_factor_comes_before_hot_metal_and_class() -> None:
    stainless = {"steel_class": "all stainless", "hot_metal_ratio": "10"}
    # 61 x 1.10 - 8, 64 x 1.10 - 8, 72 x 1.10 - 8
    result = corrected("GB 21256-2025", "electric_arc_furnace_ge_70_t", stainless)
    assert grades(result) == ["59.1", "62.4", "71.2"]
    bearing = {
        "steel_class": "quality bearing, gear, hard-wire (cord) and tool/die steel",
        "hot_metal_ratio": "0",
    }
    result = corrected("GB 21256-2025", "electric_arc_furnace_lt_50_t", bearing)
    assert sorted(result.limits) == ["grade_1", "grade_3"]  # grade 2 is not defined there
    assert grades(result) == ["76", "101"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ["110", "110", "135"]),
        ({"mixed_gas_time_share": "0.5"}, ["114", "114", "139"]),
        ({"dry_volatile_matter": "21"}, ["101.7", "101.7", "126.7"]),
        ({"dry_volatile_matter": "28"}, ["128.71", "128.71", "153.71"]),
        # between 25 (8.55) and 26 (11.00): 8.55 + 0.4 x 2.45 = 9.53
        ({"dry_volatile_matter": "25.4"}, ["119.53", "119.53", "144.53"]),
        ({"total_moisture": "8"}, ["102.66", "102.66", "127.66"]),
        ({"oven_age": "15"}, ["110", "110", "135"]),
        ({"oven_age": "15.1"}, ["112.5", "110", "137.5"]),
        ({"oven_age": "26"}, ["115.5", "110", "140.5"]),
        ({"oven_age": "0"}, ["110", "110", "135"]),
        ({"quenching": "wet"}, ["110", "110", "181.46"]),
    ],
)
def test_top_charged_coke(changed: dict[str, str], expected: list[str]) -> None:
    facts = {**TOP_CHARGED, **changed}
    assert grades(corrected("GB 21342-2025", "top_charged_coke_oven", facts)) == expected


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"dry_volatile_matter": "20.9"}, "the standard gives values for 21 to 28"),
        ({"dry_volatile_matter": "28.1"}, "the standard gives values for 21 to 28"),
        ({"mixed_gas_time_share": "1.5"}, "the standard gives values for 0 to 1"),
        ({"total_moisture": "101"}, "is 101 %, which cannot be: 0 to 100 %, check its unit"),
        ({"total_moisture": "ten"}, "“ten”, where a number is expected (%)"),
        ({"quenching": "foggy"}, "not one of: dry | wet"),
        ({"oven_age": ""}, "oven age (fact oven_age, years) is not declared"),
        (
            {"oven_age": "-1"},
            "(fact oven_age) is −1 years, which cannot be: 0 years and more, check its unit",
        ),
    ],
)
def test_a_fact_that_cannot_be_used_leaves_the_limits_open(
    changed: dict[str, str], words: str
) -> None:
    result = corrected("GB 21342-2025", "top_charged_coke_oven", {**TOP_CHARGED, **changed})
    (lack,) = result.lacks
    assert words in told(lack)
    assert result.limits == {"grade_1": 110, "grade_2": 110, "grade_3": 135}


def test_all_missing_facts_are_named_at_once() -> None:
    result = corrected("GB 21342-2025", "stamp_charged_coke_oven", {})
    for fact in TOP_CHARGED:
        assert any(f"(fact {fact}" in told(lack) for lack in result.lacks), fact


def test_a_correction_without_numbers_is_open() -> None:
    result = corrected("GB 29140-2024", "soda_ash_combined_process_refined_salt_light", {})
    assert result.lacks
    unknown = next(
        term
        for term in REGISTRY.corrections
        if term.kind == "unknown" and term.variable == "k1..k5"
    )
    result = correct({"grade_1": Fraction(1)}, [unknown], {})
    assert any("not known in numbers" in told(lack) for lack in result.lacks)
