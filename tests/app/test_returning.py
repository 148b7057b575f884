"""Returns between an enterprise and an authority: packed, accepted once, kept beside each other."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.app.shop import MARCH, add_site, declaration, fill, make_workspace, take, write_books
from tests.report.return_build import (
    answers,
    document_of,
    members_of,
    of_enterprise,
    opened,
    parquet,
    rows_of,
    sealed_again,
    with_document,
    written,
)

from celadon.accounts.account import account_hash
from celadon.accounts.tables import LEAF
from celadon.app.returning import (
    Received,
    accept_returns,
    check_returns,
    find_return,
    load_return,
    pack_return,
    register_of,
)
from celadon.app.running import SiteRun, cached_run
from celadon.app.summary import summarise
from celadon.app.workspace import Workspace
from celadon.chain import append, read_chain
from celadon.errors import ChainBroken, InputError, LedgerError, WorkspaceError
from celadon.records.period import Period
from celadon.records.tables import FINDING
from celadon.report.returns.figures import activity_of, differences, rounded, totals_of
from celadon.report.returns.header import TotalHead
from celadon.report.returns.tables import RETURN_ACTIVITY

MORE_COAL = (
    ("无烟煤", "期初库存", "2025-03-01", "2025-03-01", 400, "t"),
    ("coal", "采购", "2025-03-04", "2025-03-04", 260.5, "t"),
    ("coal", "采购", "2025-03-18", "2025-03-18", 149.5, "t"),
    ("coal", "期末库存", "2025-03-31", "2025-03-31", 300, "t"),
    ("钢卷", "产量", "2025-03-01", "2025-03-31", 5000, "t"),
)


@pytest.fixture
def plant(filled: Workspace, tmp_path: Path) -> Workspace:
    """A copy of the filled workspace that a test may change."""
    shutil.copytree(filled.folder, tmp_path / "plant" / "workspace")
    return Workspace(tmp_path / "plant" / "workspace")


@pytest.fixture
def authority(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "authority", "authority", "en")


@pytest.fixture
def data(filled: Workspace, month: SiteRun) -> bytes:
    return pack_return(filled, "works", MARCH).packed.data


def accept(authority: Workspace, *paths: Path, by: str = "registrar") -> list[Received]:
    return list(accept_returns(authority, paths, by=by))


def correct(plant: Workspace) -> None:
    """A later file of books that tells of ten tonnes more."""
    take(plant, write_books(plant.folder.parent / "books-corrected.xlsx", MORE_COAL))


# Packing.


def test_equal_content_gives_equal_bytes(plant: Workspace, data: bytes) -> None:
    first = pack_return(plant, "works", MARCH)
    shutil.rmtree(plant.folder / "cache")
    second = pack_return(plant, "works", MARCH)
    assert first.packed.data == second.packed.data == data
    assert (first.is_new, second.is_new) == (True, False)
    assert first.path == second.path
    assert first.path.name == "works-2025-03.celadon-return.zip"
    assert first.packed.header.seal == opened(data).seal


def test_nothing_is_overwritten(plant: Workspace) -> None:
    first = pack_return(plant, "works", MARCH)
    correct(plant)
    second = pack_return(plant, "works", MARCH, replaces=str(first.path))
    assert second.path.name == "works-2025-03-r2.celadon-return.zip"
    assert second.packed.header.replaces == first.packed.header.seal
    assert first.path.read_bytes() == first.packed.data
    with pytest.raises(WorkspaceError, match="is there already"):
        pack_return(plant, "works", MARCH, out=first.path)
    named = pack_return(plant, "works", MARCH, out=plant.folder / "mine.zip")
    assert named.path.read_bytes() == named.packed.data


def test_what_it_replaces_is_a_return_of_the_same(plant: Workspace) -> None:
    first = pack_return(plant, "works", MARCH)
    by_seal = pack_return(plant, "works", MARCH, replaces=first.packed.header.seal)
    assert by_seal.packed.header.replaces == first.packed.header.seal
    junk = written(plant.folder / "junk.zip", b"junk")
    for text, words in (("gone.zip", "names no return"), (str(junk), "as a return")):
        with pytest.raises(InputError, match=words):
            pack_return(plant, "works", MARCH, replaces=text)
    days = Period.parse("2025-03-01/2025-03-11")
    with pytest.raises(InputError, match="another site or period"):
        pack_return(plant, "works", days, replaces=str(first.path))


def test_the_sender_sees_what_the_receiver_will_see(plant: Workspace) -> None:
    sent = pack_return(plant, "works", MARCH)
    assert "official.below" in answers(sent.checks)
    assert not any(check.refuses for check in sent.checks)
    assert not {"known", "replaces"} & {check.name for check in sent.checks}


def test_a_return_without_a_method_or_a_meter(tmp_path: Path, authority: Workspace) -> None:
    workspace = make_workspace(tmp_path, declaration(country="DE", method=""))
    sent = pack_return(workspace, "works", MARCH)
    [found] = accept(authority, sent.path)
    assert found.is_acceptable
    assert answers(found.checks, "cannot_tell") >= {"identity.elsewhere"}
    assert "missing.some" in answers(found.checks)


def test_a_total_says_what_it_lacks(filled: Workspace, month: SiteRun, data: bytes) -> None:
    said = {(t["account"], t["measure"]): t for t in document_of(members_of(data))["totals"]}
    ours = {(t.account, t.measure): t for t in summarise(month).totals}
    assert said.keys() == ours.keys()
    for key, total in ours.items():
        assert said[key]["lacking"] == list(total.lacking)
        assert said[key]["value"] == (total.value if total.is_known else None)
    assert any(total.lacking for total in ours.values())


# Reading again.


def test_a_return_is_read_as_the_run_it_was_packed_from(
    filled: Workspace, month: SiteRun, tmp_path: Path, data: bytes
) -> None:
    found = load_return(written(tmp_path / "r.zip", data))
    assert found.site == month.site
    assert found.period == month.period
    assert found.header["hash"] == month.header["hash"]
    assert found.header["batches"] == month.header["batches"]
    assert found.header["methods"] == month.header["methods"]
    assert LEAF.digest(found.table(LEAF)) == LEAF.digest(month.table(LEAF))
    ours, theirs = summarise(month), summarise(found)
    assert (ours.totals, ours.verdicts, ours.findings, ours.quality) == (
        theirs.totals, theirs.verdicts, theirs.findings, theirs.quality,
    )  # fmt: skip


def test_what_cannot_be_read_names_every_fault(tmp_path: Path, data: bytes) -> None:
    members = members_of(data)
    del members["leaf.parquet"], members["site.toml"]
    path = written(tmp_path / "r.zip", sealed_again(members, document_of(members)))
    with pytest.raises(InputError) as caught:
        load_return(path)
    places = {fault.where[-1] for fault in caught.value.faults}
    assert {"leaf.parquet", "site.toml"} <= places


# The register.


def test_the_same_file_again_does_nothing(
    authority: Workspace, tmp_path: Path, data: bytes
) -> None:
    path = written(tmp_path / "a.zip", data)
    [first], [second] = accept(authority, path), accept(authority, path, by="someone else")
    assert (first.is_new, second.is_new) == (True, False)
    assert first.entry == second.entry
    assert "known.same" in answers(second.checks, "yes")
    [line] = read_chain(authority.folder / "returns" / "manifest.jsonl")
    assert (line["kind"], line["version"], line["by"]) == ("accepted", 1, "registrar")
    assert (authority.folder / "returns" / f"{line['sha256']}.zip").read_bytes() == data


def test_a_later_return_stands_beside_the_earlier(plant: Workspace, authority: Workspace) -> None:
    first = pack_return(plant, "works", MARCH)
    correct(plant)
    second = pack_return(plant, "works", MARCH, replaces=first.packed.header.seal)
    [one], [two] = accept(authority, first.path), accept(authority, second.path)
    assert one.entry is not None
    assert two.entry is not None
    assert [e.entry.line["version"] for e in (one, two) if e.entry] == [1, 2]
    assert two.entry.line["follows"] == first.packed.header.seal
    assert {"known.version", "replaces.last"} <= answers(two.checks, "yes")
    carbon = [change for change in two.changes if change.account == "carbon"]
    assert [change.scope for change in carbon] == ["direct_combustion"]
    before, after = cached_like(first.path), cached_like(second.path)
    assert (carbon[0].after or 0) - (carbon[0].before or 0) == after - before
    assert after > before
    assert register_of(authority).verify() == []
    # the first again: known, and still not the last
    [again] = accept(authority, first.path)
    assert (again.is_new, again.entry) == (False, one.entry)
    assert again.changes != ()


def cached_like(path: Path) -> int:
    total = summarise(load_return(path)).total("carbon", "co2")
    assert total is not None
    return total.value


def test_a_version_that_names_none_or_another(plant: Workspace, authority: Workspace) -> None:
    first = pack_return(plant, "works", MARCH)
    correct(plant)
    unsaid = pack_return(plant, "works", MARCH)
    unknown = pack_return(plant, "works", MARCH, replaces="f" * 64)
    accept(authority, first.path)
    [found] = check_returns([unsaid.path], authority)
    assert "replaces.unsaid" in answers(found.checks)
    [found] = check_returns([unknown.path], authority)
    assert "replaces.unknown" in answers(found.checks, "cannot_tell")
    accept(authority, unsaid.path)
    late = pack_return(plant, "works", MARCH, replaces=first.packed.header.seal)
    [found] = check_returns([late.path], authority)
    assert "replaces.another" in answers(found.checks)
    assert found.is_acceptable
    assert "known.version_same" in answers(found.checks, "yes")


def test_a_refusal_is_a_line_too(authority: Workspace, tmp_path: Path, data: bytes) -> None:
    def turn(document: dict[str, dict[str, str]]) -> None:
        document["account"]["hash"] = "0" * 64

    bad = written(tmp_path / "bad.zip", with_document(data, turn))
    junk = written(tmp_path / "junk.zip", b"junk")
    found = accept(authority, bad, junk)
    assert [each.is_acceptable for each in found] == [False, False]
    lines = read_chain(authority.folder / "returns" / "manifest.jsonl")
    assert [line["kind"] for line in lines] == ["refused", "refused"]
    assert lines[0]["refused_for"] == ["account_hash.no"]
    assert (lines[0]["site"], lines[0]["by"]) == ("works", "registrar")
    assert "site" not in lines[1]
    assert len(list((authority.folder / "returns").glob("*.zip"))) == 0
    assert not any(each.is_new for each in accept(authority, bad, junk))
    [good] = accept(authority, written(tmp_path / "good.zip", data))
    assert good.entry is not None
    assert (good.entry.position, good.entry.line["version"]) == (3, 1)


def test_simulated_data_stays_out_of_an_official_workspace(
    authority: Workspace, tmp_path: Path, data: bytes
) -> None:
    marker = authority.folder / "celadon.toml"
    marker.write_text(marker.read_text(encoding="utf-8").replace("working", "official"), "utf-8")
    [found] = accept(Workspace(authority.folder), written(tmp_path / "r.zip", data))
    assert {c.answer for c in found.checks if c.refuses} == {"real.simulated_official"}
    assert found.entry is not None
    assert not found.entry.is_accepted


def test_enterprises_are_told_apart_by_their_code(
    authority: Workspace, tmp_path: Path, data: bytes
) -> None:
    def renamed(number: int, site: str) -> bytes:
        other = of_enterprise(data, number, site)
        members = members_of(other)
        members["site.toml"] = members["site.toml"].replace(
            f"模拟企业{number}".encode(), "模拟企业".encode()
        )
        document = document_of(members)
        document["owner"]["name"] = "模拟企业"
        return sealed_again(members, document)

    paths = [
        written(tmp_path / f"{name}.zip", content)
        for name, content in (
            ("one", renamed(1, "works")), ("two", renamed(2, "works")), ("plant", renamed(1, "b")),
        )
    ]  # fmt: skip
    one, two, plant = accept(authority, *paths)
    assert all(each.is_acceptable for each in (one, two, plant))
    assert "name.yes" in answers(one.checks, "yes")
    assert "name.other_code" in answers(two.checks)
    assert "site.others" in answers(plant.checks)
    versions = [each.entry.line["version"] for each in (one, two, plant) if each.entry]
    assert versions == [1, 1, 1]


def test_periods_that_share_days_are_told(plant: Workspace, authority: Workspace) -> None:
    whole = pack_return(plant, "works", MARCH)
    part = pack_return(plant, "works", Period.parse("2025-03-11/2025-04-01"))
    after = pack_return(plant, "works", Period.parse("2025-04"))
    accept(authority, whole.path)
    [found] = check_returns([part.path], authority)
    assert "overlap.shared" in answers(found.checks)
    [found] = check_returns([after.path], authority)
    assert "overlap.yes" in answers(found.checks, "yes")


def test_a_file_that_is_damaged_is_named_and_can_come_again(
    authority: Workspace, tmp_path: Path, data: bytes
) -> None:
    path = written(tmp_path / "r.zip", data)
    [found] = accept(authority, path)
    kept = register_of(authority).path(found.opened.sha256)
    kept.write_bytes(data[:-1])
    [fault] = register_of(authority).verify()
    assert fault.where == (str(kept),)
    with pytest.raises(ChainBroken):
        find_return(authority, found.opened.seal)
    [again] = accept(authority, path)
    assert not again.is_new
    assert register_of(authority).verify() == []


def test_a_torn_line_was_never_accepted(authority: Workspace, tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path / "r.zip", data)
    accept(authority, path)
    manifest = authority.folder / "returns" / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:-20])
    assert register_of(authority).entries() == []
    [again] = accept(authority, path)
    assert (again.is_new, len(register_of(authority).entries())) == (True, 1)


def test_a_full_disk_leaves_the_register_as_it_was(
    authority: Workspace, tmp_path: Path, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = written(tmp_path / "r.zip", data)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(LedgerError, match="register"):
            accept(authority, path)
    assert register_of(authority).entries() == []
    [found] = accept(authority, path)
    assert found.is_new


def test_an_accepted_return_is_found_by_the_beginning_of_its_seal(
    authority: Workspace, tmp_path: Path, data: bytes
) -> None:
    paths = [written(tmp_path / f"{n}.zip", of_enterprise(data, n)) for n in range(3)]
    found = accept(authority, *paths)
    for each in found:
        for text in (each.opened.seal[:8], each.opened.sha256[:10].upper()):
            assert find_return(authority, text).read_bytes() == each.opened.data
    for text in ("", found[0].opened.seal[:3], "zzzzzzzz"):
        with pytest.raises(WorkspaceError, match="not one accepted return"):
            find_return(authority, text)


# Disclosed readings.


@pytest.fixture
def open_data(filled: Workspace, month: SiteRun, tmp_path: Path) -> bytes:
    out = tmp_path / "open.zip"
    return pack_return(filled, "works", MARCH, with_readings=True, out=out).packed.data


def one_check(data: bytes, tmp_path: Path, workspace: Workspace | None = None) -> Received:
    [found] = check_returns([written(tmp_path / "checked.zip", data)], workspace)
    return found


def test_disclosed_readings_give_the_same_account(
    open_data: bytes, data: bytes, tmp_path: Path, authority: Workspace
) -> None:
    found = one_check(open_data, tmp_path, authority)
    assert {"readings.yes", "recomputed.yes"} <= answers(found.checks, "yes")
    document = document_of(members_of(open_data))
    assert {each["what"] for each in document["withheld"]} == {"original"}
    assert document["account"] == document_of(members_of(data))["account"]
    assert "readings.yes" not in answers(one_check(data, tmp_path).checks, "yes")


def test_originals_stay_behind(filled: Workspace, open_data: bytes) -> None:
    ledger = filled.ledger("works")
    declared = ledger.declaration()
    kept = {path.name for path in (ledger.folder / "sources").iterdir()}
    sent = {name.rpartition("/")[2] for name in members_of(open_data)}
    assert declared is not None
    assert len(kept) == 4
    assert sent & kept == {declared.name}


def tampered(change: Callable[[dict[str, bytes]], None], data: bytes) -> bytes:
    members = members_of(data)
    change(members)
    document = document_of(members)
    document["files"] = {n: h for n, h in document["files"].items() if n in members}
    return sealed_again(members, document)


def test_readings_of_another_ledger_are_told(open_data: bytes, tmp_path: Path) -> None:
    manifest = "ledger/manifest.jsonl"

    def cut(members: dict[str, bytes]) -> None:
        lines = members[manifest].splitlines(keepends=True)
        members[manifest] = b"".join(lines[:-1])

    def spoil(members: dict[str, bytes]) -> None:
        members[manifest] = members[manifest].replace(b'"rows":', b'"rows" :', 1)

    def lose(members: dict[str, bytes]) -> None:
        del members[manifest]

    def swap(members: dict[str, bytes]) -> None:
        members["ledger/rows/2.parquet"] = b"other rows"

    def exchange(members: dict[str, bytes]) -> None:
        members["ledger/rows/3.parquet"] = members["ledger/rows/4.parquet"]

    def drop(members: dict[str, bytes]) -> None:
        del members["ledger/rows/3.parquet"]

    def add(members: dict[str, bytes]) -> None:
        members["ledger/rows/9.parquet"] = members["ledger/rows/4.parquet"]

    def redeclare(members: dict[str, bytes]) -> None:
        name = next(n for n in members if n.startswith("ledger/declarations/"))
        members[name] += b" "

    for change, answer in (
        (cut, "readings.another"), (spoil, "readings.broken"), (lose, "readings.no_chain"),
        (swap, "readings.stray"), (exchange, "readings.stray"), (add, "readings.stray"),
        (redeclare, "readings.stray"), (drop, "readings.lost"),
    ):  # fmt: skip
        found = one_check(tampered(change, open_data), tmp_path)
        assert answer in {c.answer for c in found.checks if c.refuses}


def test_a_chain_that_is_sound_and_says_nothing(open_data: bytes, tmp_path: Path) -> None:
    for body in ({}, {"kind": "reading"}, {"kind": "declaration"}, {"kind": 7}, {"kind": "x"}):
        path = tmp_path / f"{len(body)}-{body.get('kind')}.jsonl"
        head = append(path, body)["hash"]
        members = {**members_of(open_data), "ledger/manifest.jsonl": path.read_bytes()}
        document = document_of(members)
        document["read"] |= {"position": 1, "ledger": head}
        found = one_check(sealed_again(members, document), tmp_path)
        assert "readings.strange" in {c.answer for c in found.checks if c.refuses}


def test_a_ledger_that_was_packed_and_corrected_gives_the_same(
    plant: Workspace, tmp_path: Path
) -> None:
    """Small files packed, a file read again, a declaration changed: the account is the same."""
    correct(plant)
    site_file = plant.site_file("works")
    text = site_file.read_text(encoding="utf-8")
    site_file.write_text(text.replace('maximum = "1000"', 'maximum = "2000"'), "utf-8")
    take(plant, plant.folder.parent / "books-corrected.xlsx")
    plant.ledger("works").pack()
    out = tmp_path / "open.zip"
    sent = pack_return(plant, "works", MARCH, with_readings=True, out=out)
    assert not any(check.refuses for check in sent.checks)
    found = one_check(sent.packed.data, tmp_path)
    assert {"readings.yes", "recomputed.yes"} <= answers(found.checks, "yes")


def test_an_account_that_its_readings_do_not_give(open_data: bytes, tmp_path: Path) -> None:
    """A forger halves one stream everywhere, and seals all that follows from it."""
    members = members_of(open_data)
    rows = rows_of(members, LEAF)
    for row in rows:
        if row["stream"] == "gas":
            row["count"] //= 2
            row["value"] = rounded(row["count"], row["num"], row["den"])
    members["leaf.parquet"] = parquet(LEAF, rows)
    found = opened(open_data)
    assert found.site is not None
    activity = activity_of(found.site, rows).to_pylist()
    members["return_activity.parquet"] = parquet(RETURN_ACTIVITY, activity)
    document = document_of(members)
    document["account"]["hash"] = account_hash(LEAF.from_rows(rows), "works")
    names = TotalHead.model_fields
    totals = totals_of(rows, rows_of(members, FINDING))
    document["totals"] = [{n: getattr(t, n) for n in names} for t in totals]
    forged = one_check(sealed_again(members, document), tmp_path)
    told = [check for check in forged.checks if check.name == "recomputed"]
    assert {check.answer for check in told} == {"recomputed.other", "recomputed.row"}
    assert all(check.refuses for check in told)
    [row] = [check for check in told if check.answer == "recomputed.row"]
    assert row.place.startswith("leaf.parquet › ")
    assert row.numbers["column"] == "count"


def test_a_difference_by_account_measure_and_scope() -> None:
    days = {"from_day": MARCH.from_day, "to_day": MARCH.to_day, "seconds_missing": 0}
    row = {"account": "water", "measure": "volume", "scope": "intake", "unit": "u", "count": 5}
    before = [{**row, **days, "value": 5}]
    after = [{**row, **days, "value": 7}, {**row, **days, "scope": "reuse", "value": 1}]
    assert [each.plain() for each in differences(before, after)] == [
        {"account": "water", "measure": "volume", "scope": "intake", "before": 5, "after": 7},
        {"account": "water", "measure": "volume", "scope": "reuse", "before": None, "after": 1},
    ]
    assert differences(before, before) == []


@pytest.mark.long
def test_a_thousand_returns(authority: Workspace, tmp_path: Path, data: bytes) -> None:
    paths = [written(tmp_path / f"{n}.zip", of_enterprise(data, n)) for n in range(1000)]
    assert all(found.is_new for found in accept(authority, *paths))
    assert len(register_of(authority).accepted()) == 1000
    assert register_of(authority).verify() == []


def test_two_sites_of_one_workspace(filled: Workspace, tmp_path: Path) -> None:
    workspace = make_workspace(tmp_path)
    add_site(workspace, declaration("other"))
    fill(workspace, "other")
    sent = pack_return(workspace, "other", MARCH)
    assert sent.packed.header.account.hash != cached_run(filled, "works", MARCH).header["hash"]
