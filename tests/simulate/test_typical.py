from __future__ import annotations

import csv
from pathlib import Path

import pytest

from celadon.simulate.typical import typical_values


def test_every_figure_lies_in_its_range_and_names_its_source() -> None:
    for key, figure in typical_values().items():
        assert figure.holds(figure.value), key
        assert figure.source, key
        assert figure.unit, key
        assert figure.confidence in {"A", "B", "C", "D", "choice"}, key


def test_a_choice_is_called_a_choice() -> None:
    for key, figure in typical_values().items():
        chosen = figure.source.startswith("chosen for this simulation")
        assert chosen == (figure.confidence == "choice"), key


@pytest.mark.parametrize(
    ("value", "inside"), [(299, False), (300, True), (420, True), (421, False)]
)
def test_a_range_holds_its_ends(value: float, *, inside: bool) -> None:
    assert typical_values()["blast_furnace", "coke_rate"].holds(value) is inside


def test_quantities_are_named_once() -> None:
    folder = Path(__file__).resolve().parents[2] / "src" / "celadon" / "simulate" / "data"
    with (folder / "steel_typical.csv").open(encoding="utf-8", newline="") as file:
        keys = [(row["process"], row["quantity"]) for row in csv.DictReader(file)]
    assert len(keys) == len(set(keys)) == len(typical_values())
