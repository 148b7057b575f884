"""Chemicals: the balance of carbon, carbonates, nitrous oxide and recovered carbon dioxide.

Figures of activity are made up; factors are written here again by hand, from the shipped tables.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.sectors.month import TO_CO2, F, grams, letters, month_of, rungs, unknown
from tests.accounts.tiny import Made, sample, stream

from celadon.errors import DeclarationError
from celadon.records.period import Period

NDRC, MEE = "chemicals-ndrc-2013", "chemicals-mee-2022"
FEED = stream("gas-feed", "natural_gas", "outside", "mill", carbon="feedstock")
FUEL = stream("gas-fuel", "natural_gas", "outside", "mill", carbon="combustion")
WASTE = stream("residue", "carbon_waste", "mill", "outside", carbon="waste")
RECOVERED = stream("co2", "carbon_dioxide", "mill", "outside", carbon="co2_recovered",
                   receiver="模拟接收方", transfer_document="T-1")  # fmt: skip
METHANOL = {"id": "methanol", "monthly": "production", "carbon": "material"}


def test_a_month_of_a_methanol_plant() -> None:
    """E = { sum(AD_r CC_r) - [ sum(AD_p CC_p) + sum(AD_w CC_w) ] } x 44/12; fuel, recovery aside.

    Feed 12,345,600 Nm3 and fuel 2,345,600 Nm3 of natural gas (389.31 GJ/1e4 Nm3, 15.3 tC/TJ, 99 %);
    15,432.1 t of methanol (0.375 tC/t); 12.5 t of residue with 41.7 % carbon; 345,600 Nm3 of carbon
    dioxide of 99.2 % x 19.77 t/1e4 Nm3 recovered.
    """
    amounts = {"gas-feed": "12345600", "gas-fuel": "2345600", "methanol": "15432.1",
               "residue": "12.5", "co2": "345600"}  # fmt: skip
    samples = [sample("residue", "carbon_content", "41.7", "%"),
               sample("co2", "purity", "99.2", "%")]  # fmt: skip
    made = month_of(NDRC, [FEED, FUEL, WASTE, RECOVERED], amounts, samples, products=[METHANOL])
    per_volume = Decimal("389.31") * Decimal("0.0153") * 44 / 12
    parts = {
        "gas-feed": Decimal("1234.56") * per_volume,
        "gas-fuel": Decimal("234.56") * per_volume * Decimal("0.99"),
        "methanol": -Decimal("15432.1") * Decimal("0.375") * 44 / 12,
        "residue": -Decimal("12.5") * Decimal("0.417") * 44 / 12,
        "co2": -Decimal("34.56") * Decimal("0.992") * Decimal("19.77"),
    }
    for name, tonnes in parts.items():
        leaf = (tonnes * 10**6).to_integral_value()
        assert made.total(account="carbon", stream=name) == leaf, name
    scopes = {leaf["stream"]: leaf["scope"] for leaf in made.of(account="carbon")}
    assert scopes["gas-feed"] == scopes["methanol"] == scopes["residue"] == "process"
    assert scopes["gas-fuel"] == "direct_combustion"
    assert scopes["co2"] == "captured"
    # 19.77 is recalled, and so is what rests on it
    (recovered,) = made.of(account="carbon", stream="co2")
    assert recovered["confidence"] == "D"


def test_the_carbon_of_feed_is_not_taken_to_be_burnt_in_part() -> None:
    """Feed has no oxidation rate: what is not in the products has gone as carbon dioxide."""
    made = month_of(NDRC, [FEED], {"gas-feed": "10000"})
    assert "oxidation_rate" not in rungs(made)


def test_urea_holds_carbon_dioxide_as_its_own_carbon() -> None:
    """0.200 tC/t of urea: 20,000 t take 14,666.67 t of carbon dioxide with them."""
    urea = METHANOL | {"id": "urea"}
    made = month_of(NDRC, (), {"urea": "20000"}, products=[urea])
    assert made.total(account="carbon") == -grams(20_000 * F("0.2") * TO_CO2)


def test_carbide_by_the_standard_product() -> None:
    """0.314 tC/t of standard calcium carbide."""
    carbide = METHANOL | {"id": "carbide", "carbon_item": "calcium_carbide"}
    made = month_of(NDRC, (), {"carbide": "1234.5"}, products=[carbide])
    assert made.total(account="carbon") == -grams(F("1234.5") * F("0.314") * TO_CO2)
    assert letters(made) == {"C"}


def test_a_measured_carbon_content_comes_before_the_table() -> None:
    given_content = sample("methanol", "carbon_content", "37.41", "%")
    made = month_of(NDRC, (), {"methanol": "1000"}, [given_content], products=[METHANOL])
    assert made.total(account="carbon") == -grams(1000 * F("0.3741") * TO_CO2)
    assert rungs(made) == {"carbon_content": "measured"}


def test_waste_without_a_measured_carbon_content_takes_nothing_off() -> None:
    assert unknown(month_of(NDRC, [WASTE], {"residue": "12.5"})) == "carbon_content"


ACID = {"id": "acid", "monthly": "production", "carbon": "nitric_acid"}
FACTORS = {
    "high_pressure_no_nscr": "13.9", "high_pressure_with_nscr": "2.0", "medium_pressure": "11.77",
    "atmospheric": "9.72", "dual_pressure": "8.0", "comprehensive": "7.5", "low_pressure": "5.0",
}  # fmt: skip
"""kg N2O per t of nitric acid by process, as the shipped rows have them."""


@pytest.mark.parametrize(("process", "factor"), FACTORS.items())
def test_nitric_acid_by_process(process: str, factor: str) -> None:
    """E_N2O = sum(AD EF (1 - eta mu)) x GWP, nothing abated; 310 is the set's potential."""
    made = month_of(NDRC, (), {"acid": "1234"}, products=[ACID | {"carbon_item": process}])
    mass = 1234 * F(factor) * 1000
    assert made.total(account="gas", measure="n2o") == mass
    assert made.total(account="carbon") == mass * 310
    assert {leaf["scope"] for leaf in made.of(account="carbon")} == {"process_n2o"}


