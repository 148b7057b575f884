"""Steps of the power factor chain from the standard, in whatever order they are written."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.bill.test_bill import TARIFF, month_of

from celadon.accounts.bill import Tariff, bill_month, load_tariff
from celadon.accounts.bill.factor_steps import PowerFactor
from celadon.accounts.bill.power_factor import adjustment
from celadon.errors import DeclarationError

RULE_OF_1983: list[tuple[str, str, str]] = [
    ("0.90", "0.70", "0.5"), ("0.70", "0.65", "1"), ("0.65", "0", "2"), ("0.90", "0.95", "-0.15"),
]  # fmt: skip
"""For the standard of 0.90: reference/microgrid/rules.md, power factor, letters C and D."""


def rule(steps: list[tuple[str, str, str]], standard: str = "0.90") -> PowerFactor:
    plain = [dict(zip(("start", "end", "percent"), step, strict=True)) for step in steps]
    return PowerFactor.model_validate({"standard": standard, "steps": plain})


def percent(factor: int) -> Fraction:
    """The table read as a person would: hundredth by hundredth on the way from 0.90."""
    if factor >= 90:
        return -Fraction(15, 100) * min(factor - 90, 5)
    return sum(
        (Fraction(1, 2) if each >= 70 else 1 if each >= 65 else 2 for each in range(factor, 90)),
        Fraction(0),
    )


@settings(max_examples=20, deadline=None)
@given(st.permutations(RULE_OF_1983), st.lists(st.booleans(), min_size=4, max_size=4))
def test_the_order_of_steps_and_of_their_ends_is_free(
    steps: list[tuple[str, str, str]], turned: list[bool]
) -> None:
    written = [(b, a, c) if turn else (a, b, c) for (a, b, c), turn in zip(steps, turned)]  # noqa: B905
    found = rule(written)
    for factor in range(101):
        assert 100 * adjustment(found, factor) == percent(factor)


TEXT = """
id = "t"
valid_from = 2025-01-01
source = "simulated"
confidence = "D"
[[rates]]
id = "energy"
price = "0.5"
[power_factor]
standard = "0.90"
steps = [{steps}]
"""


@pytest.mark.parametrize(
    ("steps", "place", "told", "remedy"),
    [
        (["0.85 0.70 0.5"], ".steps.0", "leaves a gap between 0.85 and 0.90", '"0.90"'),
        (["0.90 0.70 0.5", "0.65 0 2"], ".steps.1", "a gap between 0.65 and 0.70", '"0.70"'),
        (["0.90 0.70 0.5", "0.90 0.65 1"], ".steps.1", "overlaps between 0.90 and 0.70", '"0.70"'),
        (["0.75 0.65 1", "0.90 0.70 0.5"], ".steps.0", "overlaps between 0.75 and 0.70", '"0.70"'),
        (["0.92 0.95 -0.15"], ".steps.0", "leaves a gap between 0.92 and 0.90", '"0.90"'),
        (["0.85 0.95 0.5"], ".steps.0", "both sides of the standard 0.90", "at 0.90"),
        (["0.90 0.70 -0.5"], ".steps.0", "below the standard the bill rises", "sign"),
        (["0.90 0.95 0.15"], ".steps.0", "above the standard the bill falls", "sign"),
        (["0.90 0.90 0.5"], ".steps.0", "holds nothing", "two ends"),
        (["0.90 70 0.5"], ".steps.0.end", "from 0 to 1", '"0.7" for 70 %'),
        (["0.90 0.70 500"], ".steps.0.percent", "from -100 to 100", "correct"),
    ],
)  # fmt: skip
def test_steps_that_do_not_chain_are_refused(
    tmp_path: Path, steps: list[str], place: str, told: str, remedy: str
) -> None:
    tables = ['start = "{}", end = "{}", percent = "{}"'.format(*step.split()) for step in steps]
    path = tmp_path / "t.toml"
    text = TEXT.replace("{steps}", ", ".join(f"{{ {each} }}" for each in tables))
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError) as caught:
        load_tariff(path)
    (fault,) = caught.value.faults
    assert fault.place == f"t.toml › power_factor{place}"
    assert told in fault.rule
    assert remedy in fault.remedy


@pytest.mark.parametrize(
    ("reactive", "is_told"), [(0, False), (1_000_000, False), (2_000_000, True)]
)
def test_a_power_factor_below_the_last_step_is_told(reactive: int, *, is_told: bool) -> None:
    """1,000 kWh and as many kvarh are 0.71; twice as many 0.45, below the step to 0.65."""
    plain: dict[str, Any] = TARIFF.model_dump(mode="json")
    plain["power_factor"]["steps"] = plain["power_factor"]["steps"][:2]
    tariff = Tariff.model_validate(plain)
    month = replace(month_of(10, 1000), reactive=reactive)
    bill = bill_month(tariff, month, basis="measured", capacity=Fraction(100))
    assert ("factor_below_steps" in bill.notes) == is_told
