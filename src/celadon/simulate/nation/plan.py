"""What is planted in an enterprise: nothing in most of them, one or more things in the faulty."""

from __future__ import annotations

from dataclasses import dataclass, replace

from celadon.simulate.nation import identity, return_faults
from celadon.simulate.nation.draws import draws, weighted
from celadon.simulate.nation.enterprise import Enterprise
from celadon.simulate.nation.figures import assumed
from celadon.simulate.nation.truth import Planted

VIOLATION, OBSOLETE = "violation", "obsolete_technology"
"""Kinds of what is planted in the works itself rather than in its returns."""

BOOK_KINDS = (VIOLATION, OBSOLETE, *return_faults.KINDS, *identity.KINDS)
"""What can be planted outside the meters, of which a faulty enterprise has one."""

_WEIGHTS = (6.0, 1.0, *(1.0,) * len(return_faults.KINDS), *(0.5,) * len(identity.KINDS))


@dataclass(frozen=True, slots=True)
class Plan:
    """Whether an enterprise is faulty, its one fault outside the meters, and how many in them."""

    faulty: bool
    kind: str
    meter_faults: int


def draw_plan(seed: int, enterprise: Enterprise, faulty_share: float) -> Plan:
    """What is to be planted in an enterprise."""
    generator = draws(seed, enterprise.number, "plan")
    if generator.random() >= faulty_share:
        return Plan(faulty=False, kind="", meter_faults=0)
    fitting = [
        weight if identity.may_have(kind, enterprise.number) and _fits(kind, enterprise) else 0.0
        for kind, weight in zip(BOOK_KINDS, _WEIGHTS, strict=True)
    ]
    kind = BOOK_KINDS[weighted(generator, fitting)]
    meter_faults = int(generator.integers(1, 4)) if enterprise.meters else 0
    return Plan(faulty=True, kind=kind, meter_faults=meter_faults)


def _fits(kind: str, enterprise: Enterprise) -> bool:
    return kind != VIOLATION or enterprise.limit is not None


def plant_violation(
    seed: int, enterprise: Enterprise, plan: Plan, year: int
) -> tuple[Enterprise, list[Planted]]:
    """An enterprise whose unit energy exceeds the last grade of its norm, if that is the plan."""
    if plan.kind != VIOLATION or enterprise.limit is None:
        return enterprise, []
    generator = draws(seed, enterprise.number, VIOLATION)
    over = generator.uniform(assumed("violation_low"), assumed("violation_high"))
    changed = replace(enterprise, grade=0, unit_energy=enterprise.limit * (1 + over))
    expected = changed.verdict_on(changed.unit_energy)
    why = "more energy for each unit of product than the last grade of the norm allows"
    if not expected:
        why += "; the tables lack its day in force or a term of it, so that a run cannot tell"
    told = Planted(
        enterprise.site, VIOLATION, "plant", f"{year}-01", f"{year}-12", f"+{over:.1%}",
        expected, why,
    )  # fmt: skip
    return changed, [told]