def test_an_abatement_counts_by_what_was_measured_of_it() -> None:
    """1,234 t x 11.77 kg/t x (1 - 0.853 x 0.912) x 310."""
    acid = ACID | {"carbon": "nitric_acid_abated", "carbon_item": "medium_pressure"}
    samples = [sample("acid", "removal_rate", "85.3", "%"),
               sample("acid", "abatement_use", "91.2", "%")]  # fmt: skip
    made = month_of(NDRC, (), {"acid": "1234"}, samples, products=[acid])
    left = 1 - Decimal("0.853") * Decimal("0.912")
    mass = Decimal(1234) * Decimal("11770") * left
    assert made.total(account="gas") == mass.to_integral_value()
    assert made.total(account="carbon") == (mass * 310).to_integral_value()


def test_an_abatement_that_was_not_measured_is_no_abatement() -> None:
    acid = ACID | {"carbon": "nitric_acid_abated", "carbon_item": "medium_pressure"}
    made = month_of(NDRC, (), {"acid": "1234"}, products=[acid])
    assert not made.of(account="carbon")
    assert {f.numbers["name"] for f in made.found("no_parameter")} == {"removal_rate"}


def test_selective_reduction_has_a_removal_rate_of_its_own() -> None:
    """85 % by the guideline; how long it ran must be told."""
    acid = ACID | {"carbon": "nitric_acid_with_nscr", "carbon_item": "high_pressure_no_nscr"}
    ran = [sample("acid", "abatement_use", "100", "%")]
    made = month_of(NDRC, (), {"acid": "1000"}, ran, products=[acid])
    assert made.total(account="gas") == 1000 * 13_900 * F("0.15")


def test_what_is_left_behind_selective_reduction_is_not_reduced_once_more() -> None:
    acid = ACID | {"carbon": "nitric_acid_with_nscr", "carbon_item": "high_pressure_with_nscr"}
    ran = [sample("acid", "abatement_use", "100", "%")]
    made = month_of(NDRC, (), {"acid": "1000"}, ran, products=[acid])
    assert not made.of(account="gas")


