"""Norms of products, from hand-made leaves: figures of the table of norms, exact."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.assess.made import FROM, TO, energy, made, site_of

from celadon.assess import reason_text
from celadon.assess.bases import electricity_of
from celadon.assess.ladder import ladder_of
from celadon.assess.norms import verdict_rows
from celadon.reference import Registry, load_registry

REGISTRY = load_registry()
TONNE = 1_000  # kg


def judged(norm: dict[str, Any], leaves: list[dict[str, Any]], **tables: Any) -> list[Any]:
    declared = {"id": "n", "product": "alloy", "subject": "ferrosilicon", **norm}
    site = site_of(norm=[declared], **tables)
    return verdict_rows(site, leaves, REGISTRY, FROM, TO)


def words(row: dict[str, Any], language: str = "en") -> str:
    return reason_text(row["because"], language)


FERROSILICON = [
    energy("furnace", 900_000, carrier="coke_metallurgical"),
    energy("furnace", 1_000_000, carrier="electricity", count=8_350_000),
    energy("mill", 50_000, carrier="electricity", count=400_000),
    made("alloy", TONNE),
]
"""1,900 kgce/t and 8,350 kWh/t of the furnace; GB 21341-2022 prints 1700, 1770, 1850 kgce/t and
8050, 8300, 8400 kWh/t."""


def test_each_indicator_of_a_subject_is_judged_in_its_unit() -> None:
    energies, power = judged({"facts": {"ore_grade": "98"}}, FERROSILICON)
    assert (energies["subject"], energies["indicator"], energies["unit"]) == (
        "alloy", "comprehensive_energy", "kgce/t",
    )  # fmt: skip
    assert Fraction(energies["num"], energies["den"]) == 1900
    assert "1900.000 > 1700 (grade 1), > 1770 (grade 2), > 1850 (grade 3)" in words(energies)
    assert (power["indicator"], power["unit"]) == ("smelting_electricity", "kWh/t")
    assert Fraction(power["num"], power["den"]) == 8350
    assert "8350.000 > 8050 (grade 1), > 8300 (grade 2), ≤ 8400 (grade 3)" in words(power)


def test_a_norm_counts_the_units_that_it_names() -> None:
    asked = {"indicator": "comprehensive_energy", "units": ["furnace", "mill"]}
    (row,) = judged(asked, FERROSILICON)
    assert Fraction(row["num"], row["den"]) == 1950


def test_a_correction_has_its_input() -> None:
    (row,) = judged(
        {"indicator": "smelting_electricity", "facts": {"ore_grade": "99"}}, FERROSILICON
    )
    assert "> 8010 (grade 1), > 8260 (grade 2), ≤ 8360 (grade 3)" in words(row)
    (without,) = judged({"indicator": "smelting_electricity"}, FERROSILICON)
    assert "fact ore_grade" in words(without)
    assert without["outcome"] == "cannot_tell"


def test_the_next_better_grade_and_its_distance() -> None:
    (row,) = judged(
        {"indicator": "smelting_electricity", "facts": {"ore_grade": "98"}}, FERROSILICON
    )
    ladder = ladder_of(row)
    assert ladder is not None
    assert ladder.following is not None
    assert (ladder.following.name, ladder.following.beyond) == ("grade_2", 50)
    assert [rung.kept for rung in ladder.rungs] == [False, False, True]


@pytest.mark.parametrize(
    ("feedstock", "told"),
    [
        ("out", "refused: the norm has the energy of raw material in, the figure has it out"),
        ("", "refused: the norm has the energy of raw material in, and the figure does not say"),
    ],
)
def test_feedstock_in_and_out_are_not_compared(feedstock: str, told: str) -> None:
    norm = {"subject": "mto_feedstock_included", "feedstock": feedstock}
    (row,) = judged(norm, [energy("furnace", 2_700_000), made("alloy", TONNE)])
    assert row["outcome"] == "cannot_tell"
    assert told in words(row)
    assert "2600" not in words(row)
    assert ladder_of(row) is None


def test_the_same_basis_is_compared() -> None:
    norm = {"subject": "mto_feedstock_included", "feedstock": "in"}
    (row,) = judged(norm, [energy("furnace", 2_700_000), made("alloy", TONNE)])
    assert "2700.000 > 2600 (grade 1), ≤ 2800 (grade 2)" in words(row)


def test_an_edition_whose_value_of_electricity_is_not_known_is_refused() -> None:
    assert electricity_of(REGISTRY.sources["gb-29438-2012"]) == ""
    (row,) = judged(
        {"subject": "polyoxymethylene"}, [energy("furnace", 2_050_000), made("alloy", TONNE)]
    )
    assert row["outcome"] == "cannot_tell"
    assert "not known at which value GB 29438-2012 counts electricity" in words(row)


@pytest.mark.parametrize(
    ("norm", "told"),
    [
        ({"subject": "ferosilicon"}, "has no subject “ferosilicon”, near are: ferrosilicon"),
        ({"indicator": "coke_rate"}, "no such indicator, known are: comprehensive_energy"),
        ({"subject": "ceramic_board"}, "is counted in t, the norm is in kgce/m2"),
        (
            {"subject": "iron_ore_underground_mining"},
            "is not drawn from the accounts",
        ),
    ],
)
def test_why_a_product_cannot_be_judged(norm: dict[str, Any], told: str) -> None:
    subjects = {record.subject for record in REGISTRY.of_table("norms")}
    if norm.get("subject") == "iron_ore_underground_mining":
        norm = {"subject": next(s for s in sorted(subjects) if _comparable(REGISTRY, s))}
    rows = judged(norm, FERROSILICON)
    assert {row["outcome"] for row in rows} == {"cannot_tell"}
    assert told in words(rows[0])
    assert all(max(words(row, "zh")) >= "一" for row in rows)


def _comparable(registry: Registry, subject: str) -> bool:
    return any(
        record.subject == subject and record.basis == "comparable_energy"
        for record in registry.of_table("norms")
    )


def test_no_output_and_less_than_nothing() -> None:
    norm = {"indicator": "comprehensive_energy"}
    (none,) = judged(norm, [energy("furnace", 5), made("alloy", 0)])
    assert (none["outcome"], "production of the period is 0 kg" in words(none)) == (
        "cannot_tell", True,
    )  # fmt: skip
    (below,) = judged(norm, [energy("furnace", -5_000), made("alloy", TONNE)])
    assert below["outcome"] == "cannot_tell"
    assert "below zero and no limit is" in words(below)


def test_a_product_of_volume_is_not_held_to_a_norm_of_mass() -> None:
    product = [{"id": "alloy", "monthly": "production", "measure": "m3"}]
    rows = judged({}, FERROSILICON, product=product)
    assert "counted in m3, the norm is in kgce/t" in words(rows[0])
    beer = judged({"subject": "beer"}, [energy("furnace", 20_000), made("alloy", 1000)],
                  product=product)  # fmt: skip
    assert beer[0]["unit"] == "kgce/m3"
    assert Fraction(beer[0]["num"], beer[0]["den"]) == 20
