"""A register on disk: read whole and proved, any prefix of it the state of its day, two writers."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from benchmarks.register import campaign_lines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cases.conftest import PROGRAMME, day

from celadon.cases import Event, Register, State, fold
from celadon.cases.events import event
from celadon.cases.heads import write_head
from celadon.cases.reading import Irregular, read_lines
from celadon.chain import GENESIS, Chain
from celadon.errors import ChainBroken
from celadon.records.ledger.heads import Head


def written(folder: Path, number: int) -> Register:
    (folder / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    with (folder / "events.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(campaign_lines(number))
    headed(folder)
    return Register(folder)


def headed(folder: Path) -> None:
    """Keep the head of the whole lines that are there, as every writer does."""
    whole, last = (folder / "events.jsonl").read_bytes().split(b"\n")[:-1], GENESIS
    if whole:
        last = json.loads(whole[-1])["hash"]
    write_head(folder, Head(len(whole), last))


def test_what_is_read_fast_is_what_the_chain_says(tmp_path: Path) -> None:
    register = written(tmp_path, 200)
    lines = Chain(tmp_path / "events.jsonl").lines()
    fast = [Event(*line) for line in read_lines(tmp_path / "events.jsonl")]
    told = [
        {**each.body(), "prev": line["prev"], "hash": line["hash"]}
        for each, line in zip(fast, lines, strict=True)
    ]
    assert told == lines
    assert len(register.state().cases) == 10


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(cut=st.integers(0, 60))
def test_any_prefix_on_disk_is_the_state_of_its_day(tmp_path: Path, cut: int) -> None:
    whole = written(tmp_path, 60)
    events = whole.events()
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:cut]))
    headed(tmp_path)
    shorter = Register(tmp_path).state()
    assert shorter == fold(events[:cut], State())
    if cut:
        on = events[cut - 1].on
        assert Register(tmp_path).state(on=on) == fold([e for e in events[:cut] if e.on <= on])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("模拟钢厂 1", "模拟钢厂 9"),
        ('"kind":"assigned"', '"kind":"noted"'),
        ('"by":"desk"', '"by" :"desk"'),
    ],
)
def test_a_line_that_does_not_prove_is_told_by_its_place(
    tmp_path: Path, old: str, new: str
) -> None:
    register = written(tmp_path, 60)
    path = tmp_path / "events.jsonl"
    lines = path.read_text(encoding="utf-8").split("\n")
    number = next(n for n, line in enumerate(lines) if n >= 20 and old in line)
    lines[number] = lines[number].replace(old, new)
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    before = path.read_bytes()
    with pytest.raises(Irregular):
        list(read_lines(path))
    with pytest.raises(ChainBroken) as caught:
        register.state()
    assert caught.value.faults[0].where[1] == f"line {number + 1}"
    assert path.read_bytes() == before  # nothing is lost


def test_a_torn_tail_is_no_event(tmp_path: Path) -> None:
    register = written(tmp_path, 40)
    path = tmp_path / "events.jsonl"
    path.write_bytes(path.read_bytes()[:-30])
    headed(tmp_path)
    assert len(register.events()) == 39
    assert register.state().length == 39


WRITER = """
import datetime as dt, sys
from pathlib import Path
from celadon.cases import Register
from celadon.cases.events import event
from celadon.errors import InputError
who, register = sys.argv[2], Register(Path(sys.argv[1]))
now, told = dt.datetime(2026, 7, 1, 10, tzinfo=dt.UTC), 0
for n in range(25):
    register.record([event(who, "noted", "e1", text=f"{who} {n}")], now=now)
    try:
        found = event(who, "found", "e1", finding=f"f{n}", article="a", facts=who)
        register.record([found], now=now)
    except InputError:
        told += 1
print(told)
"""


def test_two_officers_at_once_lose_nothing_and_the_second_is_told(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    register = Register(tmp_path)
    who = {"name": "模拟钢厂", "region": "CN-HE", "selected_by": "special", "reason": "x"}
    register.record(
        [event("desk", "selected", "e1", **who),
         event("desk", "assigned", "e1", officers=["li", "wang"])], now=day("2026-03-02"),
    )  # fmt: skip
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name], stdout=subprocess.PIPE, text=True
        )
        for name in ("li", "wang")
    ]
    refused = [int(each.communicate(timeout=120)[0]) for each in running]
    assert [each.returncode for each in running] == [0, 0]
    events = Register(tmp_path).events()  # the chain proves whole
    for name in ("li", "wang"):
        texts = [e.data["text"] for e in events if e.kind == "noted" and e.by == name]
        assert texts == [f"{name} {n}" for n in range(25)]
    found = [e.data["finding"] for e in events if e.kind == "found"]
    assert sorted(found) == sorted({f"f{n}" for n in range(25)})
    assert sum(refused) == 25  # whoever came second was told


@pytest.mark.long
def test_a_million_events_are_read_and_folded_in_five_seconds(tmp_path: Path) -> None:
    register = written(tmp_path, 1_000_000)
    spent = []
    for _ in range(3):
        before = time.process_time()
        state = register.state()
        spent.append(time.process_time() - before)
    assert len(state.cases) == 50_000
    assert min(spent) <= 5, spent
