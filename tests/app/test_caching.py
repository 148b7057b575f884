"""The cache: made again whenever something read has changed, or when it is not whole."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.app.shop import MARCH, fill, make_workspace, reading_rows, take, write_readings

import celadon
from celadon.accounts import answers
from celadon.accounts.tables import LEAF
from celadon.app import running
from celadon.app.chronicling import forget_ledger
from celadon.app.running import CACHED, cached_run, run
from celadon.app.workspace import Workspace
from celadon.errors import ChainBroken
from celadon.reference import load_registry, methods


class Runs:
    """Counts how often a run is made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self._run = running.run
        monkeypatch.setattr(running, "run", self._counted)

    def _counted(self, *given: object, **named: object) -> object:
        self.count += 1
        return self._run(*given, **named)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    return Runs(monkeypatch)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    run(workspace, ["works"], MARCH)
    return workspace


def folder(workspace: Workspace) -> Path:
    return workspace.cache("works", MARCH)


def test_nothing_changed_is_not_computed_again(workspace: Workspace, runs: Runs) -> None:
    fresh = run(workspace, ["works"], MARCH)["works"]
    runs.count = 0
    cached = cached_run(workspace, "works", MARCH)
    assert runs.count == 0
    assert cached.header == fresh.header
    assert cached.site == fresh.site
    for schema in CACHED:
        assert cached.table(schema).equals(schema.check(fresh.table(schema))), schema.name


def correct(workspace: Workspace) -> None:
    rows = reading_rows()
    rows[5][1] += 1
    take(workspace, write_readings(workspace.folder.parent / "late.csv", rows))


def declare(workspace: Workspace) -> None:
    path = workspace.site_file("works")
    path.write_text(path.read_text(encoding="utf-8") + "\n# checked\n", encoding="utf-8")


def _lay_over(workspace: Workspace, table: str, old: str, new: str) -> None:
    own = workspace.folder / "reference"
    own.mkdir()
    shipped = Path(celadon.__file__).parent / "reference" / "data" / f"{table}.csv"
    text = shipped.read_text(encoding="utf-8")
    assert old in text
    (own / f"{table}.csv").write_text(text.replace(old, new, 1), encoding="utf-8")


def refer(workspace: Workspace) -> None:
    """A row of heat, which the works buys none of."""
    _lay_over(workspace, "heat", ",,A,", ",page 1,A,")


def refactor(workspace: Workspace) -> None:
    """The place in print of a figure that the works asks for."""
    asked = run(workspace, ["works"], MARCH)["works"].header["factors"]
    record = load_registry().describe(next(name for name in asked if name.startswith("fuels/")))
    shipped = Path(celadon.__file__).parent / "reference" / "data" / "fuels.csv"
    line = next(
        text for text in shipped.read_text(encoding="utf-8").splitlines()
        if text.startswith(f"{record.record},")
    )  # fmt: skip
    place = f",{record.source.id},"
    before, _, after = line.partition(place)
    _lay_over(workspace, "fuels", line, f"{before}{place}page 1{after[after.index(',') :]}")


def resource(workspace: Workspace) -> None:
    """Another name of a province, which nothing asks for by a question."""
    _lay_over(workspace, "regions", "Hebei", "Hopeh")