def test_adipic_acid_by_nitric_oxidation() -> None:
    """300 kg N2O per t; 123.4 t x 300 x (1 - 0.95 x 0.98) x 310."""
    acid = {"id": "adipic", "monthly": "production", "carbon": "adipic_acid"}
    whole = month_of(NDRC, (), {"adipic": "123.4"}, products=[acid])
    assert whole.total(account="gas") == F("123.4") * 300_000
    samples = [sample("adipic", "removal_rate", "95", "%"),
               sample("adipic", "abatement_use", "98", "%")]  # fmt: skip
    abated = acid | {"carbon": "adipic_acid_abated"}
    made = month_of(NDRC, (), {"adipic": "123.4"}, samples, products=[abated])
    mass = Decimal("123.4") * 300_000 * (1 - Decimal("0.95") * Decimal("0.98"))
    assert made.total(account="carbon") == (mass * 310).to_integral_value()


def test_other_routes_to_adipic_acid_release_none_and_say_how_sure_that_is() -> None:
    acid = {"id": "adipic", "monthly": "production", "carbon": "adipic_acid_other_routes"}
    made = month_of(NDRC, (), {"adipic": "123.4"}, products=[acid])
    (gas,) = made.of(account="gas")
    assert (gas["value"], gas["confidence"]) == (0, "D")


SODA = stream(
    "soda", "carbonate", "outside", "mill", carbon="carbonate", carbon_item="na2co3"
)  # fmt: skip
PURE = [sample("soda", "purity", "99.1", "%")]


def test_carbonates_by_purity_in_the_edition_whose_table_is_held() -> None:
    """E_carbonate = sum(AD EF PUR): 2,345.6 t x 0.4149 x 0.991."""
    made = month_of(MEE, [SODA], {"soda": "2345.6"}, PURE)
    assert made.total(account="carbon") == grams(F("2345.6") * F("0.4149") * F("0.991"))
    assert letters(made) == {"C"}
    assert unknown(month_of(NDRC, [SODA], {"soda": "2345.6"}, PURE)) == "co2_factor"


def test_rock_by_what_it_holds() -> None:
    """2,345.6 t with 92.3 % CaCO3 (44/100) and 3.1 % MgCO3 (44/84)."""
    rock = stream("rock", "limestone", "outside", "mill", carbon="carbonate_rock")
    samples = [sample("rock", "caco3_content", "92.3", "%"),
               sample("rock", "mgco3_content", "3.1", "%")]  # fmt: skip
    made = month_of(NDRC, [rock], {"rock": "2345.6"}, samples)
    expected = F("2345.6") * (F("0.923") * F(44, 100) + F("0.031") * F(44, 84))
    assert made.total(account="carbon") == grams(expected)
    assert unknown(month_of(NDRC, [rock], {"rock": "1"}, samples[:1])) == "mgco3_content"


def test_limestone_of_the_newer_edition_is_calcium_carbonate() -> None:
    """2,345.6 t x 0.4397 x 0.923."""
    rock = stream("rock", "limestone", "outside", "mill", carbon="carbonate")
    made = month_of(MEE, [rock], {"rock": "2345.6"}, [sample("rock", "purity", "92.3", "%")])
    assert made.total(account="carbon") == grams(F("2345.6") * F("0.4397") * F("0.923"))


def test_purity_is_never_taken_to_be_whole() -> None:
    assert unknown(month_of(MEE, [SODA], {"soda": "2345.6"})) == "purity"


def test_the_two_editions_differ_by_their_fuels() -> None:
    """Natural gas burnt: 15.3 against 15.32 tC/TJ, all else alike."""
    old, new = (
        month_of(method, [FUEL], {"gas-fuel": "1000000"}).total(account="carbon")
        for method in (NDRC, MEE)
    )
    assert F(new, old) == pytest.approx(F("15.32") / F("15.3"), rel=1e-8)


@pytest.mark.parametrize(
    ("month", "method"), [("2021-07", NDRC), ("2022-03", None), ("2025-03", MEE)]
)
def test_the_day_chooses_the_edition(month: str, method: str | None) -> None:
    """Of the newer edition the year is known, 2022, and no day in it."""
    made = month_of("chemicals", [FUEL], {"gas-fuel": "1000"}, period=Period.parse(month))
    leaves = made.of(account="carbon")
    assert {leaf["method"] for leaf in leaves} == ({method} if method else set())
    assert ("method_not_in_force" in made.rules()) is (method is None)


