"""What cannot be designed, as a user brings it: the words that the command has for each."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.cli.speaking import document, refused, typed

from celadon.numerics.lp.expression import Floats

Columns = dict[str, Floats]

DESIGN = """\
[design]
id = "site"
year = 2025

[profiles]
file = "site.csv"

[series.load]
column = "load"
unit = "kW"

[series.sun]
column = "sun"

[series.price]
column = "price"
unit = "CNY/kWh"

[[demand]]
id = "works"
series = "load"

[[grid]]
id = "grid"
price = "price"

[[photovoltaics]]
id = "roof"
yields = "sun"
most = "6 MW"
cost = { annual = "330 CNY/kW" }
"""
TARIFF = """\
id = "contract"
name_en = "Simulated contract"
valid_from = 2025-01-01
valid_to = 2025-06-15
source = "simulated"
confidence = "D"
simulated = true

[[rates]]
id = "energy"
name_en = "energy"
price = "0.60"

[basic]
measured_price = "32"
"""


@pytest.fixture
def site(tmp_path: Path) -> Callable[..., Path]:
    """Write a design with some words of it changed, and its profiles."""

    def write(
        *changes: tuple[str, str], rows: int = 8760, edit: Callable[[Columns], None] | None = None
    ) -> Path:
        hour = np.arange(rows) * (8760 / rows if rows % 8760 == 0 else 1)
        sun = np.sin((hour % 24 - 6) / 12 * np.pi).clip(0).round(3)
        columns = {"load": np.full(rows, 3000.0), "sun": sun, "price": np.full(rows, 0.6)}
        if edit is not None:
            edit(columns)
        with (tmp_path / "site.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            for row in zip(*columns.values(), strict=True):
                writer.writerow(["" if np.isnan(cell) else f"{cell:g}" for cell in row])
        text = DESIGN
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "site.toml").write_text(text, encoding="utf-8")
        (tmp_path / "contract.toml").write_text(TARIFF, encoding="utf-8")
        return tmp_path / "site.toml"

    return write


def put(column: str, value: float, steps: slice = slice(None)) -> Callable[[Columns], None]:
    def change(columns: Columns) -> None:
        columns[column][steps] = value

    return change


def found(path: Path) -> tuple[str, dict[str, str]]:
    """What is shown of a design that is planned, or not, and its findings by rule."""
    shown = typed("microgrid", "design", path, "--lang", "en")
    assert "Traceback" not in shown.output
    plain = json.loads(typed("microgrid", "design", path, "--json").stdout)
    texts = {each["rule"]: each["text"] for each in plain["findings"]}
    return " ".join(shown.stdout.split()), texts


def test_a_load_with_gaps(site: Callable[..., Path]) -> None:
    path = site(edit=put("load", np.nan, slice(100, 130)))
    (fault,) = refused("microgrid", "design", path)["faults"]
    assert fault["where"] == ["site.csv › load"]
    assert "30 step(s) without a value in 1 gap(s), the longest 30 h" in fault["found"]
    assert "step 101, 2025-01-05 04:00" in fault["found"]
    assert "what is missing is not zero" in fault["rule"]
    assert "fill_at_most_hours" in fault["remedy"]


@pytest.mark.parametrize("known", ['annual = "26 GWh"', 'at_most = "4 MW"'])
def test_a_kw_named_kwh(site: Callable[..., Path], known: str) -> None:
    quarter = ('column = "load"\nunit = "kW"', f'column = "load"\nunit = "kWh"\n{known}')
    (fault,) = refused("microgrid", "design", site(quarter, rows=35040))["faults"]
    assert fault["remedy"] == "the numbers look like kW named kWh: write unit = 'kW'"


def test_a_unit_that_nothing_checks_is_told(site: Callable[..., Path]) -> None:
    path = site(('unit = "kW"', 'unit = "kWh"'), rows=35040)
    told = found(path)[1]["unit_unchecked"]
    assert "105,120 MWh in the year if its numbers are kWh" in told
    assert "4 times off" in told


def test_a_leap_year(site: Callable[..., Path]) -> None:
    path = site(("year = 2025", "year = 2024"))
    (fault,) = refused("microgrid", "design", path)["faults"]
    assert fault["found"] == "8760 rows, the hours of a year without 29 February"
    assert "the 8784 hours of 2024" in fault["rule"]
    assert "typical = true" in fault["remedy"]


BATTERY = """
[[battery]]
id = "store"
charge_efficiency = "90 %"
discharge_efficiency = "90 %"
power_cost = { annual = "60 CNY/kW" }
energy_cost = { annual = "90 CNY/kWh" }
power_at_most = "1 MW"
energy_at_most = "2 MWh"

