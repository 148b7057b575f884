"""The quality rules over a simulated year, and over a shard of sites as a nation has them."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from celadon.app.importing import import_files
from celadon.app.workspace import Workspace
from celadon.engine import Engine
from celadon.records.compiled import compile_sites
from celadon.records.period import Period
from celadon.records.quality.judge import judge_meters, judge_readings
from celadon.records.quality.loading import load
from celadon.simulate import simulate_steelworks

ROUNDS = 3
SITES, METERS, SLOTS = 8, 25, 35_040
_SITE = """\
format = 1
[site]
id = "{site}"
simulated = true
country = "CN"
zone = "Asia/Shanghai"
[owner]
name = "模拟企业"
credit_code = "91999999MA00FAKE83"
"""
_METER = """\
[[meter]]
id = "{}"
kind = "interval"
measure = "kWh"
maximum = "20000"
"""


def quality_rates() -> str:
    """Readings a CPU second: the rules alone, and with loading, telling and estimates."""
    with tempfile.TemporaryDirectory() as folder:
        works = simulate_steelworks(Path(folder) / "input")
        workspace = Workspace.create(Path(folder) / "workspace", "bench", "en")
        site = workspace.add_site(works.site)
        for file in works.files:
            import_files(workspace, site.id, [file.path], file.profile)
        period = Period.parse("2025")
        batches = {site.id: workspace.ledger(site.id).batches("reading")}
        compiled = compile_sites({site.id: site}, period, workspace.registry().carriers)
        given = (compiled, batches, {site.id: site}, period)
        passes: list[float] = []
        whole: list[float] = []
        for _ in range(ROUNDS):
            with Engine(1) as engine:
                loaded = load(engine, *given)
                passes.append(_seconds(partial(judge_meters, loaded)))
            with Engine(1) as engine:
                judge = partial(judge_readings, engine, *given, {site.id: {}})
                whole.append(_seconds(judge))
        number = loaded.readings / 1e6
    return (
        f"quality     {number / min(passes):5.1f} million readings a CPU s in the rules, "
        f"{number / min(whole):.1f} with reading, telling and estimates"
    )


def shard_rate() -> str:
    """Readings a CPU second of a shard: sorted batches, a year of quarter hours, mostly clean."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.create(Path(folder) / "workspace", "bench", "en")
        for number in range(SITES):
            _add_site(workspace, Path(folder), number)
        period, sites = Period.parse("2025"), {s: workspace.site(s) for s in workspace.site_ids()}
        compiled = compile_sites(sites, period, workspace.registry().carriers)
        batches = {site: workspace.ledger(site).batches("reading") for site in sites}
        rates = []
        for _ in range(ROUNDS):
            with Engine(1) as engine:
                given = (engine, compiled, batches, sites, period)
                none: dict[str, dict[str, int]] = {site: {} for site in sites}
                taken = _seconds(partial(judge_readings, *given, none))
                rates.append(SITES * METERS * SLOTS / taken / 1e6)
    return (
        f"shard       {max(rates):5.1f} million readings a CPU s from sorted batches to days "
        f"({SITES} sites of {METERS} meters)"
    )


def _add_site(workspace: Workspace, folder: Path, number: int) -> None:
    """A site whose meters run alike from day to day; one in ten has a gap of some hours."""
    draw, site = np.random.default_rng(number), f"site{number}"
    declared = workspace.folder / "sites" / site / "site.toml"
    declared.parent.mkdir(parents=True)
    meters = [f"m{n:02d}" for n in range(METERS)]
    declared.write_text(_SITE.format(site=site) + "".join(map(_METER.format, meters)), "utf-8")
    first = np.datetime64("2024-12-31T16:00:00", "us")  # midnight in Shanghai
    daily = 1 + 0.4 * np.sin((np.arange(SLOTS) % 96 - 30) / 96 * 2 * np.pi)
    parts = []
    for meter in meters:
        count = (daily * draw.uniform(500, 2_000) * draw.uniform(0.9, 1.1, SLOTS)).astype(int)
        kept = np.ones(SLOTS, bool)
        if draw.random() < 0.1:
            gap = int(draw.integers(3_000, SLOTS - 3_000))
            kept[gap : gap + int(draw.integers(1, 40))] = False
        slot = np.flatnonzero(kept)
        columns = {
            "meter": pa.repeat(meter, len(slot)),
            "ts": pa.array(first + slot * np.timedelta64(900, "s")),
            "count": count[kept],
            "quality": pa.nulls(len(slot), pa.string()),
            "source_row": slot + 2,
        }
        parts.append(pa.table(columns))
    source = folder / f"{site}.txt"
    source.write_text(f"simulated {site}", encoding="utf-8")
    ledger = workspace.ledger(site)
    ledger.commit_declaration(declared)
    ledger.commit("reading", pa.concat_tables(parts), source, "0" * 64)


def _seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before
