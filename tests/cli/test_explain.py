"""``celadon explain``: the tree of a figure, down to file, row and factor."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import PERIOD
from tests.cli.speaking import document, refused, typed

from celadon.app.telling import Node
from celadon.cli.tree import DITTO, count, depth_that_fits, height, parts_add_up, tree_lines


def test_from_a_total_to_the_rows_of_the_file(tiny: Path) -> None:
    words = ("explain", "mill", "carbon", "--period", PERIOD, "-w", tiny)
    text = typed(*words).stdout
    assert "t CO2   carbon · 2025-03-01/2025-03-02" in text
    assert "95 readings  rows 2 to 97  readings.csv" in text
    assert "confidence C ▲" in text
    assert "parts sum exactly" in text
    assert "kept out of official forms" in text


def test_the_document_is_the_whole_tree(tiny: Path) -> None:
    words = ("explain", "mill", "carbon", "--stream", "gas", "--period", PERIOD, "-w", tiny)
    found = document(*words)
    assert found["header"]["site"] == "mill"
    [gas] = found["tree"]["parts"]
    assert {"activity", "net calorific value"} <= {part["label"] for part in gas["parts"]}


def test_a_month_is_of_its_own_year(tiny: Path) -> None:
    words = ("explain", "mill", "carbon", "--month", "2025-03", "-w", tiny)
    assert document(*words)["header"]["period"] == "2025"
    assert refused(*words[:3], "--month", "March", "-w", tiny)["kind"] == "WorkspaceError"


def test_depth_cuts_the_tree_and_says_so(tiny: Path) -> None:
    words = ("explain", "mill", "carbon", "--period", PERIOD, "--depth", 1, "-w", tiny)
    text = typed(*words).stdout
    assert "readings.csv" not in text
    assert "deeper: --depth 2" in text


def test_quantities_that_do_not_belong_together_are_not_added(tiny: Path) -> None:
    words = ("explain", "mill", "supply", "--period", PERIOD, "-w", tiny)
    assert "one carrier" in refused(*words)["faults"][0]["remedy"]
    assert document(*words, "--carrier", "natural_gas")["tree"]["value"] == "1,056.000 Nm3"
    water = document("explain", "mill", "water", "--period", PERIOD, "-w", tiny)["tree"]
    assert "intake" in water["label"]


def test_nothing_to_explain_lists_what_there_is(tiny: Path) -> None:
    words = ("explain", "mill", "carbon", "--period", PERIOD, "-w", tiny)
    error = refused(*words, "--stream", "steam")
    assert "electricity" in error["faults"][0]["rule"]


TREE = Node(
    "3.0 t", "all", parts=[
        Node("1.0 t", "first", "a clause", parts=[Node("x", "deep", confidence="B")]),
        Node("2.0 t", "second", "a clause"),
    ],
)  # fmt: skip


def test_a_tree_in_lines() -> None:
    lines = list(tree_lines(TREE, 2, lambda node: f"<{node.confidence}>"))
    assert lines == [
        "├─ 1.0 t  first   a clause",
        "│  └─ x  deep  <B>",
        f"└─ 2.0 t  second  {DITTO}",
    ]
    assert (height(TREE), count(TREE, 1), count(TREE, 2)) == (2, 2, 3)


def test_a_tree_is_cut_to_a_screen() -> None:
    wide = Node("", "", parts=[Node("", "", parts=[Node("", "")] * 9) for _ in range(9)])
    assert (depth_that_fits(wide), depth_that_fits(TREE)) == (1, 2)


def test_parts_that_do_not_add_up_are_not_said_to() -> None:
    assert parts_add_up(TREE)
    assert not parts_add_up(Node("3.1 t", "", parts=TREE.parts))
    assert not parts_add_up(Node("3.0 kg", "", parts=TREE.parts))
    assert not parts_add_up(Node("3.0 t", ""))