def test_tables_that_answer_the_same_compute_nothing_again(
    workspace: Workspace, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = cached_run(workspace, "works", MARCH)
    refer(workspace)
    after = cached_run(workspace, "works", MARCH)
    assert runs.count == 0
    assert after.header["read"]["reference"] != before.header["read"]["reference"]
    assert after.header["hash"] == before.header["hash"]
    fresh = run(workspace, ["works"], MARCH)["works"]
    for schema in CACHED:
        assert after.table(schema).equals(schema.check(fresh.table(schema))), schema.name
    monkeypatch.setattr(answers, "Answers", None)  # what was found to hold is not asked again
    cached_run(workspace, "works", MARCH)


@pytest.mark.parametrize("change", [correct, declare, refactor, resource])
def test_whatever_was_read_and_has_changed_is_read_again(
    workspace: Workspace, runs: Runs, change: Callable[[Workspace], None]
) -> None:
    change(workspace)
    cached_run(workspace, "works", MARCH)
    assert runs.count == 1
    cached_run(workspace, "works", MARCH)
    assert runs.count == 1


def test_another_version_of_celadon_computes_again(
    workspace: Workspace, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(celadon, "__version__", "0.0.0")
    assert cached_run(workspace, "works", MARCH).header["read"]["code"].startswith("0.0.0+")
    assert runs.count == 1


def test_another_method_computes_again(
    workspace: Workspace, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = {
        name: method.model_copy(update={"clause": "another"})
        for name, method in methods.methods().items()
    }
    monkeypatch.setattr(methods, "methods", lambda: changed)
    methods.methods_digest.cache_clear()
    try:
        cached_run(workspace, "works", MARCH)
    finally:
        methods.methods_digest.cache_clear()
    assert runs.count == 1


def test_another_ledger_of_the_same_length_computes_again(
    workspace: Workspace, runs: Runs, tmp_path: Path
) -> None:
    other = make_workspace(tmp_path / "other")
    fill(other)  # the same files, recorded at another time
    ours, theirs = workspace.ledger("works").folder, other.ledger("works").folder
    shutil.rmtree(ours)
    with pytest.raises(ChainBroken, match="is gone"):
        cached_run(workspace, "works", MARCH)
    forget_ledger(workspace, "works", "a test")
    shutil.copytree(theirs, ours)
    cached_run(workspace, "works", MARCH)
    assert runs.count == 1


def test_a_deleted_cache_is_made_again(workspace: Workspace, runs: Runs) -> None:
    before = cached_run(workspace, "works", MARCH)
    shutil.rmtree(workspace.folder / "cache")
    assert cached_run(workspace, "works", MARCH).header == before.header
    assert runs.count == 1


def cut_header(cache: Path) -> None:
    header = cache / "header.json"
    header.write_bytes(header.read_bytes()[:200])


def list_header(cache: Path) -> None:
    (cache / "header.json").write_text("[]", encoding="utf-8")


def no_hashes(cache: Path) -> None:
    header = json.loads((cache / "header.json").read_text(encoding="utf-8"))
    del header["files"]
    (cache / "header.json").write_text(json.dumps(header), encoding="utf-8")


def cut_table(cache: Path) -> None:
    table = cache / f"{LEAF.name}.parquet"
    table.write_bytes(table.read_bytes()[:-20])


def lost_table(cache: Path) -> None:
    (cache / f"{LEAF.name}.parquet").unlink()


def table_of_another_run(cache: Path) -> None:
    rows = LEAF.read(cache / f"{LEAF.name}.parquet")
    LEAF.write(rows.slice(1), cache / f"{LEAF.name}.parquet")


@pytest.mark.parametrize(
    "damage",
    [cut_header, list_header, no_hashes, cut_table, lost_table, table_of_another_run],
)
def test_a_cache_that_is_not_whole_is_not_trusted(
    workspace: Workspace, runs: Runs, damage: Callable[[Path], None]
) -> None:
    whole = cached_run(workspace, "works", MARCH)
    damage(folder(workspace))
    mended = cached_run(workspace, "works", MARCH)
    assert runs.count == 1
    assert mended.table(LEAF).equals(whole.table(LEAF))
    assert cached_run(workspace, "works", MARCH).header == whole.header
    assert runs.count == 1


def test_a_run_that_dies_while_it_writes_leaves_no_header(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(type(LEAF), "write", _die_at_leaf_inputs(type(LEAF).write))
        with pytest.raises(KeyboardInterrupt):
            run(workspace, ["works"], MARCH)
    assert not (folder(workspace) / "header.json").exists()
    assert cached_run(workspace, "works", MARCH).header["site"] == "works"


def _die_at_leaf_inputs(write: Callable[..., None]) -> Callable[..., None]:
    def dying(schema: object, table: object, path: Path) -> None:
        if Path(path).name == "leaf_input.parquet":
            raise KeyboardInterrupt
        write(schema, table, path)

    return dying
