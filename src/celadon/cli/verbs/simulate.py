"""``celadon simulate``: made-up enterprises in a workspace of their own, or sites to be planned."""

from __future__ import annotations

import time
from pathlib import Path

from rich.status import Status

from celadon.app.simulating import (
    Nation,
    NationOptions,
    PopulationOptions,
    Progress,
    simulate,
    simulate_sites,
)
from celadon.cli.terminal import Terminal
from celadon.errors import Fault, WorkspaceError


def nation(
    terminal: Terminal,
    folder: Path | None,
    *,
    enterprises: int,
    seed: int,
    year: int,
    meters: int,
    faulty: float,
    products: int,
    machines: int,
    workers: int,
) -> None:
    """Write the nation, with rate and time left; say what is there and what to type next."""
    if folder is None:
        rule = "a nation is written into a folder of its own"
        fault = Fault(("DIR",), "no folder", rule, "celadon simulate nation DIR --enterprises 20")
        raise WorkspaceError("Where is the nation to be written?", [fault])
    options = NationOptions(
        enterprises, seed=seed, year=year, meters=meters, faulty=faulty, products=products,
        machines=machines,
    )  # fmt: skip
    since = time.perf_counter()
    with terminal.working(terminal.say("simulate.begin")) as status:
        made = simulate(
            folder, options, workers=workers, language=terminal.language,
            progress=_telling(terminal, status, since),
        )  # fmt: skip
    spent = time.perf_counter() - since
    if terminal.as_json:
        terminal.emit(
            {
                "simulated": True,
                "workspace": folder.as_posix(),
                "enterprises": made.sites,
                "made": made.made,
                "readings": made.readings,
                "planted": made.planted,
                "truth": (folder / "truth" / "truth.csv").as_posix(),
                "seconds": round(spent, 3),
            }
        )
        return
    _show(terminal, made, options, spent)


def _telling(terminal: Terminal, status: Status, since: float) -> Progress:
    """Progress that tells how many sites a second are written, and how long the rest will take."""
    begun: list[int] = []

    def told(done: int, all_sites: int, readings: int) -> None:
        begun.append(done)
        spent = time.perf_counter() - since
        rate = (done - begun[0]) / spent if spent > 0 else 0.0
        left = f"{(all_sites - done) / rate:,.0f}" if rate else "?"
        status.update(
            terminal.say(
                "simulate.progress",
                done=f"{done:,}",
                all=f"{all_sites:,}",
                readings=f"{readings / 1e6:,.0f}",
                rate=f"{rate:,.1f}",
                left=left,
            )
        )

    return told


def _show(terminal: Terminal, made: Nation, options: NationOptions, spent: float) -> None:
    say = terminal.say
    terminal.heading(say("simulate.title"), str(options.year), f"seed {options.seed}")
    terminal.row("▲", say("simulate.marked"), style="yellow")
    terminal.row(
        say("simulate.sites"),
        say("simulate.counted", sites=f"{made.sites:,}", made=f"{made.made:,}",
            readings=f"{made.readings:,}"),
        f"{spent:.1f} s",
    )  # fmt: skip
    truth = (made.folder / "truth" / "truth.csv").as_posix()
    terminal.row(say("simulate.planted"), say("simulate.truth", planted=made.planted, path=truth))
    terminal.stand(made.folder)
    command = terminal.command("celadon run", period=False)
    terminal.row(say("simulate.next"), f"{command} --period {options.year}")


def microgrids(
    terminal: Terminal, folder: Path, *, sites: int, seed: int, year: int, broken: float
) -> None:
    """Write sites that plan microgrids; say what is there and what to type next."""
    options = PopulationOptions(sites, seed=seed, year=year, broken=broken)
    with terminal.working(folder.as_posix()):
        made = simulate_sites(folder, options)
    truth = (folder / "truth.csv").as_posix()
    planted = sum(1 for site in made if site.planted)
    if terminal.as_json:
        terminal.emit(
            {"simulated": True, "folder": folder.as_posix(), "sites": len(made),
             "planted": planted, "truth": truth}
        )  # fmt: skip
        return
    say = terminal.say
    terminal.heading(say("simulate.microgrids"), str(year), f"seed {seed}")
    terminal.row("▲", say("simulate.marked_sites"), style="yellow")
    terminal.row(say("simulate.sites"), f"{len(made):,}")
    terminal.row(say("simulate.planted"), say("simulate.truth", planted=planted, path=truth))
    terminal.row(say("simulate.next"), f"celadon microgrid batch {folder.as_posix()}")
