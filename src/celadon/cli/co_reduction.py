"""Carbon and pollutants of two accounts beside each other: what cut both."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from celadon.accounts.pollutants.co_reduction import CoReduction, co_reductions
from celadon.accounts.tables import LEAF
from celadon.app.comparing import Comparison
from celadon.cli.names import Names
from celadon.cli.terminal import Terminal
from celadon.reference import Registry
from celadon.report.figures import decimals_for, grouped, unit_text

_TONNE, _KILOGRAM = 1_000_000, 1_000


def show_together(terminal: Terminal, registry: Registry, found: Comparison) -> None:
    """The change of carbon beside that of each pollutant, by process and by stream."""
    rows = _together(found)
    if not rows:
        return
    names = Names(found.after.site, registry, terminal.language)
    say, language = terminal.say, terminal.language
    headers = [
        say("compare.place"), say("compare.pollutant"),
        say("compare.carbon_change", unit=unit_text("tCO2", language)),
        say("compare.own_change", unit="kg"),
        say("compare.with_each", unit=unit_text("g/tCO2", language)),
        say("compare.outcome"),
    ]  # fmt: skip
    terminal.print()
    terminal.print(say("compare.together"))
    terminal.table(headers, [_cells(terminal, names, each) for each in rows], numbers=3)


def together_rows(found: Comparison) -> list[dict[str, Any]]:
    """The same as plain data, for JSON: in grams, empty where it cannot be told."""
    return [
        {
            "kind": each.kind, "place": each.place, "pollutant": each.pollutant,
            "carbon_change": each.carbon_change, "change": each.change, "outcome": each.outcome,
        }
        for each in _together(found)
    ]  # fmt: skip


def _together(found: Comparison) -> list[CoReduction]:
    first, second = (side.period.from_day for side in (found.before, found.after))
    apart = 12 * (second.year - first.year) + second.month - first.month
    before, after = (side.table(LEAF).to_pylist() for side in (found.before, found.after))
    return co_reductions(found.after.site, before, after, apart)


def _cells(terminal: Terminal, names: Names, found: CoReduction) -> list[str]:
    carbon, own = found.carbon_change, found.change
    return [
        names.of(found.place),
        terminal.word("measures", found.pollutant),
        _number(None if carbon is None else Fraction(carbon, _TONNE)),
        _number(None if own is None else Fraction(own, _KILOGRAM)),
        _number(found.per_tonne),
        terminal.word("fallen", found.outcome),
    ]


def _number(value: Fraction | None) -> str:
    return "–" if value is None else grouped(value, decimals_for([value]))
