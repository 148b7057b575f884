"""Grades of machines: GB 18613-2020 for a 30 kW motor of 4 poles prints 95.9, 94.9, 93.6 %."""

from __future__ import annotations

from typing import Any

import pytest
from tests.assess.made import FROM, TO, site_of

from celadon.assess import reason_text
from celadon.assess.machines import Form, form_row, machine_rows, pieces_of, read_label
from celadon.assess.verdicts import Place
from celadon.errors import DeclarationError
from celadon.reference import load_registry

REGISTRY = load_registry()
PLACE = Place("works", "m", "efficiency", FROM, TO)
MOTOR = {"class_": "motor", "kind": "induction", "power": 30_000, "poles": 4}


def judged(**form: Any) -> tuple[str, str]:
    row = form_row(Form(**form), REGISTRY, PLACE)
    return row["outcome"], reason_text(row["because"], "en")


@pytest.mark.parametrize(
    ("efficiency", "outcome"),
    [
        ("95.9", "grade_1"), ("95.899", "grade_2"), ("94.9", "grade_2"), ("93.6", "grade_3"),
        ("93.59", "below_grades"),
    ],
)  # fmt: skip
def test_the_limit_itself_passes(efficiency: str, outcome: str) -> None:
    assert judged(**MOTOR, efficiency=efficiency)[0] == outcome


def test_the_comparison_is_told_with_its_sign() -> None:
    outcome, told = judged(**MOTOR, efficiency="95", label="IE5")
    assert outcome == "grade_2"
    assert told == (
        "95.000 < 95.9 (grade 1), ≥ 94.9 (grade 2), ≥ 93.6 (grade 3); "
        "its label says grade 1, which is not what its efficiency gives"
    )


@pytest.mark.parametrize(
    ("year", "told"),
    [
        (2024, "made in 2024: since 2021-06-01 the standard bars"),
        (2015, "made in 2015, before the standard (2021-06-01), which bars making"),
        (2021, "not known whether it was made before 2021-06-01"),
        (None, "not known whether it was made before 2021-06-01"),
    ],
)
def test_a_motor_below_the_grades(year: int | None, told: str) -> None:
    outcome, because = judged(**MOTOR, label="IE2", year=year)
    assert outcome == "below_grades"
    assert told in because


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"class_": "motor", "kind": "induction"}, "label is not recorded"),
        ({**MOTOR, "power": 31_000, "efficiency": "95"}, "without a row for 4 poles and 31 kW"),
        ({**MOTOR, "poles": None, "efficiency": "95"}, "the number of poles is not recorded"),
        ({"class_": "pump"}, "the table of GB 19762 is not loaded"),
        ({"class_": "pump", "label": "节能"}, "names no grade of GB 19762"),
        ({"class_": "furnace", "label": "1"}, "no standard of efficiency is known"),
        ({"class_": "motor", "label": "2级"}, "no standard of efficiency is known"),
    ],
)
def test_why_a_machine_cannot_be_judged(form: dict[str, Any], told: str) -> None:
    outcome, because = judged(**form)
    assert outcome == "cannot_tell"
    assert told in because


def test_a_label_of_a_table_that_is_not_loaded_is_doubted_by_its_date() -> None:
    outcome, told = judged(class_="pump", label="2级")
    assert outcome == "cannot_tell"
    assert told == (
        "the date in force of GB 19762 is not known; by the numbers: grade 2; its label says 2级; "
        "the table of GB 19762 is not loaded, so the label was not checked"
    )


@pytest.mark.parametrize(
    ("label", "motor", "grade"),
    [
        ("IE 3", True, "grade_3"), ("ｉｅ４", True, "grade_2"), ("二级", False, "grade_2"),
        ("Ⅰ级", False, "grade_1"), ("1级能效", False, "grade_1"), ("IE3", False, ""),
        ("4", True, ""),
    ],
)  # fmt: skip
def test_labels_as_people_write_them(label: str, motor: bool, grade: str) -> None:
    assert read_label(label, motor=motor) == grade


def test_a_declared_machine_adds_to_the_list_of_equipment() -> None:
    row = {"equipment": "M-1", "class": "motor", "power": 30_000, "quantity": 2, "grade": "IE3",
           "year": 2022, "unit": None}  # fmt: skip
    site = site_of(
        machine=[
            {"id": "m-1", "number": "M-1", "kind": "induction", "poles": 4, "efficiency": "95"},
            {"id": "p-1", "class": "pump", "listed": "eliminated", "document": "模拟目录 1"},
        ]
    )
    first, second = pieces_of(site, [row])
    assert (first.number, first.form.power, first.form.poles) == ("M-1", 30_000, 4)
    assert (second.number, second.form.class_, second.listed) == ("p-1", "pump", "eliminated")
    rows = machine_rows([first, second], REGISTRY, PLACE)
    assert [r["outcome"] for r in rows] == ["grade_2", "cannot_tell"]
    assert rows[0]["confidence"] == "D"


def test_what_is_wrong_with_a_machine_is_told_at_once() -> None:
    with pytest.raises(DeclarationError) as refused:
        site_of(
            machine=[
                {"id": "a", "class": "pump", "listed": "eliminated"},
                {"id": "b", "class": "motor", "poles": 3},
                {"id": "c"},
            ],
            norm=[{"id": "n", "product": "steel", "subject": "x", "units": ["kiln"]}],
        )
    told = str(refused.value)
    for word in ("with its document", "poles come in pairs", "says its class", "steel", "kiln"):
        assert word in told
