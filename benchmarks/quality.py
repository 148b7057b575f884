"""The quality rules over a simulated works' year, on sorted readings in memory."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from celadon.app.importing import import_files
from celadon.app.workspace import Workspace
from celadon.engine import Engine
from celadon.records.compiled import compile_sites
from celadon.records.period import Period
from celadon.records.quality.judge import judge_meters, judge_readings
from celadon.records.quality.loading import load
from celadon.simulate import simulate_steelworks

ROUNDS = 3


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


def _seconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before
