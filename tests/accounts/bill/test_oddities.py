"""Figures of a tariff that are refused, those that are told, and clocks that are not the site's."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from tests.accounts.bill.test_bill import TARIFF
from tests.accounts.bill.test_part_month import PLAIN

from celadon.accounts.bill import Tariff
from celadon.accounts.bill.field_page import tariff_page
from celadon.accounts.bill.oddities import figures, tariff_findings, zone_findings
from celadon.records.period import Period

YEAR = Period.parse("2025")
COINCIDENT = {"price": "5", "months": [7], "start": "13:00", "end": "15:00"}


def changed(place: str, value: Any) -> dict[str, Any]:
    """The plain tariff with one figure changed, such as ``basic.ratchet_share``."""
    plain = Tariff.model_validate(PLAIN).model_dump(mode="json")
    plain["basic"]["coincident"] = COINCIDENT | {}
    *path, last = place.split(".")
    at: Any = plain
    for key in path:
        at = at[int(key)] if isinstance(at, list) else at[key]
    at[last] = value
    return plain


@pytest.mark.parametrize(
    ("place", "value", "rule"),
    [
        ("basic.ratchet_share", "95", "from 0 to 1"),
        ("basic.contract_floor", "40", "from 0 to 1"),
        ("basic.contract_floor", "-0.4", "from 0 to 1"),
        ("basic.overrun_from", "0.95", "1 or above"),
        ("basic.overrun_times", "-2", "0 or above"),
        ("basic.discount_from", "2600", "from 0 to 744"),
        ("basic.discount_times", "-0.9", "0 or above"),
        ("basic.measured_price", "-38", "0 or above"),
        ("basic.coincident.price", "-1", "0 or above"),
        ("basic.ratchet_months", 100000, "less than or equal to 24"),
        ("basic.ratchet_months", 0, "ratchet_share does nothing without ratchet_months"),
        ("basic.ratchet_share", "0", "ratchet_months does nothing without ratchet_share"),
        ("basic.discount_from", None, "discount_times does nothing without discount_from"),
        ("basic.discount_times", "1", "discount_from does nothing without discount_times"),
        ("ratios.high", "-1.5", "0 or above"),
        ("tiers.0.above", "-1", "0 or above"),
        ("power_factor.standard", "90", "from 0 to 1"),
    ],
)
def test_what_cannot_be_is_refused(place: str, value: Any, rule: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Tariff.model_validate(changed(place, value))
    assert rule in str(caught.value)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("rates.0.price", "52"), ("rates.0.price", "-52"), ("ratios.high", "160"),
        ("tiers.0.adds", "5.1"), ("export_price", "27"), ("basic.measured_price", "384"),
        ("basic.capacity_price", "230"), ("basic.overrun_from", "105"),
        ("basic.overrun_times", "200"), ("basic.overrun_times", "0.2"),
        ("basic.discount_times", "90"), ("basic.coincident.price", "500"),
        ("power_factor.standard", "0.09"), ("power_factor.steps.0.percent", "50"),
        ("power_factor.steps.0.percent", "0.005"),
    ],
)  # fmt: skip
def test_what_is_seldom_met_is_told_with_its_place(place: str, value: str) -> None:
    plain = changed(place, value)
    if place == "power_factor.standard":
        plain["power_factor"]["steps"] = []
    (finding,) = tariff_findings(Tariff.model_validate(plain), "works")
    assert (finding.rule, finding.subject, finding.place) == ("tariff_figure_odd", "t", place)
    assert value in finding.text("en")
    assert value in finding.text("zh")


def test_a_usual_tariff_is_told_nothing_of() -> None:
    assert tariff_findings(TARIFF, "works") == []
    assert tariff_findings(Tariff.model_validate(PLAIN), "works") == []
    places = [place for place, _, _ in figures(TARIFF)]
    assert {"ratios.deep", "basic.discount_from", "power_factor.steps.3.percent"} <= set(places)


@pytest.mark.parametrize(
    ("holidays", "rules"),
    [
        (["1801-02-16"], ["tariff_holidays_outside"]), (["2025-01-01"], []),
        ([], ["tariff_no_holidays"]),
    ],
)  # fmt: skip
def test_holidays_that_never_come_are_told(holidays: list[str], rules: list[str]) -> None:
    hours = [{"band": "high", "days": ["holiday"]}, {"band": "flat"}]
    one = Tariff.model_validate({**PLAIN, "holidays": holidays, "hours": hours})
    assert [finding.rule for finding in tariff_findings(one, "works")] == rules


@pytest.mark.parametrize(
    ("zone", "site", "hours"),
    [
        (None, "Asia/Seoul", None), ("Asia/Shanghai", "Asia/Seoul", "1"),
        ("Asia/Shanghai", "Asia/Chongqing", None), ("Europe/Lisbon", "Africa/Abidjan", "1"),
    ],
)  # fmt: skip
def test_a_clock_apart_from_that_of_the_site_is_told(
    zone: str | None, site: str, hours: str | None
) -> None:
    one = Tariff.model_validate({**PLAIN, "zone": zone})
    found = zone_findings(one, "works", site, YEAR)
    assert [finding.numbers["hours"] for finding in found] == ([] if hours is None else [hours])


def test_the_page_names_every_field() -> None:
    page = tariff_page()
    for place, _, _ in figures(Tariff.model_validate(changed("export_price", "0.2"))):
        parts = [each for each in place.split(".") if not each.isdigit()]
        name = "ratios" if parts[0] == "ratios" else parts[-1]
        assert f"| `{name}` |" in page
    for name in (*Tariff.model_fields, "factor_adjusted", "coincident", "part_month", "days"):
        assert f"| `{name}` |" in page
