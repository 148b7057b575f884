"""The reference case of microgrids, beside PyPSA and linopy with HiGHS: same case, one run.

``python -m benchmarks.microgrid``. The weather is that of ../shared/data where it is there, else an
invented one; loads and prices are invented. All times are CPU seconds of one core after import;
ours is from the parameters to the proved plan, that of the others from the same parameters to the
solver's word. Without the extra ``peers`` ours is shown alone.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from tests.plan.microgrid.sites import PARAMETERS, profiles

from benchmarks.microgrid_peers import absent, algorithms, in_linopy, in_pypsa
from celadon.numerics.lp.expression import Floats
from celadon.plan.microgrid.design import build
from celadon.plan.microgrid.plan import Plan
from celadon.plan.microgrid.planning import plan_design
from celadon.plan.microgrid.reference_case import ReferenceParameters, reference_design
from celadon.plan.replay.replay import replay

HOURS, ROUNDS = 8760, 3
AGREE, BREACH = 1e-6, 1e-6
_WEATHER = (
    Path(__file__).resolve().parents[2] / "shared" / "data" / "weather"
    / "shanghai_hongqiao_tmyx_hourly.csv"
)  # fmt: skip


def case(hours: int = HOURS) -> tuple[ReferenceParameters, Mapping[str, Floats]]:
    """Parameters and profiles of the full year."""
    sun = wind = None
    if _WEATHER.is_file() and hours == HOURS:
        with _WEATHER.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        sun = np.array([float(row["pv_cf"]) for row in rows])
        wind = np.array([float(row["wind_cf"]) for row in rows])
    return ReferenceParameters.model_validate(PARAMETERS), profiles(hours, sun, wind)


def microgrid(rounds: int = ROUNDS) -> str:
    """The lines of the benchmark.

    Raises
    ------
    SystemExit
        If objectives differ, or a requirement is broken by more than is allowed.
    """
    given, columns = case()
    design = reference_design(given, columns)
    building = min(_cpu(lambda: build(design))[0] for _ in range(rounds + 2))
    seconds, plan = min(
        (_cpu(lambda: plan_design(reference_design(given, columns))) for _ in range(rounds)),
        key=lambda timed: timed[0],
    )
    if not isinstance(plan, Plan):
        raise SystemExit("microgrid: there is no plan")
    residuals, again = plan.residuals, replay(design, plan.sizes, plan.flows)
    height, width = plan.built.program.matrix.shape
    worst = max(residuals.violation, again.largest_breach)
    terms, solver = plan.built.program.matrix.nnz, plan.solution.method
    told = (
        f"microgrid   {seconds:5.2f} CPU s  {height:,} rows, {width:,} columns, {terms:,} terms; "
        f"built in {building:.3f}, {solver}; {plan.objective:,.4f} kCNY, gap {residuals.gap:.1e}, "
        f"largest breach {worst:.1e}"
    )
    lines = [told]
    if worst > BREACH or residuals.gap > AGREE:
        raise SystemExit("\n".join([*lines, "microgrid: the plan breaks what it must keep"]))
    lines += _beside(given, columns, plan.objective, seconds)
    return "\n".join(lines)


def _beside(
    given: ReferenceParameters, columns: Mapping[str, Floats], ours: float, seconds: float
) -> list[str]:
    """A line for each peer, by the algorithm that was quickest for it."""
    without = absent()
    if without:
        return [f"            no peers: {', '.join(without)} not installed (the extra peers)"]
    lines = []
    for name, solve in (("pypsa", in_pypsa), ("linopy", in_linopy)):
        tried = [(*_cpu(_bound(solve, given, columns, o)), o["solver"]) for o in algorithms()]
        taken, objective, by = min(tried)
        apart = abs(objective - ours) / abs(ours)
        others = ", ".join(f"{w} {t:.1f}" for t, _, w in tried if w != by)
        lines.append(
            f"            {taken / seconds:5.1f} x  {name} {version(name)} with HiGHS "
            f"{version('highspy')} {by}, {taken:.1f} CPU s{f' ({others})' if others else ''}; "
            f"objectives {apart:.1e} apart"
        )
        if apart > AGREE:
            raise SystemExit("\n".join([*lines, "microgrid: the objectives differ"]))
    return lines


def _bound(solve: Callable[..., float], *given: Any) -> Callable[[], float]:
    return lambda: solve(*given)


def _cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of this process, all threads, and what the work gives."""
    before = time.process_time()
    done = work()
    return time.process_time() - before, done


if __name__ == "__main__":
    sys.stdout.write(microgrid() + "\n")
