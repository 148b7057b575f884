"""One question, one record; else a refusal that says what would decide."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal
from fractions import Fraction

import pytest

from celadon.errors import LookupRefused
from celadon.reference import Registry, load_registry, lowest_confidence


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry()


def test_a_look_up_returns_the_record_of_its_edition(registry: Registry) -> None:
    record = registry.look_up(
        "fuels", "coke", "carbon_content_per_heat", set="NDRC-2013-2015", on=dt.date(2025, 1, 1)
    )
    assert (record.value_text, record.unit, record.confidence) == ("29.50", "tC/TJ", "B")
    assert registry.describe(record.record) is record
    assert record.valid_from == dt.date(2016, 1, 1)


def test_an_edition_not_yet_in_force_is_a_near_miss(registry: Registry) -> None:
    with pytest.raises(LookupRefused) as refused:
        registry.look_up(
            "norms", "sintering", "grade_1", set="GB 21256-2013", on=dt.date(2025, 6, 30)
        )
    (near,) = refused.value.near
    assert near.startswith("norms/GB-21256-2025/sintering/process_energy/grade_1: ")
    assert "set is GB 21256-2025, not GB 21256-2013" in near
    assert "in force from 2026-07-01" in near
    (fault,) = refused.value.faults
    assert "none of its values for this is loaded" in fault.found
    assert "GB 21256-2013" in fault.remedy


def test_a_draft_that_is_asked_for_is_the_nearest_miss(registry: Registry) -> None:
    with pytest.raises(LookupRefused) as refused:
        registry.look_up(
            "ets_benchmarks", "power/coal_ge300", "electricity_benchmark", set="2025-draft"
        )
    assert "is a draft, not in force" in refused.value.near[0]
    (fault,) = refused.value.faults
    assert "add 2025-draft that is final" in fault.remedy


def test_the_first_day_in_force_answers(registry: Registry) -> None:
    def grade(day: dt.date) -> str:
        return registry.look_up("norms", "sintering", "grade_3", on=day).value_text

    assert grade(dt.date(2026, 7, 1)) == "52"
    with pytest.raises(LookupRefused, match="not yet in force on 2026-06-30"):
        grade(dt.date(2026, 6, 30))


def test_a_source_known_to_the_year_is_uncertain_in_that_year(registry: Registry) -> None:
    def benchmark(day: dt.date) -> str:
        return registry.look_up(
            "levels_2023", "iron_making_blast_furnace", "benchmark", on=day
        ).value_text

    assert benchmark(dt.date(2024, 1, 1)) == "361"
    with pytest.raises(LookupRefused, match="uncertain whether it was in force on 2023-12-31"):
        benchmark(dt.date(2023, 12, 31))


def test_an_unknown_date_in_force_refuses_and_says_what_to_load(registry: Registry) -> None:
    with pytest.raises(LookupRefused, match="date in force of GB 21342-2025 is not known") as error:
        registry.look_up("norms", "top_charged_coke_oven", "grade_1", on=dt.date(2025, 1, 1))
    assert "sources.csv" in error.value.faults[0].remedy
    assert registry.look_up("norms", "top_charged_coke_oven", "grade_1").value_text == "110"


def test_an_empty_row_says_that_the_number_is_not_known(registry: Registry) -> None:
    with pytest.raises(LookupRefused, match="the row exists, its number is not known"):
        registry.look_up("levels_2023", "industrial_silicon_added_2023", "benchmark")


def test_a_range_is_not_a_value(registry: Registry) -> None:
    with pytest.raises(LookupRefused, match="only a range is printed"):
        registry.look_up("coal_equivalents", "natural_gas", "coal_equivalent")


def test_more_than_one_answer_is_refused(registry: Registry) -> None:
    with pytest.raises(LookupRefused, match="More than one") as refused:
        registry.look_up("fuels", "coke", "net_calorific_value")
    assert refused.value.faults[0].remedy == "name the set"
    assert len(refused.value.near) == 3


def test_a_misspelt_subject_lists_what_is_close(registry: Registry) -> None:
    with pytest.raises(LookupRefused) as refused:
        registry.look_up("fuels", "antracite", "net_calorific_value")
    assert any("anthracite" in near for near in refused.value.near)


def test_an_area_narrows(registry: Registry) -> None:
    record = registry.look_up(
        "electricity", "average", "co2_factor", area="CN-HE", set="mee-nbs-2025-47"
    )
    assert (record.value_text, record.data_year, record.confidence) == ("0.6516", "2023", "A")


@pytest.mark.parametrize("pressure", [1, 1.0, "1", "1.0", Decimal("1.00"), Fraction(1)], ids=repr)
def test_a_coordinate_may_be_a_number_of_any_type(registry: Registry, pressure: float) -> None:
    record = registry.look_up("steam_enthalpy", "saturated", "enthalpy", pressure_MPa=pressure)
    assert record.value_text == "2777.0"


def test_a_coordinate_that_is_no_number_is_refused_and_none_is_open(registry: Registry) -> None:
    for wrong in (Fraction(1, 3), float("nan"), True, [1]):
        with pytest.raises(LookupRefused, match="cannot be asked by"):
            registry.look_up("steam_enthalpy", "saturated", "enthalpy", pressure_MPa=wrong)
    with pytest.raises(LookupRefused, match="More than one"):
        registry.look_up("steam_enthalpy", "saturated", "enthalpy", pressure_MPa=None)


def test_a_goods_code_may_be_written_with_blanks_and_dots(registry: Registry) -> None:
    for code in ("72083900", "7208 39 00", "7208.39.00"):
        assert registry.look_up("cbam_defaults", code, "total", area="China").subject == "7208"


def test_near_misses_of_a_goods_code_share_its_first_digits_and_its_country(
    registry: Registry,
) -> None:
    with pytest.raises(LookupRefused) as refused:
        registry.look_up("cbam_defaults", "72021200", "total", area="China")
    assert refused.value.near[0].startswith("cbam_defaults/China|720211|")
    assert all(near.startswith("cbam_defaults/China|72") for near in refused.value.near)
    with pytest.raises(LookupRefused) as refused:
        registry.look_up("cbam_defaults", "99000000", "total", area="China")
    assert "goods of chapters 25, 26, 28, 31, 72, 73, 76" in refused.value.faults[0].remedy


def test_a_misspelt_country_is_not_sent_to_the_rest_of_the_world(registry: Registry) -> None:
    with pytest.raises(LookupRefused) as refused:
        registry.look_up("cbam_defaults", "72083900", "total", area="china")
    assert refused.value.faults[0].remedy == "correct the area, probably China"
    assert refused.value.near[0].startswith("cbam_defaults/China|7208|")


def test_describe_refuses_an_unknown_id(registry: Registry) -> None:
    with pytest.raises(LookupRefused, match="No reference record fuels/none"):
        registry.describe("fuels/none")


def test_electricity_of_2025_rests_on_the_data_of_2023(registry: Registry) -> None:
    """Announcement 2025 No. 47 of 2025-12-31: 0.5306 kg CO2/kWh, national average of 2023."""
    choice = registry.electricity("enterprise_gbt32150", 2025)
    assert choice.record.value_text == "0.5306"
    assert choice.record.data_year == "2023"
    assert (choice.record.confidence, choice.selection.confidence) == ("A", "C")
    assert choice.confidence == "C"


def test_a_programme_in_the_question_gives_the_letter_of_its_choice(registry: Registry) -> None:
    """The announcement's figure has A, the rule that 2025 takes it has C: both ways say C, why."""
    choice = registry.electricity("enterprise_gbt32150", 2025)
    record = registry.look_up(
        "electricity", "average", "co2_factor",
        programme="enterprise_gbt32150", on=dt.date(2025, 6, 30),
    )  # fmt: skip
    assert (record.record, record.value) == (choice.record.record, choice.record.value)
    assert record.confidence == choice.confidence == "C"
    assert choice.because in record.note
    assert "letter C of the rule" in choice.because
    assert registry.describe(record.record).confidence == "A"


