"""What a report is asked for and the design or the tables do not know: refused, never left out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from celadon.errors import DeclarationError, Fault
from celadon.plan.components.component import Component
from celadon.plan.microgrid.factors import Basis
from celadon.reference import Registry

COUNTRY = "CN"
"""The area of the national factor."""


def refuse_unknown(
    components: Sequence[Component], registry: Registry, standing: Sequence[str], basis: Basis
) -> None:
    """Refuse ids, a fuel, a programme or an area that nobody knows.

    Raises
    ------
    DeclarationError
        Naming each, with those that are known.
    """
    ids = [component.id for component in components]
    burners = [c.id for c in components if getattr(c, "fuel", None) is not None]
    fuels = {name for name in registry.carriers if name != "electricity"}
    programmes = {row.programme for row in registry.selections}
    areas = {name for name in registry.regions if not name.isdigit()} | {COUNTRY}
    found = []
    for who in standing:
        found += _unless("--standing", who, ids, "the id of a component of the design")
    found += _unless("--programme", basis.programme, programmes, "a programme of the tables")
    found += _unless("--area", basis.area, areas, "the country, or a province by its code")
    for who, carrier in basis.fuels.items():
        if who:
            found += _unless("--fuel", who, burners, "the id of what burns a fuel")
        found += _unless("--fuel", carrier, fuels, "a carrier of the table carriers", shown=_MANY)
    if found:
        raise DeclarationError(f"{len(found)} thing(s) asked for are not known", found)


_MANY = "celadon reference search carriers"


def _unless(
    option: str, given: str, known: Collection[str], rule: str, *, shown: str = ""
) -> list[Fault]:
    """A fault unless it is known."""
    if given in known:
        return []
    listed = ", ".join(sorted(known)) or "there is none"
    remedy = f"choose one: {shown}" if shown else "choose one of these"
    return [Fault((option,), repr(given), rule if shown else f"{rule}: {listed}", remedy)]
