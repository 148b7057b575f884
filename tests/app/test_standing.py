"""A figure is kept out of official forms, let in by a confirmation, and kept out again without."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.app.shop import MARCH

from celadon.accounts.tables import LEAF, PARAMETER
from celadon.app.missing import reference_missing
from celadon.app.referencing import (
    confirm_reference,
    list_confirmations,
    load_reference,
    show_reference,
    verify_reference,
    withdraw_reference,
)
from celadon.app.reporting import report_content
from celadon.app.returning import check_returns, load_return, pack_return
from celadon.app.running import SiteRun, cached_run
from celadon.app.standing import with_confirmations, with_stated
from celadon.app.summary import summarise
from celadon.app.workspace import Workspace
from celadon.errors import ChainBroken, LookupRefused
from celadon.reference import load_registry, method_rows
from celadon.reference.audit import Audit
from celadon.reference.confirmed import is_official, weakest
from celadon.reference.methods import methods
from celadon.report.draft import Draft
from celadon.report.lines import is_below_official
from celadon.report.page import lay_out, render

COKE = "fuels/NDRC-2013-2015/coke/oxidation_rate"
CHOICE = "electricity_selection/enterprise_gbt32150|2025|average|national|CN"


@pytest.fixture
def workspace(filled: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the filled workspace in official mode."""
    shutil.copytree(filled.folder, tmp_path / "plant")
    marker = tmp_path / "plant" / "celadon.toml"
    text = marker.read_text(encoding="utf-8")
    marker.write_text(text.replace("working", "official"), encoding="utf-8")
    return Workspace(tmp_path / "plant")


def weak_rows(workspace: Workspace, result: SiteRun) -> list[str]:
    """The rows to compare with print: figures, and the methods whose equations were used."""
    return [m.what for m in reference_missing(workspace, result) if m.kind in ("record", "method")]


def cards(workspace: Workspace) -> list[str]:
    """The four figures of the first page of the official report."""
    draft = Draft(report_content(workspace, cached_run(workspace, "works", MARCH)), "en")
    html = render(draft, *lay_out(draft))
    return [part.split("</div>")[0] for part in html.split('<div class="value">')[1:]]


def confirm_all(workspace: Workspace, rows: list[str]) -> None:
    for row in rows:
        _, is_new = confirm_reference(workspace, row, "Ann", "p. 1")
        assert is_new


def test_a_figure_is_kept_out_let_in_by_confirmations_and_kept_out_again(
    workspace: Workspace, tmp_path: Path
) -> None:
    result = cached_run(workspace, "works", MARCH)
    rows = weak_rows(workspace, result)
    assert CHOICE in rows
    kept_out = cards(workspace)
    assert [value.startswith("–") for value in kept_out[:2]] == [True, True]
    confirm_all(workspace, rows[:-1])
    assert cards(workspace)[1].startswith("–")  # one of its rows is not confirmed yet
    confirm_all(workspace, rows[-1:])
    let_in = cards(workspace)
    assert not any(value.startswith("–") or "▲" in value for value in let_in[:2])
    withdraw_reference(workspace, CHOICE, "Ben", "another edition")
    again = cards(workspace)
    assert again[1].startswith("–")
    assert again[0] == let_in[0]  # energy does not rest on the factor of electricity


def test_letters_stay_and_are_marked_and_no_number_or_hash_changes(workspace: Workspace) -> None:
    before = cached_run(workspace, "works", MARCH)
    digest, plain = workspace.registry().digest, summarise(before)
    confirm_all(workspace, weak_rows(workspace, before))
    after = with_confirmations(workspace, cached_run(workspace, "works", MARCH))
    marked = summarise(after)
    for one, other in zip(plain.totals, marked.totals, strict=True):
        assert (one.value, one.estimated) == (other.value, other.estimated)
        assert {f"{k} ✓" if k != "own" else k for k in one.by_confidence} == set(
            other.by_confidence
        )
    assert after.header["hash"] == before.header["hash"]
    assert after.header["read"] == before.header["read"]
    assert workspace.registry().digest == digest
    told = {(one["row"], one["by"], one["page"]) for one in after.header["confirmed"]}
    assert (CHOICE, "Ann", "p. 1") in told
    assert weak_rows(workspace, after) == []


def test_a_line_is_as_weak_as_the_weakest_that_nobody_confirmed(workspace: Workspace) -> None:
    result = cached_run(workspace, "works", MARCH)
    carbon = "fuels/NDRC-2013-2015/anthracite/carbon_content_per_heat"
    confirm_all(workspace, [carbon])
    marked = with_confirmations(workspace, result)
    letters = {
        row["factor"]: row["confidence"]
        for row in marked.table(PARAMETER).to_pylist()
        if row["rung"] == "default"
    }
    assert letters[carbon] == "B ✓"
    leaves = {r["leaf"]: r["confidence"] for r in marked.table(LEAF).to_pylist()}
    (coal,) = [c for name, c in leaves.items() if name.startswith("carbon/") and "coal" in name]
    assert coal == "B"  # its oxidation is not confirmed


