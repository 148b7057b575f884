"""Any bytes at all give a table with findings, or an error of celadon's own; never a traceback."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fuzz.fuzz_readers import PARTS, PROFILES, feed, seeds

SEEDS = seeds()
LAST = len(PROFILES) + 2 + len(PARTS)
FUZZ = Path(__file__).parents[2] / "fuzz" / "fuzz_readers.py"
PIECES = [
    b",", b";", b"\n", b"\r", b'"', b"\0", b"\xff\xfe", b"\xbd\xb9", "时间".encode(), b"24:00",
    b"%", b"2025-02-29 24:00", b"0001-01-01 00:00", b"9999-12-31 24:00", b"1e999", b"<f>",
    b' t="e"', b"&#0;", b"XFD1048576", b"A99999999999", b"-", b"NaN", b"time", b"e1",
    b"<!DOCTYPE x>", b"1,234.5",
]  # fmt: skip
pieces = st.sampled_from(PIECES)


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A sound file with some of its bytes cut out, doubled, or replaced."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(1, max(len(data), 2)))
        until = min(at + draw(st.integers(0, 40)), len(data))
        data[at:until] = draw(st.one_of(pieces, st.just(b""), st.binary(max_size=8)))
    return bytes(data)


@given(st.one_of(spoiled(), spoiled(), st.binary(max_size=300)))
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes_are_answered(tmp_path: Path, data: bytes) -> None:
    feed(data, tmp_path)


@pytest.mark.parametrize("chosen", range(LAST))
@pytest.mark.parametrize(
    "data", [b"", b"\0", b"\xff" * 9, b"PK\x03\x04", b"PAR1", b"\x1f\x8b\x08", b"<a", b"a"]
)
def test_hardly_any_bytes_are_answered_by_every_reader(
    tmp_path: Path, chosen: int, data: bytes
) -> None:
    feed(bytes([chosen]) + data, tmp_path)


def test_sound_files_are_read_by_the_harness(tmp_path: Path) -> None:
    for data in SEEDS:
        feed(data, tmp_path)


@pytest.mark.long
def test_many_bytes_guided_by_what_they_reach(tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris, which guides the fuzzer, is not installed")
    # The peak memory that the system tells of a child includes its parent's before it began, so
    # that the fuzzer's limit on it would judge the tests that ran before; single allocations don't.
    limits = ["-rss_limit_mb=0", "-malloc_limit_mb=1000"]
    done = subprocess.run(
        [sys.executable, str(FUZZ), "-runs=4000", "-seed=1", *limits],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(FUZZ.parents[2]), "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done 4000 runs" in done.stderr
