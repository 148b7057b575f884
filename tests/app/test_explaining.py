"""Why this number: every leaf down to file and row, factor and clause."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from tests.app.shop import (
    MARCH,
    fill,
    make_workspace,
    reading_rows,
    take,
    write_readings,
)

from celadon.accounts.tables import LEAF
from celadon.app.explaining import Node, Question, explain, month_of
from celadon.app.running import SiteRun, run
from celadon.app.workspace import Workspace
from celadon.errors import WorkspaceError
from celadon.exact import parse_decimal
from celadon.records.ledger.batches import read_batch
from celadon.records.period import Period


def amount(node: Node) -> tuple[Fraction, str]:
    """The number and the unit that a node shows."""
    number, _, unit = node.value.partition(" ")
    return parse_decimal(number.replace(",", "")), unit


def walk(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from walk(part)


def node_of(root: Node, label: str) -> Node:
    return next(node for node in walk(root) if node.label == label)


def test_every_leaf_can_be_explained(filled: Workspace, month: SiteRun) -> None:
    for row in month.table(LEAF).to_pylist():
        tree = explain(filled, month, Question(row["account"], leaf=row["leaf"]))
        (stream,) = tree.parts
        assert tree.value == stream.value
        activity = node_of(tree, "activity")
        assert activity.parts, row["leaf"]
        assert activity.source == "measured"
        ratio = next(node for node in walk(tree) if "small unit of activity" in node.label)
        assert ratio.value == f"{row['num']} / {row['den']}"


@pytest.mark.parametrize("account", ["energy", "carbon"])
def test_the_parts_sum_exactly(filled: Workspace, month: SiteRun, account: str) -> None:
    tree = explain(filled, month, Question(account))
    total, unit = amount(tree)
    assert len(tree.parts) > 1
    assert total == sum(amount(part)[0] for part in tree.parts)
    assert {amount(part)[1] for part in tree.parts} == {unit}


def test_the_months_of_a_stream_sum_exactly(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    result = run(workspace, ["works"], Period.parse("2025-02-15/2025-04-15"))["works"]
    tree = explain(workspace, result, Question("carbon", stream="gas"))
    (stream,) = tree.parts
    months = [part for part in stream.parts if part.value]
    assert [part.label for part in months] == [
        "2025-02-15 .. 2025-02-28", "2025-03-01 .. 2025-03-31", "2025-04-01 .. 2025-04-14",
    ]  # fmt: skip
    known = [part for part in months if not part.value.startswith("–")]
    assert amount(stream)[0] == sum(amount(part)[0] for part in known)


def test_what_is_missing_is_told_as_no_zero(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    result = run(workspace, ["works"], Period.parse("2025-03-01/2025-05-01"))["works"]
    tree = explain(workspace, result, Question("carbon", stream="gas"))
    (stream,) = tree.parts
    march, april = stream.parts[:2]
    assert (april.value, march.value, stream.value) == ("– t CO2", tree.value, tree.value)
    alone = explain(workspace, result, Question("carbon", stream="gas", month=dt.date(2025, 4, 1)))
    assert alone.value == "– t CO2"
    assert node_of(alone, "activity").value.startswith("– ")


def test_the_line_of_what_was_known(filled: Workspace, month: SiteRun) -> None:
    assert explain(filled, month, Question("carbon")).source == "known at position 4 of 4"
    early = run(filled, ["works"], MARCH, known_at=3)["works"]
    tree = explain(filled, early, Question("carbon"))
    assert tree.source == "known at position 3 of 4"


def test_a_figure_names_its_factor_and_its_letter(filled: Workspace, month: SiteRun) -> None:
    tree = explain(filled, month, Question("carbon", stream="coal"))
    oxidised = node_of(tree, "oxidised")
    assert (oxidised.value, oxidised.confidence) == ("94 %", "B")
    assert "fuels/NDRC-2013-2015/anthracite/oxidation_rate" in oxidised.source
    heat = node_of(tree, "net calorific value")
    assert heat.value == "26.500 GJ/t"
    assert heat.source == "measured · laboratory.xlsx › 数据 › row 2 › L1"
    assert tree.confidence == "B"
    assert tree.parts[0].source.startswith("E_combustion")


def test_a_stock_balance_names_its_rows(
    filled: Workspace, month: SiteRun
) -> None:  # rows of books.xlsx, the first line being 1
    activity = node_of(explain(filled, month, Question("supply", stream="coal")), "activity")
    assert activity.value == "500.000 t"
    assert [(part.value, part.source) for part in activity.parts] == [
        ("closing stock", "books.xlsx › 数据 › row 5"),
        ("opening stock", "books.xlsx › 数据 › row 2"),
        ("purchase", "books.xlsx › 数据 › row 3"),
        ("purchase", "books.xlsx › 数据 › row 4"),
    ]


def rows_named(tree: Node, meter: str) -> list[tuple[str, int, int, int]]:
    """File, first row, last row, readings of a meter's node."""
    node = next(n for n in walk(tree) if n.label == "meter" and n.value.endswith(meter))
    found = []
    for part in node.parts:
        first, last = (int(text) for text in re.findall(r"\d+", part.label))
        found.append((part.source, first, last, int(part.value.split()[0])))
    return found


