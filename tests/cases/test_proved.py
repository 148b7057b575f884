"""A register that one hash over its bytes proves: the same answers, and nothing altered passes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.cases.conftest import PROGRAMME, day
from tests.cases.test_reading import written

from celadon.cases import Register
from celadon.cases.events import event
from celadon.cases.known import EVENTS, Known
from celadon.cases.proved import PROVED, read_proved
from celadon.chain import Chain, read_chain
from celadon.errors import ChainBroken, InputError

NOW = day("2026-07-01")


def noted(text: str, case: str = "e1") -> list[object]:
    return [event("li", "noted", case, text=text)]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A register of which a first process proved every line."""
    register = written(tmp_path, 200)
    register.record(noted("first", next(iter(register.state().cases))), now=NOW)
    return tmp_path


def barred(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_chain: Chain) -> None:
        raise AssertionError("every line was proved again")

    monkeypatch.setattr(Chain, "lines", refuse)
    monkeypatch.setattr(Chain, "current", refuse)


def test_a_later_process_reads_the_case_alone_and_the_chain_goes_on(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Register(kept).state()
    cases = list(whole.cases)
    with monkeypatch.context() as patch:
        barred(patch)
        for number, case in enumerate(cases[:3]):
            assert Register(kept).case(case) == whole.cases[case]
            (done,) = Register(kept).record(noted(f"n{number}", case), now=NOW)
            assert done.position == whole.length + 1 + number
            assert Register(kept).events_of(case)[-1] == done
        with pytest.raises(InputError, match="reason"):  # the guards hold as ever
            Register(kept).record([event("li", "heard", cases[0], opinion="x")], now=NOW)
        with pytest.raises(InputError, match="reason"):
            Register(kept).record(noted("n0", cases[0]), now=NOW)
    assert Register(kept).case("nobody") is None
    assert len(read_chain(kept / EVENTS)) == Register(kept).state().length == whole.length + 3


def test_each_case_is_as_the_whole_fold_says(kept: Path) -> None:
    register = Register(kept)
    whole = register.state()
    proved = read_proved(kept / EVENTS, Known.of_lines(read_chain(kept / EVENTS)).head)
    assert proved is not None
    for name, case in whole.cases.items():
        known = Known.of_proved(proved, {name})
        assert known.state.cases[name] == case
        assert (known.state.declaration, known.length) == (whole.declaration, whole.length)


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_an_altered_line_is_never_built_upon(kept: Path, *, is_forgotten: bool) -> None:
    path = kept / EVENTS
    raw = path.read_bytes()
    other = raw.replace("模拟钢厂 1".encode(), "模拟钢厂 9".encode(), 1)
    assert other != raw
    assert len(other) == len(raw)  # neither the length nor the head tells
    path.write_bytes(other)
    if is_forgotten:
        (kept / PROVED).unlink()
    with pytest.raises(ChainBroken):
        Register(kept).record(noted("more"), now=NOW)
    assert path.read_bytes() == other


@pytest.mark.parametrize("left", ["", "{}", "no json", '{"bytes":1}'])
def test_without_the_proof_every_line_is_proved(kept: Path, left: str) -> None:
    (kept / PROVED).write_text(left, encoding="utf-8")
    length = Register(kept).state().length
    case = next(iter(Register(kept).state().cases))
    (done,) = Register(kept).record(noted("more", case), now=NOW)
    assert done.position == length + 1
    assert (kept / PROVED).read_text(encoding="utf-8") != left  # and kept for the next


def test_a_register_of_two_writers_stays_proved(kept: Path) -> None:
    case = next(iter(Register(kept).state().cases))
    one, other = Register(kept), Register(kept)
    for number in range(12):  # who acts often proves each line once, then reads the end alone
        one.record(noted(f"one {number}", case), now=NOW)
        other.record(noted(f"other {number}", case), now=NOW)
    known = Known.of_lines(read_chain(kept / EVENTS))
    assert read_proved(kept / EVENTS, known.head) is not None


def test_the_first_event_of_a_register(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    who = {"name": "模拟钢厂", "region": "CN-HE", "selected_by": "special", "reason": "x"}
    Register(tmp_path).record([event("desk", "selected", "e1", **who)], now=NOW)
    (done,) = Register(tmp_path).record(noted("then", "e1"), now=NOW)
    assert done.position == 3


@pytest.mark.long
def test_an_act_on_a_million_events_takes_the_time_of_one_hash(tmp_path: Path) -> None:
    register = written(tmp_path, 1_000_000)
    register.record(noted("first", "e1"), now=NOW)
    spent = []
    for number in range(3):
        before = time.process_time()
        Register(tmp_path).record(noted(f"n{number}", "e1"), now=NOW)
        spent.append(time.process_time() - before)
    assert min(spent) <= 3, spent
