"""How many planted errors are found: by the rules of the subject alone, and with the record."""

from __future__ import annotations

from collections import defaultdict

import pytest
from tests.reference.lint.mutations import CLASSES
from tests.reference.lint.trial import Score, trial

FLOORS = {
    "44/12 missing": 88, "44/12 doubled": 93, "digit repeated": 96, "digits exchanged": 93,
    "GWP of another set": 97, "kgce on another calorie": 78,
}  # fmt: skip
"""Per cent of a class that the rules alone find, where figures stand alone; of the others, 98."""


def by_class(scores: list[Score]) -> dict[str, tuple[int, int, int]]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in scores:
        for place, number in enumerate((one.planted, one.by_rules, one.by_record)):
            sums[one.name][place] += number
    return {name: (a, b, c) for name, (a, b, c) in sums.items()}


def told(sums: dict[str, tuple[int, int, int]]) -> str:
    lines = [f"{'class':<26}{'planted':>9}{'by rules':>10}{'%':>7}{'with record':>13}{'%':>7}"]
    total = tuple(sum(column) for column in zip(*sums.values(), strict=True))
    for name, (planted, rules, record) in {**sums, "all": total}.items():
        shares = 100 * rules / planted, 100 * record / planted
        lines.append(
            f"{name:<26}{planted:>9,}{rules:>10,}{shares[0]:>7.1f}{record:>13,}{shares[1]:>7.1f}"
        )
    return "\n".join(lines)


def test_a_sample_of_every_class_is_found() -> None:
    scores = trial(limit=4)
    sums = by_class(scores)
    assert set(sums) == set(CLASSES)
    for name, (planted, _, record) in sums.items():
        assert record == planted, name
    planted, rules, _ = (sum(column) for column in zip(*sums.values(), strict=True))
    assert rules / planted > 0.87, told(sums)


@pytest.mark.long
def test_every_shipped_row_once_for_each_class(capsys: pytest.CaptureFixture[str]) -> None:
    scores = trial()
    sums = by_class(scores)
    with capsys.disabled():
        print("\n" + told(sums))  # noqa: T201  the table is the point of the long test
        for one in scores:
            if one.by_rules < 0.97 * one.planted:
                share = 100 * one.by_rules / one.planted
                print(f"  {one.name:<24} {one.table:<24}{one.planted:>7,}{share:>7.1f} %")  # noqa: T201
    for name, (planted, rules, record) in sums.items():
        assert record >= 0.98 * planted, name
        assert 100 * rules >= FLOORS.get(name, 98) * planted, name
    planted, rules, record = (sum(column) for column in zip(*sums.values(), strict=True))
    assert rules >= 0.985 * planted
    assert record == planted