def test_letters_together() -> None:
    assert weakest(["B ✓", "C"]) == "C"
    assert weakest(["B ✓", "A", None]) == "B ✓"
    assert weakest(["D ✓", "C ✓"]) == "D ✓"
    assert weakest([]) is None
    assert not is_official("B")
    assert not is_below_official("D ✓")
    assert not is_below_official(None)


def test_the_number_read_in_print_must_be_the_rows(workspace: Workspace) -> None:
    with pytest.raises(LookupRefused, match="not as printed") as refused:
        confirm_reference(workspace, COKE, "Ann", "p. 1", "98")
    assert "load the printed figure" in refused.value.faults[0].remedy
    assert list_confirmations(workspace) == []
    printed = load_registry().records[COKE].value_text
    found, is_new = confirm_reference(workspace, COKE, "Ann", "p. 1", f"{printed}.0")
    assert (found.value, is_new) == (f"{printed}.0", True)
    with pytest.raises(LookupRefused):
        confirm_reference(workspace, COKE, "Ann", "p. 2", "ninety-three")


@pytest.mark.parametrize(("by", "page"), [("", "p. 1"), ("Ann", " ")])
def test_a_confirmation_names_who_and_where(workspace: Workspace, by: str, page: str) -> None:
    with pytest.raises(LookupRefused, match="A confirmation needs"):
        confirm_reference(workspace, COKE, by, page)


def test_a_row_without_a_number_cannot_be_confirmed(workspace: Workspace) -> None:
    registry = workspace.registry()
    empty = next(
        r.record
        for r in registry.records.values()
        if r.value is None and r.value_low is None and r.value_high is None
    )
    with pytest.raises(LookupRefused, match="no figure to confirm"):
        confirm_reference(workspace, empty, "Ann", "p. 1")


def test_the_same_confirmation_again_does_nothing_and_another_person_adds_one(
    workspace: Workspace,
) -> None:
    assert confirm_reference(workspace, COKE, "Ann", "p. 1")[1]
    assert not confirm_reference(workspace, COKE, "Ann", "p. 1")[1]
    assert confirm_reference(workspace, COKE, "Ben", "p. 1")[1]
    assert len(Audit(workspace.folder / "reference").lines()) == 2


def test_a_withdrawal_is_a_new_line_and_a_later_confirmation_counts(workspace: Workspace) -> None:
    with pytest.raises(LookupRefused, match="is not confirmed"):
        withdraw_reference(workspace, COKE, "Ben")
    confirm_reference(workspace, COKE, "Ann", "p. 1")
    first = Audit(workspace.folder / "reference").lines()
    with pytest.raises(LookupRefused, match="needs --by"):
        withdraw_reference(workspace, COKE, "")
    withdraw_reference(workspace, COKE, "Ben", "read again")
    assert Audit(workspace.folder / "reference").lines()[:1] == first
    (one,) = list_confirmations(workspace)
    assert (one.state, one.withdrawn_by, one.because) == ("withdrawn", "Ben", "read again")
    with pytest.raises(LookupRefused):
        withdraw_reference(workspace, COKE, "Ben")
    confirm_reference(workspace, COKE, "Ann", "p. 1")
    states = [one.state for one in list_confirmations(workspace)]
    assert states == ["withdrawn", "in_force"]


def test_the_page_that_was_shown_is_kept(workspace: Workspace, tmp_path: Path) -> None:
    page = tmp_path / "page.pdf"
    page.write_bytes(b"%PDF made up")
    confirm_reference(workspace, COKE, "Ann", "p. 1", document=page)
    assert list_confirmations(workspace)[0].document == "page.pdf"
    (kept,) = (workspace.folder / "reference" / "originals").iterdir()
    assert kept.read_bytes() == page.read_bytes()
    kept.unlink()
    with pytest.raises(ChainBroken):
        verify_reference(workspace)


def test_a_row_that_states_something_else_is_no_longer_confirmed(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "fuels.csv"
    text = (
        "record,subject,parameter,set,value,unit,source\nfuels/own/x,x,oxidation_rate,own,{},%,{}\n"
    )
    path.write_text(text.format(97, "arithmetic"), encoding="utf-8")
    load_reference(workspace, path)
    confirm_reference(workspace, "fuels/own/x", "Ann", "p. 1", "97")
    assert list_confirmations(workspace)[0].in_force
    path.write_text(text.format(98, "arithmetic"), encoding="utf-8")
    load_reference(workspace, path)
    assert list_confirmations(workspace)[0].state == "lapsed"


def test_a_changed_audit_file_lets_nothing_in(workspace: Workspace) -> None:
    confirm_reference(workspace, COKE, "Ann", "p. 1")
    path = workspace.folder / "reference" / "audit.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Ann", b"Bob"))
    with pytest.raises(ChainBroken):
        with_confirmations(workspace, cached_run(workspace, "works", MARCH))


