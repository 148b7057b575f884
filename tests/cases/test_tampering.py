"""A register that somebody changed outside: what was lost is told, and nothing is lost silently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cases.conftest import day

from celadon.cases import Register
from celadon.cases.events import event
from celadon.cases.heads import HEAD, write_head
from celadon.cases.proved import PROVED
from celadon.cases.verifying import verify
from celadon.chain import Chain
from celadon.errors import CeladonError, ChainBroken
from celadon.records.ledger.heads import head_of

PLANT = {"name": "模拟钢厂", "region": "CN-HE", "selected_by": "special", "reason": "x"}


@pytest.fixture
def filled(register: Register) -> Register:
    told = [event("li", "noted", "e1", text=f"n{n}") for n in range(6)]
    register.record([event("desk", "selected", "e1", **PLANT), *told], now=day("2026-03-02"))
    return register


def chain(register: Register) -> Path:
    return register.folder / "events.jsonl"


def said(register: Register) -> str:
    with pytest.raises(ChainBroken) as caught:
        Register(register.folder).state()
    with pytest.raises(ChainBroken):
        Register(register.folder).events()
    again = event("li", "noted", "e1", text="more")
    with pytest.raises(ChainBroken):
        Register(register.folder).record([again], now=day("2026-03-03"))
    (fault,) = caught.value.faults
    assert [each.found for each in verify(Register(register.folder)).faults][:1] == [fault.found]
    assert "ledger" not in fault.remedy
    return f"{fault.found}: {fault.remedy}"


def test_events_dropped_from_the_end(filled: Register) -> None:
    lines = chain(filled).read_bytes().splitlines(keepends=True)
    chain(filled).write_bytes(b"".join(lines[:-3]))
    assert said(filled).startswith("5 events; the head kept is of event 8: restore events.jsonl")


@pytest.mark.parametrize("emptied", [True, False])
def test_a_register_emptied_or_gone(filled: Register, *, emptied: bool) -> None:
    if emptied:
        chain(filled).write_bytes(b"")
    else:
        chain(filled).unlink()
    assert said(filled).startswith("0 events; the head kept is of event 8")


def test_head_and_events_gone_with_documents_there(filled: Register) -> None:
    chain(filled).unlink()
    (filled.folder / HEAD).unlink()
    assert said(filled).startswith("0 events; the head kept is of event 8")  # as it was proved
    (filled.folder / PROVED).unlink()
    assert said(filled).startswith("1 document(s), and no event")
    assert verify(filled).events == 0


def test_a_register_cut_short_that_lost_its_head(filled: Register) -> None:
    lines = chain(filled).read_bytes().splitlines(keepends=True)
    chain(filled).write_bytes(b"".join(lines[:-3]))
    (filled.folder / HEAD).unlink()
    assert said(filled).startswith("5 events; the head kept is of event 8")
    (filled.folder / PROVED).unlink()
    assert said(filled).startswith("no head, beside 5 event(s): restore events.head")
    again = Register(filled.folder)
    (noted,) = again.mend("li", now=day("2026-03-04"))
    assert noted.data["text"].startswith("the head was gone; what is left ends with 5:")
    assert verify(Register(filled.folder)).faults == ()
    assert Register(filled.folder).state().length == 6


def test_a_head_that_was_written_to_fit(filled: Register) -> None:
    lines = chain(filled).read_bytes().splitlines(keepends=True)
    chain(filled).write_bytes(b"".join(lines[:-3]))
    write_head(filled.folder, head_of([json.loads(line) for line in lines[:-3]]))
    assert said(filled).startswith("5 events; the head kept is of event 8")


def test_a_document_of_an_event_that_is_gone(filled: Register, tmp_path: Path) -> None:
    paper = tmp_path / "p.txt"
    paper.write_text("模拟", encoding="utf-8")
    filled.keep(paper)
    (fault,) = verify(filled).faults
    assert fault.found == "a document that no event names"


def test_a_machine_that_stops_before_the_first_event_is_no_loss(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    told = [event("desk", "selected", "e1", **PLANT)]
    with monkeypatch.context() as patch:
        patch.setattr(Chain, "extend", stop)
        with pytest.raises(KeyboardInterrupt):
            register.record(told, now=day("2026-03-02"))
    assert Register(register.folder).state().length == 0
    with monkeypatch.context() as patch:
        patch.setattr("celadon.cases.register.write_head", stop)
        with pytest.raises(KeyboardInterrupt):
            Register(register.folder).record(told, now=day("2026-03-02"))
    assert verify(Register(register.folder)).faults == ()
    assert Register(register.folder).state().length == 2


def test_a_line_cut_short_keeps_its_number(filled: Register) -> None:
    whole = chain(filled).read_bytes()
    chain(filled).write_bytes(whole[:-40])
    left = len(whole.splitlines()[-1]) + 1 - 40
    assert said(filled).startswith(f"line 8 is torn: {left} bytes of it are left")
    other = Register(filled.folder)
    (mended,) = other.mend("li", now=day("2026-03-04"))
    assert (mended.position, mended.data["text"][:15]) == (8, "event 8 is lost")
    kept = (filled.folder / "documents" / mended.data["document"]).read_bytes()
    assert whole[:-40].endswith(kept)
    assert len(kept) == left
    assert Register(filled.folder).events()[-1].position == 8
    assert verify(Register(filled.folder)).faults == ()
    assert other.mend("li", now=day("2026-03-04")) == []


def test_a_line_that_was_never_recorded_is_kept_when_the_next_is(filled: Register) -> None:
    with chain(filled).open("ab") as file:
        file.write(b'{"at":"2026')
    assert verify(Register(filled.folder)).torn == 11
    again = Register(filled.folder)
    again.record([event("li", "noted", "e1", text="more")], now=day("2026-03-03"))
    assert b'{"at":"2026' in {p.read_bytes() for p in (filled.folder / "documents").iterdir()}
    assert Register(filled.folder).state().length == 9


def test_a_register_written_anew(filled: Register) -> None:
    head = filled.folder / HEAD
    head.write_text(f"8:{'a' * 64}\n", encoding="utf-8")
    assert said(filled).startswith("another event than the one whose hash was kept")
    head.write_text("many\n", encoding="utf-8")
    with pytest.raises(CeladonError, match="cannot be read"):
        filled.state()


def test_a_changed_line_is_told_with_what_helps_a_register(filled: Register) -> None:
    chain(filled).write_bytes(chain(filled).read_bytes().replace(b'"n3"', b'"n9"'))
    assert "restore the folder of the programme" in said(filled)


def test_documents_and_papers_changed(filled: Register, tmp_path: Path) -> None:
    paper = tmp_path / "p.txt"
    paper.write_text("模拟", encoding="utf-8")
    digest = filled.keep(paper)
    told = event("desk", "published", what="x", document=digest)
    filled.record([told], now=day("2026-03-02"), documents=[paper])
    page = filled.folder / "published" / "p.txt"
    page.parent.mkdir()
    page.write_bytes(paper.read_bytes())
    done = verify(filled)
    assert (done.events, done.documents, done.papers, done.faults) == (9, 2, 1, ())
    page.write_text("另", encoding="utf-8")
    kept = filled.folder / "documents" / digest
    kept.write_text("另", encoding="utf-8")
    assert [each.found for each in verify(filled).faults] == [
        "other bytes than were kept", "a paper that no event names",
    ]  # fmt: skip
    kept.unlink()
    assert verify(filled).faults[0].rule == "event 9 names it"
