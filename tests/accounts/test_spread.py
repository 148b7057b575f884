"""What forms spread over sites is, row by row, what each site's book writes for itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.accounts.tiny import (
    YEAR,
    certificate,
    make_site,
    meter,
    meter_days,
    row,
    sample,
    stream,
    used,
)

from celadon.accounts import account, amounts
from celadon.accounts.account import Accounts, compute_accounts
from celadon.accounts.activity import Row
from celadon.accounts.book import open_book
from celadon.accounts.forms import Forms
from celadon.accounts.samples import Sample, Samples
from celadon.accounts.settlements import Settlement
from celadon.app.importing import import_files
from celadon.app.inputs import read_input
from celadon.app.shard import Computed, compute_shard
from celadon.app.watching import Watch
from celadon.app.workspace import Workspace
from celadon.engine import Engine
from celadon.records.finding import finding_table
from celadon.records.site import Site
from celadon.records.tables import METER_DAY, SHARED_DAY
from celadon.reference import load_registry
from celadon.simulate import simulate_steelworks
from celadon.simulate.nation import NationOptions, simulate_nation

TABLES = ("leaves", "inputs", "parameters", "certificates")
HEAT = "net_calorific_value"
MONTHS = [f"2025-{month:02}" for month in range(1, 13)]
GENERAL = {"carbon_method": "general-industry-2015", "electricity_programme": "enterprise_gbt32150"}


@dataclass(frozen=True)
class Given:
    """A site with its records."""

    site: Site
    rows: Sequence[Row] = ()
    samples: Sequence[Sample] = ()
    settlements: Sequence[Settlement] = ()
    days: Sequence[Mapping[str, Any]] = ()


def accounts(given: Iterable[Given], forms: Forms | None) -> Accounts:
    registry, listed = load_registry(), list(given)
    books = {
        each.site.id: open_book(
            each.site, registry, YEAR, list(each.rows), Samples(each.samples), forms,
            each.settlements,
        )
        for each in listed
    }  # fmt: skip
    with Engine(1) as engine:
        engine.load(METER_DAY, METER_DAY.from_rows(day for each in listed for day in each.days))
        engine.load(SHARED_DAY, SHARED_DAY.from_rows([]))
        return compute_accounts(engine, books, forms)


def require_same(given: Sequence[Given]) -> tuple[Accounts, Forms]:
    """All tables by forms, written and used again, are those without; gives them and the forms."""
    plain, forms = accounts(given, None), Forms(lineage=True)
    for _ in range(2):
        spread = accounts(given, forms)
        for name in TABLES:
            assert getattr(spread, name).to_pylist() == getattr(plain, name).to_pylist(), name
        assert finding_table(spread.findings).equals(finding_table(plain.findings))
    return plain, forms


def works(name: str, *streams: Any, **tables: Any) -> Site:
    return make_site(streams, name=name, **{"accounting": GENERAL, **tables})


def coal(**rest: Any) -> dict[str, Any]:
    return stream("coal", "bituminous_coal", "outside", "mill", carbon="combustion", **rest)


def burnt(first: int) -> list[Row]:
    return [used("coal", first + n, month, number=n + 2) for n, month in enumerate(MONTHS)]


def heats(*values: str, item: str = "coal", **rest: Any) -> list[Sample]:
    return [
        sample(item, "net_calorific_value", value, "GJ/t", month, source_row=n + 2, **rest)
        for n, (value, month) in enumerate(zip(values, MONTHS, strict=False))
    ]


def all_year(value: str) -> list[str]:
    return [f"{value}{n:02}" for n in range(12)]


CARBON = sample("coal", "carbon_content_per_heat", "26.1", "tC/TJ", "2025-03")


@pytest.mark.parametrize(
    "samples",
    [
        pytest.param([], id="none"),
        pytest.param(heats(*all_year("21.3")), id="one a month"),
        pytest.param(heats("21.3", "22"), id="of some months"),
        pytest.param([*heats("21.3", "22", "23.5"), CARBON], id="of two parameters"),
        pytest.param(
            [*heats("21.3", weight=3), *heats("22.71", weight=1, position=1)[:1]],
            id="two in a month, weighed",
        ),
        pytest.param(
            [*heats("21.3", weight=3), sample("coal", "net_calorific_value", "22", "GJ/t",
                                              "2025-01-05/2025-01-06", source_row=9)],
            id="two in a month, one without a weight",
        ),
        pytest.param(heats("21.3", "22", basis="dry"), id="on another basis"),
        pytest.param(heats("21.3", "900"), id="one impossible"),
        pytest.param(heats("0", "21"), id="one of nothing"),
        pytest.param([sample("coal", HEAT, "21", "GJ/t", since=dt.date(2025, 5, 9))],
                     id="one that holds on"),
        pytest.param([sample("coal", HEAT, "20500", "kJ/kg")], id="another unit"),
        pytest.param([sample("coal", HEAT, "21", "GJ/1e4Nm3")], id="unit unfit"),
        pytest.param([certificate("coal", HEAT, "21.3", "GJ/t")], id="certificate"),
        pytest.param([sample("coal", "nothing_known", "21.3", "1")], id="an unknown parameter"),
        pytest.param([sample("coal", "carbon_content", "61.17", "%")], id="another formula"),
    ],
)  # fmt: skip
def test_sites_whose_laboratories_differ(samples: list[Sample]) -> None:
    plain, forms = require_same([
        Given(works("one", coal()), burnt(1_000_001), samples),
        Given(works("two", coal()), burnt(7_000), heats(*all_year("20.1"))),
        Given(works("zero", coal()), burnt(70)),
    ])  # fmt: skip
    assert {leaf["site"] for leaf in plain.leaves.to_pylist()} == {"one", "two", "zero"}
    assert forms.plates.lines


def test_lines_of_other_sites_are_filled_from_those_of_the_first() -> None:
    forms = Forms(lineage=True)
    one = Given(works("one", coal()), burnt(1_000_001), heats(*all_year("21.3")))
    two = Given(works("two", coal()), burnt(5), heats(*all_year("17.77")))
    accounts([one], forms)
    written = len(forms.plates.lines)
    spread = accounts([two], forms)
    assert len(forms.plates.lines) == written > 0
    assert spread.leaves.to_pylist() == accounts([two], None).leaves.to_pylist()
    found = {p["count"] for p in spread.parameters.to_pylist() if p["rung"] == "measured"}
    assert len(found) == len(MONTHS)


def metered(name: str) -> Given:
    """A works with a stock, meters of which one is subtracted, and a product."""
    names = ["m1", "-m2", "a3"]
    power = stream("power", "electricity", "outside", "mill", meters=names, carbon="electricity")
    product = {"id": "brick", "measure": "t", "monthly": "production"}
    stocks = [
        row("coal", kind, month, count, number=2 + 3 * n + place, file=file)
        for n, month in enumerate(MONTHS)
        for place, (kind, count, file) in enumerate(
            [("purchase", 5_000 + n, "b.xlsx"), ("purchase", 300, "a.xlsx"),
             ("closing_stock", 100 + n, "b.xlsx")]
        )
    ]  # fmt: skip
    bare = [each.lstrip("-") for each in names]
    built = works(
        name, coal(stock=True, monthly=None), power, meters=[meter(each) for each in bare],
        products=[product],
    )  # fmt: skip
    days = [day for each in bare for day in meter_days(each, YEAR, 7, site=name, estimated=3)]
    made = [row("brick", "production", month, 900, number=9) for month in MONTHS]
    opening = row("coal", "opening_stock", "2025-01", 77)
    return Given(built, [opening, *stocks, *made], days=days)


def test_all_that_a_stock_a_meter_and_a_product_rest_on() -> None:
    plain, _ = require_same([metered("one"), metered("two")])
    refs = [i["ref"] for i in plain.inputs.to_pylist() if i["role"] == "purchase"]
    assert any("a.xlsx" in ref for ref in refs)
    meters = {i["ref"] for i in plain.inputs.to_pylist() if i["kind"] == "meter"}
    assert meters == {"m1", "-m2", "a3"}


def test_many_amounts_are_counted_by_the_engine_and_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = [metered("two"), metered("one"), Given(works("zero", coal()), burnt(9))]
    few, _ = require_same(given)
    for module in (account, amounts):
        monkeypatch.setattr(module, "FEW", 0)
    many, _ = require_same(given)
    for name in TABLES:
        assert getattr(many, name).equals(getattr(few, name)), name


def test_sites_of_which_nothing_can_be_booked() -> None:
    plain, _ = require_same([Given(make_site(name=name)) for name in ("one", "two")])
    assert len(plain.leaves) == 0
    require_same([Given(make_site(name="one")), Given(works("two", coal()), burnt(9))])
    accounts([], Forms(lineage=True))


def test_steam_is_not_shared_but_right() -> None:
    steam = stream("steam", "steam_high_pressure", "outside", "mill", carbon="heat")
    state = [sample("steam", "steam_pressure", "1.0", "MPa"),
             sample("steam", "steam_temperature", "300", "degC")]  # fmt: skip
    rows = [used("steam", 1_000_000, month) for month in MONTHS]
    require_same([Given(works(name, steam), rows, state) for name in ("one", "two")])


@pytest.mark.parametrize("cao", ["65", "0.5"])
def test_a_difference_of_two_results(cao: str) -> None:
    """It is below zero where the first is the smaller: then the site's own book tells of it."""
    product = {"id": "clinker", "monthly": "production", "carbon": "calcination"}
    made = [row("clinker", "production", month, 1_000_000) for month in MONTHS]

    def given(name: str, content: str) -> Given:
        method = {"carbon_method": "cement-mee-2022-2025"}
        site = make_site(name=name, products=[product], accounting=method)
        told = {"cao_content": content, "mgo_content": "2", "cao_not_from_carbonate": "1.5",
                "mgo_not_from_carbonate": "0.5"}  # fmt: skip
        return Given(site, made, [sample("clinker", n, v, "%") for n, v in told.items()])

    require_same([given("one", "64.1"), given("two", cao)])


