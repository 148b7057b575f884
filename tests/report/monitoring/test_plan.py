"""The monitoring plan: what is planned, what came, and what a lack costs, by hand."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest
from tests.accounts.tiny import certificate, make_site, sample, stream, used
from tests.report.statistics.forming import content_of, rows_of

from celadon.errors import DeclarationError
from celadon.records.period import Period
from celadon.report.monitoring.arrived import arrived_parameters
from celadon.report.monitoring.costs import Costs
from celadon.report.monitoring.declared import MeterPlan, MonitoringPlan, ParameterPlan, load_plan
from celadon.report.monitoring.plan import monitoring_plan
from celadon.report.monitoring.planned import planned_parameters
from celadon.report.statistics.content import FormContent

TWO_MONTHS = Period.parse("2025-01-01/2025-03-01")
SITE = make_site(
    [stream("coal", "anthracite", "outside", "mill", carbon="combustion")],
    accounting={"carbon_method": "iron-and-steel-ndrc-2013"},
)
NOTHING_SAID = MonitoringPlan()
HEAT = "net_calorific_value"

DIFFERENCE = Fraction(1000) * (Fraction("20.304") - 20) * Fraction("0.02749") * Fraction("0.94")
DIFFERENCE = DIFFERENCE * 44 / 12
"""t CO2 of 1,000 t of anthracite between the default heat value (20.304 GJ/t, NDRC 2013) and 20."""


def month(*samples: object, period: Period = TWO_MONTHS) -> FormContent:
    rows = [used("coal", 1_000_000, "2025-01"), used("coal", 1_000_000, "2025-02", number=3)]
    return content_of(SITE, period, rows, samples)  # type: ignore[arg-type]


def arrived_of(content: FormContent, plan: MonitoringPlan = NOTHING_SAID) -> dict[str, object]:
    found = arrived_parameters(content, planned_parameters(content, plan))
    return {one.planned.name: one for one in found}


def test_a_fuel_is_planned_as_the_template_asks_and_the_rest_by_the_method() -> None:
    planned = {one.name: one for one in planned_parameters(month(), NOTHING_SAID)}
    assert {name: (one.rung, one.said_by) for name, one in planned.items()} == {
        HEAT: ("measured", "template"), "carbon_content": ("measured", "template"),
        "carbon_content_per_heat": ("default", "method"), "oxidation_rate": ("default", "method"),
    }  # fmt: skip
    assert "NDRC" in planned[HEAT].uses[0]


def test_a_month_without_its_measurement_lacks_it_and_costs_what_the_default_adds() -> None:
    content = month(sample("coal", HEAT, "20", "GJ/t", "2025-01"))
    heat = arrived_of(content)[HEAT]
    assert heat.came == (dt.date(2025, 1, 1),)
    assert heat.lacking == (dt.date(2025, 2, 1),)
    assert heat.lower == ()  # the same month is told once
    costs = Costs(content)
    gram = Fraction(1, 10**6)
    assert abs(costs.of_lacking(heat).tonnes - DIFFERENCE) <= gram
    assert abs(costs.at_stake(heat).tonnes - DIFFERENCE) <= gram
    (found,) = [
        one
        for one in monitoring_plan(content, NOTHING_SAID).findings
        if one.rule == "plan_not_arrived" and one.numbers["name"] == HEAT
    ]
    assert found.numbers["months"] == "2025-02"
    assert found.numbers["cost"] == "+28.80"
    assert "28.80" in found.text("zh")


def test_what_was_never_measured_has_no_known_cost() -> None:
    content = month()
    heat = arrived_of(content)[HEAT]
    assert Costs(content).of_lacking(heat).tonnes is None
    assert Costs(content).of_lacking(heat).why == "nothing_measured"
    assert Costs(content).at_stake(heat).why == "nothing_came"


def test_a_certificate_in_place_of_a_measurement_is_a_lower_rung() -> None:
    content = month(certificate("coal", HEAT, "21", "GJ/t", since=dt.date(2025, 1, 1)))
    heat = arrived_of(content)[HEAT]
    assert heat.lacking == ()
    assert heat.lower == (dt.date(2025, 1, 1), dt.date(2025, 2, 1))
    rules = {one.rule for one in monitoring_plan(content, NOTHING_SAID).findings}
    assert "plan_lower_rung" in rules


def test_the_plan_of_the_site_comes_first() -> None:
    plan = MonitoringPlan(
        parameter=(
            ParameterPlan(item="coal", name=HEAT, rung="measured", every="quarter", by="own"),
            ParameterPlan(item="coal", name="carbon_content", rung="default"),
        )
    )
    content = month(sample("coal", HEAT, "20", "GJ/t", "2025-01"))
    found = arrived_of(content, plan)
    assert found[HEAT].lacking == ()  # one in the quarter is enough
    assert found["carbon_content"].lacking == ()
    assert found[HEAT].lower == (dt.date(2025, 2, 1),)  # yet the account used the default


def test_what_was_not_planned_is_told() -> None:
    content = month(
        sample("coal", "oxidation_rate", "97", "%", "2025-01"),
        sample("coal", "purity", "97", "%", "2025-01"),
    )
    found = {one.rule: one for one in monitoring_plan(content, NOTHING_SAID).findings}
    assert found["plan_unplanned"].numbers["name"] == "oxidation_rate"
    assert found["plan_unasked"].numbers["name"] == "purity"


def test_activity_that_lacks_or_surprises_is_told() -> None:
    rows = [
        used("coal", 1_000_000, "2025-01"),
        used("coal", 5, "2025-02"),
    ]
    rows[1] = type(rows[1])(
        **{f: getattr(rows[1], f) for f in rows[1].__slots__} | {"kind": "sale"}
    )
    content = content_of(SITE, TWO_MONTHS, rows)
    found = {one.rule: one for one in monitoring_plan(content, NOTHING_SAID).findings}
    assert found["plan_activity_missing"].numbers["months"] == "2025-02"
    assert found["plan_activity_unplanned"].numbers["kind"] == "sale"
    table = monitoring_plan(content, NOTHING_SAID).tables[0]
    cells = rows_of(table)["anthracite"]
    assert cells["did_not_come"].shown == "2025-02"
    assert cells["measured_share"].shown == "50.00"


def test_a_lapsed_calibration_is_told() -> None:
    site = make_site(
        [stream("power", "electricity", "outside", "mill", meters=["e1"])],
        meters=[{"id": "e1", "kind": "interval", "measure": "kWh"}],
    )
    plan = MonitoringPlan(
        meter=(MeterPlan(id="e1", accuracy="0.5S", calibrated_until=dt.date(2025, 1, 31)),)
    )
    form = monitoring_plan(content_of(site, TWO_MONTHS), plan)
    assert "plan_calibration_lapsed" in {one.rule for one in form.findings}
    cells = rows_of(form.tables[0])["electricity"]
    assert cells["accuracy"].shown == "0.5S"
    assert cells["calibrated"].marked


def test_all_faults_of_the_file_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "monitoring.toml"
    assert load_plan(path, SITE) == NOTHING_SAID
    path.write_text(
        '[[meter]]\nid = "e9"\n[[parameter]]\nitem = "cole"\nname = "heat"\nrung = "measured"\n',
        encoding="utf-8",
    )
    with pytest.raises(DeclarationError) as error:
        load_plan(path, SITE)
    assert {fault.found for fault in error.value.faults} == {"'e9'", "'cole'", "'heat'"}
    path.write_text('[[parameter]]\nitem = "coal"\nname = "moisture"\nrung = "guess"\n', "utf-8")
    with pytest.raises(DeclarationError, match="1 rule"):
        load_plan(path, SITE)
