"""Forms 3 to 6 of a supervision: unit energy, machines, meters and prices, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from tests.accounts.tiny import MARCH, make_site, row, stream
from tests.report.statistics.forming import content_of, rows_of

from celadon.assess.machines import Form, Piece, machine_rows
from celadon.assess.norms import judge
from celadon.assess.prices import Purchased, price_rows, purchased_electricity
from celadon.assess.verdicts import Place
from celadon.records.period import Period
from celadon.report.monitoring.declared import MeterPlan
from celadon.report.statistics.content import FormContent
from celadon.report.statistics.equipment_list import equipment_list
from celadon.report.statistics.form import Cell, Table
from celadon.report.statistics.metering import metering_tables
from celadon.report.statistics.price_sheet import price_sheet
from celadon.report.statistics.unit_energy import unit_energy_table

DAY = Period.parse("2026-08")
FACTS = {
    "laterite_nickel_ore_share": "0", "rare_earth_ore_share": "0",
    "vanadium_titanium_magnetite_share": "0",
}  # fmt: skip
PLACE = Place("works", "works", "", DAY.from_day, DAY.to_day)


def sintering() -> FormContent:
    """A sintering plant: 45.5 kgce/t by coal and electricity, under the norm of 2025."""
    site = make_site(
        [
            stream("coal", "anthracite", "outside", "sinter", monthly="consumption"),
            stream("power", "electricity", "outside", "sinter", monthly="purchase"),
        ],
        units=({"id": "sinter", "process": "sintering", "product": "ore", "facts": FACTS},),
        products=({"id": "ore", "monthly": "production"},),
    )
    rows = [
        row("coal", "consumption", "2026-08", 56_000, number=2),  # 0.7143 tce/t
        row("power", "purchase", "2026-08", 44_751_830, number=3),  # 5.5 tce at 0.1229
        row("ore", "production", "2026-08", 1_000_000, number=4),
    ]
    content = content_of(site, DAY, rows)
    verdicts = judge(site, content.leaves, content.registry, DAY.from_day, DAY.to_day)
    return replace(content, verdicts=verdicts)


def by_rule(table: Table, rule: str) -> Mapping[str, Cell]:
    keys = [column.key for column in table.columns]
    rows = (dict(zip(keys, each.cells, strict=True)) for each in table.rows)
    return next(each for each in rows if each["rule"].text == rule)


def test_unit_energy_shows_its_numerator_its_limits_and_the_page() -> None:
    line = by_rule(unit_energy_table(sintering()), "energy norm in force")
    assert line["numerator"].text == "anthracite 40.00; electricity 5.50"
    assert (line["numerator_total"].shown, line["numerator_unit"].text) == ("45.50", "tce")
    assert (line["output_of"].shown, line["actual"].shown) == ("1,000.00", "45.50")
    assert [line[f"grade_{n}"].shown for n in (1, 2, 3)] == ["43", "46", "52"]  # GB 21256-2025
    assert (line["outcome"].text, line["standard"].text) == ("grade 2", "GB 21256-2025")
    assert "table 1" in line["page"].text


def test_official_mode_keeps_weak_limits_out_of_the_sheet() -> None:
    line = by_rule(unit_energy_table(replace(sintering(), mode="official")), "energy norm in force")
    for key in ("numerator", "numerator_total", "actual", "outcome", "because"):
        assert (line[key].text, line[key].value, bool(line[key].note)) == ("", None, True), key


def test_machines_show_grade_certificate_and_listing() -> None:
    content = sintering()
    motor = Form("motor", "induction", 30_000, 4, "94.9", "IE4", 2021)
    pieces = [
        Piece("m-1", motor, 2, "sinter", "none", "模拟目录 3"),
        Piece("f-9", Form("fan", power=110_000, year=1998), listed="eliminated", document="目录 9"),
        Piece("p-7", Form("pump", in_use=False), 0),
    ]
    content = replace(
        content, pieces=pieces, machines=machine_rows(pieces, content.registry, PLACE),
        equipment=[{"equipment": "m-1", "name": "main fan", "model": "YE4", "document": "R-17"}],
    )  # fmt: skip
    found = rows_of(equipment_list(content))
    first, second, third = found["m-1"], found["f-9"], found["p-7"]
    assert (first["judged"].text, first["judged"].marked) == ("grade 2", True)  # letter D
    assert (first["power"].shown, first["poles"].shown, first["year"].text) == (
        "30.00",
        "4",
        "2021",
    )
    assert (first["certificate"].text, first["eliminated"].text) == ("R-17", "neither")
    assert (second["judged"].text, second["eliminated"].text) == ("cannot tell", "eliminated")
    assert (second["certificate"].is_open, third["eliminated"].is_open) == (True, True)
    assert all(cells["hours_run"].is_open for cells in found.values())
    official = rows_of(equipment_list(replace(content, mode="official")))
    assert (official["m-1"]["judged"].text, bool(official["m-1"]["judged"].note)) == ("", True)


def test_an_empty_list_of_machines_says_so() -> None:
    made = equipment_list(sintering())
    assert (made.rows, "No equipment is recorded" in made.notes[0]) == ((), True)


def metered() -> FormContent:
    site = make_site(
        [
            stream("power", "electricity", "outside", "mill", meters=["gate"]),
            stream("steam", "steam_low_pressure", "boiler", "mill", meters=["line", "-branch"]),
        ],
        units=({"id": "mill"}, {"id": "boiler"}),
        meters=(
            {"id": "gate", "kind": "interval", "measure": "kWh"},
            {
                "id": "line",
                "kind": "register",
                "measure": "t",
                "read_every": "month",
                "maximum": "100",
            },
            {"id": "branch", "kind": "interval", "measure": "t"},
            {"id": "check", "kind": "interval", "measure": "kWh"},
        ),
    )
    return content_of(site, MARCH)


def test_meters_are_counted_by_level_and_certificate() -> None:
    plans = {
        "gate": MeterPlan(id="gate", accuracy="0.5S", calibrated_until=dt.date(2025, 12, 31)),
        "line": MeterPlan(id="line", calibrated_until=dt.date(2025, 1, 31)),
        "branch": MeterPlan(id="branch", calibrated_until=dt.date(2025, 3, 31)),
    }
    meters, levels = metering_tables(replace(metered(), meter_plans=plans))
    found = rows_of(meters)
    assert [found[name]["level"].text for name in ("gate", "line", "branch", "check")] == [
        "1 site", "2 process unit", "2 process unit", "other",
    ]  # fmt: skip
    assert [found[name]["verified"].shown for name in ("gate", "line", "branch")] == [
        "yes", "lapsed", "yes",
    ]  # fmt: skip
    assert (found["gate"]["accuracy"].text, found["line"]["accuracy"].is_open) == ("0.5S", True)
    counted = rows_of(levels)
    units = counted["2 process unit"]
    assert (units["present"].shown, units["by_system"].shown) == ("2", "1")
    assert (units["verified_number"].shown, units["verified_rate"].shown) == ("1", "50.00")
    assert units["required"].is_open
    assert counted["other"]["verified_rate"].value is None  # its day is not known, so not 0 %
    assert "1" in counted["other"]["verified_rate"].note


def priced(listed: str) -> FormContent:
    """Two months of electricity of a steel plant of Hebei, and a machine with an entry."""
    period = Period.parse("2025-03-01/2025-05-01")
    site = make_site([stream("power", "electricity", "outside", "mill", monthly="purchase")])
    rows = [row("power", "purchase", month, 1_000_005, number=n)
            for n, month in enumerate(("2025-03", "2025-04"), 2)]  # fmt: skip
    content = content_of(site, period, rows)
    steel = site.model_copy(update={"industry": "3120"})
    place = Place("works", "works", "", period.from_day, period.to_day)
    bought = purchased_electricity(content.leaves, content.registry, place)
    assert bought == Purchased(2_000_010)
    pieces = [Piece("m-1", Form("motor"), listed=listed, document="模拟目录")]
    prices = price_rows(steel, pieces, bought, (), content.registry, place)
    return replace(content, pieces=pieces, prices=prices)


def test_a_surcharge_is_shown_by_month_and_adds() -> None:
    made = price_sheet(priced("eliminated"))
    found = rows_of(made)
    # 2,000.010 kWh at 0.6 CNY/kWh (Hebei, letter A) is 1,200.006 CNY; each month 600.003
    assert [found[name]["differential_due"].shown for name in ("2025-03", "2025-04", "Total")] == [
        "600.01", "600.00", "1,200.01",
    ]  # fmt: skip
    assert found["Total"]["tiered_due"].value == 0
    assert all(cells["surcharge_paid"].is_open for cells in found.values())
    assert "0.6" in made.notes[0]


def test_a_rule_that_cannot_be_told_leaves_its_cells_empty_with_the_reason() -> None:
    found = rows_of(price_sheet(priced("")))
    for key in ("differential_due", "step", "tiered_due"):
        cell = found["Total"][key]
        assert (cell.value, cell.text, bool(cell.note)) == (None, "", True), key


def test_no_rule_of_price_is_told() -> None:
    made = price_sheet(sintering())
    assert "no rule" in made.notes[0]
    assert made.rows[0].cells[3].value is None


def test_the_numerator_adds_as_printed() -> None:
    line = by_rule(unit_energy_table(sintering()), "energy norm in force")
    parts = [Fraction(part.rsplit(" ", 1)[1]) for part in line["numerator"].text.split("; ")]
    assert sum(parts) == line["numerator_total"].value
