"""What the tables say, who brought it and who vouches: as typed, in both languages and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.speaking import document, refused, typed

from celadon.app.referencing import show_reference
from celadon.cli.refusing import in_words
from celadon.cli.terminal import FAILED

COKE = "fuels/NDRC-2013-2015/coke/oxidation_rate"
TABLE = (
    "对象,参数,标准或因子集,口径,数值,单位,来源\n"
    "sintering,grade_3,GB 21256-2013,process_energy,999,kgce/t,GB 21256-2013\n"  # made up
)
OWN = "norms/GB-21256-2013/sintering/process_energy/grade_3"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "norms.csv"
    path.write_text(TABLE, encoding="gb18030")
    return path


def test_search_shows_value_unit_set_and_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # no workspace: the shipped tables are asked
    shown = typed("reference", "search", "焦炭", "oxidation", "--lang", "en").stdout
    first = shown.splitlines()[1]
    assert "98 %" in first or "93 %" in first
    assert f"B ▲  {COKE}" in shown
    assert f"celadon reference show {first.split()[-1]}" in shown
    found = document("reference", "search", "焦炭", "oxidation", "--limit", "2")
    assert found["found"] > 2
    assert len(found["rows"]) == 2
    assert found["rows"][0]["unit"] == "%"


def test_search_says_so_where_nothing_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "没有记录" in typed("reference", "search", "nonesuch", "--lang", "zh").stdout
    assert document("reference", "search", "nonesuch")["rows"] == []
    assert refused("reference", "search", "coke", "--table", "no")["kind"] == "WorkspaceError"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("in force", "nobody has compared it")), ("zh", ("有效期", "尚无人与原文核对"))],
)
def test_show_tells_everything_of_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = typed("reference", "show", COKE, "--lang", language).stdout
    row = show_reference(None, COKE).row
    assert row.record is not None
    for text in (row.record.value_text, "%", row.cite(language), f"confirm {COKE}", *words):  # type: ignore[arg-type]
        assert text in shown
    plain = document("reference", "show", COKE)
    assert plain["source"]["title_zh"] == row.record.source.title_zh
    assert plain["source"]["title_en"] == row.record.source.title_en
    assert (plain["value"], plain["confidence"]) == (row.record.value_text, "B")


def test_a_row_that_is_not_there_names_what_comes_close() -> None:
    error = refused("reference", "show", "fuels/NDRC-2013-2015/cok/oxidation_rate")
    assert COKE in error["near"]


def test_diff_refuses_what_cannot_differ(tmp_path: Path) -> None:
    for sides in (("shipped", "shipped"), ("AR5", "AR5")):
        error = refused("reference", "diff", *sides, "-w", tmp_path)
        assert "on both sides" in error["faults"][0]["found"]
    error = refused("reference", "diff", "shipped", "workspace", "-w", tmp_path)
    assert error["faults"][0]["found"] == "no workspace here"


def test_diff_shows_what_changed_and_by_how_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = typed("reference", "diff", "AR5", "AR6", "--table", "gwp", "--lang", "en").stdout
    assert "+3.02" in shown
    found = document("reference", "diff", "AR5", "AR6", "--table", "gwp")
    assert found["counts"]["changed"] == sum(r["kind"] == "changed" for r in found["rows"])
    assert refused("reference", "diff", "AR5", "AR7")["kind"] == "LookupRefused"


def test_a_table_is_loaded_shown_compared_and_verified(tiny: Path, table: Path) -> None:
    checked = typed("reference", "load", table, "--check", "-w", tiny, "--lang", "en").stdout
    assert "nothing was written (--check)" in checked
    done = typed("reference", "load", table, "--by", "Ann", "-w", tiny, "--lang", "en").stdout
    assert "1 row loaded into norms" in done
    assert f"celadon reference confirm {OWN} --by NAME --page PAGE" in done
    again = document("reference", "load", table, "-w", tiny)
    assert (again["loaded"], again["rows"][0]["kind"]) == (False, "same")
    found = document("reference", "diff", "shipped", "workspace", "-w", tiny)
    assert [(row["kind"], row["what"]) for row in found["rows"]] == [("added", OWN)]
    assert (
        "norms.csv · 与载入时一致"
        in typed("reference", "verify", "-w", tiny, "--lang", "zh").stdout
    )
    assert document("reference", "verify", "-w", tiny)["counts"]["loaded"] == 1


def test_a_table_with_faults_is_refused_with_all_of_them(tiny: Path, table: Path) -> None:
    table.write_text(TABLE.replace("kgce/t", "kgce/tonne"), encoding="utf-8")
    error = refused("reference", "load", table, "-w", tiny)
    assert error["faults"][0]["where"] == ["norms.csv", "row 2", "unit"]
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    assert len(refused("reference", "load", table, "-w", tiny)["faults"]) > 2
    table.rename(table.with_name("mine.csv"))
    error = refused("reference", "load", table.with_name("mine.csv"), "-w", tiny)
    assert "--table fuels" in error["faults"][0]["remedy"]
    refused("reference", "load", table.with_name("absent.csv"), "-w", tiny)


def test_confirm_list_and_withdraw(tiny: Path) -> None:
    here = ("-w", tiny, "--lang", "en")
    assert "no row has been confirmed" in typed("reference", "confirm", "--list", *here).stdout
    ask = ("reference", "confirm", COKE, "--by", "Ann", "--page", "table 1")
    done = typed(*ask, *here).stdout
    assert "B ✓, confirmed by Ann against table 1" in done
    assert "already" in typed(*ask, *here).stdout
    listed = typed("reference", "confirm", "--list", *here).stdout
    assert "table 1" in listed
    assert "in force" in listed
    shown = typed("reference", "show", COKE, *here).stdout
    assert "· B ✓" in shown.splitlines()[0]
    back = ("reference", "confirm", COKE, "--withdraw", "--by", "Ben", "--because", "misread")
    assert "withdrawn by Ben" in typed(*back, *here).stdout
    (one,) = document("reference", "confirm", "--list", "-w", tiny)["confirmations"]
    assert (one["state"], one["because"]) == ("withdrawn", "misread")
    assert "misread" in typed("reference", "show", COKE, *here).stdout


def test_what_cannot_be_confirmed_says_why(tiny: Path) -> None:
    ask = ("reference", "confirm", COKE, "--by", "Ann", "--page", "p. 1", "--value", "1")
    assert "is not as printed" in refused(*ask, "-w", tiny)["summary"]
    assert "not a number" in refused(*ask[:-1], "93 %", "-w", tiny)["summary"]
    refused("reference", "confirm", COKE, "--by", "Ann", "-w", tiny)
    absent = refused(*ask[:-2], "--document", tiny / "absent.pdf", "-w", tiny)
    assert "absent.pdf" in absent["summary"]
    assert "Which row" in refused("reference", "confirm", "-w", tiny)["summary"]


def test_a_refusal_that_names_a_row_is_told_in_chinese() -> None:
    assert in_words("No reference row fuels/nosuch", "zh") == "参考表中没有 fuels/nosuch"
    assert in_words(f"{COKE} is not as printed", "zh") == f"{COKE} 与原文不符"


def test_missing_and_account_change_with_a_confirmation(tiny: Path) -> None:
    rows = document("reference", "missing", "mill", "-w", tiny)["sites"][0]["missing"]
    weak = [row["what"] for row in rows if row["kind"] in ("record", "method")]
    assert any(what.startswith("methods/") for what in weak)
    assert all(row["locator"] or "not known" in row["fetch"] or "未知" in row["fetch"]
               for row in rows if row["kind"] == "record")  # fmt: skip
    shown = typed("reference", "missing", "mill", "-w", tiny, "--lang", "en").stdout
    assert "celadon reference load FILE" in shown
    assert "or compare a row with print: celadon reference confirm" in shown
    assert " ▲" in typed("account", "mill", "-w", tiny).stdout
    for row in weak:
        done = typed("reference", "confirm", row, "--by", "Ann", "--page", "p. 1", "-w", tiny)
        assert done.exit_code == 0, done.output
    after = document("reference", "missing", "mill", "-w", tiny)["sites"][0]["missing"]
    assert [row for row in after if row["kind"] in ("record", "method")] == []
    account = typed("account", "mill", "-w", tiny).stdout
    assert " ✓" in account
    assert "% ▲" not in account
    told = document("account", "mill", "-w", tiny)["header"]["confirmed"]
    assert {one["row"] for one in told} == set(weak)
    tree = typed("explain", "mill", "carbon", "-w", tiny, "--lang", "en").stdout
    assert "confirmed against print" in tree
    assert "kept out of official forms" not in tree


def test_a_changed_audit_file_is_found(tiny: Path) -> None:
    typed("reference", "confirm", COKE, "--by", "Ann", "--page", "p. 1", "-w", tiny)
    path = tiny / "reference" / "audit.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Ann", b"Bob"))
    assert refused("reference", "verify", "-w", tiny)["kind"] == "ChainBroken"
    done = typed("reference", "missing", "mill", "-w", tiny, "--json")
    assert done.exit_code == FAILED
    assert json.loads(done.stdout)["error"]["kind"] == "ChainBroken"
