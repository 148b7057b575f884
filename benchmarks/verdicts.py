"""A million verdicts: 4,391 simulated enterprises with about 40 products and 200 machines each."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

import numpy as np

from celadon.assess.bulk import Figures, ProductForm, machine_table, plain_rows, product_table
from celadon.assess.machines import Form, Piece
from celadon.assess.products import indicators_of
from celadon.assess.scales import scale_of
from celadon.reference import Registry, load_registry

ENTERPRISES, PRODUCTS, MACHINES = 4_391, 40, 200
SAMPLE = 400
FROM, TO = dt.date(2025, 1, 1), dt.date(2026, 1, 1)
_POWERS = (750, 1_500, 5_500, 11_000, 22_000, 30_000, 45_000, 75_000, 110_000, 160_000, 200_000)
_CLASSES = ("motor", "pump", "fan", "compressor", "transformer", "boiler", "refrigeration")
_LABELS = ("IE5", "IE4", "IE3", "IE2", "2级", "1", "")


def verdict_rate() -> str:
    """Verdicts on products and machines a CPU second; a sample is held to the plain path."""
    registry = load_registry()
    figures, pieces = simulated(registry, ENTERPRISES)
    before = time.process_time()
    products = product_table(figures, registry, FROM, TO)
    machines = machine_table(pieces, registry, FROM, TO)
    taken = time.process_time() - before
    held(figures, products, registry)
    number = products.num_rows + machines.num_rows
    return (
        f"verdicts    {taken / number * 1e6:5.1f} CPU s per million ({number:,} in {taken:.1f}: "
        f"{products.num_rows:,} of products, {machines.num_rows:,} of machines)"
    )


def simulated(
    registry: Registry, enterprises: int, seed: int = 7
) -> tuple[Figures, dict[str, list[Piece]]]:
    """Figures and machines of made-up enterprises; one figure in a hundred is on a limit."""
    draw = np.random.default_rng(seed)
    forms, middle = _forms(registry)
    rows = enterprises * PRODUCTS
    form = draw.integers(0, len(forms), rows)
    den = draw.integers(10_000, 5_000_000_000, rows)
    spread = draw.uniform(0.6, 1.5, rows)
    spread[draw.random(rows) < 0.01] = 1.0
    num = (np.asarray(middle)[form] * spread * den).astype(np.int64)
    den[draw.random(rows) < 0.001] = 0
    names = [f"模拟-{number:05d}" for number in range(enterprises)]
    sites = [names[row // PRODUCTS] for row in range(rows)]
    subjects = [f"p-{row % PRODUCTS:02d}" for row in range(rows)]
    pieces = {name: list(_machines(draw)) for name in names}
    return Figures(sites, subjects, form, num, den, forms), pieces


def held(figures: Figures, table: object, registry: Registry) -> None:
    """Hold a sample of rows to the plain path.

    Raises
    ------
    SystemExit
        If a row differs.
    """
    found: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in table.to_pylist():  # type: ignore[attr-defined]  an Arrow table
        found.setdefault((row["site"], row["subject"]), []).append(row)
    for at in range(0, len(figures.site), max(1, len(figures.site) // SAMPLE)):
        plain = plain_rows(figures, at, registry, FROM, TO)
        got = found[figures.site[at], figures.subject[at]]
        if sorted(map(repr, plain)) != sorted(map(repr, got)):
            raise SystemExit(f"verdicts: row {at} differs from the plain path")


def _forms(registry: Registry) -> tuple[list[ProductForm], list[float]]:
    """Every subject of the norms that is accounted in energy or electricity, and its limit."""
    forms, middle = [], []
    for subject in sorted({record.subject for record in registry.of_table("norms")}):
        for indicator, records in indicators_of(registry, subject).items():
            if scale_of(records[0].unit) is not None:
                forms.append(ProductForm(subject, indicator))
                middle.append(float(records[-1].value or 1))
    return forms, middle


def _machines(draw: np.random.Generator) -> Iterator[Piece]:
    classes = draw.choice(_CLASSES, MACHINES, p=(0.6, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05))
    powers = draw.choice(_POWERS, MACHINES)
    labels, years = draw.choice(_LABELS, MACHINES), draw.integers(2005, 2026, MACHINES)
    columns = (classes.tolist(), powers.tolist(), labels.tolist(), years.tolist())
    for number, (class_, power, label, year) in enumerate(zip(*columns, strict=True)):
        poles = 4 if class_ == "motor" else None
        efficiency = "94.6" if class_ == "motor" and number % 3 == 0 else None
        form = Form(class_, "induction" if poles else "", power, poles, efficiency, label, year)
        yield Piece(f"m-{number:03d}", form)
