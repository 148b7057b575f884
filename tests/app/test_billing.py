"""Bills of a site's supplies, from files to 0.01 CNY, against sums made by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.app.shop import (
    MARCH,
    declaration,
    make_workspace,
    reading_rows,
    take,
    value,
    write_readings,
)

from celadon.accounts.bill import Bill
from celadon.accounts.bill.supply import Unbilled
from celadon.app.billing import TARIFFS, Billed, bill_site
from celadon.app.workspace import Workspace
from celadon.errors import DeclarationError, InputError, WorkspaceError
from celadon.exact import quantise
from celadon.records.period import Period

SUPPLY = """
[[supply]]
id = "gate"
imported = ["e1"]
exported = ["e2"]
tariffs = [{tariffs}]
"""
TARIFF = """
id = "{id}"
valid_from = {start}
{end}
source = "simulated"
confidence = "D"
simulated = true
export_price = "0.2"
holidays = [2025-03-08]
[[rates]]
id = "energy"
price = "{price}"
varies = true
[ratios]
high = "1.5"
flat = "1"
[[hours]]
band = "high"
days = ["workday"]
start = "08:00"
end = "11:00"
[[hours]]
band = "flat"
"""
HOURS = 31 * 24


def tariff(
    workspace: Workspace, name: str = "t", price: str = "0.4321", start: str = "2025-01-01",
    end: str = "",
) -> None:  # fmt: skip
    folder = workspace.folder / TARIFFS
    folder.mkdir(exist_ok=True)
    text = TARIFF.format(id=name, price=price, start=start, end=end and f"valid_to = {end}")
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def at(folder: Path, *tariffs: str, more: str = "", gone: tuple[int, ...] = ()) -> Workspace:
    named = ", ".join(f'"{name}"' for name in tariffs or ("t",))
    workspace = make_workspace(folder, declaration() + SUPPLY.format(tariffs=named) + more)
    take(workspace, write_readings(folder / "readings.csv", without(gone)))
    return workspace


def without(gone: tuple[int, ...]) -> list[list[Any]]:
    rows = reading_rows()
    for number in gone:
        rows[number][1] = ""
    return rows


def only(found: list[Billed]) -> Bill:
    (billed,) = found
    (bill,) = billed.bills.months
    assert isinstance(bill, Bill)
    return bill


def is_high(hour: int) -> bool:
    """March 2025 begins on a Saturday; the 8th is a Saturday and a holiday."""
    day, clock = divmod(hour, 24)
    return (day + 5) % 7 < 5 and 8 <= clock < 11


def test_a_month_to_the_cent(tmp_path: Path) -> None:
    workspace = at(tmp_path)
    tariff(workspace)
    bill = only(bill_site(workspace, "works", MARCH))
    high = sum(value("e1", n) or 0 for n in range(HOURS) if is_high(n))
    flat = sum(value("e1", n) or 0 for n in range(HOURS) if not is_high(n))
    fed_in = sum(value("e2", n) or 0 for n in range(HOURS))
    assert [line.amount for line in bill.lines] == [
        quantise(high * Fraction("0.4321") * Fraction("1.5"), 2),
        quantise(flat * Fraction("0.4321"), 2),
        -quantise(fed_in * Fraction("0.2"), 2),
    ]
    assert bill.drawn.peak == 1000 * max(value("e1", n) or 0 for n in range(HOURS))
    assert bill.drawn.interval == 3600


@pytest.mark.parametrize(("zone", "ahead"), [("", 0), ('zone = "Asia/Seoul"', 1)])
def test_a_tariff_goes_by_the_clock_of_the_site_or_says_that_it_does_not(
    tmp_path: Path, zone: str, ahead: int
) -> None:
    """The works are in Asia/Shanghai, an hour behind: 08:00 to 11:00 in Seoul begins at 07:00."""
    workspace = at(tmp_path)
    tariff(workspace)
    file = workspace.folder / TARIFFS / "t.toml"
    file.write_text(zone + "\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    (billed,) = bill_site(workspace, "works", MARCH)
    high = 1000 * sum(value("e1", n) or 0 for n in range(HOURS) if is_high(n + ahead))
    assert only([billed]).drawn.by_band["high"] == high
    rules = [finding.rule for finding in billed.findings]
    assert rules == (["tariff_zone_apart"] if ahead else [])
    assert all("Asia/Shanghai" in each.text("en") for each in billed.findings)


def test_hours_that_are_missing_are_told_and_not_charged(tmp_path: Path) -> None:
    workspace = at(tmp_path, gone=tuple(range(100, 340)))
    tariff(workspace)
    (billed,) = bill_site(workspace, "works", MARCH)
    bill = only([billed])
    known = bill.drawn.seconds_missing + billed.seconds_estimated(MARCH)
    assert known == 240 * 3600
    assert ("hours_missing" in bill.notes) == (bill.drawn.seconds_missing > 0)


@pytest.mark.parametrize("days", [0, 3, 31])
def test_the_hours_of_missing_feed_in_are_those_that_no_reading_covers(
    tmp_path: Path, days: int
) -> None:
    """A stretch that is missing is a row for each day of it: each of its hours is missing."""
    named = SUPPLY.format(tariffs='"t"')
    workspace = make_workspace(tmp_path, declaration() + named)
    rows = reading_rows()
    for number in range(min(24 * days, len(rows))):
        rows[number][2] = ""
    take(workspace, write_readings(tmp_path / "readings.csv", rows))
    tariff(workspace)
    bill = only(bill_site(workspace, "works", MARCH))
    assert bill.drawn.exported_missing == days * 86400
    assert ("export_missing" in bill.notes) == (days > 0)


def test_a_tariff_that_ends_in_mid_month_bills_neither_part_in_silence(tmp_path: Path) -> None:
    workspace = at(tmp_path, "old", "new")
    tariff(workspace, "old", end="2025-03-16")
    tariff(workspace, "new", price="0.5", start="2025-03-16")
    (billed,) = bill_site(workspace, "works", MARCH)
    (month,) = billed.bills.months
    assert isinstance(month, Unbilled)
    assert month.fault.found == "old, new, one after the other"
    parts = [only(bill_site(workspace, "works", Period.parse(days))) for days in
             ("2025-03-01/2025-03-16", "2025-03-16/2025-04-01")]  # fmt: skip
    assert [part.tariff for part in parts] == ["old", "new"]
    assert sum(part.drawn.imported for part in parts) == 1000 * sum(
        value("e1", n) or 0 for n in range(HOURS)
    )


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ((("2025-01-01", "2025-03-20"),), "t0 on some days only"),
        ((("2025-04-01", ""),), "no tariff"),
        ((("2025-01-01", ""), ("2025-02-01", "")), "t0, t1, at once"),
    ],
)
def test_a_month_needs_one_tariff(
    tmp_path: Path, dates: tuple[tuple[str, str], ...], found: str
) -> None:
    names = [f"t{n}" for n in range(len(dates))]
    workspace = at(tmp_path, *names)
    for name, (start, end) in zip(names, dates, strict=True):
        tariff(workspace, name, start=start, end=end)
    (billed,) = bill_site(workspace, "works", MARCH)
    (month,) = billed.bills.months
    assert isinstance(month, Unbilled)
    assert month.fault.found == found
    assert billed.bills.total == 0


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    workspace = at(tmp_path)
    with pytest.raises(WorkspaceError, match="tariffs that are not there"):
        bill_site(workspace, "works", MARCH)
    tariff(workspace)
    with pytest.raises(WorkspaceError) as caught:
        bill_site(workspace, "works", MARCH, supply="door")
    assert caught.value.faults[0].rule == "one of: gate"


def test_a_register_read_by_the_day_shows_no_demand(tmp_path: Path) -> None:
    more = '\n[[supply]]\nid = "slow"\nimported = ["g1"]\ntariffs = ["t"]\n'
    workspace = at(tmp_path, more=more)
    rows = [[day, "", "", 1000 + 40 * 24 * n] for n, day in
            enumerate(f"2025-03-{d:02} 00:00" for d in range(1, 32))]  # fmt: skip
    other = make_workspace(tmp_path / "other", declaration() + SUPPLY.format(tariffs='"t"') + more)
    take(other, write_readings(tmp_path / "daily.csv", rows))
    tariff(workspace)
    tariff(other)
    with pytest.raises(InputError, match="cannot be billed"):
        bill_site(other, "works", MARCH, supply="slow")
    assert bill_site(workspace, "works", MARCH, supply="slow")[0].reading.drawn.seconds == 3600


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('imported = ["e9"]\ntariffs = ["t"]', "a meter that the file declares"),
        ('imported = ["e1", "-e1"]\ntariffs = ["t"]', "a meter counts once in one sum"),
        ('imported = ["e1"]\ntariffs = ["t"]\nbasis = "contract"', "contract_kw goes with"),
        ('imported = ["e1"]\ntariffs = ["t"]\nbasis = "capacity"', "needs capacity_kva"),
        ('imported = ["e1"]\ntariffs = []', "at least 1"),
        (
            'imported = ["e1"]\ntariffs = ["t"]\nbasis = "contract"\ncontract_kw = ["5", "6"]',
            "twelve figures",
        ),
    ],
)
def test_a_supply_that_cannot_be(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        make_workspace(tmp_path, declaration() + f'\n[[supply]]\nid = "gate"\n{text}\n')
    assert told in " ".join(f"{fault.rule} {fault.remedy}" for fault in caught.value.faults)
