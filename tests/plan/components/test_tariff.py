"""Tariffs of the bill in a design: what is planned is what would be billed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.plan.microgrid.sites import profiles

from celadon.accounts.bill import Tariff
from celadon.errors import DeclarationError
from celadon.numerics.lp.expression import Floats
from celadon.plan.components.battery import Battery
from celadon.plan.components.cost import EnergyCost, PowerCost
from celadon.plan.components.demand import Demand
from celadon.plan.components.grid import Grid
from celadon.plan.components.horizon import Horizon
from celadon.plan.components.renewable import Photovoltaics
from celadon.plan.components.tariff_terms import tariff_terms
from celadon.plan.microgrid import Design, Plan, build, plan_design
from celadon.plan.microgrid.assembling import oddities
from celadon.plan.microgrid.bill_compared import AGREE, bill_findings, months_paid
from celadon.plan.microgrid.billing import plan_bills
from celadon.plan.microgrid.declaration import DesignFile, design_from_plain
from celadon.plan.replay.replay import replay

PLAIN: dict[str, Any] = {
    "id": "contract", "valid_from": dt.date(2025, 1, 1), "source": "simulated", "confidence": "D",
    "simulated": True,
    "rates": [{"id": "energy", "price": "0.60", "varies": True}, {"id": "funds", "price": "0.03"}],
    "ratios": {"sharp": "1.8", "high": "1.5", "flat": "1", "low": "0.5", "deep": "0.2"},
    "hours": [
        {"band": "deep", "days": ["holiday"], "start": "10:00", "end": "15:00"},
        {"band": "sharp", "months": [1], "start": "19:00", "end": "21:00"},
        {"band": "high", "start": "08:00", "end": "11:00"},
        {"band": "high", "start": "18:00", "end": "22:00"},
        {"band": "low", "start": "00:00", "end": "07:00"}, {"band": "flat"},
    ],
    "holidays": [dt.date(2025, 1, 1), dt.date(2025, 2, 3)],
    "tiers": [{"above": "300000", "adds": "0.02"}, {"above": "400000", "adds": "0.05"}],
    "export_price": "0.20",
    "basic": {
        "capacity_price": "20", "contract_price": "30", "measured_price": "33",
        "contract_floor": "0.40", "overrun_from": "1.05", "overrun_times": "2",
        "ratchet_share": "0.8", "ratchet_months": 1,
        "coincident": {"price": "5", "months": [2], "start": "19:00", "end": "20:00"},
    },
}  # fmt: skip
"""An invented contract with every part that a design can hold."""

COST = PowerCost(annual=20.0)


def tariff(**changed: Any) -> Tariff:
    return Tariff.model_validate({**PLAIN, **changed})


def basic(**changed: Any) -> dict[str, Any]:
    return {**PLAIN["basic"], **changed}


def months(days: int = 59, minutes: int = 60) -> Horizon:
    """January and February of 2025, or some days of them."""
    year = Horizon.year(2025, minutes)
    month = year.month[: days * 24 * 60 // minutes]
    return Horizon(minutes / 60, month, year.months[: month.max() + 1], year.start)


def site(
    grid: dict[str, Any], *tariffs: Tariff, horizon: Horizon | None = None,
    load: float | Floats | None = None, stores: bool = True,
) -> Design:  # fmt: skip
    """A works of about 0.55 MW under tariffs, with a battery and panels to plan."""
    horizon = horizon or months()
    steps = round(1 / horizon.hours)
    given = profiles(max(horizon.count // steps, 1))
    asked = np.repeat(given["load"] * 0.1, steps) if load is None else load
    series = {"load": np.broadcast_to(asked, horizon.count).astype(np.float64),
              "sun": np.repeat(given["cf_pv"], steps)}  # fmt: skip
    known = {each.id: each for each in tariffs or (tariff(),)}
    declared: list[Any] = [
        Demand(id="works", series="load"),
        Grid(id="grid", tariff=tuple(known), **grid),
    ]
    if stores:
        declared += [
            Photovoltaics(id="roof", yields="sun", cost=COST, most=0.8),
            Battery(id="battery", charge_efficiency=0.95, discharge_efficiency=0.95,
                    power_cost=PowerCost(annual=2.0), energy_cost=EnergyCost(annual=4.0)),
        ]  # fmt: skip
    return Design(horizon, series, declared, tariffs=known)


def planned(design: Design) -> Plan:
    plan = plan_design(design)
    assert isinstance(plan, Plan)
    return plan


def grid_of(plan: Plan) -> Grid:
    (grid,) = (each for each in plan.design.components if isinstance(each, Grid))
    return grid


WAYS: list[dict[str, Any]] = [
    {"basis": "measured"}, {"basis": "capacity", "capacity_kva": "800"},
    {"basis": "contract", "capacity_kva": "800"},
    {"basis": "contract", "capacity_kva": "800", "contract_kw": "420"},
    {"basis": "contract", "capacity_kva": "800", "contract_kw": tuple(["200"] * 12)},
    {"basis": "measured", "peak_ratio": 1.07}, {"basis": "measured", "peak_so_far": (0.9,)},
    {"basis": "capacity", "connection": COST}, {"basis": "contract", "connection": COST},
    {"basis": "measured", "export_price": 0.31},
]  # fmt: skip


@pytest.mark.parametrize("minutes", [60, 15])
@pytest.mark.parametrize("way", WAYS, ids=repr)
def test_the_cost_of_the_grid_is_the_bill_of_the_plan(way: dict[str, Any], minutes: int) -> None:
    days = 59 if minutes == 60 else 35
    plan = planned(site(way, horizon=months(days, minutes)))
    bills = plan_bills(plan.design, grid_of(plan), plan.sizes, plan.flows)
    paid = months_paid(plan, grid_of(plan))
    for each, cny in zip(bills, paid, strict=True):
        assert float(each.exact) == pytest.approx(cny, abs=AGREE)
        assert each.bill.total / 100 == pytest.approx(cny, abs=0.005 * len(each.bill.lines) + AGREE)
    (finding,) = bill_findings(plan, "d")
    assert finding.rule == "bills_agree"
    again = replay(plan.design, plan.sizes, plan.flows)
    assert again.cost == pytest.approx(plan.objective, rel=1e-8)
    assert again.largest_breach < 1e-8


def flat(**changed: Any) -> Tariff:
    """One price of 0.5 CNY/kWh, so that a bill is made by hand."""
    plain = {key: PLAIN[key] for key in ("valid_from", "source", "confidence", "simulated")}
    return Tariff.model_validate(
        {"id": "flat", "rates": [{"id": "energy", "price": "0.5"}], **plain, **changed}
    )


def cost(grid: dict[str, Any], one: Tariff, load: float | Floats, days: int = 31) -> float:
    """CNY of a load of which nothing can be moved."""
    return planned(site(grid, one, horizon=months(days), load=load, stores=False)).objective * 1000


def test_a_bill_made_by_hand() -> None:
    """744 h of 1 MW at 0.5 CNY/kWh, and the second part on each basis."""
    energy = 744_000 * 0.5
    prices = {"capacity_price": "20", "contract_price": "30", "measured_price": "33"}
    overrun = {"contract_floor": "0.40", "overrun_from": "1.05", "overrun_times": "2"}
    two = flat(basic={**prices, **overrun})
    assert cost({}, flat(), 1.0) == pytest.approx(energy)
    assert cost({"basis": "measured"}, two, 1.0) == pytest.approx(energy + 33 * 1000)
    by_capacity = {"basis": "capacity", "capacity_kva": "1250"}
    assert cost(by_capacity, two, 1.0) == pytest.approx(energy + 20 * 1250)
    contract = {"basis": "contract", "capacity_kva": "1250"}
    assert cost(contract, two, 1.0) == pytest.approx(energy + 30 * 1000 / 1.05)
    floor = {"basis": "contract", "capacity_kva": "5000"}
    assert cost(floor, two, 1.0) == pytest.approx(energy + 30 * 2000)
    # 800 declared: 840 are free of overrun, 160 cost double
    over = {**contract, "contract_kw": "800"}
    assert cost(over, two, 1.0) == pytest.approx(energy + 30 * 800 + 60 * 160)
    # 300 declared, 500 by the floor of 40 %: 525 are free, 475 cost double
    low = {**contract, "contract_kw": "300"}
    assert cost(low, two, 1.0) == pytest.approx(energy + 30 * 500 + 60 * 475)


def test_tiers_ratchets_and_coincident_hours_by_hand() -> None:
    tiered = flat(tiers=[{"above": "500000", "adds": "0.1"}, {"above": "700000", "adds": "0.25"}])
    expected = 744_000 * 0.5 + 200_000 * 0.1 + 44_000 * 0.25
    assert cost({}, tiered, 1.0) == pytest.approx(expected)
    ratchet = flat(basic={"measured_price": "10", "ratchet_share": "0.9", "ratchet_months": 1})
    load = np.where(np.arange(59 * 24) < 744, 1.0, 0.4)  # January 1 MW, February 0.4
    energy = 0.5 * 1000 * load.sum()
    found = cost({"basis": "measured"}, ratchet, load, 59)
    assert found == pytest.approx(energy + 10 * (1000 + 900))
    rule = {"price": "7", "months": [1], "start": "19:00", "end": "21:00"}
    coincident = flat(basic={"measured_price": "10", "coincident": rule})
    evening = np.where(np.arange(744) % 24 == 20, 0.6, 1.0)
    evening = np.where(np.arange(744) % 24 == 19, 0.7, evening)
    found = cost({"basis": "measured"}, coincident, evening)
    assert found == pytest.approx(0.5 * 1000 * evening.sum() + 10 * 1000 + 7 * 700)


def test_a_deep_valley_of_a_holiday_and_a_sharp_peak_of_its_month() -> None:
    """1 January is a holiday: 00-07 low, 10-15 deep, 19-21 sharp, 18-22 else high, 08-10 high."""
    terms = tariff_terms([tariff()], months(59), "measured", "grid")
    day = terms.price[:24].tolist()
    low, flat_, high, sharp, deep = (0.6 * n + 0.03 for n in (0.5, 1, 1.5, 1.8, 0.2))
    expected = [low] * 7 + [flat_] + [high] * 2 + [deep] * 5 + [flat_] * 3 + [high] + [sharp] * 2
    assert day == pytest.approx([*expected, high, flat_, flat_])
    february = terms.price[31 * 24 : 32 * 24]
    assert february[19] == pytest.approx(high)
    assert february[10] == pytest.approx(high)  # no holiday


def test_the_contract_that_is_chosen_is_no_dearer_than_any_declared() -> None:
    free = planned(site({"basis": "contract", "capacity_kva": "800"})).objective
    for kw in (330, 400, 450, 500, 600):
        way = {"basis": "contract", "capacity_kva": "800", "contract_kw": str(kw)}
        assert planned(site(way)).objective >= free - 1e-9


def test_two_tariffs_follow_each_other() -> None:
    january = tariff(id="old", valid_to=dt.date(2025, 2, 1))
    later = tariff(id="new", valid_from=dt.date(2025, 2, 1), basic=basic(measured_price="66"),
                   rates=[{"id": "energy", "price": "0.9"}])  # fmt: skip
    plan = planned(site({"basis": "measured"}, january, later))
    (finding,) = bill_findings(plan, "d")
    assert finding.rule == "bills_agree"
    prices = tariff_terms([january, later], months(), "measured", "grid")
    assert prices.demand_price.tolist() == [33.0, 66.0]
    assert set(prices.price[744:].tolist()) == {0.9}


def test_a_tariff_that_ends_in_mid_year_names_its_months() -> None:
    short = tariff(valid_to=dt.date(2025, 6, 15))
    with pytest.raises(DeclarationError, match=r"7 month\(s\) without one tariff") as caught:
        build(site({"basis": "measured"}, short, horizon=Horizon.year(2025)))
    assert caught.value.faults[0].where[-1] == "2025-06"
    assert "contract on some days only" in caught.value.faults[0].found
    assert caught.value.faults[1].found == "no tariff"
    both = tariff(id="again")
    with pytest.raises(DeclarationError) as caught:
        build(site({"basis": "measured"}, tariff(), both))
    assert "contract and again at once" in caught.value.faults[0].found


@pytest.mark.parametrize(
    ("grid", "changed", "told"),
    [
        ({"basis": "measured"}, {"tiers": [{"above": "9", "adds": "-0.1"}]}, "less than the 0"),
        ({"basis": "measured"}, {"zone": "Europe/Berlin"}, "whose clock changes"),
        ({}, {}, "nothing, under contract"), ({"basis": "measured"}, {"basic": None}, "measured"),
        ({"basis": "measured"}, {"basic": {"capacity_price": "1"}}, "measured, under contract"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_refused(
    grid: dict[str, Any], changed: dict[str, Any], told: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        build(site(grid, tariff(**changed)))
    assert told in caught.value.faults[0].found


def test_a_typical_year_has_no_tariff() -> None:
    year = Horizon.typical(8760)
    assert year is not None
    with pytest.raises(DeclarationError, match="cannot be billed"):
        build(site({"basis": "measured"}, horizon=year))


def test_a_discount_that_is_not_planned_is_told() -> None:
    """Every month of a flat load uses its capacity for far more than 260 kWh a kVA."""
    granted = flat(basic={"measured_price": "33", "discount_from": "260", "discount_times": "0.9"})
    way = {"basis": "measured", "capacity_kva": "1250"}
    plan = planned(site(way, granted, load=1.0, stores=False))
    (finding,) = bill_findings(plan, "d")
    assert finding.rule == "discount_not_planned"
    assert finding.numbers["months"] == 2
    assert finding.numbers["less"] == f"{2 * 0.1 * 33 * 1000:,.2f}"
    assert replay(plan.design, plan.sizes, plan.flows).cost == pytest.approx(plan.objective)


def test_steps_in_two_bands_are_split_in_plan_and_bill_alike() -> None:
    """Bands at half past under hourly steps: by hand, half of 08:00 to 09:00 is dear."""
    hours = [{"band": "high", "start": "08:30", "end": "11:30"}, {"band": "flat"}]
    coincident = {"price": "5", "months": [1, 2], "start": "13:30", "end": "15:00"}
    halves = tariff(hours=hours, ratios={"high": "1.5", "flat": "1"},
                    basic=basic(coincident=coincident))  # fmt: skip
    terms = tariff_terms([halves], months(), "measured", "grid")
    flat_, high = 0.63, 0.93
    assert terms.price[7:13].tolist() == pytest.approx(
        [flat_, (flat_ + high) / 2, high, high, (flat_ + high) / 2, flat_]
    )
    assert terms.coincident[:3].tolist() == [13, 14, 37]
    plan = planned(site({"basis": "measured"}, halves))
    found = bill_findings(plan, "d")
    rules = ["bills_agree", "steps_in_two_bands", "steps_partly_coincident"]
    assert [finding.rule for finding in found] == rules
    bought = plan.flows["grid.import"][np.isin(np.arange(59 * 24) % 24, [8, 11])].sum()
    assert found[1].numbers["energy"] == f"{bought:,.3f}"
    quarters = planned(site({"basis": "measured"}, halves, horizon=months(31, 15), stores=False))
    assert [finding.rule for finding in bill_findings(quarters, "d")] == ["bills_agree"]


def declared(**grid: Any) -> DesignFile:
    plain = {"design": {"id": "d", "year": 2025}, "grid": [{"id": "grid", **grid}]}
    return design_from_plain(plain, "d.toml")


@pytest.mark.parametrize(
    ("grid", "told"),
    [
        ({}, "either price or tariff"),
        ({"price": "0.6 CNY/kWh", "tariff": "c.toml"}, "either price or tariff"),
        ({"tariff": "c.toml", "demand_price": "38 CNY/kW"}, "that of the tariff"),
        ({"tariff": "c.toml", "basis": "contract"}, "needs capacity_kva"),
        ({"tariff": "c.toml", "basis": "measured", "contract_kw": "5"}, "goes with basis"),
        ({"tariff": "c.toml", "basis": "contract", "capacity_kva": "5",
          "contract_kw": ["1", "2"]}, "twelve figures"),
        ({"tariff": "c.toml", "basis": "capacity", "capacity_kva": "0"}, "above zero"),
        ({"tariff": "c.toml", "basis": "contract", "contract_kw": "5",
          "connection": {"annual": "20 CNY/kW"}}, "needs capacity_kva"),
        ({"price": "0.6 CNY/kWh", "basis": "measured"}, "go with tariff"),
    ],
)  # fmt: skip
def test_a_connection_that_cannot_be_read_is_refused(grid: dict[str, Any], told: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        declared(**grid)
    assert told in caught.value.faults[0].rule


def test_what_is_odd_in_a_tariff_is_told() -> None:
    steps = {"standard": "0.90", "steps": [{"start": "0.90", "end": "0.70", "percent": "0.5"}]}
    adjusted = tariff(power_factor=steps)
    given = declared(tariff="contract", basis="measured")
    components = [Demand(id="works", series="load"), *given.components]
    design = replace(site({"basis": "measured"}, adjusted), components=components)
    found = {finding.rule for finding in oddities(given, design)}
    assert found == {"power_factor_not_planned", "hourly_peaks"}
    quarters = replace(design, horizon=months(3, 15))
    assert {f.rule for f in oddities(given, quarters)} == {"power_factor_not_planned"}
    fen = tariff(rates=[{"id": "energy", "price": "60", "varies": True}])
    priced = replace(quarters, tariffs={"contract": fen})
    (finding,) = oddities(given, priced)
    assert (finding.rule, finding.place) == ("tariff_figure_odd", "rates.0.price")
