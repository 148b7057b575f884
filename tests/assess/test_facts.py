"""Facts that limits ask for: what they can be, what is asked, and what is only told if it decides.

Limits and coefficients are those of the shipped tables (letter C); the expected numbers are worked
out by hand from them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.assess.made import FROM, TO, energy, made, site_of

from celadon.accounts.tables import LEAF
from celadon.assess import judge, reason_text
from celadon.assess.calculators import (
    MachineArguments,
    NormArguments,
    PriceArguments,
    Verdict,
    judge_machine,
    judge_norm,
    judge_price,
)
from celadon.assess.citing import ground_rows
from celadon.errors import ModelError
from celadon.reference import load_registry
from celadon.reference.entries import find_entry

REGISTRY = load_registry()
CHROME: dict[str, Any] = {"subject": "high_carbon_ferrochrome", "indicator": "smelting_electricity"}


def verdict(value: str, facts: dict[str, str], **given: Any) -> Verdict:
    asked = {"day": dt.date(2026, 12, 31), "value": value, **given}
    asked["facts"] = [f"{name}={text}" for name, text in facts.items()]
    return judge_norm(NormArguments(**asked)).verdicts[-1]


@pytest.mark.parametrize(
    ("value", "facts", "outcome", "words"),
    [
        # 3500 + 80 x 2 = 3660 where Cr/Fe is 2.2 or more, else 3500
        ("3600", {"cr_fe_ratio": "2.2"}, "grade_3", "≤ 3660 (grade 3)"),
        ("3600", {"cr_fe_ratio": "2.19"}, "over_limit", "> 3500 (grade 3)"),
        ("3600", {}, "cannot_tell", "without the correction: over the limit, with it: grade 3"),
        ("2000", {}, "grade_1", "with or without the correction the outcome is the same"),
        ("3700", {}, "over_limit", "with or without the correction the outcome is the same"),
        ("3600", {"cr_fe_ratio": "0"}, "cannot_tell", "is 0, and it is above zero"),
    ],
)
def test_a_correction_on_a_condition_is_given_where_the_condition_is_known(
    value: str, facts: dict[str, str], outcome: str, words: str
) -> None:
    told = verdict(value, {"ore_grade": "38", **facts}, **CHROME)
    assert told.outcome == outcome
    assert words in told.en


def test_at_the_reference_grade_no_ratio_is_asked() -> None:
    told = verdict("3400", {"ore_grade": "40"}, **CHROME)
    assert (told.outcome, "fact cr_fe_ratio" in told.en) == ("grade_3", False)


@pytest.mark.parametrize(
    ("facts", "found", "remedy"),
    [
        (["ore_grad=38"], "ore_grad", "did you mean ore_grade?"),
        (["scrap_ratio=1"], "scrap_ratio", "leave it out, or correct the name"),
        (["ore_grade=38", "ore_grade=39"], "38, 39", "leave one out"),
    ],
)
def test_facts_that_no_limit_asks_for_are_refused(
    facts: list[str], found: str, remedy: str
) -> None:
    given = NormArguments(value="1", day=dt.date(2026, 1, 1), facts=facts, **CHROME)
    with pytest.raises(ModelError) as refused:
        judge_norm(given)
    (fault,) = refused.value.faults
    assert (fault.found, fault.remedy) == (found, remedy)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"site_pressure": "70.1"}, "is 70.1 Pa, which cannot be: 40000 to 110000 Pa"),
        ({"site_pressure": "0"}, "which cannot be"),
        ({"site_pressure": "101325"}, "at 3000 m the air weighs about 70100 Pa"),
        ({"altitude_m": "30000"}, "is 30000 m, which cannot be: −500 to 9000 m"),
        ({"clinker_share": "0.75"}, "write 75 if that is so"),
    ],
)
def test_what_a_fact_cannot_be_lifts_no_limit(facts: dict[str, str], words: str) -> None:
    known = {"clinker_share": "75", "altitude_m": "3000", "site_pressure": "70100"}
    told = verdict("105", {**known, **facts}, subject="cement")
    assert told.outcome == "cannot_tell"
    assert words in told.en
    assert verdict("105", known, subject="cement").outcome == "over_limit"


def test_shares_of_one_burden_do_not_pass_the_whole() -> None:
    names = ("rare_earth_ore_share", "vanadium_titanium_magnetite_share",
             "laterite_nickel_ore_share")  # fmt: skip
    told = verdict("60", dict.fromkeys(names, "60"), process="sintering")
    assert told.outcome == "cannot_tell"
    assert "come to 180 % together" in told.en
    assert verdict("60", dict.fromkeys(names, "30"), process="sintering").outcome != "cannot_tell"


@pytest.mark.parametrize(
    ("addition", "limit"),  # 320 or 100 for through-air drying, 200 for thermal and carbonless
    [("0", "270"), ("100", "370"), ("200", "470"), ("300", "570"), ("320", "590"), ("520", "790")],
)
def test_additions_of_paper_are_summed(addition: str, limit: str) -> None:
    told = verdict("200", {"process_addition": addition}, subject="newsprint")
    assert told.limits["grade_3"] == limit


def test_another_addition_of_paper_is_refused() -> None:
    told = verdict("200", {"process_addition": "420"}, subject="newsprint")
    assert "not one of: 0 | 100 | 200 | 300 | 320 | 520" in told.en


GLASS = {"capacity_t_per_day": "786", "capacity_utilisation": "90", "line_adjustment": "yes",
         "thickness": "not applicable", "iron_content": "not applicable"}  # fmt: skip


def test_factors_of_glass_multiply_where_they_are_known() -> None:
    told = verdict("12", GLASS, process="flat_glass")
    assert told.limits == {"grade_1": "11.495", "grade_2": "13.915", "grade_3": "16.335"}  # x 1.21
    assert told.unit == "kgce/weight case"
    thick = verdict("12", {**GLASS, "thickness": "12"}, process="flat_glass")
    assert "correction by thickness is not known in numbers" in thick.en


@pytest.mark.parametrize(
    ("process", "fact", "at", "subject"),
    [
        ("flat_glass", "capacity_t_per_day", "500", "flat_glass_le_500_t_d"),
        ("flat_glass", "capacity_t_per_day", "500.1", "flat_glass_500_800_t_d"),
        ("sanitary_ware", "water_absorption", "0.3", "sanitary_ware_absorption_le_0_3"),
        ("sanitary_ware", "water_absorption", "0.31", "sanitary_ware_gt_0_3"),
    ],
)
def test_bands_hold_the_end_that_the_standard_names(
    process: str, fact: str, at: str, subject: str
) -> None:
    facts = {**(GLASS if process == "flat_glass" else {}), fact: at}
    known = verdict("1", facts, process=process).limits["grade_3"]
    (record,) = (r for r in REGISTRY.of_table("norms")
                 if (r.subject, r.parameter) == (subject, "grade_3"))  # fmt: skip
    assert record.value is not None
    factor = 1.21 if process == "flat_glass" else 1
    assert float(known) == pytest.approx(float(record.value) * factor)


def test_sanitary_ware_is_asked_for_its_water_absorption() -> None:
    told = verdict("620", {}, process="sanitary_ware")
    assert "water absorption (fact water_absorption) is not declared" in told.en


def test_a_process_without_a_norm_says_so_in_the_calculator() -> None:
    told = verdict("100", {}, process="hot_rolling")
    assert (told.outcome, told.en) == (
        "cannot_tell", "no norm of the process hot rolling is held",
    )  # fmt: skip


def test_a_figure_is_read_in_the_unit_of_the_norm() -> None:
    told = verdict("6", {}, subject="polysilicon_trichlorosilane")
    assert (told.unit, told.limits["grade_3"]) == ("kgce/kg", "6.3")
    assert "by the numbers: grade 3" in told.en


@pytest.mark.parametrize("last", [NormArguments, MachineArguments])
def test_the_last_day_of_all_is_refused(last: type[Any]) -> None:
    with pytest.raises(ValueError, match="before 9999-12-31"):
        last(**{"value": "1", "class": "motor", "day": "9999-12-31"})


def test_an_efficiency_is_in_percent() -> None:
    def told(efficiency: str) -> Verdict:
        plate = {"class": "motor", "kind": "induction", "power_kw": "30", "poles": 4}
        given = MachineArguments(**plate, efficiency=efficiency, day=dt.date(2026, 1, 1))
        return judge_machine(given).verdicts[0]

    assert told("96.7").outcome == "grade_1"
    assert (told("0.967").outcome, "write 96.7" in told("0.967").en) == ("cannot_tell", True)
    for wrong in ("101", "0", "-5"):
        with pytest.raises(ModelError):
            told(wrong)


def test_a_province_without_prices_is_told_where_they_are_held() -> None:
    with pytest.raises(ModelError) as refused:
        judge_price(PriceArguments(province="CN-GD", kwh="1", step="eliminated"))
    assert "CN-HA, CN-HE" in refused.value.faults[0].remedy


CEMENT = {"id": "furnace", "process": "cement", "product": "alloy",
          "facts": {"altitude_m": "200", "clinker_share": "60"}}  # fmt: skip


def test_a_broken_limit_rests_on_its_corrections_too() -> None:
    leaves = LEAF.from_rows([energy("furnace", 89_349), made("alloy", 1_000)])
    site = site_of(unit=[CEMENT])
    (row,) = (r for r in judge(site, leaves, REGISTRY, FROM, TO).to_pylist()
              if r["outcome"] == "over_limit")  # fmt: skip
    rows = ground_rows(row, site, REGISTRY)
    # 89.349 keeps the printed 94; 94 - 15 x 1.20 = 76 is what it breaks
    assert rows[0] == "norms/GB-16780-2021/cement/comprehensive_energy/grade_3"
    (correction,) = rows[1:]
    cells = find_entry(REGISTRY, correction).cells
    assert (cells["variable"], cells["grades"], cells["coefficient"]) == (
        "clinker_share", "3", "1.20",
    )  # fmt: skip


def test_a_limit_that_nothing_moved_rests_on_its_record_alone() -> None:
    leaves = LEAF.from_rows([energy("furnace", 99_000), made("alloy", 1_000)])
    facts = {"altitude_m": "200", "clinker_share": "75"}
    site = site_of(unit=[{**CEMENT, "facts": facts}])
    (row,) = (r for r in judge(site, leaves, REGISTRY, FROM, TO).to_pylist()
              if r["outcome"] == "over_limit")  # fmt: skip
    assert len(ground_rows(row, site, REGISTRY)) == 1


def test_a_condition_that_denied_a_correction_is_a_ground() -> None:
    norm = {"id": "n", "product": "alloy", **CHROME, "units": ["furnace"],
            "facts": {"ore_grade": "38", "cr_fe_ratio": "2", "ore_grad": "1"}}  # fmt: skip
    site = site_of(norm=[norm])
    booked = energy("furnace", 1, carrier="electricity", count=3_600_000)
    leaves = LEAF.from_rows([booked, made("alloy", 1_000)])
    (row,) = judge(site, leaves, REGISTRY, FROM, TO).to_pylist()
    assert row["outcome"] == "over_limit"
    assert any("|ore_grade|" in one for one in ground_rows(row, site, REGISTRY))
    assert "ore_grad is no fact that these limits ask for" in reason_text(row["because"], "en")


def test_water_of_other_makers_is_judged_as_declared() -> None:
    norm = {"id": "w", "product": "alloy", "subject": "ammonia_natural_gas",
            "indicator": "water_intake"}  # fmt: skip
    water = energy("furnace", 9_500, count=9_500)
    water |= {"account": "water", "measure": "volume", "scope": "intake"}
    leaves = LEAF.from_rows([water, made("alloy", 1_000)])
    (row,) = judge(site_of(norm=[norm]), leaves, REGISTRY, FROM, TO).to_pylist()
    assert (row["rule"], row["standard"], row["unit"]) == ("water-norm", "GB/T 18916.8", "m3/t")
    assert "9.500 > 5.5 (advanced value), > 9 (general value)" in reason_text(row["because"], "en")
    unheard = {**norm, "subject": "ammonia"}
    (row,) = judge(site_of(norm=[unheard]), leaves, REGISTRY, FROM, TO).to_pylist()
    assert "near are: ammonia_bituminous" in reason_text(row["because"], "en")
    products = [{"id": name, "monthly": "production"} for name in ("alloy", "urea")]
    several = site_of(norm=[norm], product=products)
    (row,) = judge(several, leaves, REGISTRY, FROM, TO).to_pylist()
    assert "the water intake is that of the whole site" in reason_text(row["because"], "en")
