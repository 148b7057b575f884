"""A planned design as a network of PyPSA, so that anyone can solve it again and check the cost.

The folder holds the CSV files that ``pypsa.Network().import_from_csv_folder`` reads, the rows that
a network has no words for as ``constraints.json``, a script that adds them and solves, and what is
not expressed at all, by name. Power is in MW, hydrogen in t an hour, money in kCNY.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from celadon.numerics.lp.expression import Floats
from celadon.plan.microgrid.design import Design
from celadon.plan.microgrid.plan import Plan

SCRIPT = "solve.py"
"""The script that solves the folder with PyPSA."""

Term = tuple[str, str, str, float | list[float]]
"""Component, its variable (``p`` or ``p_nom``, ``e_nom``), its name, the coefficient (per step)."""


@dataclass(eq=False)
class Network:
    """A network being written.

    Attributes
    ----------
    rows : attributes by list of components and name; ``series`` one value a step by list and
        attribute; ``constraints`` what a script adds; ``offset`` kCNY that PyPSA's objective lacks.
    """

    design: Design
    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    series: dict[tuple[str, str], dict[str, Floats]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    constraints: list[dict[str, Any]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    offset: float = 0.0

    def profile(self, given: float | str) -> Floats:
        """One value a step."""
        if isinstance(given, str):
            return self.design.series[given]
        return np.full(self.design.horizon.count, float(given))

    def bus(self, name: str) -> str:
        """A bus, made when it is first named."""
        self.rows["buses"].setdefault(name, {})
        return name

    def add(self, kind: str, name: str, **attributes: Any) -> None:
        """A component; arrays become series, buses are made, and what is None is left out."""
        plain = {}
        for key, value in attributes.items():
            if value is None:
                continue
            if isinstance(value, np.ndarray):
                self.series[kind, key][name] = value
            else:
                plain[key] = self.bus(value) if key.startswith("bus") else value
        self.rows[kind][name] = plain

    def constrain(self, name: str, terms: Sequence[Term], sense: str, limit: float) -> None:
        """A linear row over variables of the network."""
        self.constraints.append(
            {"name": name, "terms": [list(term) for term in terms], "sense": sense, "limit": limit}
        )


def write_network(design: Design, plan: Plan, folder: Path) -> list[str]:
    """Write a design as a folder of PyPSA; returns what the folder does not express, by name."""
    from celadon.report.microgrid.pypsa_components import (  # noqa: PLC0415  it needs the network
        add_component,
        add_rule,
    )

    network = Network(design)
    for component in design.components:
        add_component(network, component)
    if "heat" in network.rows["buses"]:
        network.add("generators", "heat.dumped", bus="heat", p_nom=_WIDE, sign=-1)
    for rule in design.rules:
        add_rule(network, rule)
    folder.mkdir(parents=True, exist_ok=True)
    _write(network, folder)
    told = {
        "objective_kcny": plan.objective, "bound_kcny": plan.bound,
        "offset_kcny": network.offset, "not_expressed": network.absent,
        "kept_apart_steps": sum(plan.held_apart.values()), "constraints": network.constraints,
    }  # fmt: skip
    (folder / "constraints.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    script = files("celadon.report.microgrid").joinpath("templates", "solve.txt")
    (folder / SCRIPT).write_text(script.read_text(encoding="utf-8"), encoding="utf-8")
    return network.absent


_WIDE = 1e5
"""MW that no flow reaches."""


def _write(network: Network, folder: Path) -> None:
    stamps = np.datetime_as_string(network.design.horizon.stamps(), unit="s").tolist()
    names = [stamp.replace("T", " ") for stamp in stamps]
    hours = network.design.horizon.hours
    weights = [[name, hours, hours, hours] for name in names]
    _table(folder / "snapshots.csv", ["snapshot", "objective", "stores", "generators"], weights)
    for kind, rows in network.rows.items():
        columns = list(dict.fromkeys(key for row in rows.values() for key in row))
        lines = [[name, *(row.get(c, "") for c in columns)] for name, row in rows.items()]
        _table(folder / f"{kind}.csv", ["name", *columns], lines)
    for (kind, attribute), columns_of in network.series.items():
        numbers = zip(*(values.tolist() for values in columns_of.values()), strict=True)
        lines = [[name, *row] for name, row in zip(names, numbers, strict=True)]
        _table(folder / f"{kind}-{attribute}.csv", ["snapshot", *columns_of], lines)


def _table(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def wide() -> Mapping[str, float]:
    """The nominal power of what has no limit of its own."""
    return {"p_nom": _WIDE}


def sized(network: Network, machine: Any, times: float = 1.0) -> dict[str, Any]:
    """A capacity to choose; ``times`` is what one unit of the network's capacity is of ours."""

    def scaled(value: float | None) -> float | None:
        return None if value is None else value / times

    return {
        "p_nom_extendable": True, "capital_cost": machine.cost.yearly(network.design.rate) * times,
        "p_nom_max": scaled(machine.most), "p_nom_min": scaled(machine.least),
        "p_nom_mod": scaled(machine.machine),
    }  # fmt: skip