@pytest.mark.parametrize(
    ("stream", "meter", "days"),
    [
        ("power-bought", "e1", "2025-03"),
        ("gas", "g1", "2025-03"),
        ("power-bought", "e1", "2025-03-10/2025-03-12"),
        ("gas", "g1", "2025-03-10/2025-03-12"),
    ],
)
def test_the_rows_named_are_the_rows_of_the_file(
    filled: Workspace, stream: str, meter: str, days: str
) -> None:
    period = Period.parse(days)
    result = run(filled, ["works"], period)["works"]
    tree = explain(filled, result, Question("supply", stream=stream))
    ((name, first, last, readings),) = rows_named(tree, meter)
    with (filled.folder.parent / name).open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    column = lines[0].index("g1 (Nm3)" if meter == "g1" else f"{meter} (kWh)")
    named = [line for line in lines[first - 1 : last] if line[column]]
    assert len(named) == readings
    assert named[0][0] == f"{period.from_day} 00:00"
    counts = [int(line[column]) for line in named]
    activity, _ = amount(node_of(tree, "activity"))
    if meter == "g1":
        assert named[-1][0] == f"{period.to_day} 00:00"
        assert activity == counts[-1] - counts[0]
    else:
        assert named[-1][0] == f"{period.days[-1]} 23:00"
        assert activity == sum(counts)


