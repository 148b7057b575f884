"""Green power from the file to the figure: two sites, one ledger each, and what both used."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from celadon.accounts.tables import CERTIFICATE, LEAF
from celadon.app.explaining import Question, explain
from celadon.app.importing import import_files
from celadon.app.national.nation import run_nation
from celadon.app.reporting import write_site_report
from celadon.app.running import cached_run, run
from celadon.app.summary import summarise
from celadon.app.workspace import Workspace
from celadon.records.period import Period

MARCH = Period.parse("2025-03")
SITE = """
[site]
id = "{id}"
simulated = true
country = "CN"
region = "CN-HE"
zone = "Asia/Shanghai"

[owner]
name = "模拟企业"
credit_code = "91999999MA00FAKE83"

[accounting]
carbon_method = "iron-and-steel-ndrc-2013"
electricity_programme = "enterprise_gbt32150"

[[unit]]
id = "mill"

[[stream]]
id = "power"
carrier = "electricity"
from = "outside"
to = "mill"
monthly = "consumption"
carbon = "electricity"

[[stream]]
id = "limestone"
carrier = "limestone"
from = "outside"
to = "mill"
monthly = "consumption"
carbon = "flux"

[[contract]]
id = "wind"
kind = "green_power"
stream = "power"
from_day = 2025-01-01
document = "PPA-1"
certificate = {{ value = "1", unit = "MWh", document = "rule of the certificates" }}
"""
ACTIVITY = (
    'id = "a"\nkind = "activity"\nfile = "csv"\nlayout = "rows"\n[columns]\nstream = ["stream"]\n'
)
ACTIVITY += 'kind = ["kind"]\nmonth = ["month"]\nquantity = ["quantity"]\nunit = ["unit"]\n'
GREEN = 'id = "g"\nkind = "settlement"\nfile = "csv"\nlayout = "rows"\n[columns]\n'
GREEN += 'contract = ["contract"]\nmonth = ["month"]\nquantity = ["MWh"]\nunit = ["unit"]\n'
GREEN += 'document = ["sheet"]\nfirst_serial = ["first"]\nlast_serial = ["last"]\n'
GREEN += 'certified = ["of"]\n'


def add(workspace: Workspace, site: str, first: int, last: int) -> None:
    """A site with 1,000 MWh and 100 t of limestone in March, and the settlement of a range."""
    folder = workspace.folder / "sites" / site
    (folder / "profiles").mkdir(parents=True)
    (folder / "site.toml").write_text(SITE.format(id=site), encoding="utf-8")
    (folder / "profiles" / "a.toml").write_text(ACTIVITY, encoding="utf-8")
    (folder / "profiles" / "g.toml").write_text(GREEN, encoding="utf-8")
    use, green = workspace.folder / f"{site}-use.csv", workspace.folder / f"{site}-green.csv"
    use.write_text(
        "stream,kind,month,quantity,unit\npower,consumption,2025-03,1000,MWh\n"
        "limestone,consumption,2025-03,100,t\n"
    )
    green.write_text(
        "contract,month,MWh,unit,sheet,first,last,of\n"
        f"wind,2025-03,{last - first + 1},MWh,S-3,GEC-{first},GEC-{last},2025-03\n"
    )
    for file, profile in ((use, "a"), (green, "g")):
        (taken,) = import_files(workspace, site, [file], profile)
        assert not taken.findings
        assert taken.rows


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "park", "模拟园区", "en")
    add(made, "one", 1, 400)
    add(made, "two", 301, 500)
    return made


def test_both_totals_stand_beside_each_other(workspace: Workspace) -> None:
    """Limestone 44 t; 1,000 x 0.5306 by location; 600 x 0.6096 by market."""
    result = run(workspace, ["one"], MARCH)["one"]
    summary = summarise(result)
    location, market = summary.views
    assert (location.direct, location.purchased, location.total) == (
        44_000_000, 530_600_000, 574_600_000,
    )  # fmt: skip
    assert (market.direct, market.purchased, market.total) == (
        44_000_000, 365_760_000, 409_760_000,
    )  # fmt: skip
    assert [view["account"] for view in summary.plain()["views"]] == ["carbon", "carbon_market"]
    total = summary.total("carbon_market", "co2")
    assert total is not None
    assert (total.value, total.is_whole) == (409_760_000, True)


def test_the_market_figure_leads_to_the_row_of_the_settlement(workspace: Workspace) -> None:
    result = cached_run(workspace, "one", MARCH)
    told = str(explain(workspace, result, Question("carbon_market")).plain())
    for part in ("409.760000 t CO2", "one-green.csv › row 2", "S-3", "0.6096 kgCO2/kWh", "annex D"):
        assert part in told
    one = explain(workspace, result, Question("carbon_market", scope="green_electricity"), "zh")
    assert "绿电" in str(one.plain())


def test_the_report_shows_both_views(workspace: Workspace) -> None:
    for language, words in (("en", "By market"), ("zh", "市场法")):
        wrote = write_site_report(workspace, cached_run(workspace, "one", MARCH), language)
        page = wrote.html.read_text(encoding="utf-8")
        assert words in page
        assert "409.76" in page


def test_a_nation_counts_the_same_and_tells_what_two_sites_used(workspace: Workspace) -> None:
    """Certificates 301 to 400 stand in both: 100 MWh of the site that recorded them later."""
    done = run_nation(workspace, ["one", "two"], MARCH, workers=1)
    (found,) = (each for each in done.across if each.rule == "certificate_used_elsewhere")
    assert (found.site, found.numbers["number"], found.numbers["other"]) == ("two", 100, "one")
    alone = run(workspace, ["one", "two"], MARCH)
    parts = (LEAF.read(part.path(done.folder, LEAF.name)) for part in done.parts)
    together = [row for part in parts for row in part.to_pylist()]
    for site in ("one", "two"):
        rows = [row for row in together if row["site"] == site]
        assert rows == alone[site].table(LEAF).to_pylist() != []
    assert alone["two"].table(CERTIFICATE).num_rows == 1
    assert alone["two"].table(CERTIFICATE).to_pylist()[0]["from_day"] == dt.date(2025, 3, 1)