def test_show_tells_who_confirmed_and_which_accounts_used_a_row(workspace: Workspace) -> None:
    result = cached_run(workspace, "works", MARCH)
    row = "fuels/NDRC-2013-2015/natural_gas/oxidation_rate"
    confirm_reference(workspace, row, "Ann", "p. 1")
    shown = show_reference(workspace, row)
    assert [one.by for one in shown.confirmations] == ["Ann"]
    (use,) = [use for use in shown.used if use.period == "2025-03"]
    assert (use.site, use.period, use.account, use.role, use.is_present) == (
        "works", "2025-03", result.header["hash"], "parameter", True,
    )  # fmt: skip
    assert show_reference(workspace, COKE).used == ()
    assert show_reference(None, COKE).confirmations == ()


def test_a_return_carries_what_its_sender_confirmed(workspace: Workspace, tmp_path: Path) -> None:
    def official(name: str) -> tuple[str, str]:
        sent = pack_return(workspace, "works", MARCH, out=tmp_path / name)
        (received,) = check_returns([sent.path], None)
        (check,) = [c for c in received.checks if c.name == "official"]
        assert received.is_acceptable
        return check.outcome, check.text("en")

    assert official("one.zip")[0] == "no"
    confirm_all(workspace, weak_rows(workspace, cached_run(workspace, "works", MARCH)))
    outcome, text = official("two.zip")
    assert outcome == "yes"
    assert f"{CHOICE} (Ann)" in text
    shown = with_stated(load_return(tmp_path / "two.zip"), load_registry())
    assert all(
        name == "own" or is_official(name)
        for total in summarise(shown).totals
        for name in total.by_confidence
    )
    withdraw_reference(workspace, CHOICE, "Ben")
    assert official("three.zip")[0] == "no"


def test_a_senders_confirmation_of_another_figure_does_not_count(
    workspace: Workspace, tmp_path: Path
) -> None:
    confirm_all(workspace, weak_rows(workspace, cached_run(workspace, "works", MARCH)))
    sent = pack_return(workspace, "works", MARCH, out=tmp_path / "one.zip")
    result = load_return(sent.path)
    for told in result.header["confirmed"]:
        told["figure"] = {**told["figure"], "value": "1"}
    shown = with_stated(result, load_registry())
    letters = {row["confidence"] for row in shown.table(LEAF).to_pylist()}
    assert not any("✓" in letter for letter in letters if letter)


STEEL = "methods/iron-and-steel-ndrc-2013"


def carbon_letters(result: SiteRun) -> dict[str, set[str]]:
    """The letters of the equations of carbon, by stream."""
    found: dict[str, set[str]] = {}
    for row in result.table(LEAF).to_pylist():
        if row["account"] == "carbon":
            found.setdefault(row["stream"], set()).add(row["method_confidence"])
    return found


def test_a_method_s_equation_keeps_a_measured_figure_out_until_it_is_confirmed(
    workspace: Workspace,
) -> None:
    result = cached_run(workspace, "works", MARCH)
    records = [m.what for m in reference_missing(workspace, result) if m.kind == "record"]
    confirm_all(workspace, records)
    assert cards(workspace)[1].startswith("–")
    confirm_all(workspace, [f"{STEEL}/combustion"])
    letters = carbon_letters(with_confirmations(workspace, result))
    assert {"B ✓"} in letters.values()
    assert {"B"} in letters.values()  # another kind of the same method
    assert STEEL in weak_rows(workspace, result)
    confirm_all(workspace, [STEEL])
    assert set().union(*carbon_letters(with_confirmations(workspace, result)).values()) == {"B ✓"}
    assert STEEL not in weak_rows(workspace, result)
    assert not cards(workspace)[1].startswith("–")
    withdraw_reference(workspace, STEEL, "Ben", "misread")
    assert STEEL in weak_rows(workspace, result)
    assert verify_reference(workspace).counts["withdrawn"] == 1


def test_a_confirmation_of_a_method_changes_no_digest(workspace: Workspace) -> None:
    before = cached_run(workspace, "works", MARCH)
    confirm_all(workspace, [STEEL, "methods/gbt-2589-2020"])
    again = cached_run(workspace, "works", MARCH)
    marked = with_confirmations(workspace, again)
    assert again.header["hash"] == marked.header["hash"] == before.header["hash"]
    assert again.header["read"] == before.header["read"]
    assert LEAF.digest(again.table(LEAF)) == LEAF.digest(before.table(LEAF))


def test_a_confirmation_lapses_when_the_method_states_something_else(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm_all(workspace, [STEEL])
    plain = methods()["iron-and-steel-ndrc-2013"]
    other = plain.model_copy(update={"carbon_to_co2": "3.664"})
    monkeypatch.setattr(method_rows, "methods", lambda: {**methods(), plain.id: other})
    assert [one.state for one in list_confirmations(workspace)] == ["lapsed"]
