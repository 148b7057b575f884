"""``celadon microgrid reprice``: a bought system in drawn years, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from celadon.app.initialising import is_workspace
from celadon.app.microgrids.repricing import Asked, Outlived, reprice_design, write_lived
from celadon.cli.opening import open_workspace
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.microgrid_scenarios import folder_for_tables, money
from celadon.languages import Language
from celadon.plan.microgrid.money import cny_text, fen
from celadon.plan.uncertainty.living import COST, PAYBACK, SAVING, Lived
from celadon.plan.uncertainty.percentiles import PERCENTILES, Percentile
from celadon.report.microgrid.uncertainty import spread

_MEASURES = (COST, SAVING, PAYBACK)

_MARKED = (0.05, 0.5, 0.95)
"""The percentiles that a drawing shows."""

_MILLION = 1000
"""kCNY of a million CNY."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the command was given."""

    file: Path
    draws: int
    seed: int
    plan: Path | None
    standing: Sequence[str]
    out: Path | None


def reprice(
    terminal: Terminal, folder: Path, language: Language | None, given: Given, *, named: bool
) -> None:
    """Run a bought system through drawn years, show it, and write its tables."""
    inside = named or is_workspace(folder)
    workspace = open_workspace(terminal, folder, language) if inside else None
    into = folder_for_tables(given.out or given.file.parent / "out" / "reprice")
    asked = Asked(given.draws, given.seed, given.plan, given.standing)
    with terminal.working(given.file.name):
        found = reprice_design(given.file, asked, workspace)
    written = [*write_lived(found, into), *_drawn(terminal, found.lived, into)]
    if terminal.as_json:
        terminal.emit({**_document(found, given), "wrote": [p.as_posix() for p in written]})
        return
    _show(terminal, found, given)
    terminal.row(terminal.say("microgrid.wrote"), f"{into.as_posix()}/*.parquet · *.svg")


def _drawn(terminal: Terminal, lived: Lived, into: Path) -> list[Path]:
    """The spread of costs and savings as drawings; none where no draw is known."""
    written = []
    for measure in (COST, SAVING):
        drawn = lived.measures.get(measure)
        if drawn is None or not np.isfinite(drawn).any():
            continue
        marks = [(f"P{100 * each.rank:g}", each.value / _MILLION)
                 for each in lived.percentiles(measure) if each.rank in _MARKED]  # fmt: skip
        name = terminal.say(f"reprice.{measure}")
        unit = f"{name}, {terminal.say('reprice.million')}"
        count = terminal.say("reprice.drawn_years")
        svg = spread((drawn / _MILLION).tolist(), marks, unit, count, name)
        path = into / f"{measure}.svg"
        path.write_text(svg, encoding="utf-8", newline="\n")
        written.append(path)
    return written


def _show(terminal: Terminal, found: Outlived, given: Given) -> None:
    head, say, lived = found.declared.file.head, terminal.say, found.lived
    terminal.heading(head.id, head.name(terminal.language), str(head.year))
    if head.simulated:
        terminal.row("▲", say("microgrid.simulated"), style="yellow")
    terminal.row(say("reprice.drawn"), say("reprice.years", draws=given.draws, seed=given.seed))
    for each in found.uncertain:
        terminal.row("", f"{each.what}: {_distribution(terminal, each)} · {each.source}")
    terminal.row(say("microgrid.proof"), _how_known(terminal, lived))
    lost = int((~lived.system.served).sum())
    if lost:
        terminal.row("▲", say("reprice.not_served", lost=lost, draws=given.draws), style="yellow")
    if lived.today is None:
        terminal.row("▲", say("reprice.no_today"), style="yellow")
    elif SAVING not in lived.measures:
        terminal.row("▲", say("reprice.today_not_served"), style="yellow")
    _show_measures(terminal, lived)
    if found.scenarios:
        terminal.print()
        rows = [(name, say("scenarios.not_served") if cost is None else money(cost))
                for name, cost in found.scenarios.items()]  # fmt: skip
        terminal.table([say("scenarios.scenario"), say("scenarios.this")], rows, numbers=1)
    terminal.print()


