"""Lines of outlets: monitored masses, and amounts times the site's own factors.

Expected figures are worked by hand beside them.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.accounts.pollutants.outlets import (
    GAS_FLOW,
    METERS,
    SO2,
    drain,
    site_with,
    stack,
    state,
)
from tests.accounts.tiny import MARCH, account, meter_days, row, sample, used

from celadon.accounts.pollutants.monitors import monitored
from celadon.records.finding import Finding


def test_a_monitored_mass_is_summed_by_month() -> None:
    site = site_with(stack())
    days = meter_days("stack-1.so2", MARCH, 1_200_500, seconds_missing=60)
    made = account(site, days=days)
    (leaf,) = made.of(account="pollutant")
    # 31 x 1,200,500 mg = 37,215,500 mg = 37,215.5 g, and half goes to the even 37,216
    assert (leaf["value"], leaf["seconds_missing"]) == (37_216, 31 * 60)
    assert leaf["leaf"] == "pollutant/stack-1/stack-1.so2/air/so2/2025-03"
    assert (leaf["unit"], leaf["scope"], leaf["confidence"]) == ("stack-1", "air", None)


def test_what_is_estimated_of_a_monitored_mass_is_told() -> None:
    days = meter_days("stack-1.so2", MARCH, 1_000, estimated=2_000)
    (leaf,) = account(site_with(stack()), days=days).of(account="pollutant")
    assert (leaf["value"], leaf["estimated"]) == (93, 62)


def test_a_leaf_names_the_meters_that_it_rests_on() -> None:
    made = account(site_with(stack()))
    inputs = [x for x in made.accounts.inputs.to_pylist() if x["leaf"].startswith("pollutant")]
    assert [(x["kind"], x["ref"]) for x in inputs] == [("meter", "flow-1"), ("meter", "so2-1")]


@pytest.mark.parametrize(
    ("meters", "outlet", "per_count"),
    [
        # 0.1 mg/Nm3 x 1 Nm3/h for one second: 0.1 / 3,600 mg
        (METERS, stack(), (1, 36_000)),
        # wet with wet is as good as dry with dry
        (METERS, stack(wet=["flow", "so2"]), (1, 36_000)),
        # 1 g/Nm3 x 0.01 Nm3/s for one second: 10 mg
        ((state("so2-1", "g/Nm3"), state("flow-1", "kNm3/h", "0.036")), stack(), (10, 1)),
        # an amount is counted in NL already: 0.1 mg/Nm3 x 0.001 Nm3
        (
            (SO2, {"id": "flow-1", "kind": "interval", "measure": "Nm3", "resolution": "0.5"}),
            stack(),
            (1, 10_000),
        ),
    ],
)
def test_what_one_count_of_either_meter_stands_for(
    meters: tuple[dict[str, Any], ...], outlet: dict[str, Any], per_count: tuple[int, int]
) -> None:
    (found,) = monitored(site_with(outlet, meters=meters))
    assert (found.ratio.numerator, found.ratio.denominator) == per_count


def test_water_is_monitored_in_litres() -> None:
    outlet = drain(factors={}, monitors={"flow": "flow-1", "cod": "cod-1"})
    meters = (state("cod-1", "mg/L", "0.1"), state("flow-1", "m3/h"))
    (found,) = monitored(site_with(outlet, meters=meters))
    assert (found.ratio.numerator, found.ratio.denominator) == (1, 36)  # 0.1 x 1,000 / 3,600 mg


@pytest.mark.parametrize(
    ("meters", "outlet", "rule", "numbers"),
    [
        (METERS, stack(monitors={"so2": "so2-1"}), "monitor_without_flow", {}),
        ((state("so2-1", "mg/m3"), GAS_FLOW), stack(), "monitor_unit", {"meter": "so2-1"}),
        ((state("so2-1", "%"), GAS_FLOW), stack(), "monitor_unit", {"found": "state, %"}),
        ((SO2, state("flow-1", "m3/h")), stack(), "monitor_unit", {"meter": "flow-1"}),
        (
            ({"id": "so2-1", "kind": "interval", "measure": "kg"}, GAS_FLOW),
            stack(),
            "monitor_unit",
            {"found": "interval, kg"},
        ),
        (METERS, stack(wet=["flow"]), "monitor_basis", {"wet": "flow", "dry": "so2"}),
        (METERS, stack(wet=["so2"]), "monitor_basis", {"wet": "so2", "dry": "flow"}),
    ],
)
def test_what_cannot_be_counted_stays_empty_and_is_told(
    meters: tuple[dict[str, Any], ...],
    outlet: dict[str, Any],
    rule: str,
    numbers: dict[str, str],
) -> None:
    made = account(site_with(outlet, meters=meters))
    assert made.of(account="pollutant") == []
    (found,) = made.found(rule)
    assert found.subject == "stack-1"
    assert numbers.items() <= found.numbers.items()
    assert_told(found)


def test_another_pollutant_of_the_same_stack_is_counted() -> None:
    outlet = stack(monitors={"flow": "flow-1", "so2": "so2-1", "nox": "nox-1"})
    made = account(site_with(outlet, meters=(*METERS, state("nox-1", "%"))))
    assert [leaf["measure"] for leaf in made.of(account="pollutant")] == ["so2"]


def test_a_factor_times_the_amount_less_what_is_removed() -> None:
    outlet = stack(monitors={}, factors={"so2": ["coal"]}, treated=["so2"])
    samples = [
        sample("coal", "so2_factor", "12.5", "g/kg"),
        sample("coal", "so2_removal", "95.5", "%"),
    ]
    made = account(site_with(outlet), rows=[used("coal", 4_001)], samples=samples)
    (leaf,) = made.of(account="pollutant")
    # 4,001 kg x 12.5 g/kg x 4.5 % = 2,250.5625 g
    assert leaf["value"] == 2_251
    assert leaf["leaf"] == "pollutant/stack-1/coal/air/so2/2025-03"
    assert {p["name"] for p in made.parameters(account="pollutant")} == {
        "so2_factor",
        "so2_removal",
    }


def test_a_factor_of_what_leaves_needs_no_removal() -> None:
    outlet = stack(monitors={}, factors={"so2": ["coal"]})
    samples = [sample("coal", "so2_factor", "0.8", "kg/t")]
    made = account(site_with(outlet), rows=[used("coal", 5_000)], samples=samples)
    assert made.total(account="pollutant") == 4_000


@pytest.mark.parametrize(
    ("samples", "name"),
    [
        ((), "so2_factor"),
        ((sample("coal", "so2_factor", "12.5", "g/kg"),), "so2_removal"),
        ((sample("coal", "so2_factor", "12.5", "mg/L"),), "so2_factor"),
    ],
)
def test_no_factor_is_invented(samples: tuple[Any, ...], name: str) -> None:
    outlet = stack(monitors={}, factors={"so2": ["coal"]}, treated=["so2"])
    made = account(site_with(outlet), rows=[used("coal", 4_000)], samples=samples)
    assert made.of(account="pollutant") == []
    (lack,) = [found for found in made.found("no_parameter") if found.subject == "coal"
               and found.numbers["measure"] == "so2"]  # fmt: skip
    assert lack.numbers["name"] == name
    assert lack.numbers["figures"] == ["pollutant/so2"]


def test_a_month_of_laboratory_tests_times_the_discharge() -> None:
    tests = [
        sample("effluent", "cod_concentration", value, "mg/L", days, source_row=number)
        for number, (value, days) in enumerate(
            [("38", "2025-03-05/2025-03-06"), ("42.5", "2025-03-19/2025-03-20")], start=2
        )
    ]
    rows = [row("effluent", "discharge", "2025-03", 12_000_000)]
    made = account(site_with(drain()), rows=rows, samples=tests)
    (leaf,) = made.of(account="pollutant")
    # the mean of 38 and 42.5 is 40.25 mg/L; x 12,000 m3 = 483 kg
    assert (leaf["value"], leaf["scope"], leaf["measure"]) == (483_000, "water", "cod")


def test_a_month_without_discharge_is_missing_and_not_zero() -> None:
    samples = [sample("effluent", "cod_concentration", "40", "mg/L")]
    made = account(site_with(drain()), samples=samples)
    (leaf,) = made.of(account="pollutant")
    assert leaf["seconds_missing"] == 31 * 86_400
    assert "activity_missing" in made.rules()


def test_a_certificate_that_changes_cuts_nothing_of_a_monthly_row() -> None:
    """The stretch takes the mean over its days, as other parameters do."""
    samples = [
        sample("effluent", "cod_concentration", value, "mg/L", None, origin="certificate",
               since=MARCH.days[day], source_row=number)
        for number, (value, day) in enumerate([("40", 0), ("71", 16)], start=2)
    ]  # fmt: skip
    rows = [row("effluent", "discharge", "2025-03", 31_000_000)]
    made = account(site_with(drain()), rows=rows, samples=samples)
    assert made.total(account="pollutant") == (16 * 40 + 15 * 71) * 1_000


def assert_told(found: Finding) -> None:
    """Text and remedy of a finding fill in both languages."""
    for language in ("en", "zh"):
        assert found.subject in found.text(language)
        assert "{" not in found.text(language) + found.remedy(language)
