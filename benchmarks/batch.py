"""A batch of simulated mixed sites, a full year of hours each: ``python -m benchmarks.batch``.

    python -m benchmarks.batch                 60 sites on 2 processes
    python -m benchmarks.batch --sites 600     so many

Simulating is not timed; reading the files, planning, proving and writing the tables is. Every site
must come to what the truth table says. Memory is the highest of any one process.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from importlib.util import find_spec
from pathlib import Path

from celadon.app.microgrids.batch import plan_batch
from celadon.app.microgrids.record import read_record
from celadon.simulate.microgrids import PopulationOptions, simulate_microgrids

SITES, SEED, WORKERS, BROKEN = 60, 7, 2, 0.1
SITES_A_MINUTE, MEGABYTES = 30, 300
"""What has to be reached."""

PANDAS = 40
"""MB let pass where pandas is installed, as beside pvlib: Arrow then imports it unasked."""


def batch_rate(sites: int = SITES, workers: int = WORKERS) -> str:
    """The line of the benchmark.

    Raises
    ------
    SystemExit
        If a site comes to something else than the truth, or the rate or memory is not reached.
    """
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place) / "sites", Path(place) / "out"
        made = simulate_microgrids(folder, PopulationOptions(sites, seed=SEED, broken=BROKEN))
        done = plan_batch(folder, out, workers=workers)
        for site in made:
            record = read_record(out, site.name)
            found = "nothing" if record is None else record.status
            if found != site.status:
                raise SystemExit(f"batch: {site.name} is {found}, and should be {site.status}")
    rate = 60 * sites / done.seconds
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    told = ", ".join(f"{number} {status}" for status, number in sorted(done.statuses.items()))
    line = (
        f"batch       {rate:5.0f} sites a minute on {workers} processes "
        f"({sites} sites in {done.seconds:.1f} s: {told}; peak {peak} MB a process)"
    )
    most = MEGABYTES + (PANDAS if find_spec("pandas") else 0)
    if rate < SITES_A_MINUTE or peak > most:
        raise SystemExit(f"{line}\nbatch: {SITES_A_MINUTE} a minute and {MEGABYTES} MB are asked")
    return line


def main() -> None:
    """Print the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=SITES)
    parser.add_argument("--workers", type=int, default=WORKERS)
    given = parser.parse_args()
    print(batch_rate(given.sites, given.workers))  # noqa: T201


if __name__ == "__main__":
    main()
