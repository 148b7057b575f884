"""A national run over a change: what it touches is run again, and every table is as if all were."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.app.nation import MARCH, add_enterprise, make_nation, site_id

from celadon.accounts.answers import Answers, rest_digest
from celadon.accounts.asking import asking, note
from celadon.app.national import NationRun, nation, nation_folder, run_nation
from celadon.app.national.asked import Asked
from celadon.app.national.parts import read_parts
from celadon.app.national.tables import EVERY
from celadon.app.workspace import Workspace
from celadon.records.ledger.batches import read_batch
from celadon.reference import load_registry
from celadon.reference.shapes import TABLES
from celadon.tables import Schema

SITES = 12
HEAT = "fuels/NDRC-2013-2015/anthracite/net_calorific_value"
"""Asked for by the sites that have no laboratory: all but every fourth."""

NOBODY = "heat/NDRC-2013-2015/heat/co2_factor"


@pytest.fixture(autouse=True)
def _one_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept rests on the code; here it does not change while tests run."""
    monkeypatch.setattr(nation, "code_state", lambda: "tested")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make_nation(tmp_path_factory.mktemp("made"), SITES)


@pytest.fixture
def workspace(made: Workspace, tmp_path: Path) -> Workspace:
    """A nation that was run with all its lineage."""
    ignored = shutil.ignore_patterns("out", "cache")
    shutil.copytree(made.folder, tmp_path / "copy", ignore=ignored)
    workspace = Workspace(tmp_path / "copy")
    run_all(workspace)
    return workspace


def run_all(workspace: Workspace) -> NationRun:
    opened = Workspace(workspace.folder)
    return run_nation(opened, opened.site_ids(), MARCH, workers=1, lineage=True)


def tables(workspace: Workspace) -> dict[str, pa.Table]:
    folder = nation_folder(workspace, MARCH)
    return {
        schema.name: _whole(folder, schema) for schema in EVERY if (folder / schema.name).exists()
    }


def _whole(folder: Path, schema: Schema) -> pa.Table:
    parts = [schema.read(path) for path in sorted((folder / schema.name).glob("*.parquet"))]
    return schema.check(pa.concat_tables(parts))


def require_as_if_all_were_run(workspace: Workspace) -> None:
    found = tables(workspace)
    shutil.rmtree(nation_folder(workspace, MARCH))
    run_all(workspace)
    fresh = tables(workspace)
    assert found.keys() == fresh.keys() >= {"leaf", "leaf_input", "parameter"}
    for name, table in fresh.items():
        assert found[name].equals(table), name


def write(path: Path, row: dict[str, str]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)


def load(workspace: Workspace, record: str, **cells: str) -> None:
    """A user's row in place of a shipped one, from a source of the user's own."""
    table = record.partition("/")[0]
    (row,) = (r for r in load_registry().rows(table) if r["record"] == record)
    own = {**row, "record": f"{record}/own", "source": "own", "replaces": record, **cells}
    write(workspace.folder / "reference" / f"{table}.csv", own)
    source = dict.fromkeys(TABLES["sources"].columns, "") | {
        "id": "own", "title_zh": "模拟", "title_en": "simulated", "force": "none",
        "status": "final", "licence": "own", "confidence": "C",
    }  # fmt: skip
    write(workspace.folder / "reference" / "sources.csv", source)


def sampled() -> set[str]:
    return {site_id(number) for number in range(3, SITES, 4)}


def test_a_changed_factor_touches_those_who_ask_for_it(workspace: Workspace) -> None:
    load(workspace, HEAT, value="20.5")
    # the others are more than half of each part: the parts go, and all is run again
    assert run_all(workspace).run == SITES
    require_as_if_all_were_run(workspace)


