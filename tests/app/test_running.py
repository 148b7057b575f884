"""The verb run: the same account on every machine, and as it was known."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pytest
from tests.app.shop import (
    BOOKS,
    MARCH,
    add_site,
    declaration,
    fill,
    make_workspace,
    reading_rows,
    take,
    value,
    write_books,
    write_readings,
)

from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.app.running import SiteRun, cached_run, run
from celadon.app.workspace import Workspace
from celadon.errors import ChainBroken, LedgerError, WorkspaceError
from celadon.exact import leaf_value
from celadon.records.ledger.batches import read_batch
from celadon.records.ledger.ledger import KINDS
from celadon.records.period import Period
from celadon.records.tables import FINDING

HOURS = 31 * 24


def hash_of(workspace: Workspace, site: str = "works") -> str:
    return run(workspace, [site], MARCH)[site].header["hash"]


def rules(result: SiteRun) -> list[str]:
    return sorted(result.table(FINDING)["rule"].to_pylist())


def leaf(result: SiteRun, **wanted: object) -> dict[str, object]:
    rows = result.table(LEAF).to_pylist()
    (found,) = [x for x in rows if all(x[name] == wanted[name] for name in wanted)]
    return found


# What it computes


def test_a_month_from_files_to_leaves(month: SiteRun) -> None:
    power = leaf(month, account="supply", stream="power-bought")
    assert power["count"] == 1000 * sum(value("e1", n) or 0 for n in range(HOURS))
    gas = leaf(month, account="energy", stream="gas", measure="calorific_value")
    assert gas["count"] == 1000 * ((value("g1", HOURS) or 0) - (value("g1", 0) or 0))
    assert gas["value"] == leaf_value(gas["count"], Fraction(36_000, 1000) / Fraction("29.3076"))
    coal = leaf(month, account="carbon", stream="coal")
    assert coal["count"] == 500_000  # 400 + 250.5 + 149.5 - 300 t
    per_kg = Fraction("26.5") * Fraction("0.02749") * Fraction("0.94") * Fraction(44, 12)
    assert coal["value"] == leaf_value(500_000, per_kg * 1000)
    assert leaf(month, account="production")["count"] == 5_000_000
    assert {x["seconds_missing"] for x in month.table(LEAF).to_pylist()} == {0}


def test_the_header_lists_what_was_read(month: SiteRun) -> None:
    header = month.header
    assert [batch["file"] for batch in header["batches"]] == [
        "readings.csv", "books.xlsx", "laboratory.xlsx",
    ]  # fmt: skip
    assert header["read"]["position"] == header["ledger_length"] == 4
    assert set(header["methods"]) == {"gbt-2589-2020", "iron-and-steel-ndrc-2013"}
    assert "electricity/2023/average/CN/co2_factor" in header["factors"]
    used = {row["factor"] for row in month.table(PARAMETER).to_pylist() if row["rung"] == "default"}
    assert header["factors"] == sorted(used)
    assert (header["period"], header["to_day"]) == ("2025-03", "2025-04-01")


def test_every_parameter_is_an_input_of_a_leaf(month: SiteRun) -> None:
    inputs = month.table(LEAF_INPUT).to_pylist()
    leaves = set(month.table(LEAF)["leaf"].to_pylist())
    assert {row["leaf"] for row in inputs} == leaves
    named = {row["ref"] for row in inputs if row["kind"] == "parameter"}
    assert named == set(month.table(PARAMETER)["parameter"].to_pylist())


# The same hash


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_threads_change_nothing(filled: Workspace, month: SiteRun, threads: int) -> None:
    again = run(filled, ["works"], MARCH, threads=threads)["works"]
    assert again.header["hash"] == month.header["hash"]
    assert again.table(FINDING).equals(month.table(FINDING))


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    assert [done.replayed for done in fill(workspace)] == [False] * 3
    before = hash_of(workspace)
    assert [done.replayed for done in fill(workspace)] == [True] * 3
    assert hash_of(workspace) == before
    assert len(workspace.ledger("works").lines()) == 4


@pytest.mark.parametrize("parts", [2, 5])
def test_neither_row_order_nor_batching_changes_the_account(
    tmp_path: Path, month: SiteRun, parts: int
) -> None:
    """The rows of every file shuffled behind the reader and committed in several batches."""
    whole = make_workspace(tmp_path)
    fill(whole)
    split = make_workspace(tmp_path / "split")
    ledger = split.ledger("works")
    ledger.commit_declaration(split.site_file("works"))
    draws = random.Random(parts)  # noqa: S311  a seed makes a failure come again
    for batch in [b for kind in KINDS for b in whole.ledger("works").batches(kind)]:
        table = read_batch(batch)
        order = list(range(table.num_rows))
        draws.shuffle(order)
        source = tmp_path / batch.source_name
        for part in range(parts):
            chosen = order[part::parts]
            if chosen:
                ledger.commit(batch.kind, table.take(chosen), source, batch.profile)
    assert hash_of(split) == hash_of(whole) == month.header["hash"]
    assert rules(run(split, ["works"], MARCH)["works"]) == rules(month)


def test_a_reading_changes_the_hash(tmp_path: Path, month: SiteRun) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    rows = reading_rows()
    rows[100][1] += 1
    take(workspace, write_readings(tmp_path / "corrected.csv", rows))
    result = run(workspace, ["works"], MARCH)["works"]
    assert result.header["hash"] != month.header["hash"]
    assert "correction" in rules(result)
    grown = leaf(result, account="supply", stream="power-bought")
    assert grown["count"] == leaf(month, account="supply", stream="power-bought")["count"] + 1000


def test_a_factor_changes_the_hash(tmp_path: Path, month: SiteRun) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    text = workspace.site_file("works").read_text(encoding="utf-8")
    level = 'electricity_level = "province"\n\n[[unit]]'
    workspace.site_file("works").write_text(text.replace("[[unit]]", level, 1), encoding="utf-8")
    result = run(workspace, ["works"], MARCH)["works"]
    assert result.header["hash"] != month.header["hash"]
    assert "electricity/2023/average/CN-HE/co2_factor" in result.header["factors"]


# As it was known


def test_an_earlier_position_gives_the_earlier_account(tmp_path: Path, month: SiteRun) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    corrected = write_books(tmp_path / "corrected.xlsx", [(*BOOKS[1][:4], 260, "t"), *BOOKS[2:3]])
    take(workspace, corrected)
    site = workspace.site_file("works")
    site.write_text(site.read_text(encoding="utf-8") + '\n[[unit]]\nid = "new"\n', encoding="utf-8")
    now = run(workspace, ["works"], MARCH)["works"]
    assert leaf(now, account="carbon", stream="coal")["count"] == 509_500
    then = run(workspace, ["works"], MARCH, known_at=4)["works"]
    assert then.header["hash"] == month.header["hash"]
    assert [unit.id for unit in then.site.units] == ["mill"]
    assert (then.header["read"]["position"], then.header["ledger_length"]) == (4, 6)


def test_what_was_known_before_the_books_came(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    early = run(workspace, ["works"], MARCH, known_at=2)["works"]
    assert len(early.header["batches"]) == 1
    assert "activity_missing" in rules(early)
    assert leaf(early, account="supply", stream="coal")["seconds_missing"] == 31 * 86_400


def test_a_run_as_known_does_not_disturb_the_cache(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    run(workspace, ["works"], MARCH)
    header = workspace.cache("works", MARCH) / "header.json"
    before = header.read_bytes()
    run(workspace, ["works"], MARCH, known_at=2)
    assert header.read_bytes() == before


def test_before_its_declaration_nothing_was_known(filled: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="Nothing was known of works at position 0"):
        run(filled, ["works"], MARCH, known_at=0)


def test_a_position_beyond_the_end_is_refused(filled: Workspace) -> None:
    with pytest.raises(LedgerError, match="no position 99"):
        run(filled, ["works"], MARCH, known_at=99)


def test_a_position_is_asked_of_one_site(filled: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="one site"):
        run(filled, ["works", "other"], MARCH, known_at=2)


# Several sites, and sites with little


def test_sites_of_a_shard_do_not_mix(tmp_path: Path) -> None:
    """Two sites with the same ids of meters and streams, one of them with other readings."""
    workspace = make_workspace(tmp_path, declaration("east"), declaration("west"))
    fill(workspace, "east")
    rows = [[row[0], *(v and v + 5 for v in row[1:3]), row[3]] for row in reading_rows()]
    take(workspace, write_readings(tmp_path / "other.csv", rows), "west")
    books = [(*row[:4], 7, "t") for row in BOOKS]
    take(workspace, write_books(tmp_path / "other.xlsx", books), "west")
    alone = {site: run(workspace, [site], MARCH)[site] for site in ("east", "west")}
    together = run(workspace, ["west", "east"], MARCH)
    assert alone["east"].header["hash"] != alone["west"].header["hash"]
    for site, result in together.items():
        assert result.header == alone[site].header
        for name, table in result.tables.items():
            assert table.equals(alone[site].tables[name]), (site, name)
    refs = {
        site: {row["ref"] for row in result.table(LEAF_INPUT).to_pylist()}
        for site, result in together.items()
    }
    assert not any("laboratory" in ref for ref in refs["west"])


def test_no_site_is_no_run(filled: Workspace) -> None:
    assert run(filled, [], MARCH) == {}


def test_a_site_without_any_records_is_all_missing(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    result = run(workspace, ["works"], MARCH)["works"]
    rows = result.table(LEAF).to_pylist()
    assert {(x["value"], x["seconds_missing"]) for x in rows} == {(0, 31 * 86_400)}
    assert {"activity_missing", "gap"} <= set(rules(result))


def test_a_site_without_meters_needs_no_readings(tmp_path: Path) -> None:
    text = declaration()
    coal_only = text[: text.index("[[network]]")] + text[text.index("[[product]]") :]
    start = coal_only.index("[[stream]]")
    coal_only = coal_only[:start] + coal_only[coal_only.rindex("[[stream]]") :]
    workspace = make_workspace(tmp_path, coal_only)
    take(workspace, write_books(tmp_path / "books.xlsx"))
    result = run(workspace, ["works"], MARCH)["works"]
    assert leaf(result, account="supply")["count"] == 500_000
    assert "gap" not in rules(result)


def test_a_period_of_two_years(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    result = run(workspace, ["works"], Period.parse("2024-01-01/2026-01-01"))["works"]
    months = {x["month"] for x in result.table(LEAF).to_pylist()}
    assert len(months) == 24
    march = [
        x for x in result.table(LEAF).to_pylist() if x["leaf"].endswith("/2025-03")
    ]  # fmt: skip
    assert {x["seconds_missing"] for x in march} == {0}
    factors = result.header["factors"]
    assert {f for f in factors if f.startswith("electricity/")} == {
        "electricity/2022/average/CN/co2_factor", "electricity/2023/average/CN/co2_factor",
    }  # fmt: skip


def test_there_is_no_such_site(filled: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="There is no site 'elsewhere'"):
        run(filled, ["elsewhere"], MARCH)
    with pytest.raises(WorkspaceError, match="There is no site 'elsewhere'"):
        cached_run(filled, "elsewhere", MARCH)


def test_a_ledger_that_was_touched_is_refused(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    fill(workspace)
    manifest = workspace.ledger("works").manifest
    manifest.write_bytes(manifest.read_bytes().replace(b"readings.csv", b"readinks.csv"))
    with pytest.raises(ChainBroken):
        run(workspace, ["works"], MARCH)


def test_another_country_gets_no_factor_and_no_norm(tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path, declaration(country="KR", method=""))
    fill(workspace)
    result = run(workspace, ["works"], MARCH)["works"]
    assert {x["account"] for x in result.table(LEAF).to_pylist()} == {
        "carrier", "supply", "production",
    }  # fmt: skip
    assert result.header["factors"] == []
    assert result.header["methods"] == {}
    assert result.tables["verdict"].num_rows == 0
    found = [f for f in result.table(FINDING).to_pylist() if f["rule"] == "no_method"]
    assert len(found) == 2


def test_floors_are_told_as_they_are_done(filled: Workspace) -> None:
    told: list[str] = []
    run(filled, ["works"], MARCH, progress=lambda floor, _: told.append(floor))
    assert told == ["records", "quality", "accounts", "verdicts"]


def test_two_workspaces_give_the_same_bytes(tmp_path: Path, month: SiteRun) -> None:
    add_site(make_workspace(tmp_path), declaration("second"))
    workspace = Workspace(tmp_path / "workspace")
    fill(workspace)
    result = run(workspace, ["works"], MARCH)["works"]
    for name, table in result.tables.items():
        assert table.equals(month.tables[name]), name