def _distribution(terminal: Terminal, each: Any) -> str:
    """A distribution in words."""
    name = terminal.say(f"reprice.{each.distribution}")
    if each.distribution == "triangular":
        return f"{name} {each.least:g} – {each.likely:g} – {each.most:g}"
    return f"{name} {each.middle:g} ± {each.spread:g}"


def _how_known(terminal: Terminal, lived: Lived) -> str:
    """How many years were solved, and how wide the widest bracket is."""
    system = lived.system
    served = system.served
    widest = float((system.high - system.low)[served].max()) if served.any() else 0.0
    return terminal.say("reprice.solved", solved=system.solved, off=money(widest / 2))


def _show_measures(terminal: Terminal, lived: Lived) -> None:
    """Percentiles, each with the interval that holds the true one."""
    say = terminal.say
    units = {
        COST: say("microgrid.yearly"),
        SAVING: say("microgrid.yearly"),
        PAYBACK: say("reprice.in_years"),
    }
    for measure in _MEASURES:
        if measure not in lived.measures:
            continue
        rows = [
            (f"P{100 * each.rank:g}", _shown(terminal, measure, each.value),
             f"{_shown(terminal, measure, each.low)} … {_shown(terminal, measure, each.high)}")
            for each in lived.percentiles(measure)
        ]  # fmt: skip
        whole = lived.mean(measure)
        if whole is not None:
            error = "" if whole.error is None else f"± {_shown(terminal, measure, whole.error)}"
            name = say("reprice.mean_of", count=whole.count)
            rows.append((name, _shown(terminal, measure, whole.value), error))
        terminal.print()
        headers = [say(f"reprice.{measure}"), units[measure], say("reprice.interval")]
        terminal.table(headers, rows, numbers=2)
    if lived.loses is not None:
        terminal.print()
        terminal.row(say("reprice.loses"), f"{100 * lived.loses:.3g} %")


def _shown(terminal: Terminal, measure: str, value: float | None) -> str:
    if value is None:
        return terminal.say("reprice.too_few")
    if not np.isfinite(value):
        return terminal.say("reprice.never" if measure == PAYBACK else "scenarios.not_served")
    return f"{value:.2f}" if measure == PAYBACK else money(value)


def _document(found: Outlived, given: Given) -> dict[str, Any]:
    """Everything that is shown, as plain data."""
    head, lived = found.declared.file.head, found.lived
    served = lived.system.served
    widths = (lived.system.high - lived.system.low)[served]
    return {
        "design": head.id, "year": head.year, "simulated": head.simulated,
        "draws": given.draws, "seed": given.seed,
        "uncertain": [each.model_dump() for each in found.uncertain],
        "sizes": dict(found.bought.sizes),
        "solved": lived.system.solved,
        "widest_bracket_cny": cny_text(fen(float(widths.max()))) if widths.size else None,
        "not_served": int((~served).sum()), "loses": lived.loses,
        "measures": {
            measure: {
                "unit": "years" if measure == PAYBACK else "CNY/a",
                "percentiles": [_percentile(measure, p) for p in lived.percentiles(measure)],
                "mean": _mean(lived, measure),
            }
            for measure in lived.measures
        },
        "ranks": list(PERCENTILES),
        "scenarios_cny": {
            name: None if cost is None else cny_text(fen(cost))
            for name, cost in found.scenarios.items()
        },
    }  # fmt: skip


def _percentile(measure: str, each: Percentile) -> dict[str, Any]:
    low, value, high = (_plain(measure, n) for n in (each.low, each.value, each.high))
    return {"rank": each.rank, "value": value, "low": low, "high": high}


def _mean(lived: Lived, measure: str) -> dict[str, Any] | None:
    whole = lived.mean(measure)
    if whole is None:
        return None
    return {"value": _plain(measure, whole.value), "error": _plain(measure, whole.error),
            "count": whole.count}  # fmt: skip


def _plain(measure: str, value: float | None) -> float | str | None:
    if value is None or not np.isfinite(value):
        return None
    return round(value, 3) if measure == PAYBACK else cny_text(fen(value))