[[photovoltaics]]"""


def test_negative_prices_run_no_machine_against_itself(site: Callable[..., Path]) -> None:
    limited = ('price = "price"\n', 'price = "price"\nimport_at_most = "8 MW"\n')
    path = site(limited, ("\n[[photovoltaics]]", BATTERY),
                edit=put("price", -0.5, slice(1000, 1050)))  # fmt: skip
    shown, findings = found(path)
    assert "50 step(s) of price are below zero; there wasting energy pays" in shown
    assert "store.charge and store.discharge would have run at once" in shown
    assert "run_together" not in findings
    plan = document("microgrid", "design", path)
    assert plan["replay"]["largest_breach"] < 1e-6


def test_contradictory_rules_name_what_to_relax(site: Callable[..., Path]) -> None:
    rules = """\
id = "grid"
emission_factor = "0.5 tCO2/MWh"
"""
    path = site(('id = "grid"\n', rules))
    more = '\n[[rule]]\nkind = "green_share"\nlimit = "10 %"\n\n[[rule]]\nkind = "carbon_cap"\n'
    path.write_text(path.read_text() + more + 'at_most = "100 tCO2"\n', encoding="utf-8")
    shown, _ = found(path)
    assert "no design keeps all demands" in shown
    assert "enough carbon cap: 100 →" in shown
    assert "conflict carbon cap no cause" in shown  # whatever the roof, nights are drawn
    assert "no cause green share" in shown


@pytest.mark.parametrize("earned", ["0.9 CNY/kWh", "0 CNY/kWh"])
def test_a_gain_without_end_names_its_source(site: Callable[..., Path], earned: str) -> None:
    paid = 0.6 if earned != "0 CNY/kWh" else -0.3
    path = site(('price = "price"\n', f'price = "price"\nexport_price = "{earned}"\n'),
                edit=put("price", paid))  # fmt: skip
    shown, findings = found(path)
    assert "the gain has no end" in shown
    assert "grid.import, grid.export" in shown
    assert "in 8760 step(s) power is sold for up to 0.3 CNY/kWh more" in shown
    assert "sold_dearer" in findings


def test_a_site_with_no_resource(site: Callable[..., Path]) -> None:
    path = site(edit=put("sun", 0.0))
    assert "roof: the series sun is zero in every step" in found(path)[0]
    path.write_text(path.read_text() + '\n[[rule]]\nkind = "green_share"\nlimit = "30 %"\n')
    shown, _ = found(path)
    assert "green share: 30.00 % → 0.00 %" in shown
    assert "roof: the series sun is zero in every step" in shown


def test_a_tariff_that_ends_in_mid_year(site: Callable[..., Path]) -> None:
    path = site(('price = "price"\n', 'tariff = "contract.toml"\nbasis = "measured"\n'))
    error = refused("microgrid", "design", path)
    assert error["summary"] == "grid has 7 month(s) without one tariff"
    first, rest = error["faults"]
    assert (first["where"][-1], first["found"]) == ("2025-06", "contract on some days only")
    assert (rest["where"][-1], rest["found"]) == ("2025-07 to 2025-12", "no tariff")
    assert "add the file of the tariff that follows" in rest["remedy"]


def test_a_load_that_nothing_meets(site: Callable[..., Path]) -> None:
    path = site(('[[grid]]\nid = "grid"\nprice = "price"\n', ""))
    shown, _ = found(path)
    assert "power: what is asked for cannot be met, up to 3 MW, in" in shown
    assert "give it a source or a connection" in shown


@pytest.mark.parametrize(
    ("column", "rule"), [("load", "load_below_zero"), ("sun", "yield_below_zero")]
)
def test_numbers_below_zero_are_told(site: Callable[..., Path], column: str, rule: str) -> None:
    path = site(edit=put(column, -0.2, slice(10)))
    assert "in 10 step(s)" in found(path)[1][rule]
    plan = document("microgrid", "design", path)
    assert plan["shares"]["local_use_of_available"] <= 1