def test_electricity_of_an_area(registry: Registry) -> None:
    choice = registry.electricity("enterprise_gbt32150", 2025, level="province", area="CN-HE")
    assert choice.record.value_text == "0.6516"
    assert choice.record.area == "CN-HE"


@pytest.mark.parametrize(
    ("programme", "year", "words"),
    [
        ("enterprise_gbt32150", 2026, "next factors"),
        ("enterprise_gbt32150", 2021, "ets_purchased_power, national CN, data of 2021"),
        ("cbam", 2025, "country_average_user_supplied"),
        ("enterprise_gbt32150", 1999, "no row for this programme and year"),
    ],
)
def test_an_open_choice_of_electricity_is_refused(
    registry: Registry, programme: str, year: int, words: str
) -> None:
    with pytest.raises(LookupRefused, match="No electricity factor is chosen") as refused:
        registry.electricity(programme, year)
    assert words in str(refused.value)


def test_a_chosen_factor_without_a_figure_is_refused(registry: Registry) -> None:
    with pytest.raises(LookupRefused, match="is not loaded"):
        registry.electricity("enterprise_gbt32150", 2025, level="province", area="CN-XZ")


def test_the_lowest_letter_wins_and_an_empty_one_is_unconfirmed() -> None:
    assert lowest_confidence("A", "B", "A") == "B"
    assert lowest_confidence("A", "") == "D"


def test_a_look_up_is_far_below_a_thousandth_of_a_second(registry: Registry) -> None:
    start = time.perf_counter()
    for _ in range(1000):
        registry.look_up(
            "fuels", "coke", "net_calorific_value", set="NDRC-2013-2015", on=dt.date(2025, 1, 1)
        )
    assert time.perf_counter() - start < 0.5