def test_a_file_that_corrects_is_named_for_what_it_corrects(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    rows = reading_rows()[48:72]
    for row in rows:
        row[1] += 1
    take(workspace, write_readings(tmp_path / "corrected.csv", rows))
    result = run(workspace, ["works"], MARCH)["works"]
    tree = explain(workspace, result, Question("supply", stream="power-bought"))
    assert rows_named(tree, "e1") == [
        ("readings.csv", 2, 745, 744 - 24), ("corrected.csv", 2, 25, 24),
    ]  # fmt: skip


def test_a_file_in_several_batches_is_named_once(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    (batch,) = workspace.ledger("works").batches("reading")
    split = make_workspace(tmp_path / "split")
    ledger = split.ledger("works")
    ledger.commit_declaration(split.site_file("works"))
    rows = read_batch(batch)
    half = rows.num_rows // 2
    for part in (rows.slice(0, half), rows.slice(half)):
        ledger.commit("reading", part, tmp_path / "readings.csv", batch.profile)
    result = run(split, ["works"], MARCH)["works"]
    tree = explain(split, result, Question("supply", carrier="electricity"))
    assert rows_named(tree, "e1") == [("readings.csv", 2, 745, 744)]


def test_a_month_of_a_year_is_asked_for(filled: Workspace) -> None:
    year = run(filled, ["works"], Period.parse("2025"))["works"]
    march = explain(filled, year, Question("carbon", month=month_of("2025-03")))
    alone = run(filled, ["works"], MARCH)["works"]
    assert march.value == explain(filled, alone, Question("carbon")).value
    assert march.label.endswith("2025-03")


def with_biogas(folder: Path) -> SiteRun:
    """The works with a fuel of which nothing was measured and nothing is tabled."""
    workspace = make_workspace(folder)
    site = workspace.site_file("works")
    gas = '\n[[stream]]\nid = "gas-own"\ncarrier = "biogas"\nfrom = "outside"\nto = "mill"\n'
    gas += 'monthly = "consumption"\ncarbon = "combustion"\n'
    site.write_text(site.read_text(encoding="utf-8") + gas, encoding="utf-8")
    fill(workspace)
    return run(workspace, ["works"], MARCH)["works"]


def test_an_empty_figure_says_what_it_lacks_and_what_to_do(tmp_path: Path) -> None:
    result = with_biogas(tmp_path)
    workspace = Workspace(tmp_path / "workspace")
    tree = explain(workspace, result, Question("biogenic", stream="gas-own"))
    assert tree.value == "–"
    [lack] = tree.parts
    assert "gas-own" in lack.label
    assert "2025-03-01 .. 2025-03-31" in lack.label
    assert "net_calorific_value" in lack.source
    assert [part.label for part in lack.parts] == ["do"]
    asked = Question("biogenic", stream="gas-own", month=dt.date(2025, 3, 1))
    assert "留空" in explain(workspace, result, asked, "zh").parts[0].label
    with pytest.raises(WorkspaceError, match="nothing to explain"):
        explain(workspace, result, Question("biogenic", month=dt.date(2025, 4, 1)))
    with pytest.raises(WorkspaceError, match="nothing to explain"):
        explain(workspace, result, Question("biogenic", stream="coal"))


def test_what_a_total_lacks_stands_behind_what_it_has(tmp_path: Path) -> None:
    result = with_biogas(tmp_path)
    tree = explain(Workspace(tmp_path / "workspace"), result, Question("energy"))
    assert tree.value != "–"
    assert [part.value for part in tree.parts].count("–") == 1
    assert "gas-own" in tree.parts[-1].label


# Questions that have no one answer


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (Question("karma"), "accounts: carbon, carrier"),
        (Question("carbon", unit="kiln"), "units: mill"),
        (Question("supply"), "do not add up"),
        (Question("flow"), "do not add up"),
    ],
)
def test_what_cannot_be_explained(
    filled: Workspace, month: SiteRun, question: Question, words: str
) -> None:
    with pytest.raises(WorkspaceError) as caught:
        explain(filled, month, question)
    assert words in str(caught.value)


def test_energies_of_units_within_each_other_are_not_added(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    site = workspace.site_file("works")
    nested = '\n[[unit]]\nid = "oven"\nparent = "mill"\n\n[[stream]]\nid = "oven-power"\n'
    nested += 'carrier = "electricity"\nfrom = "power"\nto = "oven"\nmonthly = "consumption"\n'
    site.write_text(site.read_text(encoding="utf-8") + nested, encoding="utf-8")
    fill(workspace)
    result = run(workspace, ["works"], MARCH)["works"]
    with pytest.raises(WorkspaceError, match="within each other"):
        explain(workspace, result, Question("process_energy"))
    assert explain(workspace, result, Question("process_energy", unit="oven")).parts


def test_energy_is_told_on_the_calorific_basis_unless_asked(
    filled: Workspace, month: SiteRun
) -> None:
    plain = explain(filled, month, Question("energy"))
    assert "calorific value" in plain.label
    other = explain(filled, month, Question("energy", measure="equivalent_value"))
    assert "equivalent value" in other.label
    assert plain.value != other.value


@pytest.mark.parametrize("text", ["2025", "2025-03-01/2025-03-02", "march"])
def test_a_month_is_a_month(text: str) -> None:
    with pytest.raises(WorkspaceError):
        month_of(text)


def test_a_tree_is_plain_data(filled: Workspace, month: SiteRun) -> None:
    plain = explain(filled, month, Question("carbon")).plain()
    assert set(plain) == {"value", "label", "source", "confidence", "parts"}


def test_both_languages_tell_the_same_tree(filled: Workspace, month: SiteRun) -> None:
    english, chinese = (
        list(walk(explain(filled, month, Question("carbon"), language)))
        for language in ("en", "zh")
    )
    assert [amount(node) for node in english if node.value[:1].isdigit() and " " in node.value][
        :3
    ] == [amount(node) for node in chinese if node.value[:1].isdigit() and " " in node.value][:3]
    assert [len(node.parts) for node in english] == [len(node.parts) for node in chinese]
    assert chinese[0].source == "截至账本第 4 位（共 4 位）"
    labels = {node.label for node in chinese}
    assert {"活动量", "排放因子", "低位发热量"} <= labels
