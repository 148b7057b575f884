"""``celadon run`` over many sites: how far it is, a short summary, and the sites that failed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import typer
from rich.progress import BarColumn, Progress, TextColumn

from celadon.app.latest import latest_year
from celadon.app.national import (
    SITE_FAILED,
    NationRun,
    NationSummary,
    Stand,
    run_nation,
    summarise_nation,
)
from celadon.app.national.tables import FAILED
from celadon.app.national.task import Failed
from celadon.app.national.totals import FIGURES, UNITS, Group
from celadon.app.workspace import Workspace
from celadon.assess import outcome_name, rule_name
from celadon.cli.refusing import in_words
from celadon.cli.terminal import Terminal
from celadon.errors import CeladonError
from celadon.records.finding import Finding
from celadon.records.finding import rule as rule_of
from celadon.records.period import Period
from celadon.report.figures import amount

INCOMPLETE = 1
"""The exit code where the run is done, but for sites that could not be run."""

_UNITS: Mapping[str, str] = {
    "energy": "tce", "energy_equivalent": "tce", "carbon": "t CO₂", "water": "m³"
}  # fmt: skip
_PARTIAL = "▲"
_ASKED_FOR_YEAR, _SHOWN_RULES, _SHOWN_FAILED, _SHOWN_ACROSS = 10, 12, 20, 6


def run_together(
    terminal: Terminal,
    workspace: Workspace,
    sites: Sequence[str],
    period: str | None,
    *,
    workers: int | None,
    days: bool,
) -> None:
    """Run many sites by shards, and tell the whole in short."""
    shown = _period(terminal, workspace, sites, period)
    with _following(terminal) as told:
        done = run_nation(workspace, sites, shown, workers=workers, days=days, told=told)
    summary = summarise_nation(done, workspace.registry())
    if terminal.as_json:
        terminal.emit(_document(terminal, done, summary))
    else:
        _show(terminal, workspace, done, summary)
    if done.failed:
        raise typer.Exit(INCOMPLETE)


def _period(
    terminal: Terminal, workspace: Workspace, sites: Sequence[str], text: str | None
) -> Period:
    """The period asked for, or the latest year of the first sites that have one."""
    terminal.period = text
    if text is not None:
        return Period.parse(text)
    found: list[Period] = []
    refused: CeladonError | None = None
    for site in sites:
        try:
            found.append(latest_year(workspace, site))
        except CeladonError as error:
            refused = error
        if len(found) == _ASKED_FOR_YEAR:
            break
    if not found and refused is not None:
        raise refused
    return max(found)


@contextmanager
def _following(terminal: Terminal) -> Iterator[Any]:
    """Tells how far the run is: a bar on a terminal, else a line a shard, on standard error."""
    if terminal.as_json or not sys.stderr.isatty():
        quiet = terminal.as_json
        yield (
            lambda stand: (
                None if quiet or not stand.sites else terminal.note(_line(terminal, stand))
            )
        )
        return
    columns = (TextColumn("{task.fields[title]}"), BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, transient=True, console=terminal.aside) as bar:
        task = bar.add_task("", total=1.0, title=terminal.say("nation.running"))

        def told(stand: Stand) -> None:
            bar.update(task, completed=stand.share, description=_line(terminal, stand))

        yield told


def _line(terminal: Terminal, stand: Stand) -> str:
    left = stand.seconds_left
    return terminal.say(
        "nation.progress",
        done=f"{stand.sites:,}",
        all=f"{stand.all_sites:,}",
        rate=f"{stand.sites_a_second:.1f}",
        readings=f"{stand.readings_a_second / 1e6:.2f}",
        left=terminal.say("nation.left", time="–" if left is None else _clock(left)),
    )


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _show(
    terminal: Terminal, workspace: Workspace, done: NationRun, summary: NationSummary
) -> None:
    terminal.heading(terminal.say("nation.title", sites=f"{len(done.sites):,}"), str(done.period))
    counts = [terminal.say("nation.ran", number=f"{done.run:,}")]
    if done.kept:
        counts.append(terminal.say("nation.kept", number=f"{done.kept:,}"))
    if done.failed:
        counts.append(terminal.say("nation.failed_number", number=f"{len(done.failed):,}"))
    terminal.row(terminal.say("nation.sites"), " · ".join(counts), f"{done.seconds:.1f} s")
    terminal.row(terminal.say("run.quality"), _quality(terminal, summary))
    terminal.row(terminal.say("nation.totals"), _totals(terminal, summary.whole))
    for line in _covers(terminal, summary.whole):
        terminal.row("", line)
    for rule, outcomes in summary.verdicts.items():
        told = terminal.say("list.and").join(
            terminal.say("run.outcome", number=n, outcome=outcome_name(name, terminal.language))
            for name, n in sorted(outcomes.items())
        )
        terminal.row(terminal.say("run.verdicts"), f"{rule_name(rule, terminal.language)}: {told}")
    _groups(terminal, "nation.region", _named_regions(terminal, workspace, summary))
    _groups(terminal, "nation.sector", summary.sectors)
    if summary.whole.failed:
        number = f"{summary.whole.failed:,}"
        terminal.row("", terminal.say("nation.nowhere", mark=_PARTIAL, number=number))
    _findings(terminal, summary)
    show_across(terminal, done.across)
    _failed(terminal, done)
    terminal.row(terminal.say("run.wrote"), f"{done.folder.as_posix()}/")
    command = terminal.command(f"celadon run {done.sites[0]} --period {done.period}", period=False)
    terminal.row("", terminal.say("nation.hint_site", command=command))


def _quality(terminal: Terminal, summary: NationSummary) -> str:
    parts = {name: summary.quality[name] for name in ("measured", "estimated", "missing")}
    whole = sum(parts.values())
    kinds = len(summary.findings)
    if not whole:
        return terminal.say("run.no_readings", kinds=kinds)
    shares = {name: f"{100 * value / whole:.2f} %" for name, value in parts.items()}
    return terminal.say("run.shares", kinds=kinds, **shares)


def _totals(terminal: Terminal, group: Group) -> str:
    told = [
        f"{terminal.say(f'nation.{name}')} {_figure(group, name, f' {_UNITS[name]}')}"
        for name in FIGURES
        if name in group.totals
    ]
    return " · ".join(told) or terminal.say("run.no_accounts")


def _figure(group: Group, name: str, unit: str = "") -> str:
    """A total; marked where it is not of all sites and months that belong to it."""
    if name not in group.totals:
        return "–"
    mark = "" if group.cover(name).is_whole else f" {_PARTIAL}"
    return f"{amount(group.totals[name], UNITS[name]).text()}{unit}{mark}"


def _covers(terminal: Terminal, whole: Group) -> Iterator[str]:
    """What the totals cover: in a line where all is whole, else a line for each that is not."""
    told = {name: whole.cover(name) for name in FIGURES if name in whole.totals}
    partial = {name: cover for name, cover in told.items() if not cover.is_whole}
    if told and not partial:
        yield terminal.say("nation.covers_all", sites=f"{whole.sites:,}")
    for name, cover in partial.items():
        yield terminal.say(
            "nation.covers", mark=_PARTIAL, figure=terminal.say(f"nation.{name}"),
            sites=f"{cover.sites:,}", of_sites=f"{cover.of_sites:,}",
            months=f"{cover.months:,}", of_months=f"{cover.of_months:,}",
        )  # fmt: skip


def _groups(terminal: Terminal, title: str, groups: Mapping[str, Group]) -> None:
    if not groups:
        return
    headers = [terminal.say(title), terminal.say("nation.sites")]
    headers += [f"{terminal.say(f'nation.{name}')} {_UNITS[name]}" for name in FIGURES]
    rows = [
        [name or terminal.say("nation.none"), f"{group.sites:,}",
         *(_figure(group, figure) for figure in FIGURES)]
        for name, group in groups.items()
    ]  # fmt: skip
    terminal.table(headers, rows, numbers=len(headers) - 1)


def _named_regions(
    terminal: Terminal, workspace: Workspace, summary: NationSummary
) -> dict[str, Group]:
    known = workspace.registry().regions
    names = {code: region.name_zh if terminal.language == "zh" else region.name_en
             for code, region in known.items()}  # fmt: skip
    return {names.get(code, code): group for code, group in summary.regions.items()}


def _findings(terminal: Terminal, summary: NationSummary) -> None:
    if not summary.findings:
        return
    listed = list(summary.findings.items())
    rows = [[rule_of(name).title[terminal.language], name, f"{number:,}"]
            for name, number in listed[:_SHOWN_RULES]]  # fmt: skip
    headers = [terminal.say("nation.rule"), "", terminal.say("nation.number")]
    terminal.table(headers, rows, numbers=1)
    if len(listed) > _SHOWN_RULES:
        terminal.row("", terminal.say("nation.more_rules", number=len(listed) - _SHOWN_RULES))


def show_across(terminal: Terminal, across: Sequence[Finding]) -> None:
    """What only shows across sites, each with what to do; of many the first."""
    for each in across[:_SHOWN_ACROSS]:
        terminal.row(each.site, each.text(terminal.language))
        terminal.row("", f"{terminal.say('error.do')}: {each.remedy(terminal.language)}")
    rest = len(across) - _SHOWN_ACROSS
    if rest > 0:
        terminal.row("", terminal.say("nation.more_across", number=rest))


def plain_across(terminal: Terminal, across: Sequence[Finding]) -> list[dict[str, str]]:
    """The same as plain data, for JSON."""
    language = terminal.language
    return [
        {"site": each.site, "rule": each.rule, "found": each.text(language),
         "remedy": each.remedy(language)}
        for each in across
    ]  # fmt: skip


def _failed(terminal: Terminal, done: NationRun) -> None:
    for each in done.failed[:_SHOWN_FAILED]:
        told = partial(in_words, language=terminal.language)
        terminal.row(each.site, told(each.summary), style="red")
        for fault in each.faults[:2]:
            terminal.row("", f"{fault.place}: {told(fault.found)}")
            terminal.row("", f"{terminal.say('error.do')}: {told(fault.remedy)}")
    rest = len(done.failed) - _SHOWN_FAILED
    if rest > 0:
        file = (done.folder / SITE_FAILED.name / FAILED).as_posix()
        terminal.row("", terminal.say("nation.more_failed", number=rest, file=file))


def _document(terminal: Terminal, done: NationRun, summary: NationSummary) -> dict[str, Any]:
    return {
        "period": str(done.period),
        "sites": len(done.sites),
        "run": done.run,
        "kept": done.kept,
        "failed": [_failure(each) for each in done.failed],
        "across": plain_across(terminal, done.across),
        "summary": summary.plain(),
        "folder": done.folder.as_posix(),
        "seconds": round(done.seconds, 3),
    }


def _failure(each: Failed) -> dict[str, Any]:
    faults = [
        {"where": list(f.where), "found": f.found, "rule": f.rule, "remedy": f.remedy}
        for f in each.faults
    ]
    return {"site": each.site, "kind": each.error, "summary": each.summary, "faults": faults}
