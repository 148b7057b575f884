from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celadon.chain import (
    GENESIS,
    Chain,
    append,
    canonical_json,
    read_chain,
    seal,
    sha256_file,
    sha256_text,
)
from celadon.errors import ChainBroken

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
bodies = st.dictionaries(texts.filter(lambda key: key not in ("prev", "hash")), json_values)

BODIES = [{"batch": "a", "rows": 3}, {"batch": "焦炭\n\r\u2028", "rows": 0}, {"batch": "c"}]


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    path = tmp_path / "manifest.jsonl"
    for body in BODIES:
        append(path, body)
    return path


def bodies_of(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in line.items() if k not in ("prev", "hash")} for line in lines]


def test_lines_come_back_in_order_each_sealed_by_the_one_before(chain: Path) -> None:
    lines = read_chain(chain)
    assert bodies_of(lines) == BODIES
    assert [line["prev"] for line in lines] == [GENESIS, lines[0]["hash"], lines[1]["hash"]]


def test_a_hash_can_be_made_with_other_tools(chain: Path) -> None:
    first = json.loads(chain.read_text(encoding="utf-8").split("\n")[0])
    stated = first.pop("hash")
    text = json.dumps(first, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert sha256_text(text) == stated


def test_a_chain_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_chain(tmp_path / "none.jsonl") == []


def test_append_returns_the_line_that_is_read(chain: Path) -> None:
    line = append(chain, {"batch": "d"})
    assert read_chain(chain)[-1] == line


@settings(max_examples=40)
@given(st.lists(bodies, min_size=1, max_size=4))
def test_any_plain_json_comes_back(
    tmp_path_factory: pytest.TempPathFactory, written: list[dict[str, Any]]
) -> None:
    path = tmp_path_factory.mktemp("chain") / "manifest.jsonl"
    for body in written:
        append(path, body)
    assert bodies_of(read_chain(path)) == written


def test_any_byte_changed_is_seen(chain: Path) -> None:
    """Also in the end of the last line, which a crash can leave out and cannot change."""
    whole = chain.read_bytes()
    for position in range(len(whole)):
        for flip in (0x01, 0x07, 0x20, 0x80):
            tampered = bytearray(whole)
            tampered[position] ^= flip
            chain.write_bytes(tampered)
            with pytest.raises(ChainBroken):
                read_chain(chain)


def test_a_line_end_of_another_system_is_seen(chain: Path) -> None:
    chain.write_bytes(chain.read_bytes().replace(b"\n", b"\r\n"))
    with pytest.raises(ChainBroken):
        read_chain(chain)


def test_every_cut_leaves_the_whole_lines_before_it(chain: Path) -> None:
    """A line is whole with its last brace: the end behind it adds nothing that is not proved."""
    whole = chain.read_bytes()
    lines = read_chain(chain)
    for length in range(len(whole) + 1):
        for lost in (b"", b"\0\0\0"):  # zeros, as a crash leaves for bytes that were not written
            chain.write_bytes(whole[:length] + lost)
            ends = whole[: length + 1].count(b"\n")
            assert read_chain(chain) == lines[:ends]


@pytest.mark.parametrize("lost", [b"", b"\0\0"])
def test_a_last_line_that_lacks_only_its_end_counts_and_gets_it_back(
    chain: Path, lost: bytes
) -> None:
    whole = chain.read_bytes()
    kept = Chain(chain)
    lines = kept.lines()
    chain.write_bytes(whole[:-1] + lost)
    assert (kept.lines(), kept.torn) == (lines, 0)
    assert (Chain(chain).lines(), kept.current()) == (lines, lines)
    added = kept.append({"batch": "next"})
    assert chain.read_bytes().startswith(whole)
    assert read_chain(chain) == [*lines, added]


@pytest.mark.parametrize(
    "tail",
    [
        b"\x93garbage",
        b"no chain",
        b'{"whole":1}',
        b'{"whole":1}*',
        b'{"deep":' + b"[" * 99_999,
        b'{"a\x01',
        b'{"\xff\xff',
    ],
)
def test_a_tail_that_no_crash_leaves_is_told_and_not_written_over(chain: Path, tail: bytes) -> None:
    whole = chain.read_bytes()
    for before in (whole, b""):
        chain.write_bytes(before + tail)
        with pytest.raises(ChainBroken) as caught:
            read_chain(chain)
        number = before.count(b"\n") + 1
        assert caught.value.faults[0].where == (str(chain), f"line {number}")
        assert "backup" in caught.value.faults[0].remedy
        with pytest.raises(ChainBroken):
            append(chain, {"batch": "over it"})
        assert chain.read_bytes() == before + tail


def test_a_line_that_was_refused_is_not_there_later(
    chain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = chain.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    kept = Chain(chain)
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            kept.append({"batch": "too much"})
    assert chain.read_bytes() == whole
    assert kept.append({"batch": "again"})["prev"] == read_chain(chain)[-2]["hash"]


def test_append_after_a_torn_tail_writes_over_it(chain: Path) -> None:
    lines = read_chain(chain)
    whole = chain.read_bytes()
    chain.write_bytes(whole[:-5])
    added = append(chain, {"batch": "again"})
    assert read_chain(chain) == [*lines[:-1], added]
    assert chain.read_bytes().count(b"\n") == len(lines)


def test_append_to_a_file_that_holds_only_a_torn_line_starts_the_chain(tmp_path: Path) -> None:
    path = tmp_path / "manifest.jsonl"
    path.write_bytes(b'{"batch":')
    assert append(path, {"batch": "a"})["prev"] == GENESIS
    assert len(read_chain(path)) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[1:],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [lines[0], lines[0], lines[1], lines[2]],
        lambda lines: [lines[0], b"", lines[1], lines[2]],
        lambda lines: [lines[0], b" " + lines[1], lines[2]],
        lambda lines: [lines[0], lines[1].replace(b"{", b'{"batch":"x",', 1), lines[2]],
        lambda lines: [lines[0], b"5", lines[1], lines[2]],
        lambda lines: [lines[0], b'{"a":NaN}', lines[1], lines[2]],
        lambda lines: [lines[0], b"\xff\xfe", lines[1], lines[2]],
    ],
    ids=["head", "gap", "swap", "repeat", "blank", "space", "twin key", "number", "NaN", "bytes"],
)
def test_lines_taken_moved_or_added_are_seen(chain: Path, change: Any) -> None:
    lines = chain.read_bytes().split(b"\n")[:-1]
    chain.write_bytes(b"\n".join(change(lines)) + b"\n")
    with pytest.raises(ChainBroken) as broken:
        read_chain(chain)
    message = str(broken.value)
    assert "manifest.jsonl › line" in message
    assert "restore it from a backup" in message


