"""Every row of the table of norms: a site and the calculator judge it, or say truly why not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from tests.assess.made import FROM, TO, energy, made, site_of

from celadon.accounts.tables import LEAF
from celadon.assess import judge
from celadon.assess.calculators import NormArguments, judge_norm
from celadon.assess.history import value_of
from celadon.assess.limits import known_facts, limit_records
from celadon.assess.products import ELECTRICITIES, ENERGIES, indicators_of, product_editions
from celadon.assess.reasons import read_reasons
from celadon.assess.scales import scale_of
from celadon.records.site import Unit
from celadon.reference import load_registry

REGISTRY = load_registry()
NORMS = sorted(
    {
        (record.subject, record.basis)
        for record in REGISTRY.of_table("norms")
        if record.value is not None
    }
)
FACTS: Mapping[str, str] = {
    "altitude_m": "100", "capacity_utilisation": "80", "clinker_share": "75", "feed_grade": "62",
    "rare_earth_ore_share": "0", "vanadium_titanium_magnetite_share": "0",
    "laterite_nickel_ore_share": "0", "scrap_ratio": "0", "converter_type": "ordinary",
    "steel_class": "plain carbon steel", "hot_metal_ratio": "0", "mixed_gas_time_share": "0",
    "dry_volatile_matter": "25", "total_moisture": "10", "oven_age": "5", "quenching": "dry",
    "ore_grade": "40", "cr_fe_ratio": "2.5", "salt_kind": "refined industrial salt",
    "process_addition": "0", "thickness": "not applicable", "thickness_factor": "not applicable",
    "iron_content": "not applicable", "line_adjustment": "no", "site_pressure": "100000",
}  # fmt: skip
"""A value of every fact that a norm asks for, except those whose numbers the tables lack."""

UNKNOWN_FACTS = {"k1..k5", "K"}
OF_TABLES = {
    "force_unknown", "force_uncertain", "no_norm_in_force", "was_in_force", "correction_unknown",
    "basis_electricity_unknown", "basis_feedstock_missing", "limit_grade_missing", "by_numbers",
    "comparison", "limits_before_correction", "slip_of_units",
}  # fmt: skip
"""Reasons that lie in the tables: they name what is not known of the standard."""

NOT_COMPARED = {
    "no_norm_in_force", "correction_unknown", "basis_electricity_unknown", "was_in_force",
}  # fmt: skip
"""Reasons for which a figure is not even compared."""

MEASURES = {
    "t": "t", "kg": "t", "m3": "m3", "m2": "m2", "weight case": "t", "Adt": "Adt", "toe": "toe",
}  # fmt: skip


def facts_of(subject: str, indicator: str) -> dict[str, str]:
    known = product_editions(REGISTRY, subject, indicator, TO)
    asked = known_facts(known, REGISTRY)
    assert set(asked) - UNKNOWN_FACTS <= set(FACTS)
    return {name: FACTS[name] for name in asked if name in FACTS}


def printed(subject: str, indicator: str) -> tuple[str, Fraction]:
    """The unit of a norm, and a figure that keeps its last grade."""
    (*_, edition) = product_editions(REGISTRY, subject, indicator, TO)
    records = limit_records(REGISTRY, Unit(id="x"), edition)
    return records[0].unit, max(record.value for record in records if record.value is not None)


@pytest.mark.parametrize(("subject", "indicator"), NORMS)
def test_the_calculator_compares_the_figure_or_says_what_the_tables_lack(
    subject: str, indicator: str
) -> None:
    unit, value = printed(subject, indicator)
    given = NormArguments(
        value=str(float(value)), subject=subject, indicator=indicator, day="2027-12-31",
        facts=[f"{name}={text}" for name, text in facts_of(subject, indicator).items()],
        feedstock="in" if "included" in subject or subject.endswith("with_feedstock") else
        "out" if subject.endswith(("left_out", "without_feedstock")) else "",
    )  # fmt: skip
    verdicts = judge_norm(given).verdicts
    assert verdicts
    for verdict in verdicts:
        assert verdict.unit == unit
        assert "which is not" not in verdict.en
        assert verdict.outcome != "cannot_tell" or "≤" in verdict.en or re.search(
            "not known|refused", verdict.en
        )  # fmt: skip


@pytest.mark.parametrize(("subject", "indicator"), NORMS)
def test_a_site_is_judged_or_told_what_is_in_the_way(subject: str, indicator: str) -> None:
    unit, value = printed(subject, indicator)
    below = unit.partition("/")[2]
    norm = {
        "id": "n", "product": "alloy", "subject": subject, "indicator": indicator,
        "facts": facts_of(subject, indicator), "units": ["furnace"],
    }  # fmt: skip
    if "included" in subject or subject.endswith("with_feedstock"):
        norm["feedstock"] = "in"
    elif subject.endswith(("left_out", "without_feedstock")):
        norm["feedstock"] = "out"
    scale = scale_of(unit)
    product = {"id": "alloy", "monthly": "production", "measure": MEASURES.get(below, "t")}
    site = site_of(norm=[norm], product=[product])
    rows = judge(site, LEAF.from_rows(leaves(value, scale, indicator)), REGISTRY, FROM, TO)
    for row in rows.to_pylist():
        keys = [one.key for one in read_reasons(row["because"])]
        assert "limit_unit" not in keys
        if scale is None:
            assert keys == ["norm_unit"]
        elif indicator not in (*ENERGIES, *ELECTRICITIES):
            assert "indicator_not_accounted" in keys
        else:
            assert row["outcome"] != "cannot_tell" or set(keys) <= OF_TABLES, keys
            if "comparison" in keys:
                assert (value_of(row), row["unit"]) == (value, unit)
            else:
                assert NOT_COMPARED & set(keys), keys


def leaves(value: Fraction, scale: Any, indicator: str) -> list[dict[str, Any]]:
    """Leaves of a furnace whose figure is a value in the unit of a norm, exactly."""
    counted = value if scale is None else value / scale.size
    output = 10**6 * counted.denominator
    booked = {"carrier": "electricity"} if indicator in ELECTRICITIES else {}
    amount = int(counted * output)
    return [
        energy("furnace", amount, **booked, count=amount),
        made("alloy", output),
    ]  # fmt: skip


def test_units_of_norms_that_no_account_counts_in_are_known_and_few() -> None:
    units = {printed(*norm)[0] for norm in NORMS}
    assert {unit for unit in units if scale_of(unit) is None} == {
        "gce/kWh", "kg/t", "kgoe/(t.factor)",
    }  # fmt: skip
    assert {subject for subject, _ in NORMS} == {
        subject for subject, _ in NORMS if indicators_of(REGISTRY, subject)
    }


def test_a_weight_case_is_fifty_kilograms_and_oil_ten_sevenths_of_coal() -> None:
    furnace = {"id": "furnace", "process": "flat_glass", "product": "alloy",
               "facts": {"capacity_t_per_day": "800"}}  # fmt: skip
    rows = judge(
        site_of(unit=[furnace]),
        LEAF.from_rows([energy("furnace", 240_000), made("alloy", 1_000)]),
        REGISTRY, FROM, TO,
    ).to_pylist()  # fmt: skip
    told = {row["rule"]: row for row in rows}
    # 240 kgce/t is 12 kgce for each 50 kg; 800 t/d is in the band "500 to 800", not above it.
    assert value_of(told["levels-2023"]) == 12
    assert json.loads(told["levels-2023"]["limits"]) == {"baseline": "13.5", "benchmark": "9.5"}
