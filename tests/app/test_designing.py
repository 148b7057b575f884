"""A design takes its load from the ledger of a site, and never fills what is not there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from celadon.app import designing
from celadon.app.load import LOAD
from celadon.app.microgrid_reporting import Asked, report_design
from celadon.app.workspace import Workspace
from celadon.chain import sha256_file
from celadon.errors import InputError
from celadon.plan.microgrid.plan import Plan

DESIGN = """\
[design]
id = "from-ledger"
year = 2025

[series.load]
site = "works"
fill_at_most_hours = {hours}

[[demand]]
id = "works"
series = "load"

[[grid]]
id = "grid"
price = "0.6 CNY/kWh"
demand_price = "40 CNY/kW"
"""


def drawn(counts: list[int | None]) -> pa.Table:
    """Quarter hours from midnight of New Year in Shanghai, which is the afternoon before in UTC."""
    start = dt.datetime(2024, 12, 31, 16)
    step = dt.timedelta(minutes=15)
    return LOAD.from_rows(
        {"site": "works", "ts": start + n * step, "count": count} for n, count in enumerate(counts)
    )


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace whose site drew 250 kWh in each quarter hour, but for one hour of the year."""
    counts: list[int | None] = [250_000] * 35_040
    counts[8] = 500_000  # 2:00 in Shanghai: 2 MW for a quarter of an hour
    counts[4_000:4_004] = [None] * 4
    run = SimpleNamespace(
        site=SimpleNamespace(zone="Asia/Shanghai"), table=lambda _schema: drawn(counts)
    )
    monkeypatch.setattr(designing, "cached_run", lambda *_: run)
    return tmp_path


def test_the_power_of_a_site_is_read_from_its_ledger(place: Path) -> None:
    workspace = Workspace.create(place / "workspace", "test", "en")
    (place / "design.toml").write_text(DESIGN.format(hours=2), encoding="utf-8")
    found = designing.design_microgrid(place / "design.toml", workspace)
    load = found.design.series["load"]
    assert np.unique(load).tolist() == [1.0, 1.25]
    assert int(load.argmax()) == 2
    assert isinstance(found.outcome, Plan)
    assert found.outcome.costs["power bought"] == pytest.approx(0.6 * 8760.25)
    assert found.outcome.costs["demand"] == pytest.approx(40 * (11 * 1.0 + 1.25))
    assert {"gap_filled", "hourly_peaks"} == {finding.rule for finding in found.findings}
    assert found.check is not None
    assert found.check.largest_breach < 1e-9


def test_a_gap_in_the_ledger_is_not_filled_unasked(place: Path) -> None:
    workspace = Workspace.create(place / "workspace", "test", "en")
    (place / "design.toml").write_text(DESIGN.format(hours=0), encoding="utf-8")
    with pytest.raises(InputError, match="ledger of works has gaps"):
        designing.design_microgrid(place / "design.toml", workspace)


CONTRACT = """\
id = "contract"
valid_from = 2025-01-01
source = "simulated"
confidence = "D"
zone = "Asia/Seoul"

[[rates]]
id = "energy"
price = "0.6"
"""


def test_a_tariff_by_another_clock_is_told_and_is_among_the_files_of_the_report(
    place: Path,
) -> None:
    """The works are in Asia/Shanghai; all money of the report comes from the tariff's file."""
    path = place / "design.toml"
    text = DESIGN.format(hours=3).replace('price = "0.6 CNY/kWh"\ndemand_price = "40 CNY/kW"\n',
                                          'tariff = "contract.toml"\n')  # fmt: skip
    path.write_text(text, encoding="utf-8")
    (place / "contract.toml").write_text(CONTRACT, encoding="utf-8")
    workspace = Workspace.create(place / "workspace", "test", "en")
    designed, content = report_design(path, workspace, Asked())
    assert content is not None
    assert content.inputs.keys() == {"design.toml", "contract.toml"}
    assert content.inputs["contract.toml"] == sha256_file(place / "contract.toml")
    (finding,) = (each for each in designed.findings if each.rule == "tariff_zone_apart")
    assert finding.numbers["hours"] == "1"
