from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from celadon.records.compiled import compile_sites
from celadon.records.period import Period
from celadon.records.readers.grid import open_grids
from celadon.records.readers.profile import load_profile
from celadon.records.readers.reading_files import read_readings
from celadon.records.readers.row_files import read_activity, read_samples
from celadon.records.site import Site
from celadon.reference import load_registry
from celadon.simulate import SimulatedWorks, simulate_steelworks


def digests(works: SimulatedWorks) -> dict[str, str]:
    paths = [works.site, works.truth, *(file.path for file in works.files)]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_equal_seeds_give_equal_bytes(written: SimulatedWorks, tmp_path: Path) -> None:
    assert digests(simulate_steelworks(tmp_path)) == digests(written)


def test_another_seed_gives_other_readings_and_another_truth(
    written: SimulatedWorks, tmp_path: Path
) -> None:
    one, other = digests(written), digests(simulate_steelworks(tmp_path, seed=7))
    assert [name for name in one if one[name] == other[name]] == ["site.toml"]


def test_a_leap_year_can_be_simulated(tmp_path: Path) -> None:
    works = simulate_steelworks(tmp_path, year=2024)
    february = (tmp_path / "inbox" / "readings-2024-02.csv").read_text(encoding="utf-8")
    assert len(february.splitlines()) == 1 + 29 * 96
    assert len(works.files) == 15


def test_files_come_in_their_order(written: SimulatedWorks) -> None:
    names = [file.path.name for file in written.files]
    months = [f"readings-2025-{month:02d}.csv" for month in range(1, 13)]
    late = ["readings-late-2025-06.csv"]
    assert names == [*months[:7], *late, *months[7:], "activity.xlsx", "laboratory.xlsx"]
    assert all(file.path.is_file() for file in written.files)


def test_the_site_is_plainly_simulated(site: Site) -> None:
    assert site.simulated
    assert "模拟" in site.name("zh")
    assert "imulated" in site.name("en")
    assert site.owner.credit_code.startswith("91999999")  # a division that does not exist
    names = [item.name_zh for item in (*site.streams, *site.products)]
    assert len(names) == len(set(names))  # the workbooks call them by these names
    assert all(item.name_zh and item.name_en for item in (*site.streams, *site.units, *site.meters))


def test_every_meter_serves_a_stream_a_product_or_shows_a_state(site: Site) -> None:
    used = {m for item in (*site.streams, *site.products) for m in item.meters}
    states = {meter.id for meter in site.meters if meter.kind == "state"}
    assert used | states == {meter.id for meter in site.meters}
    assert not used & states


def test_the_declaration_fits_the_reference_tables(site: Site) -> None:
    registry = load_registry()
    period = Period.parse("2025")
    compiled = compile_sites({site.id: site}, period, registry.carriers)
    assert compiled.meters.num_rows == len(site.meters)


@pytest.mark.parametrize("number", [0, 5, 7, 12])
def test_readings_are_taken_without_a_finding(
    written: SimulatedWorks, site: Site, number: int
) -> None:
    file = written.files[number]
    profile = load_profile(file.profile)
    (grid,) = open_grids(file.path, profile)
    table, findings = read_readings(grid, profile, site)
    assert findings == []
    assert table.num_rows > 6000


def test_workbooks_are_taken_without_a_finding(written: SimulatedWorks, site: Site) -> None:
    carriers = load_registry().carriers
    activity, laboratory = written.files[-2:]
    profile = load_profile(activity.profile)
    rows = 0
    for grid in open_grids(activity.path, profile):
        table, findings = read_activity(grid, profile, site, carriers)
        assert findings == [], grid.sheet
        rows += table.num_rows
    assert rows > 700
    profile = load_profile(laboratory.profile)
    sheets = {
        grid.sheet: read_samples(grid, profile, site)
        for grid in open_grids(laboratory.path, profile)
    }
    assert set(sheets) == {"化验", "证书"}
    assert all(findings == [] for _, findings in sheets.values())
    certificates = sheets["证书"][0].to_pylist()
    assert [str(row["from_day"]) for row in certificates] == ["2025-01-01", "2025-07-16"]
    assert {row["unit"] for row in certificates} == {"MJ/Nm3"}


def test_lines_look_as_plants_write_them(inbox: Path) -> None:
    first, second, *_ = (inbox / "readings-2025-03.csv").read_text(encoding="utf-8").splitlines()
    headers = first.split(",")
    assert headers[0] == "时间"
    assert all(re.fullmatch(r"[a-z0-9-]+ \([A-Za-z0-9%]+\)", header) for header in headers[1:])
    assert second.startswith("2025-03-01 00:00,")
    assert re.fullmatch(r"[0-9:. ,-]*", second)


def test_the_year_is_closed_by_a_last_reading_of_the_registers(inbox: Path, site: Site) -> None:
    lines = (inbox / "readings-2025-12.csv").read_text(encoding="utf-8").splitlines()
    last = lines[-1].split(",")
    assert last[0] == "2026-01-01 00:00"
    for meter, cell in zip(site.meters, last[1:], strict=True):
        assert bool(cell) == (meter.kind == "register"), meter.id
