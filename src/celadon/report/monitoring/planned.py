"""What is planned: each parameter of each equation, how it is to be had, and how often.

The site's own ``monitoring.toml`` says it; else what the template asks of a laboratory is planned
as measured each month; else what a method has no default for must be measured; else the method's
own value holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from celadon.accounts.carbon import FUEL_PARAMETERS
from celadon.accounts.energy import NET_CALORIFIC_VALUE, counts_energy
from celadon.records.site import Product, Stream, carbon_origin
from celadon.records.templates.plan import plan_template
from celadon.reference import Carrier
from celadon.reference.equations import CARBON_TO_CO2
from celadon.reference.families import methods_named
from celadon.reference.methods import Method, Term, methods
from celadon.report.monitoring.declared import MonitoringPlan, ParameterPlan
from celadon.report.statistics.content import FormContent

Item = Stream | Product
"""What a parameter is planned for."""

MEASURED, CERTIFICATE, DEFAULT = "measured", "certificate", "default"
"""Rungs of the ladder that can be planned."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One parameter of one item.

    Parameters
    ----------
    place : the item whose samples hold for it.
    uses : equations and clauses that it serves, with method and edition.
    said_by : ``declared``, ``template``, ``required`` or ``method``.
    """

    item: Item
    place: str
    name: str
    uses: tuple[str, ...]
    rung: str
    every: str
    by: str
    standard: str
    said_by: str

    @property
    def is_observed(self) -> bool:
        """Whether something is to arrive for it."""
        return self.rung in (MEASURED, CERTIFICATE)


@dataclass(frozen=True, slots=True)
class _Use:
    """A use of a parameter, and what the method takes where none was observed."""

    told: str
    rung: str
    optional: bool = False


def planned_parameters(content: FormContent, plan: MonitoringPlan) -> list[Planned]:
    """Every parameter that an account of the site can ask for, in the order of the declaration."""
    own = {(one.item, one.name): one for one in plan.parameter}
    asked = _asked(content)
    found = []
    items: tuple[Item, ...] = (*content.site.streams, *content.site.products)
    for item in items:
        uses: dict[str, list[_Use]] = {}
        for name, use in (*_carbon_uses(content, item), *_energy_uses(content, item)):
            uses.setdefault(name, []).append(use)
        for one in plan.parameter:
            if one.item == item.id:
                uses.setdefault(one.name, [])
        place = item.sampled_at or item.id
        for name, served in uses.items():
            declared = own.get((item.id, name)) or own.get((place, name))
            made = _planned(item, place, name, served, declared, asked)
            if made is not None:
                found.append(made)
    return found


def _planned(
    item: Item, place: str, name: str, uses: list[_Use], declared: ParameterPlan | None,
    asked: set[tuple[str, str]],
) -> Planned | None:  # fmt: skip
    told = tuple(dict.fromkeys(use.told for use in uses))
    if declared is not None:
        return Planned(
            item, place, name, told, declared.rung, declared.every, declared.by, declared.standard,
            "declared",
        )  # fmt: skip
    if (place, name) in asked:
        return Planned(item, place, name, told, MEASURED, "month", "", "", "template")
    if any(use.rung == MEASURED for use in uses):
        return Planned(item, place, name, told, MEASURED, "month", "", "", "required")
    if all(use.optional for use in uses):
        return None  # only an alternative form of the equation has it
    rung = next(use.rung for use in uses if not use.optional)
    return Planned(item, place, name, told, rung, "", "", "", "method")


def _asked(content: FormContent) -> set[tuple[str, str]]:
    """What the template asks of the laboratory, by item and parameter."""
    template = plan_template(content.site, content.registry.carriers, content.period)
    sheet = template.sheet("laboratory")
    rows = sheet.rows if sheet else ()
    return {(row.item, str(row.cells["parameter"])) for row in rows}


def carbon_methods(content: FormContent, item: Item) -> list[Method]:
    """The carbon methods that an item's lines were made by; else those that the site names."""
    lines = content.lines.where(account="carbon", stream=item.id)
    used = list(dict.fromkeys(line.method for line in lines))
    if used:
        return [methods()[name] for name in used if name in methods()]
    return list(methods_named(content.site.accounting.carbon_method))[-1:]


def terms_of(method: Method, item: Item, carriers: Mapping[str, Carrier]) -> tuple[Term, ...]:
    """The terms of an item's kind in a method, for the origin of its carbon."""
    name = item.carbon or ("stored" if isinstance(item, Product) and item.carbon_item else "")
    kind = method.kinds.get(name)
    return kind.terms_of(carbon_origin(item, carriers)) if kind is not None else ()


def _carbon_uses(content: FormContent, item: Item) -> Iterator[tuple[str, _Use]]:
    for method in carbon_methods(content, item):
        for term in terms_of(method, item, content.registry.carriers):
            name = term.worked_by.name.text(content.language)
            clause = term.clause or method.kinds[item.carbon or "stored"].clause
            told = f"{name} · {method.title(content.language)} · {clause}"
            yield from _of_term(content, item, term, told)
    if isinstance(item, Stream):
        yield from _process_uses(content, item)


def _process_uses(content: FormContent, item: Stream) -> Iterator[tuple[str, _Use]]:
    """What the balance of each process asks of a carrier, where the site names such a method."""
    for method in methods_named(content.site.accounting.process_method)[-1:]:
        kind = method.kinds.get(method.carriers.get(item.carrier, ""))
        origin = carbon_origin(item, content.registry.carriers)
        for term in kind.terms_of(origin) if kind else ():
            name = term.worked_by.name.text(content.language)
            told = f"{name} · {method.title(content.language)}"
            yield from _of_term(content, item, term, told)


def _of_term(content: FormContent, item: Item, term: Term, told: str) -> Iterator[tuple[str, _Use]]:
    if term.equation == "purchased_electricity":
        yield "co2_factor", _Use(told, "programme")
        return
    if term.equation == "purchased_heat":
        if isinstance(item, Stream) and content.registry.carriers[item.carrier].account_unit == "t":
            yield "specific_enthalpy", _Use(told, DEFAULT)
        yield "co2_factor", _Use(told, DEFAULT)
        return
    *preferred, last = term.worked_by.formulas
    needed = set(last.names)
    for formula in (last, *preferred):
        for name in formula.names:
            if name != CARBON_TO_CO2:
                yield name, _Use(told, _rung(term, name), optional=name not in needed)


def _rung(term: Term, name: str) -> str:
    """What the method takes where a parameter was not observed."""
    default = term.parameters.get(name)
    if default is None or name in FUEL_PARAMETERS:
        return DEFAULT
    return MEASURED if default.required else default.rung


def _energy_uses(content: FormContent, item: Item) -> Iterator[tuple[str, _Use]]:
    if not isinstance(item, Stream):
        return
    carrier = content.registry.carriers[item.carrier]
    if not counts_energy(item, carrier) or carrier.kind not in ("fuel", "by_product_gas"):
        return
    lines = content.lines.where(account="energy")
    method = next((line.method for line in lines), "")
    title = content.methods.get(method)
    told = content.tell("plan.coal_equivalent")
    if title is not None:
        told = f"{told} · {title.text(content.language)}"
    yield NET_CALORIFIC_VALUE, _Use(told, DEFAULT)
