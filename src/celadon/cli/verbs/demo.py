"""``celadon demo``: a simulated steelworks, from meter to report."""

from __future__ import annotations

import time
from pathlib import Path

from celadon.app.demonstration import Comparison, Demonstration, PlantedFault, demonstrate
from celadon.app.initialising import is_workspace
from celadon.app.summary import summarise
from celadon.app.workspace import Workspace
from celadon.cli.terminal import Terminal
from celadon.cli.verbs.run import show_run, show_wrote, written_paths
from celadon.cli.watch import Watch
from celadon.languages import Language
from celadon.simulate.faults import EVERY_METER


def demo(terminal: Terminal, folder: Path, language: Language | None) -> None:
    """Make and run the demonstration; show the run, the planted faults and where to look."""
    if language is None and is_workspace(folder):
        terminal.language = Workspace(folder).settings.language
    if not terminal.as_json:
        terminal.heading(terminal.say("demo.title"))
    since = time.perf_counter()
    seconds, done = _demonstrate(terminal, folder)
    spent = time.perf_counter() - since
    if terminal.as_json:
        terminal.emit(
            {
                "simulated": True,
                "workspace": folder.as_posix(),
                "imported": [
                    {"file": i.file, "rows": i.rows, "replayed": i.replayed} for i in done.imported
                ],
                "summary": summarise(done.result).plain(),
                "truth": done.comparison.plain(),
                "wrote": written_paths(done.report),
                "seconds": round(spent, 3),
            }
        )
        return
    _show(terminal, done, seconds, spent)


def _demonstrate(terminal: Terminal, folder: Path) -> tuple[dict[str, float], Demonstration]:
    watch = Watch(terminal, "works")
    with terminal.working(terminal.say("demo.simulate", subject="")) as status:

        def step(name: str, subject: str) -> None:
            status.update(terminal.say(f"demo.{name}", subject=subject))

        def progress(floor: str, seconds: float) -> None:
            watch.seconds[floor] = seconds

        done = demonstrate(folder, terminal.language, step=step, progress=progress)
    return watch.seconds, done


def _show(terminal: Terminal, done: Demonstration, seconds: dict[str, float], spent: float) -> None:
    say = terminal.say
    fresh = [item for item in done.imported if not item.replayed]
    text = say("demo.files", files=len(fresh), rows=f"{sum(item.rows for item in fresh):,}")
    if not fresh:
        text = say("demo.replayed", files=len(done.imported))
    terminal.row(say("demo.imported"), text)
    terminal.stand(done.workspace.folder)
    show_run(terminal, done.workspace, done.result, summarise(done.result), seconds)
    show_wrote(terminal, done.workspace, done.result, done.report, None)
    show_comparison(terminal, done.comparison)
    terminal.print()
    terminal.row(say("demo.open_it"), str(done.report.html.resolve()))
    terminal.row(say("demo.next"), terminal.command("celadon explain works carbon"))
    terminal.row(say("demo.took"), f"{spent:.1f} s")


def show_comparison(terminal: Terminal, comparison: Comparison) -> None:
    """The planted faults in a table, each found, missed, or not detectable and why."""
    say = terminal.say
    terminal.print()
    terminal.heading(say("demo.planted"))
    headers = [say(f"demo.{name}") for name in ("fault", "meter", "when", "outcome", "by")]
    terminal.table(headers, [_row(terminal, fault) for fault in comparison.faults])
    hidden = comparison.count("not_detectable")
    text = say(
        "demo.counts",
        found=comparison.count("found"),
        detectable=len(comparison.faults) - hidden,
        missed=comparison.count("missed"),
        hidden=hidden,
        unplanted=len(comparison.unplanted),
    )
    terminal.print("  " + text)


def _row(terminal: Terminal, fault: PlantedFault) -> tuple[str, ...]:
    meter = terminal.say("demo.file") if fault.meter == EVERY_METER else fault.meter
    return (
        terminal.word("faults", fault.fault),
        meter,
        f"{fault.first:%Y-%m-%d %H:%M}",
        terminal.say(f"demo.{fault.outcome}"),
        _by(terminal, fault),
    )


def _by(terminal: Terminal, fault: PlantedFault) -> str:
    """By which rule and finding it was seen, or why it was not."""
    if fault.outcome == "missed" or (fault.expected_rule == "drift" and not fault.seen_from):
        return fault.why
    by = f"{fault.expected_rule} · {fault.finding}"
    if fault.seen_from:
        key = "drift_shown" if fault.outcome == "found" else "drift"
        return terminal.say(f"why.{key}", by=by, size=fault.seen_from)
    return by if fault.outcome == "found" else terminal.say(f"why.{fault.fault}")
