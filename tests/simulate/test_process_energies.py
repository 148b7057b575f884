"""The simulated works against the worked checks of the process energies.

Source of the checks: reference/energy/process_energy_steel.md section 6, which computes them from
the typical values; the factors are those of the same section. The whole works is held to the range
of reference/energy/steel_process_typical.csv, works_total.comprehensive_energy.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from celadon.records.site import Site, Stream
from celadon.simulate.clock import Flow
from celadon.simulate.materials import simulate_use
from celadon.simulate.quality import heat_value, natural_gas_heat_value
from celadon.simulate.typical import typical, typical_values
from celadon.simulate.works import Works

KGCE_PER_GJ = 1000 / 29.3076
PER_UNIT = {
    "electricity": 0.1229,
    "oxygen": 0.0713,
    "nitrogen": 0.0169,
    "compressed_air": 0.0141,
    "steam_metallurgical": 92.9,
    "diesel": 1457.1,
}
STOCKED = ("coking-coal", "injection-coal", "anthracite", "tar-made", "benzol-made", "diesel")


@pytest.fixture(scope="module")
def energies(works: Works, site: Site, stream_flow: Callable[[Stream], Flow]) -> dict[str, float]:
    """Coal equivalent in kgce that each stream with energy carries in the year."""
    use = simulate_use(works.clock, works.made)
    sampled = {series.stream for series in works.quality}
    found: dict[str, float] = {}
    for stream in site.streams:
        if not stream.energy:
            continue
        source = stream.sampled_at or stream.id
        if stream.meters:
            amount = stream_flow(stream)
        elif stream.id in STOCKED:
            months = works.clock.months()
            lengths = [month.stop - month.start for month in months]
            each = [t / n for t, n in zip(use[stream.id], lengths, strict=True)]
            amount = works.clock.spread_months(each)
        else:
            continue
        if stream.carrier in PER_UNIT:
            found[stream.id] = float(amount.sum()) * PER_UNIT[stream.carrier]
            continue
        if stream.id == "natural-gas":
            heat = natural_gas_heat_value(works.clock)
        else:
            assert source in sampled, stream.id
            heat = heat_value(works.clock, works.quality, source)
        per_unit = 1 / 1000 if stream.carrier.endswith("_gas") else 1
        found[stream.id] = float((amount * heat).sum()) * per_unit * KGCE_PER_GJ
    return found


def inside(site: Site, unit: str) -> set[str]:
    """A unit with the units below it."""
    return {unit} | {below for u in site.units if u.parent == unit for below in inside(site, u.id)}


@pytest.mark.parametrize(
    ("unit", "check", "tolerance"),
    [
        ("sintering", 47.714, 0.5),
        ("blast-furnace", 388.418, 2.0),
        ("converter", -25.234, 1.5),
        ("coking", 112.755, 3.0),
    ],
)
def test_a_process_lands_at_its_worked_check(
    works: Works, site: Site, energies: dict[str, float], unit: str, check: float, tolerance: float
) -> None:
    nodes = inside(site, unit)
    total = sum(
        kgce * ((stream.destination in nodes) - (stream.origin in nodes))
        for stream in site.streams
        for kgce in [energies.get(stream.id, 0.0)]
    )
    product = {
        "sintering": works.made.sinter.sum(),
        "blast-furnace": works.made.hot_metal.sum(),
        "converter": sum(works.made.steel_by_month),
        "coking": works.made.coke.sum(),
    }[unit]
    assert total / product == pytest.approx(check, abs=tolerance)


def test_the_whole_works_lies_near_the_national_figure(
    works: Works, site: Site, energies: dict[str, float]
) -> None:
    bought = sum(
        energies[stream.id]
        for stream in site.streams
        if stream.origin == "outside" and stream.id in energies
    )
    sold = energies["electricity-export"] + energies["tar-made"] + energies["benzol-made"]
    made = works.made
    coke_balance = made.coke_charged.sum() - (made.coke - made.breeze).sum()
    coke = coke_balance * typical("coking", "bought_coke_lhv") * KGCE_PER_GJ
    per_steel = (bought - sold + coke) / sum(made.steel_by_month)
    figure = typical_values()["works_total", "comprehensive_energy"]
    assert figure.holds(per_steel)
    assert per_steel == pytest.approx(figure.value, rel=0.03)


RATIOS = {
    ("blast_furnace", "coke_rate"): ("coke-charge", "hot_metal", 1000),
    ("blast_furnace", "gas_yield"): ("bfg-made", "hot_metal", 1),
    ("blast_furnace", "trt_power"): ("trt-output", "hot_metal", 1),
    ("coking", "coke_oven_gas_yield_per_coke"): ("cog-made", "coke", 1),
    ("coking", "electricity"): ("el-coking", "coke", 1),
    ("sintering", "electricity"): ("el-sintering", "sinter", 1),
    ("converter", "gas_recovery"): ("ldg-made", "steel", 1),
    ("converter", "oxygen"): ("oxygen-converter", "steel", 1),
    ("converter", "electricity"): ("el-converter", "steel", 1),
    ("hot_rolling", "electricity"): ("el-rolling", "rolled", 1),
    ("water_treatment", "fresh_water"): ("water-intake", "steel", 1),
    ("water_treatment", "circulating_water"): ("circulating-furnace", "steel", 0.55**-1),
}


@pytest.mark.parametrize("figure", RATIOS)
def test_a_year_stays_in_the_typical_range(works: Works, figure: tuple[str, str]) -> None:
    meter, product, factor = RATIOS[figure]
    made = float(getattr(works.made, product).sum())
    assert typical_values()[figure].holds(factor * works.flows[meter].sum() / made)


def test_electricity_and_own_generation_stay_in_their_ranges(works: Works) -> None:
    steel = sum(works.made.steel_by_month)
    used = sum(flow.sum() for meter, flow in works.flows.items() if meter.startswith("el-"))
    own = sum(works.flows[f"{name}-output"].sum() for name in ("power-plant", "trt", "quenching"))
    assert typical_values()["works_total", "electricity_per_steel"].holds(used / steel)
    assert typical_values()["power_plant", "own_power_share"].holds(100 * own / used)
    assert steel == pytest.approx(2_000_000, rel=0.001)


def test_declared_facts_are_those_of_the_simulation(works: Works, site: Site) -> None:
    facts = {unit.id: unit.facts for unit in site.units}
    scrap = (
        typical("converter", "metallic_charge")
        - typical("converter", "hot_metal_ratio")
        - typical("converter", "pig_iron")
    )
    assert float(facts["converter"]["scrap_ratio"]) == pytest.approx(100 * scrap)
    assert float(facts["coking"]["total_moisture"]) == typical("coking", "charge_moisture")
    share = float(works.made.mixed_gas.mean())
    assert float(facts["coking"]["mixed_gas_time_share"]) == pytest.approx(share, abs=0.02)