def test_a_factor_of_few_touches_few(workspace: Workspace) -> None:
    for number in (100, 104, 108):
        add_enterprise(workspace, number)
    run_all(workspace)
    before = tables(workspace)["leaf"]
    _buy_heat(workspace, site_id(104))
    run_all(workspace)
    load(workspace, NOBODY, value="0.12")
    done = run_all(workspace)
    assert done.run == 1
    assert done.kept == SITES + 2
    changed = tables(workspace)["leaf"]
    assert changed.num_rows > before.num_rows
    require_as_if_all_were_run(workspace)
    assert run_all(workspace).run == 0


def _buy_heat(workspace: Workspace, site: str) -> None:
    path = workspace.site_file(site)
    stream = (
        '\n[[stream]]\nid = "bought-heat"\ncarrier = "heat"\nfrom = "outside"\nto = "mill"\n'
        'monthly = "purchase"\ncarbon = "heat"\n'
    )
    path.write_text(path.read_text(encoding="utf-8") + stream, encoding="utf-8")


def test_a_factor_that_nobody_asks_for_touches_nobody(workspace: Workspace) -> None:
    load(workspace, NOBODY, value="0.12")
    done = run_all(workspace)
    assert (done.run, done.kept) == (0, SITES)
    digest = Workspace(workspace.folder).registry().digest
    assert {part.reference for part in done.parts} == {digest}
    require_as_if_all_were_run(workspace)


def test_rows_that_no_question_speaks_of_touch_all(workspace: Workspace) -> None:
    (row,) = (r for r in load_registry().rows("regions") if r["iso"] == "CN-HE")
    write(workspace.folder / "reference" / "regions.csv", dict(row))
    assert rest_digest(Workspace(workspace.folder).registry()) != rest_digest(load_registry())
    assert run_all(workspace).run == SITES
    require_as_if_all_were_run(workspace)


def test_new_rows_of_one_site_touch_it_alone(workspace: Workspace) -> None:
    ledger, source = workspace.ledger(site_id(1)), workspace.folder / "late.csv"
    source.write_text("a late return\n", encoding="utf-8")
    batch = workspace.ledger(site_id(5)).batches("activity")[0]
    ledger.commit("activity", read_batch(batch), source, "9" * 64)
    done = run_all(workspace)
    assert (done.run, done.kept) == (1, SITES - 1)
    require_as_if_all_were_run(workspace)


def test_a_part_left_beside_the_one_that_replaced_it_counts_once(workspace: Workspace) -> None:
    folder = nation_folder(workspace, MARCH)
    kept = {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if "part" in str(path) and path.is_file()
    }
    test_new_rows_of_one_site_touch_it_alone(workspace)
    for path, data in kept.items():
        path.write_bytes(data)
    done = run_all(workspace)
    sites = [site for part in read_parts(folder) for site in part.states]
    assert sorted(sites) == workspace.site_ids()
    assert len(done.parts) == len(read_parts(folder))
    require_as_if_all_were_run(workspace)


def test_what_is_asked_is_kept_by_groups() -> None:
    with asking() as asked:
        note("tabled", "fuels", "coke", "net_calorific_value", "2025-03", "NDRC-2013-2015")
        note("electricity", "enterprise_gbt32150", 2025, "national", "CN", "average")
        note("selected", "enterprise_gbt32150", 2025)
        note("changes", "gbt-2589-2020", "NDRC-2013-2015", "2025-03")
        note("tabled", "fuels", "coke", "nothing", "2025-03", "NDRC-2013-2015")
    answers = Answers(load_registry())
    told = Asked([*map(list, sorted(asked))], [answers.of(q) for q in sorted(asked)],
                 [[0, 1], [2, 3, 4]], {"one": [0], "two": [0, 1]})  # fmt: skip
    again = Asked.read(told.text())
    assert again.changed(answers) == set()
    for place, expected in ((0, {"one", "two"}), (4, {"two"})):
        other: list[Any] = [*again.answers]
        other[place] = "0" * 16
        moved = Asked(again.questions, other, again.groups, again.sites)
        assert moved.changed(answers) == expected
        assert moved.without(["two"]).changed(answers) == expected - {"two"}
        both = moved.joined([Asked(again.questions, other, [[place]], {"three": [0]})])
        assert both.changed(answers) == expected | {"three"}
