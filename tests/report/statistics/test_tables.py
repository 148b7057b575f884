"""The tables of forms: golden figures by hand, rows that add, and what is missing stays empty."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.tiny import MARCH, certificate, make_site, row, sample, stream, used
from tests.report.statistics.forming import content_of, rows_of

from celadon.records.period import Period
from celadon.report.statistics.annual import annual_tables
from celadon.report.statistics.balance import balance_table
from celadon.report.statistics.content import FormContent
from celadon.report.statistics.conversion import conversion_table
from celadon.report.statistics.products import consumption_table, output_table

HEAT = "net_calorific_value"
COKE_PLANT = make_site(
    [
        stream("coal", "cleaned_coal", "outside", "oven", stock=True),
        stream("coke", "coke", "oven", "yard", monthly="production"),
        stream("coke-used", "coke", "yard", "furnace"),
        stream("coke-sold", "coke", "yard", "outside", monthly="sale"),
        stream("gas", "coke_oven_gas", "oven", "flare", monthly="production"),
        stream("power", "electricity", "outside", "furnace", monthly="purchase"),
    ],
    units=({"id": "oven", "product": "tar"}, {"id": "furnace"}),
    networks=({"id": "yard", "carrier": "coke"},),
    products=({"id": "tar", "monthly": "production"},),
)  # fmt: skip


def plant(period: Period = MARCH, **changed: int) -> FormContent:
    """The coke plant with a month of rows; an amount of -1 leaves its row out."""
    given = {
        "opening": 100_000, "bought": 1_000_000, "closing": 50_005, "coke": 700_000,
        "used": 400_003, "sold": 250_001, "gas": 90_000_000, "power": 5_000_000, "tar": 30_000,
    } | changed  # fmt: skip
    told = (
        ("coal", "opening_stock", "opening"), ("coal", "purchase", "bought"),
        ("coal", "closing_stock", "closing"), ("coke", "production", "coke"),
        ("coke-used", "consumption", "used"), ("coke-sold", "sale", "sold"),
        ("gas", "production", "gas"), ("power", "purchase", "power"), ("tar", "production", "tar"),
    )  # fmt: skip
    rows = [
        row(item, kind, "2025-03", given[key], number=number)
        for number, (item, kind, key) in enumerate(told, 2)
        if given[key] >= 0
    ]
    heat = certificate("coal", "net_calorific_value", "29.3076", "GJ/t")
    return content_of(COKE_PLANT, period, rows, [heat])


def shown(content: FormContent, name: str) -> dict[str, str]:
    return {key: cell.shown for key, cell in rows_of(balance_table(content))[name].items()}


def test_a_month_by_hand() -> None:
    """29.3076 GJ/t is 1 tce/t exactly; 5,000 kWh is 0.50 of 10^4 kWh."""
    coal = shown(plant(), "washed (cleaned) coal")
    assert coal["opening"] == "100.00"
    assert coal["purchased"] == "1,000.00"
    assert coal["closing"] == "50.00"  # 50.005, half to even
    assert coal["change"] == "50.00"  # 49.995: the rest of the row is even
    assert coal["consumed"] == "1,050.00"  # 1,049.995, half to even
    assert coal["made"] == coal["sold"] == coal["let_off"] == "–"
    assert coal["coefficient"] == "1.0000"
    assert coal["calorific"] == "1,050.00"  # 1,049.995 tce
    coke = shown(plant(), "coke")
    assert (coke["made"], coke["sold"], coke["in_units"]) == ("700.00", "250.00", "400.00")
    assert coke["consumed"] == "450.00"
    assert coke["rest"] == "50.00"
    gas = shown(plant(), "coke-oven gas")
    assert (gas["unit"], gas["made"], gas["let_off"]) == ("10⁴ Nm³", "9.00", "9.00")
    assert gas["calorific"] == "–"  # counted with the coal that it was made of
    power = shown(plant(), "electricity")
    assert (power["unit"], power["purchased"]) == ("10⁴ kWh", "0.50")


def test_a_missing_stock_is_empty_and_says_why() -> None:
    coal = rows_of(balance_table(plant(closing=-1)))["washed (cleaned) coal"]
    assert coal["purchased"].shown == "1,000.00"
    for name in ("closing", "change", "consumed", "rest", "calorific"):
        assert coal[name].value is None, name
        assert coal[name].note, name
    assert "2025-04-01" in coal["closing"].note
    total = rows_of(balance_table(plant(closing=-1)))["Total"]["calorific"]
    assert total.value is None
    assert "missing" in total.note


def test_what_is_known_of_a_sum_is_told_beside_it() -> None:
    coal = rows_of(balance_table(plant(Period.parse("2025-03-01/2025-05-01"))))[
        "washed (cleaned) coal"
    ]
    assert coal["purchased"].value is None
    assert "2025-04" in coal["purchased"].note
    assert "1000.00 t" in coal["purchased"].note


def test_a_month_without_a_coefficient_leaves_no_part_of_a_sum() -> None:
    """Petroleum coke has no tabled coefficient: February, without its heat value, has no line."""
    site = make_site([stream("petcoke", "petroleum_coke", "outside", "mill")])
    period = Period.parse("2025-01-01/2025-03-01")
    rows = [used("petcoke", 1_000, "2025-01"), used("petcoke", 1_000, "2025-02", number=3)]
    content = content_of(
        site, period, rows, [sample("petcoke", HEAT, "29.3076", "GJ/t", "2025-01")]
    )
    cells = rows_of(balance_table(content))
    energy = cells["petroleum coke"]["calorific"]
    assert cells["petroleum coke"]["consumed"].shown == "2.00"
    assert energy.value is None
    assert "28 days" in energy.note
    assert cells["Total"]["calorific"].value is None


def test_a_row_of_zero_is_no_lack() -> None:
    coal = rows_of(balance_table(plant(bought=0)))["washed (cleaned) coal"]
    assert coal["purchased"].shown == "0.00"


AMOUNT = st.integers(0, 10**12)


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(("opening", "bought", "coke", "used", "sold"), AMOUNT)))
def test_rows_and_columns_add_as_printed(amounts: dict[str, int]) -> None:
    table = balance_table(plant(**amounts))
    *rows, total = (
        dict(zip([c.key for c in table.columns], line.cells, strict=True)) for line in table.rows
    )
    for cells in rows:

        def value(name: str, cells: dict = cells) -> Fraction:
            assert cells[name].value is not None or cells[name].shown == "–", cells[name].note
            return cells[name].value or Fraction(0)

        into = value("purchased") + value("made") + value("change") - value("sold")
        assert into == value("consumed")
        assert value("in_units") + value("let_off") + value("rest") == value("consumed")
    assert sum(c["calorific"].value or 0 for c in rows) == total["calorific"].value


def test_conversion_has_both_sides_of_a_unit_that_gives_out_energy() -> None:
    table = conversion_table(plant())
    told = [(line.cells[0].shown, line.cells[1].shown) for line in table.rows]
    assert ("oven", "washed (cleaned) coal") in told
    assert ("oven", "coke") in told
    assert all(unit != "furnace" for unit, _ in told)
    total = table.rows[-1].cells
    assert total[7].value > 0  # what is given out is told as a positive amount
    assert total[6].value == sum(line.cells[6].value or 0 for line in table.rows[:-1])


def test_energy_by_product_is_of_exact_figures() -> None:
    """Coal 1,049.995 tce less coke and gas that the oven gave out, over 30 t of tar."""
    content = plant()
    cells = rows_of(consumption_table(content))["tar"]
    net = content.lines.where(
        account="process_energy", unit="oven", measure="calorific_value"
    ).total()
    assert cells["energy"].exact == Fraction(net, 10**6)
    assert cells["per_unit"].exact == Fraction(net, 1000) / 30
    assert cells["electricity"].shown == "0.00"


def test_output_leaves_the_rest_open() -> None:
    cells = rows_of(output_table(plant()))["tar"]
    assert cells["output"].shown == "30.00"
    assert cells["value"].is_open
    assert cells["value"].value is None


def test_nothing_made_divides_nothing() -> None:
    cells = rows_of(consumption_table(plant(tar=0)))["tar"]
    assert cells["per_unit"].value is None
    assert cells["per_unit"].note == "nothing was made"


def test_the_annual_report_has_its_nine_topics() -> None:
    tables = annual_tables(plant())
    assert [table.id for table in tables] == [str(number) for number in range(1, 10)]
    shares = [line.cells[-1].value for line in tables[1].rows if line.cells[-1].value is not None]
    assert sum(shares) == 100
