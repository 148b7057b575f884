"""The checks on the EPA panel of 94,378 facility-years against a plain script for the same counts.

Ours reads the file by a profile, keeps every hit with its place and size, clusters causes and ranks
reporters; the script (:mod:`benchmarks.plain_checks`) answers the same rules with a number each,
over the wide file. Both have two threads. The counts are compared before anything is timed.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.plain_checks import plain_counts
from celadon.assess.checks import load_check_profile, read_population, screen

ROUNDS = 10
THREADS = 2
_FILE = Path("shared") / "data" / "epa_ghgrp" / "ghgrp_direct_emitters_2010_2023.parquet"


def checks_ratio() -> str:
    """The ratio of CPU seconds, and what either side takes."""
    path = Path(__file__).resolve().parents[2] / _FILE
    if not path.is_file():
        return "checks      not measured: ../shared/data is absent"
    profile = load_check_profile("epa-ghgrp")

    def ours() -> Counter[str]:
        done = screen(read_population(path, profile), threads=THREADS)
        return Counter(done.hits["rule"].to_pylist())

    found, plain = ours(), plain_counts(path, THREADS)
    if any(found[rule] != count for rule, count in plain.items()) or set(found) - set(plain):
        raise SystemExit("checks: the two ways differ")
    one, other = _best(ours, lambda: plain_counts(path, THREADS))
    return (
        f"checks      {one / other:5.2f} x  the CPU time of a plain DuckDB script for the same "
        f"counts ({other * 1e3:.0f} to {one * 1e3:.0f} ms; {sum(plain.values()):,} places)"
    )


def _best(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """The least CPU seconds of either, taken in turn."""
    taken: list[tuple[float, float]] = [(_once(one), _once(other)) for _ in range(ROUNDS)]
    return min(first for first, _ in taken), min(second for _, second in taken)


def _once(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    print(checks_ratio())  # noqa: T201
