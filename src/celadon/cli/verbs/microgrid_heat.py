"""Heat by its levels in the answer of a design, and what waste heat is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from celadon.cli.terminal import Terminal
from celadon.languages import Phrases
from celadon.plan.microgrid.plan import Plan
from celadon.report.microgrid.energies import energies_of
from celadon.report.microgrid.heat import has_levels, level_years, waste_years


def show_heat(terminal: Terminal, plan: Plan) -> None:
    """The year of every heat level and waste heat; nothing where all heat is on one bus."""
    if not has_levels(plan):
        return
    energies = energies_of(plan.design, plan.sizes, plan.flows)
    rows = [
        (each.level, f"{each.temperature:,.1f}",
         *(f"{n:,.0f}" for n in (each.made, each.fallen, each.used, each.passed, each.let_go)),
         "—" if each.price is None else f"{each.price:.3f}")
        for each in level_years(plan, energies)
    ]  # fmt: skip
    terminal.print()
    terminal.table(_headed(terminal, _OF_LEVEL), rows, numbers=7)
    wastes = waste_years(plan, energies)
    if not wastes:
        return
    rows = [
        (each.waste, f"{each.temperature:,.1f}",
         *(f"{n:,.0f}" for n in (each.available, sum(each.direct.values()), each.lifted,
                                 each.turned, each.unused)),
         "—" if each.worth is None else f"{each.worth * 1000:,.0f}",
         f"{each.exchanger * 1000:,.0f}")
        for each in wastes
    ]  # fmt: skip
    terminal.print()
    terminal.table(_headed(terminal, _OF_WASTE), rows, numbers=8)


_OF_LEVEL = {
    "level": "", "temperature": " °C", "made": " MWh", "fallen": "", "used": "", "passed": "",
    "let_go": "", "price": " CNY/kWh",
}  # fmt: skip
_OF_WASTE = {
    "waste": "", "arises": " °C", "available": " MWh", "direct": "", "lifted": "", "turned": "",
    "unused": "", "worth": " CNY/a", "exchanger": " CNY/a",
}  # fmt: skip
"""The columns of the two tables: words of the report, and units."""


def _headed(terminal: Terminal, columns: Mapping[str, str]) -> list[str]:
    words = Phrases.load("celadon.report.microgrid", "words.toml")
    chinese = _CHINESE if terminal.language == "zh" else {}
    return [
        words.text(f"heat_of.{name}", terminal.language).lower() + chinese.get(unit, unit)
        for name, unit in columns.items()
    ]


_CHINESE = {" CNY/kWh": " 元/千瓦时", " CNY/a": " 元/年"}
"""Units of money as Chinese lines have them."""


def heat_document(plan: Plan) -> dict[str, Any]:
    """The same as plain data."""
    if not has_levels(plan):
        return {}
    energies = energies_of(plan.design, plan.sizes, plan.flows)
    return {
        "heat_levels": [asdict(each) for each in level_years(plan, energies)],
        "waste_heat": [{**asdict(each), "direct": dict(each.direct)}
                       for each in waste_years(plan, energies)],
    }  # fmt: skip
