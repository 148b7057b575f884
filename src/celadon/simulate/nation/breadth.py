"""What an enterprise makes beside its main product, and its machines: the breadth of a campaign.

Each further product has a line of its own, fed by electricity of its own, and a norm that the
tables hold in force without any correction; what is planted is a line above its last grade, a
machine that a catalogue is said to eliminate, and a motor that reaches no grade. The lines are
small beside the main product: each takes at most a hundredth of its energy.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from celadon.reference import Record, Registry
from celadon.simulate.nation.books import Entry
from celadon.simulate.nation.draws import draws
from celadon.simulate.nation.enterprise import Enterprise
from celadon.simulate.nation.limits import GRADES
from celadon.simulate.nation.truth import Planted

LINE, ELIMINATED, WEAK = "line_violation", "eliminated_machine", "machine_below_grades"
"""Kinds of what is planted in lines and machines."""

_KGCE_PER_KWH = 0.1229
_ENERGIES = ("comprehensive_energy", "process_energy")
_ELECTRICITIES = ("electricity", "smelting_electricity", "furnace_electricity", "ac_electricity")
_OTHER_BASES = ("with_feedstock", "without_feedstock", "included", "left_out")
_CALORIFIC_SINCE = "2013"
_CLASSES = (
    ("motor", 0.55), ("pump", 0.15), ("fan", 0.12), ("compressor", 0.08), ("transformer", 0.06),
    ("boiler", 0.02), ("refrigeration", 0.02),
)  # fmt: skip
_POWERS = (750, 1_500, 5_500, 11_000, 22_000, 30_000, 45_000, 75_000, 110_000, 160_000, 200_000)
_IE, _GRADES = ("IE3", "IE4", "IE5"), ("1级", "2级", "3级")
_MOST_SHARE = 0.01
_LEAST = 20  # t a month


@dataclass(frozen=True, slots=True)
class ProductLimit:
    """A norm that lines are drawn from: its last grade, in kgce/t or kWh/t."""

    subject: str
    indicator: str
    unit: str
    limit: float


@dataclass(frozen=True, slots=True)
class Line:
    """A further product: its norm, and what it needs in kWh for each tonne by month."""

    number: int
    norm: ProductLimit
    made: tuple[int, ...]
    used: tuple[int, ...]

    @property
    def product(self) -> str:
        """The id of the product."""
        return f"p-{self.number:02d}"

    @property
    def unit(self) -> str:
        """The id of its process unit."""
        return f"line-{self.number:02d}"

    @property
    def stream(self) -> str:
        """The id of its electricity."""
        return f"power-{self.number:02d}"


def product_limits(registry: Registry, year: int) -> tuple[ProductLimit, ...]:
    """The norms of products in force on the last day of a year that nothing corrects."""
    last = dt.date(year, 12, 31)
    corrected = {(term.subject, term.indicator) for term in registry.corrections}
    found: dict[tuple[str, str], dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record in registry.of_table("norms"):
        if record.value is not None:
            found[record.subject, record.basis][record.source.id].append(record)
    kept = []
    for (subject, indicator), by_source in sorted(found.items()):
        holding = [
            records
            for records in by_source.values()
            if records[0].source.status != "draft"
            and records[0].source.validity.state(last) != "ended"
        ]
        if (subject, indicator) in corrected or subject.endswith(_OTHER_BASES):
            continue
        if indicator not in (*_ENERGIES, *_ELECTRICITIES) or len(holding) != 1:
            continue
        known = _holding(holding[0], last)
        if known is not None:
            kept.append(ProductLimit(subject, indicator, *known))
    return tuple(kept)


def _holding(records: Sequence[Record], last: dt.date) -> tuple[str, float] | None:
    """The unit and the last grade of a norm in force with all its grades; None of any other."""
    source = records[0].source
    values = {record.parameter: record.value for record in records}
    unit = records[0].unit
    if (
        source.validity.state(last) != "in_force"
        or source.edition[:4] < _CALORIFIC_SINCE
        or unit not in ("kgce/t", "kWh/t")
        or not values.keys() >= set(GRADES)
    ):
        return None
    return unit, float(values[GRADES[-1]] or 0)


def draw_lines(
    seed: int, enterprise: Enterprise, norms: Sequence[ProductLimit], number: int, *, faulty: bool
) -> tuple[list[Line], list[int]]:
    """The further products of an enterprise, and the numbers of those above their last grade."""
    generator = draws(seed, enterprise.number, "lines")
    planted = set()
    if faulty and number:
        chosen = generator.choice(number, min(number, int(generator.integers(1, 4))), replace=False)
        planted = {int(each) + 1 for each in chosen}
    whole = enterprise.production * enterprise.unit_energy * _MOST_SHARE  # kgce a year
    lines = []
    for at in range(1, number + 1):
        norm = norms[int(generator.integers(len(norms)))]
        ratio = generator.uniform(1.06, 1.30) if at in planted else generator.uniform(0.70, 0.97)
        per_tonne = norm.limit * ratio / (_KGCE_PER_KWH if norm.unit == "kgce/t" else 1.0)
        energy = whole / _KGCE_PER_KWH * generator.uniform(0.1, 1.0) / 12  # kWh a month
        noise = generator.uniform(0.85, 1.15, 12)
        made = [round(1000 * each * max(_LEAST, energy / per_tonne)) for each in noise]  # kg
        noise = 1 + 0.005 * generator.standard_normal(12).clip(-2, 2)
        used = [round(kg * per_tonne * each) for kg, each in zip(made, noise, strict=True)]  # Wh
        lines.append(Line(at, norm, tuple(made), tuple(used)))
    return lines, sorted(planted)


def line_entries(lines: Sequence[Line]) -> Iterator[Entry]:
    """What the books of an enterprise say of its lines."""
    for line in lines:
        for month in range(12):
            yield Entry(line.product, "production", month, line.made[month])
            yield Entry(line.stream, "purchase", month, line.used[month])


def line_tables(lines: Sequence[Line]) -> Iterator[str]:
    """The units, products, norms and streams of lines, as they stand in ``site.toml``."""
    for line in lines:
        number = f"{line.number:02d}"
        yield (
            f'[[unit]]\nid = "{line.unit}"\nname_zh = "模拟产线 {number}"\n'
            f'name_en = "simulated line {number}"\nproduct = "{line.product}"\n\n'
            f'[[product]]\nid = "{line.product}"\nname_zh = "模拟产品 {number}"\n'
            f'name_en = "simulated product {number}"\nmonthly = "production"\n\n'
            f'[[norm]]\nid = "norm-{number}"\nproduct = "{line.product}"\n'
            f'subject = "{line.norm.subject}"\nindicator = "{line.norm.indicator}"\n\n'
            f'[[stream]]\nid = "{line.stream}"\ncarrier = "electricity"\nfrom = "outside"\n'
            f'to = "{line.unit}"\nmonthly = "purchase"\n'
        )


def line_faults(
    enterprise: Enterprise, lines: Sequence[Line], above: Sequence[int], year: int
) -> Iterator[Planted]:
    """The lines above their last grade, as the truth has them."""
    for line in lines:
        if line.number in above:
            yield Planted(
                enterprise.site, LINE, line.product, f"{year}-01", f"{year}-12",
                f"{line.norm.subject} above {line.norm.limit:g} {line.norm.unit}",
                "verdict:over_limit", "more energy for each tonne than the last grade allows",
            )  # fmt: skip


def draw_machines(seed: int, enterprise: Enterprise, number: int) -> list[dict[str, Any]]:
    """The list of equipment: most of it labelled as its class is."""
    generator = draws(seed, enterprise.number, "machines")
    names = [name for name, _ in _CLASSES]
    classes = generator.choice(names, number, p=[share for _, share in _CLASSES])
    powers = generator.choice(_POWERS, number)
    labels, years = generator.integers(0, 3, number), generator.integers(2008, 2025, number)
    return [
        {
            "equipment": f"e-{at:03d}",
            "class": str(classes[at - 1]),
            "name": f"模拟设备 {at:03d}",
            "model": "模拟",
            "unit": "plant",
            "quantity": 1,
            "power": int(powers[at - 1]),
            "year": int(years[at - 1]),
            "grade": (_IE if classes[at - 1] == "motor" else _GRADES)[labels[at - 1]],
            "source_row": at + 1,
        }
        for at in range(1, number + 1)
    ]


def plant_machines(
    seed: int, enterprise: Enterprise, machines: list[dict[str, Any]], year: int
) -> tuple[str, list[Planted]]:
    """Plant up to two machines in a list; gives what ``site.toml`` says of them, and the truth."""
    if not machines:
        return "", []
    generator = draws(seed, enterprise.number, "machine faults")
    told = []
    span = (f"{year}-01", f"{year}-12")
    old = machines[int(generator.integers(len(machines)))]
    old["year"] = int(generator.integers(1988, 2003))
    declared = (
        f'[[machine]]\nid = "listed-1"\nnumber = "{old["equipment"]}"\nlisted = "eliminated"\n'
        'document = "模拟淘汰目录 1"\n'
    )
    told.append(Planted(
        enterprise.site, ELIMINATED, f"equipment › {old['equipment']}", *span, "1 machine",
        "finding:eliminated_machine", "in use, and declared to stand in a catalogue of what goes",
    ))  # fmt: skip
    motors = [one for one in machines if one["class"] == "motor" and one is not old]
    if motors:
        weak = motors[int(generator.integers(len(motors)))]
        weak["grade"] = "IE1"
        told.append(Planted(
            enterprise.site, WEAK, f"equipment › {weak['equipment']}", *span, "1 motor",
            "question:below_grades", "its label is below the last grade; that it is used is a "
            "question, for the standard bars making and selling",
        ))  # fmt: skip
    return declared, told
