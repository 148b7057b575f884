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
