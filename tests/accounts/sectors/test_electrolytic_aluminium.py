"""Electrolytic aluminium: anode net and gross, perfluorocarbons by minutes or by default.

Figures of activity are made up; factors are written here again by hand, from the shipped tables.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.sectors.month import TO_CO2, F, grams, letters, month_of, rungs
from tests.accounts.tiny import Made, sample, stream

NDRC, MEE = "electrolytic-aluminium-ndrc-2013", "electrolytic-aluminium-mee-2024"
MINUTES = sample("metal", "anode_effect_minutes", "0.25", "1")


def metal(method: str, kind: str, *samples: Any, tonnes: str = "31234.5", item: str = "") -> Made:
    product = {"id": "metal", "monthly": "production", "carbon": kind, "carbon_item": item}
    return month_of(method, (), {"metal": tonnes}, samples, products=[product])


def test_the_anode_by_the_net_use_of_a_tonne_of_metal() -> None:
    """E = NC_anode (1 - S - A) 44/12 x P: 31,234.5 t x 0.42 x (1 - 2 % - 0.4 %) x 44/12."""
    old, new = metal(NDRC, "anode"), metal(MEE, "anode")
    pure = (1 - F("0.02") - F("0.004")) * TO_CO2
    assert old.total(account="carbon") == grams(F("31234.5") * F("0.42") * pure)
    assert new.total(account="carbon") == grams(F("31234.5") * F("0.411") * pure)
    assert (letters(old), letters(new)) == ({"B"}, {"C"})


@pytest.mark.parametrize("method", [NDRC, MEE])
def test_the_metal_is_its_anode_and_its_anode_effects(method: str) -> None:
    whole = metal(method, "metal", MINUTES)
    parts = [metal(method, kind, MINUTES) for kind in ("anode", "anode_effect")]
    for account in ("carbon", "gas"):
        total = sum(made.total(account=account) for made in parts)
        assert whole.total(account=account) == total > 0


def anode(kind: str, *samples: Any) -> Made:
    used = stream("anode", "carbon_anode", "outside", "mill", carbon=kind)
    return month_of(MEE, [used], {"anode": "15432.1"}, samples)


def test_the_net_anode_that_was_weighed() -> None:
    """E = net (1 - S - A) 44/12: 15,432.1 t x (1 - 1.85 % - 0.4 %) x 44/12."""
    made = anode("anode_net", sample("anode", "sulphur_content", "1.85", "%"))
    expected = F("15432.1") * (1 - F("0.0185") - F("0.004")) * TO_CO2
    assert made.total(account="carbon") == grams(expected)
    assert rungs(made) == {"sulphur_content": "measured", "ash_content": "default"}


def test_the_gross_anode_less_what_remains_of_it() -> None:
    """net = gross (1 - 15.18 %): 15,432.1 t x 0.8482 x (1 - 2 % - 0.4 %) x 44/12."""
    expected = F("15432.1") * F("0.8482") * F("0.976") * TO_CO2
    assert anode("anode_gross").total(account="carbon") == grams(expected)


# potentials: of the second assessment report, and of the market's guideline
POTENTIALS = [(NDRC, 6500, 9200), (MEE, 6630, 11_100)]


@pytest.mark.parametrize(("method", "cf4", "c2f6"), POTENTIALS)
def test_perfluorocarbons_by_the_minutes_of_anode_effect(method: str, cf4: int, c2f6: int) -> None:
    """EF_CF4 = 0.143 AEM kg/t, EF_C2F6 = 0.1 EF_CF4; AEM 0.25 minutes a cell and day."""
    made = metal(method, "anode_effect", MINUTES)
    first = grams(F("31234.5") * F("0.143") * F("0.25") / 1000)
    second = grams(F("31234.5") * F("0.143") * F("0.25") * F("0.1") / 1000)
    assert made.total(account="gas", measure="cf4") == first
    assert made.total(account="gas", measure="c2f6") == second
    exact = F("31234.5") * F("0.143") * F("0.25") * 1000
    assert made.total(account="carbon", scope="process_cf4") == round(exact * cf4)
    assert made.total(account="carbon", scope="process_c2f6") == round(exact / 10 * c2f6)


@pytest.mark.parametrize(("method", "cf4", "c2f6"), POTENTIALS)
def test_without_minutes_the_default_per_tonne(method: str, cf4: int, c2f6: int) -> None:
    """0.034 kg CF4 and 0.0034 kg C2F6 per t."""
    made = metal(method, "anode_effect")
    assert made.total(account="gas", measure="cf4") == grams(F("31234.5") * F("0.034") / 1000)
    assert made.total(account="gas", measure="c2f6") == grams(F("31234.5") * F("0.0034") / 1000)
    expected = [F("31234.5") * F("34") * cf4, F("31234.5") * F("3.4") * c2f6]
    assert made.total(account="carbon") == sum(round(each) for each in expected)
    assert "anode_effect_minutes" not in rungs(made)


@settings(max_examples=20, deadline=None)
@given(tonnes=st.integers(1, 10**6), minutes=st.integers(0, 400))
def test_recorded_minutes_are_never_passed_over(tonnes: int, minutes: int) -> None:
    recorded = sample("metal", "anode_effect_minutes", f"{minutes / 100}", "1")
    made = metal(NDRC, "anode_effect", recorded, tonnes=str(tonnes))
    expected = F("0.143") * F(minutes, 100) * tonnes / 1000
    assert made.total(account="gas", measure="cf4") == grams(expected)


# slope and weight fraction by cell type, IPCC 2006 volume 3 chapter 4
CELLS = [
    ("cwpb", "0.143", "0.121"), ("swpb", "0.272", "0.252"),
    ("vss", "0.092", "0.053"), ("hss", "0.099", "0.085"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "slope", "ratio"), CELLS)
def test_perfluorocarbons_by_the_type_of_cell(cell: str, slope: str, ratio: str) -> None:
    made = metal(NDRC, "anode_effect_by_cell", MINUTES, item=cell)
    first = F("31234.5") * F(slope) * F("0.25") / 1000
    assert made.total(account="gas", measure="cf4") == grams(first)
    assert made.total(account="gas", measure="c2f6") == grams(first * F(ratio))


def test_a_cell_whose_minutes_were_not_recorded_stays_empty() -> None:
    made = metal(NDRC, "anode_effect_by_cell", item="cwpb")
    assert not made.of(account="carbon")
    assert not made.of(account="gas")
    assert made.found("no_parameter")


def test_limestone() -> None:
    """E = L x EF: 812.3 t x 0.405, a factor that is recalled."""
    lime = stream("lime", "limestone", "outside", "mill", carbon="limestone")
    for method in (NDRC, MEE):
        made = month_of(method, [lime], {"lime": "812.3"})
        assert made.total(account="carbon") == grams(F("812.3") * F("0.405"))
        assert letters(made) == {"D"}


@pytest.mark.parametrize("method", [NDRC, MEE])
def test_each_gas_is_explained_by_its_own_factor(method: str) -> None:
    """Without minutes both gases take a default of one name: each keeps its own row."""
    made = metal(method, "anode_effect")
    factors = {p["parameter"]: p["unit"] for p in made.parameters(name="gas_factor")}
    assert len(factors) == len(set(factors.values())) == 2
    explained = {
        row["leaf"]: factors[row["ref"]]
        for row in made.accounts.inputs.to_pylist()
        if row["role"] == "gas_factor" and row["leaf"].startswith("gas/")
    }
    assert len(explained) == 2
    for leaf, unit in explained.items():
        gas = "c2f6" if "c2f6" in leaf else "cf4"
        assert gas in unit.lower()