def test_a_simulated_nation(tmp_path: Path) -> None:
    require_same_nation(tmp_path, 24)


@pytest.mark.long
def test_a_larger_simulated_nation(tmp_path: Path) -> None:
    require_same_nation(tmp_path, 400)


@pytest.mark.long
def test_a_works_with_meters_media_and_outlets(tmp_path: Path) -> None:
    simulated = simulate_steelworks(tmp_path / "input")
    workspace = Workspace.create(tmp_path / "workspace", "demo", "en")
    site = workspace.add_site(simulated.site).id
    for file in simulated.files:
        import_files(workspace, site, [file.path], file.profile)
    require_same_tables(workspace)


def require_same_nation(folder: Path, sites: int) -> None:
    simulate_nation(folder, NationOptions(sites, seed=7, year=2025, faulty=0.5), workers=1)
    found = require_same_tables(Workspace(folder))
    assert any(book.used for book in found.books.values())


def require_same_tables(workspace: Workspace) -> Computed:
    """Both ways for the sites of a workspace; gives what the forms made."""
    registry = load_registry()
    given = {
        site: read_input(workspace, site, YEAR, remembering=False)
        for site in workspace.site_ids()
    }  # fmt: skip
    made = []
    for forms in (None, Forms(lineage=True)):
        with Engine(1) as engine:
            made.append(compute_shard(engine, given, registry, YEAR, Watch.silent(), forms))
    for name in ("leaf", "leaf_input", "parameter", "certificate"):
        assert made[0].tables[name].equals(made[1].tables[name]), name
    findings = [finding_table(f for g in given.values() for f in each.findings_of(g))
                for each in made]  # fmt: skip
    assert findings[0].equals(findings[1])
    return made[1]