def test_a_kind_that_one_edition_does_not_know_is_told_and_not_refused() -> None:
    """Selective reduction has a rate of its own in the guideline of 2013 alone."""
    acid = ACID | {"carbon": "nitric_acid_with_nscr", "carbon_item": "high_pressure_no_nscr"}
    for month, known in (("2021-07", True), ("2025-03", False)):
        ran = [sample("acid", "abatement_use", "100", "%", days=month)]
        period = Period.parse(month)
        made = month_of("chemicals", (), {"acid": "1000"}, ran, products=[acid], period=period)
        assert bool(made.of(account="gas")) is known
        if not known:
            assert unknown(made) == "nitric_acid_with_nscr"


def test_a_fault_that_both_editions_have_is_told_once() -> None:
    kept = stream("kept", "carbon_waste", "mill", "drain", carbon="waste")
    with pytest.raises(DeclarationError) as raised:
        month_of("chemicals", [kept], {"kept": "1"})
    assert len(raised.value.faults) == 1
    strange = [ACID | {"carbon": "magic"}]
    with pytest.raises(DeclarationError, match="chemicals-ndrc-2013 or chemicals-mee-2022"):
        month_of("chemicals", (), {"acid": "1"}, products=strange)


def test_heat_of_the_newer_edition_has_the_factor_of_the_one_before() -> None:
    """0.11 t/GJ: 1,000 GJ are 110 t."""
    heat = stream("heat", "heat", "outside", "mill", carbon="heat")
    made = month_of(MEE, [heat], {"heat": "1000000"})
    assert made.total(account="carbon") == 110 * 10**6
    (factor,) = made.parameters(name="co2_factor", account="carbon")
    assert factor["factor"] == "heat/NDRC-2013-2015/heat/co2_factor"


def balance(feed: list[tuple[int, int]], out: list[tuple[int, int]]) -> Made:
    """Feeds and products of the given tonnes and hundredths of a per cent of carbon."""
    streams = [
        stream(f"{side}-{n}", "chemical_feedstock", *ends, carbon="material")
        for side, amounts, ends in (
            ("in", feed, ("outside", "mill")), ("out", out, ("mill", "outside")),
        )
        for n, _ in enumerate(amounts)
    ]  # fmt: skip
    pairs = {
        f"{side}-{n}": pair
        for side, amounts in (("in", feed), ("out", out))
        for n, pair in enumerate(amounts)
    }
    samples = [
        sample(name, "carbon_content", f"{share // 100}.{share % 100:02}", "%")
        for name, (_, share) in pairs.items()
    ]
    return month_of(NDRC, streams, {name: str(t) for name, (t, _) in pairs.items()}, samples)


AMOUNTS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**4)), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(feed=AMOUNTS)
def test_carbon_that_leaves_as_it_came_is_not_released(feed: list[tuple[int, int]]) -> None:
    made = balance(feed, feed)
    assert made.total(account="carbon") == 0
    assert "carbon_from_nothing" not in made.rules()


@settings(max_examples=40, deadline=None)
@given(feed=AMOUNTS, out=AMOUNTS)
def test_what_is_released_is_the_difference_of_the_carbon(
    feed: list[tuple[int, int]], out: list[tuple[int, int]]
) -> None:
    made = balance(feed, out)
    carbon = sum(t * F(c, 10**4) for t, c in feed) - sum(t * F(c, 10**4) for t, c in out)
    # each leaf is rounded once, to the gram
    assert abs(made.total(account="carbon") - carbon * TO_CO2 * 10**6) <= F(len(feed + out), 2)
    assert ("carbon_from_nothing" in made.rules()) is (made.total(account="carbon") < 0)


@settings(max_examples=25, deadline=None)
@given(tonnes=st.integers(1, 10**6), times=st.integers(1, 50))
def test_it_grows_with_the_amount(tonnes: int, times: int) -> None:
    acid = [ACID | {"carbon_item": "dual_pressure"}]
    one = month_of(NDRC, (), {"acid": str(tonnes)}, products=acid).total(account="carbon")
    many = month_of(NDRC, (), {"acid": str(tonnes * times)}, products=acid).total(account="carbon")
    assert many == times * one
