"""What a user gets for input that cannot be judged: an answer in words, and never a wrong grade."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from tests.assess.made import FROM, TO, energy, made, site_of

from celadon.assess import reason_text
from celadon.assess.actual import Actual
from celadon.assess.limits import editions
from celadon.assess.machines import Form, Piece, machine_rows
from celadon.assess.norms import _on_basis, verdict_rows
from celadon.assess.prices import Purchased, price_rows
from celadon.assess.verdicts import Place
from celadon.records.site import Unit
from celadon.reference import load_registry

REGISTRY = load_registry()
PLACE = Place("works", "works", "", FROM, TO)


def of_product(subject: str, grams: int, kilograms: int, **norm: Any) -> list[tuple[str, str]]:
    """The verdicts on a product of the made-up smelter."""
    declared = {"id": "n", "product": "alloy", "subject": subject, **norm}
    site = site_of(site={"country": "CN", "region": "CN-HE"} | OWNER, norm=[declared])
    leaves = [energy("furnace", grams), made("alloy", kilograms)]
    rows = verdict_rows(site, leaves, REGISTRY, FROM, TO)
    return [(row["outcome"], reason_text(row["because"], "en")) for row in rows
            if row["rule"] in ("norm", "levels-2023")]  # fmt: skip


OWNER = {"owner": {"name": "模拟企业", "credit_code": "91999999MA00FAKE83"}}


@pytest.mark.parametrize(
    ("subject", "grams", "kilograms", "norm", "told"),
    [
        ("no such thing", 1, 1, {}, "has no subject “no such thing”"),
        (
            "ferrosilicon",
            1_000_000,
            0,
            {"indicator": "comprehensive_energy"},
            "production of the period is 0 kg",
        ),
        ("ferrosilicon", -1_000_000, 1000, {"indicator": "comprehensive_energy"}, "below zero"),
        ("mto_feedstock_included", 1, 1, {"feedstock": "out"}, "raw material"),
    ],
)
def test_a_product_that_cannot_be_judged(
    subject: str, grams: int, kilograms: int, norm: dict[str, Any], told: str
) -> None:
    found = of_product(subject, grams, kilograms, **norm)
    assert found
    assert {outcome for outcome, _ in found} == {"cannot_tell"}
    assert any(told in text for _, text in found), found


def test_kgce_for_tce_is_told_beside_the_outcome() -> None:
    limit = {"indicator": "comprehensive_energy", "units": ["furnace"]}
    (thousand,) = of_product("ferrosilicon", 1_900_000_000, 1000, **limit)
    assert thousand[0] == "over_limit"
    assert "about 1000 times the limits, as where kgce is taken for tce" in thousand[1]
    (part,) = of_product("ferrosilicon", 1_750, 1000, **limit)
    assert (part[0], "about 1/1000 times" in part[1]) == ("grade_1", True)
    (plain,) = of_product("ferrosilicon", 1_900_000, 1000, **limit)
    assert "times the limits" not in plain[1]


def test_a_norm_with_a_missing_grade_tells_only_what_it_can() -> None:
    subjects: dict[tuple[str, str], set[str]] = {}
    for record in REGISTRY.of_table("norms"):
        if record.value is not None and record.unit == "kgce/t":
            subjects.setdefault((record.subject, record.basis), set()).add(record.parameter)
    without = sorted(key for key, grades in subjects.items()
                     if "grade_3" in grades and "grade_2" not in grades)  # fmt: skip
    assert without, "the tables hold norms without a grade 2"
    for subject, indicator in without:
        found = of_product(subject, 1, 1_000_000, indicator=indicator)
        assert all(outcome != "grade_2" for outcome, _ in found)


def test_an_empty_list_of_machines_and_a_class_that_nobody_grades() -> None:
    assert machine_rows([], REGISTRY, PLACE) == []
    (row,) = machine_rows([Piece("x-1", Form("plasma torch", label="1级"))], REGISTRY, PLACE)
    assert row["outcome"] == "cannot_tell"
    assert "no standard of efficiency is known" in reason_text(row["because"], "en")
    steel = site_of(site={"industry": "3120", "region": "CN-HE"})
    first, _ = price_rows(steel, [], Purchased(1), (), REGISTRY, PLACE)
    assert first["outcome"] == "cannot_tell"
    assert "no equipment is recorded" in reason_text(first["because"], "en")


def test_an_efficiency_of_another_load_is_not_held_to_grades() -> None:
    motor = {"kind": "induction", "power": 30_000, "poles": 4, "efficiency": "94.9"}
    rated = Piece("m", Form("motor", **motor))
    other = Piece("m", Form("motor", **motor, rated=False))
    labelled = Piece("m", Form("motor", **motor, rated=False, label="IE3"))
    rows = machine_rows([rated, other, labelled], REGISTRY, PLACE)
    assert [row["outcome"] for row in rows] == ["grade_2", "cannot_tell", "grade_3"]
    assert "measured in operation" in reason_text(rows[1]["because"], "en")
    assert "measured in operation" in reason_text(rows[2]["because"], "en")


def test_a_process_is_refused_across_bases_too() -> None:
    (old,) = [e for e in editions(REGISTRY, "blast_furnace", "norm", PLACE.last_day)
              if e.name == "GB 21256-2025"]  # fmt: skip
    source = replace(old.source, edition="2008")
    actual = Actual(400, 1, Fraction(400), 0, None)
    found = _on_basis(actual, Unit(id="bf"), [replace(old, source=source)], REGISTRY)
    assert found.value is None
    assert found.lacks is not None
    assert found.lacks.key == "basis_electricity_unknown"
    with_feedstock = replace(old, rules=(replace(old.rules[0], subject="mto_feedstock_included"),))
    unit = Unit(id="bf", facts={"feedstock": "out"})
    crossed = _on_basis(actual, unit, [with_feedstock], REGISTRY)
    assert crossed.lacks is not None
    assert crossed.lacks.key == "basis_feedstock"
    assert (
        _on_basis(actual, Unit(id="bf", facts={"feedstock": "in"}), [with_feedstock], REGISTRY)
        == actual
    )
