"""The self-check of a supervision: months that add to the year, meters, and what stays open."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from tests.accounts.tiny import make_site, row, stream
from tests.report.statistics.forming import content_of, rows_of
from tests.report.statistics.test_tables import plant

from celadon.records.period import Period
from celadon.records.quality.tables import METER_TIME
from celadon.report.lines import Lines
from celadon.report.statistics.balance import balance_table
from celadon.report.statistics.cells import letters, marked_note
from celadon.report.statistics.content import FormContent
from celadon.report.statistics.form import Cell, Table
from celadon.report.statistics.self_check import self_check_tables

TWO_MONTHS = Period.parse("2025-03-01/2025-05-01")


def table(content: FormContent, number: int) -> Table:
    return next(each for each in self_check_tables(content) if each.id == str(number))


def by_month(content: FormContent, carrier: str, key: str) -> list[Cell]:
    keys = [column.key for column in table(content, 2).columns]
    return [
        dict(zip(keys, line.cells, strict=True))[key]
        for line in table(content, 2).rows
        if line.cells[1].shown == carrier
    ]


def test_there_are_six_forms_and_meters_by_level() -> None:
    assert [each.id for each in self_check_tables(plant())] == ["1", "2", "3", "4", "5", "5b", "6"]


def test_the_enterprise_shows_its_energy_on_both_bases_and_what_it_made() -> None:
    content = plant()
    found = rows_of(table(content, 1))
    total = balance_table(content).rows[-1]
    keys = [column.key for column in balance_table(content).columns]
    sums = dict(zip(keys, total.cells, strict=True))
    shown = [cells["content"].exact for name, cells in found.items() if "electricity at" in name]
    assert shown == [sums["calorific"].exact, sums["equivalent"].exact]
    assert (found["Output: tar"]["content"].shown, found["Output: tar"]["unit"].text) == (
        "30.00", "t"
    )  # fmt: skip
    assert found["Address"]["content"].is_open


def test_what_an_enterprise_measured_is_marked_by_the_letter_of_the_equation() -> None:
    content = plant()
    own = [
        replace(line, confidence=None, method_confidence="C")
        for line in content.lines
        if not line.is_unknown
    ]
    lines = Lines(own[:1])
    note = marked_note(content, lines)
    assert letters(lines) == "C"
    assert note.startswith("measured or recorded by the enterprise; the equation of ")
    assert note.endswith("rests on text of letter C, not on official text")
    data = Lines([replace(own[0], confidence="D")])
    assert marked_note(content, data) == "rests on text of letter D, not on official text"


def test_the_ledger_tells_stocks_heating_values_and_coefficients() -> None:
    (opening,) = by_month(plant(), "washed (cleaned) coal", "opening")
    (closing,) = by_month(plant(), "washed (cleaned) coal", "closing")
    (heat,) = by_month(plant(), "washed (cleaned) coal", "heating_value")
    (coefficient,) = by_month(plant(), "washed (cleaned) coal", "coefficient")
    assert (opening.shown, closing.shown) == ("100.00", "50.00")  # rounded half to even
    assert (heat.shown, heat.note) == ("29.308", "certificate")
    assert coefficient.shown == "1.0000"  # 29.3076 GJ/t is 1 tce/t
    (rows,) = by_month(plant(), "washed (cleaned) coal", "documents")
    assert rows.text.startswith("purchase › books.xlsx › row 3; ")


def test_rows_of_one_sheet_are_told_together() -> None:
    site = make_site([stream("power", "electricity", "outside", "mill", monthly="purchase")])
    rows = [row("power", "purchase", "2025-03-01/2025-03-11", 1_000, number=2),
            row("power", "purchase", "2025-03-11/2025-04-01", 2_000, number=5)]  # fmt: skip
    (documents,) = by_month(content_of(site, Period.parse("2025-03"), rows), "electricity",
                            "documents")  # fmt: skip
    assert documents.text == "purchase › books.xlsx › row 2, 5"


def test_the_ledger_of_one_month_is_the_balance_of_it() -> None:
    content = plant()
    balance = rows_of(balance_table(content))
    for carrier in ("coke", "electricity", "coke-oven gas"):
        (consumed,) = by_month(content, carrier, "consumed")
        assert consumed.exact == balance[carrier]["consumed"].exact
        assert consumed.basis == balance[carrier]["consumed"].basis


def test_months_add_to_the_period() -> None:
    site = make_site([stream("power", "electricity", "outside", "mill", monthly="purchase")])
    rows = [row("power", "purchase", month, 1_000_000 + n, number=n)
            for n, month in enumerate(("2025-03", "2025-04"), 2)]  # fmt: skip
    content = content_of(site, TWO_MONTHS, rows)
    months = by_month(content, "electricity", "calorific")
    total = table(content, 2).rows[-1]
    keys = [column.key for column in table(content, 2).columns]
    whole = dict(zip(keys, total.cells, strict=True))["calorific"].exact
    assert whole == sum(cell.exact or Fraction(0) for cell in months)
    documents = by_month(content, "electricity", "documents")
    assert ["row 2" in documents[0].text, "row 3" in documents[1].text] == [True, True]


def test_a_month_without_its_row_is_empty_and_so_is_the_total() -> None:
    site = make_site([stream("power", "electricity", "outside", "mill", monthly="purchase")])
    content = content_of(site, TWO_MONTHS, [row("power", "purchase", "2025-03", 1_000)])
    march, april = by_month(content, "electricity", "purchased")
    assert march.value is not None
    assert (april.value, bool(april.note)) == (None, True)
    assert all(cell.value is None for cell in table(content, 2).rows[-1].cells)


def test_meters_show_how_much_of_their_time_was_measured() -> None:
    site = make_site(
        [stream("power", "electricity", "outside", "mill", meters=["e1"])],
        meters=({"id": "e1", "kind": "interval", "measure": "kWh", "minutes": 15},
                {"id": "e2", "kind": "interval", "measure": "kWh", "minutes": 60}),
    )  # fmt: skip
    days = 31 * 86400
    times = METER_TIME.from_rows([
        {"site": site.id, "meter": "e1", "readings": 1, "measured": days // 2,
         "estimated": days // 4, "missing": days // 4},
    ])  # fmt: skip
    content = content_of(site, Period.parse("2025-03"))
    content = FormContent(**{**vars_of(content), "meter_times": times})
    found = rows_of(table(content, 5))
    shares = [found["e1"][f"{name}_share"].exact for name in ("measured", "estimated", "missing")]
    assert shares == [50, 25, 25]
    assert found["e2"]["measured_share"].value is None
    assert found["e1"]["calibrated"].is_open


def vars_of(content: FormContent) -> dict[str, object]:
    return {name: getattr(content, name) for name in FormContent.__dataclass_fields__}


def test_electricity_stands_beside_what_was_made() -> None:
    line, whole = table(plant(), 6).rows
    assert whole.cells[1].shown == line.cells[1].shown
    assert line.cells[1].shown == "0.50"  # 10^4 kWh
    assert "30.00 t" in line.cells[2].text
    assert [cell.is_open for cell in line.cells] == [False] * 6 + [True]
