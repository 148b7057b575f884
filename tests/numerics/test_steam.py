"""Steam against the check values of IAPWS R7-97(2012), tables 5, 15, 33, 35 and 36."""

from __future__ import annotations

import pytest

from celadon.errors import ModelError
from celadon.numerics import steam

KELVIN = 273.15


@pytest.mark.parametrize(
    ("kelvin", "pressure", "enthalpy"),
    [
        (300, 3.0, 115.331273),  # region 1, table 5
        (300, 80.0, 184.142828),
        (500, 3.0, 975.542239),
        (300, 0.0035, 2549.91145),  # region 2, table 15
        (700, 0.0035, 3335.68375),
        (700, 30.0, 2631.49474),
        (650, 25.5837018, 1863.43019),  # region 3, table 33
        (650, 22.2930643, 2375.12401),
        (750, 78.3095639, 2258.68845),
    ],
)
def test_enthalpy_is_that_of_the_release(kelvin: float, pressure: float, enthalpy: float) -> None:
    # region 3 is given in density; its pressures are printed to nine digits
    assert steam.enthalpy(pressure, kelvin - KELVIN) == pytest.approx(enthalpy, rel=2e-6)


@pytest.mark.parametrize(
    ("kelvin", "pressure"), [(300, 0.00353658941), (500, 2.63889776), (600, 12.3443146)]
)
def test_saturation_pressure(kelvin: float, pressure: float) -> None:
    assert steam.saturation_pressure(kelvin - KELVIN) == pytest.approx(pressure, rel=1e-8)


@pytest.mark.parametrize(
    ("pressure", "kelvin"), [(0.1, 372.755919), (1.0, 453.035632), (10.0, 584.149488)]
)
def test_saturation_temperature(pressure: float, kelvin: float) -> None:
    assert steam.saturation_temperature(pressure) == pytest.approx(kelvin - KELVIN, abs=1e-6)


@pytest.mark.parametrize("pressure", [0.001, 0.1, 1.0, 10.0, 16.0])
def test_saturated_steam_meets_superheated(pressure: float) -> None:
    """Just above boiling the superheated equation gives the saturated value."""
    above = steam.enthalpy(pressure, steam.saturation_temperature(pressure) + 1e-6)
    assert above == pytest.approx(steam.vapour_enthalpy(pressure), abs=0.01)
    below = steam.enthalpy(pressure, steam.saturation_temperature(pressure) - 1e-6)
    assert below == pytest.approx(steam.liquid_enthalpy(pressure), abs=0.01)


def test_nothing_boils_above_the_critical_pressure() -> None:
    with pytest.raises(ModelError, match="No steam property") as refused:
        steam.vapour_enthalpy(25.0)
    assert "25 MPa" in str(refused.value)


@pytest.mark.parametrize(
    ("pressure", "temperature"), [(-1.0, 100.0), (0.0, 100.0), (1.0, 900.0), (float("nan"), 20.0)]
)
def test_states_outside_are_refused(pressure: float, temperature: float) -> None:
    with pytest.raises(ModelError):
        steam.enthalpy(pressure, temperature)


@pytest.mark.parametrize(
    ("kelvin", "pressure", "entropy"),
    [
        (300, 3.0, 0.392294792),  # region 1, table 5
        (300, 80.0, 0.368563852),
        (500, 3.0, 2.58041912),
        (300, 0.0035, 8.52238967),  # region 2, table 15
        (700, 0.0035, 10.1749996),
        (700, 30.0, 5.17540298),
    ],
)
def test_entropy_is_that_of_the_release(kelvin: float, pressure: float, entropy: float) -> None:
    assert steam.entropy(pressure, kelvin - KELVIN) == pytest.approx(entropy, rel=2e-6)


@pytest.mark.parametrize(
    ("pressure", "entropy", "kelvin"),
    [
        (0.1, 7.5, 399.517097), (0.1, 8.0, 514.127081), (2.5, 8.0, 1039.84917),  # table 29
        (8.0, 6.0, 600.484040), (8.0, 7.5, 1064.95556), (20.0, 5.75, 697.992849),
    ],
)  # fmt: skip
def test_an_expansion_ends_at_the_temperature_of_the_release(
    pressure: float, entropy: float, kelvin: float
) -> None:
    expected = steam.enthalpy(pressure, kelvin - KELVIN)
    assert steam.expanded_enthalpy(pressure, entropy) == pytest.approx(expected, abs=0.05)


def test_wet_steam_is_the_share_of_its_vapour() -> None:
    """At 0.5 MPa half of the way from water to vapour, in entropy as in enthalpy."""
    half = (steam.liquid_entropy(0.5) + steam.vapour_entropy(0.5)) / 2
    wanted = (steam.liquid_enthalpy(0.5) + steam.vapour_enthalpy(0.5)) / 2
    assert steam.expanded_enthalpy(0.5, half) == pytest.approx(wanted, rel=1e-9)


def test_what_boils_meets_in_entropy_as_the_release_has_it() -> None:
    """Between water and vapour T (s'' - s') = h'' - h'; IF97 holds it to its consistency."""
    for pressure in (0.01, 0.1, 1.0, 10.0):
        kelvin = steam.saturation_temperature(pressure) + KELVIN
        spread = steam.vapour_entropy(pressure) - steam.liquid_entropy(pressure)
        heat = steam.vapour_enthalpy(pressure) - steam.liquid_enthalpy(pressure)
        assert kelvin * spread == pytest.approx(heat, rel=2e-5)


def test_an_entropy_that_no_steam_has_is_refused() -> None:
    with pytest.raises(ModelError, match="No steam property"):
        steam.expanded_enthalpy(0.5, 0.2)
    with pytest.raises(ModelError, match="No steam property"):
        steam.expanded_enthalpy(25.0, 6.0)