def test_a_line_forged_with_its_own_right_hash_does_not_follow(chain: Path) -> None:
    lines = chain.read_bytes().split(b"\n")
    lines[1] = canonical_json(seal({"batch": "forged"}, GENESIS)).encode()
    chain.write_bytes(b"\n".join(lines))
    with pytest.raises(ChainBroken, match="does not follow"):
        read_chain(chain)


def test_append_to_a_broken_chain_changes_nothing(chain: Path) -> None:
    chain.write_bytes(chain.read_bytes().replace(b'"rows":3', b'"rows":4'))
    before = sha256_file(chain)
    with pytest.raises(ChainBroken):
        append(chain, {"batch": "d"})
    assert sha256_file(chain) == before


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"hash": "x"}, "hash"),
        ({"prev": "x"}, "prev"),
        ({"a": {2: "b", 10: "c"}}, "text"),
        ({"a": float("nan")}, "JSON"),
    ],
)
def test_a_line_that_would_not_verify_is_not_written(
    chain: Path, body: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        append(chain, body)
    assert bodies_of(read_chain(chain)) == BODIES


@given(bodies)
def test_the_order_of_keys_does_not_change_the_text(body: dict[str, Any]) -> None:
    assert canonical_json(dict(reversed(body.items()))) == canonical_json(body)


def test_the_hash_of_a_file_is_that_of_its_text(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes("焦炭".encode())
    assert sha256_file(path) == sha256_text("焦炭")
    # FIPS 180-2, appendix B.1: the digest of "abc"
    assert sha256_text("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_chain_that_is_kept_sees_what_others_append(chain: Path) -> None:
    kept, other = Chain(chain), Chain(chain)
    assert kept.lines() == kept.current() == other.lines()
    for number in range(3):
        added = other.append({"number": number})
        assert kept.current()[-1] == added
        assert kept.append({"mine": number})["prev"] == added["hash"]
    assert kept.lines() == other.lines() == read_chain(chain)
    assert len(read_chain(chain)) == len(BODIES) + 6


def test_a_change_in_the_middle_is_seen_by_a_reader_that_knew_the_chain(chain: Path) -> None:
    """A writer looks at the end only; readers compare every byte, also with what they know."""
    whole = chain.read_bytes()
    for position in range(0, len(whole) - 1, 7):
        chain.write_bytes(whole)
        kept = Chain(chain)
        kept.lines()
        chain.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        with pytest.raises(ChainBroken):
            kept.lines()
        with pytest.raises(ChainBroken):
            Chain(chain).append({"a": 1})


def test_a_kept_chain_whose_end_was_changed_is_not_gone_on_with(chain: Path) -> None:
    kept = Chain(chain)
    kept.lines()
    whole = chain.read_bytes()
    changed = whole.replace(b'"batch":"c"', b'"batch":"d"')
    chain.write_bytes(changed)
    with pytest.raises(ChainBroken, match="line 3"):
        kept.append({"a": 1})
    assert chain.read_bytes() == changed


def test_a_kept_chain_follows_one_that_was_put_back(chain: Path) -> None:
    kept = Chain(chain)
    earlier = chain.read_bytes()
    kept.append({"lost": 1})
    chain.write_bytes(earlier)
    assert len(kept.lines()) == len(BODIES)
    kept.append({"again": 1})
    chain.unlink()
    assert kept.lines() == kept.current() == []
    assert kept.append({"first": 1})["prev"] == GENESIS


def test_a_torn_tail_is_measured(chain: Path) -> None:
    kept = Chain(chain)
    with chain.open("ab") as file:
        file.write(b'{"half')
    assert len(kept.lines()) == len(BODIES)
    assert kept.torn == 6
    kept.append({"a": 1})
    kept.lines()
    assert kept.torn == 0


def test_lines_of_a_copy_are_appended_as_they_were_sealed(chain: Path, tmp_path: Path) -> None:
    lines = read_chain(chain)
    copy = Chain(tmp_path / "copy.jsonl")
    copy.extend(lines[:1])
    copy.extend([])
    with pytest.raises(ChainBroken, match="does not follow"):
        copy.extend(lines[2:])
    with pytest.raises(ChainBroken, match="does not give its hash"):
        copy.extend([{**lines[1], "rows": 9}])
    copy.extend(lines[1:])
    assert copy.path.read_bytes() == chain.read_bytes()


def test_a_line_may_hold_a_member_called_hash_within(chain: Path) -> None:
    inner = {"hash": "0" * 64, "prev": "x"}
    line = append(chain, {"a": inner, "z": [inner]})
    assert read_chain(chain)[-1] == line


def test_a_broken_line_says_how_many_before_it_verify(chain: Path) -> None:
    chain.write_bytes(chain.read_bytes().replace(b'"batch":"c"', b'"batch":"d"'))
    with pytest.raises(ChainBroken, match="the 2 lines before it verify"):
        read_chain(chain)
