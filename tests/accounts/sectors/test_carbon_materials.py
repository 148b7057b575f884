"""Carbon materials: the equations of GB/T 32151.34-2024, each as the standard writes it.

Figures of activity are made up; factors are written here again by hand, from the shipped tables.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.sectors.month import F, grams, letters, month_of, unknown
from tests.accounts.tiny import Made, sample, stream

METHOD = "carbon-materials-gbt-32151-34-2024"
CO2, METHANE, K = F(44, 12), F(44, 16), F("0.35")


def term(name: str, carrier: str, kind: str, *, into: bool, **rest: Any) -> dict[str, Any]:
    ends = ("outside", "mill") if into else ("mill", "outside")
    return stream(name, carrier, *ends, carbon=kind, **rest)


def contents(**of: tuple[str, ...]) -> list[Any]:
    """Fixed carbon, and volatile matter where it is given, in %, as received."""
    names = ("fixed_carbon", "volatile_matter")
    return [
        sample(item, name, value, "%")
        for item, values in of.items()
        for name, value in zip(names, values, strict=False)
    ]


CALCINING = [
    term("gc", "petroleum_coke", "calcining_input", into=True, energy=False),
    term("cc", "calcined_coke", "calcined_coke", into=False),
    term("ucc", "calcined_coke", "calcining_residue", into=False, sampled_at="cc"),
    term("du", "carbon_dust", "calcining_residue", into=False, sampled_at="cc"),
]


def test_equation_6_calcining() -> None:
    """EC = [GC WFC - (CC + UCC + DU) WFC_C] 44/12 + (GC WVar - CC WVar_C) K1 44/16, K1 0.35."""
    t = {"gc": "12345.6", "cc": "9012.3", "ucc": "123.4", "du": "210.9"}
    made = month_of(METHOD, CALCINING, t, contents(gc=("87.6", "10.4"), cc=("98.9", "0.45")))
    gc, cc, ucc, du = (F(value) for value in t.values())
    fixed = (gc * F("0.876") - (cc + ucc + du) * F("0.989")) * CO2
    volatile = (gc * F("0.104") - cc * F("0.0045")) * K * METHANE
    assert abs(made.total(account="carbon") - (fixed + volatile) * 10**6) <= 2  # four roundings
    assert letters(made) == {"A", None}
    assert {leaf["scope"] for leaf in made.of(account="carbon")} == {"process"}
    assert all("eq (6)" in leaf["clause"] for leaf in made.of(account="carbon"))


BAKING = [
    term("bpm", "green_carbon", "baking_input", into=True),
    term("bg", "carbon_filler", "baking_input", into=True),
    term("bwt", "carbon_waste", "baking_waste", into=False),
    term("bp", "baked_carbon", "baked", into=False),
]


def test_equation_7_baking() -> None:
    """EB = [BPM BPMFC + BG BGFC - BWT - BP BPFC] 44/12 + (BPM BPMVar + BG BGVar) K2 44/16."""
    t = {"bpm": "5432.1", "bg": "321.5", "bwt": "43.2", "bp": "5001.7"}
    given_ = contents(bpm=("88.1", "9.9"), bg=("96.5", "1.2"), bp=("98.7",))
    made = month_of(METHOD, BAKING, t, given_)
    bpm, bg, bwt, bp = (F(value) for value in t.values())
    fixed = (bpm * F("0.881") + bg * F("0.965") - bwt - bp * F("0.987")) * CO2
    volatile = (bpm * F("0.099") + bg * F("0.012")) * K * METHANE
    assert abs(made.total(account="carbon") - (fixed + volatile) * 10**6) <= 2


GRAPHITISING = [
    term("gpm", "baked_carbon", "graphitising_input", into=True),
    term("gta", "carbon_filler", "graphitising_addition", into=True),
    term("gwt", "carbon_waste", "graphitising_waste", into=False),
    term("gp", "graphitised_carbon", "graphitised", into=False),
]


def test_equation_8_graphitising() -> None:
    """EG = [GPM GPMFC + GTA GTAFC - GWT - GP GPFC] 44/12 + GPM GPMVar K3 44/16."""
    t = {"gpm": "4321.9", "gta": "876.5", "gwt": "765.4", "gp": "4210.8"}
    made = month_of(
        METHOD, GRAPHITISING, t, contents(gpm=("98.6", "0.7"), gta=("95.4",), gp=("99.5",))
    )
    gpm, gta, gwt, gp = (F(value) for value in t.values())
    fixed = (gpm * F("0.986") + gta * F("0.954") - gwt - gp * F("0.995")) * CO2
    volatile = gpm * F("0.007") * K * METHANE
    assert abs(made.total(account="carbon") - (fixed + volatile) * 10**6) <= 2


FUME = {
    "vapour_content": ("123", "mg/Nm3"), "vapour_heat": ("35.6", "GJ/t"),
    "carbon_content_per_heat": ("22", "tC/TJ"), "oxidation_rate": ("98", "%"),
}  # fmt: skip


def fume(*names: str) -> Made:
    gas = stream("fume", "flue_gas", "mill", "outside", carbon="fume")
    samples = [sample("fume", name, *FUME[name]) for name in names]
    return month_of(METHOD, [gas], {"fume": str(54_321 * 24 * 31)}, samples)  # Nm3


def test_equation_9_fume() -> None:
    """ER = Q QVar 1e-9 HM FCh FOx 44/12 T 24: 54,321 Nm3/h, 123 mg/Nm3, 35.6 GJ/t, 31 days."""
    expected = 54_321 * 123 * F("1e-9") * F("35.6") * F("0.022") * F("0.98") * CO2 * 31 * 24
    assert fume(*FUME).total(account="carbon") == grams(expected)


@pytest.mark.parametrize("name", FUME)
def test_equation_9_has_no_defaults(name: str) -> None:
    assert unknown(fume(*(other for other in FUME if other != name))) == name


def test_equation_10_desulphurisation() -> None:
    """ED = sum CAL I EF1 TR: 432.1 t x 0.9 x 0.440 x 1."""
    lime = stream("lime", "limestone", "outside", "mill", carbon="desulphurisation")
    made = month_of(METHOD, [lime], {"lime": "432.1"})
    assert made.total(account="carbon") == grams(F("432.1") * F("0.9") * F("0.440"))
    assert letters(made) == {"A"}


def test_equations_12_and_13_electricity_and_heat() -> None:
    """Electricity by the factor of the programme, 1,000 MWh x 0.5306 t/MWh; steam E = m h EF 1e-6,

    no feed water taken off: 2,000 t x 2,776.2 kJ/kg x 0.11 t/GJ.
    """
    streams = [
        stream("power", "electricity", "outside", "mill", carbon="electricity"),
        stream("steam", "steam_low_pressure", "outside", "mill", carbon="heat"),
    ]
    enthalpy = sample("steam", "specific_enthalpy", "2776.2", "kJ/kg")
    made = month_of(
        METHOD, streams, {"power": "1000000", "steam": "2000"}, [enthalpy],
        electricity_programme="enterprise_gbt32150",
    )  # fmt: skip
    heat = made.total(account="carbon", scope="purchased_heat")
    assert heat == grams(2000 * F("2776.2") / 1000 * F("0.11"))
    power = made.total(account="carbon", scope="purchased_electricity")
    assert power == grams(1000 * F("0.5306"))


def test_equations_14_to_16_are_sums_of_lines() -> None:
    """Direct is what is neither electricity nor heat; the total is direct and indirect."""
    streams = [*CALCINING, stream("heat", "heat", "outside", "mill", carbon="heat")]
    t = {"gc": "1200", "cc": "900", "ucc": "12", "du": "21", "heat": "5000000"}
    made = month_of(METHOD, streams, t, contents(gc=("87.6", "10.4"), cc=("98.9", "0.45")))
    direct = made.total(account="carbon", scope="process")
    indirect = made.total(account="carbon", scope="purchased_heat")
    assert indirect == grams(5000 * F("0.11"))
    assert made.total(account="carbon") == direct + indirect


@settings(max_examples=30, deadline=None)
@given(
    parts=st.lists(st.integers(0, 30_000), min_size=3, max_size=3),
    burnt=st.integers(0, 3000),
    percent=st.integers(1, 9900),
)
def test_carbon_that_stays_in_the_coke_is_not_emitted(
    parts: list[int], burnt: int, percent: int
) -> None:
    """Of one fixed carbon and no volatile matter, only what is burnt off is emitted, to the gram.

    Masses are multiples of 3 t, so that 44/12 leaves whole grams and no line is rounded.
    """
    fixed = f"{percent / 100}"
    t = {name: str(3 * part) for name, part in zip(("cc", "ucc", "du"), parts, strict=True)}
    t["gc"] = str(3 * (sum(parts) + burnt))
    made = month_of(METHOD, CALCINING, t, contents(gc=(fixed, "0"), cc=(fixed, "0")))
    assert made.total(account="carbon") == grams(3 * burnt * F(percent, 10_000) * CO2)


def test_a_content_that_was_not_measured_keeps_its_line_out() -> None:
    made = month_of(METHOD, CALCINING[:1], {"gc": "12345.6"}, contents(gc=("87.6",)))
    assert unknown(made) == "volatile_matter"
