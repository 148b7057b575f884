"""What can be typed: every verb says what it does with an example, and mistyping is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import PERIOD
from tests.cli.speaking import typed

VERBS = (
    "demo", "init", "import", "run", "account", "findings", "explain", "reference missing",
    "calc", "doctor",
)  # fmt: skip
HEAVY = (
    "duckdb", "pyarrow", "pyarrow.compute", "numpy", "numba", "scipy", "openpyxl", "pydantic.main",
    "altair", "celadon.engine", "celadon.records.site",
)  # fmt: skip
SLOW = ("numba", "openpyxl", "xlsxwriter", "altair", "vl_convert", "polars")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_shows_an_example_and_speaks_json(verb: str) -> None:
    done = typed(*verb.split(), "--help")
    assert done.exit_code == 0
    words = " ".join(done.stdout.replace("│", " ").split())
    assert f"Example: celadon {verb}" in words
    assert "--json" in words
    assert "--lang" in words


def test_the_help_names_every_verb_in_both_languages() -> None:
    text = typed("--help").stdout
    assert all(verb.split()[0] in text for verb in VERBS)
    assert "核算" in text


def test_the_door_is_light() -> None:
    code = (
        "import sys, celadon.cli.application; print([m for m in sys.argv[1:] if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("verb", "also"),
    [
        ("account", ("celadon.accounts.account", "celadon.records.quality.judge")),
        ("findings", ("duckdb", "celadon.accounts.account", "celadon.records.quality.judge")),
        ("explain", ("celadon.accounts.account", "celadon.records.quality.judge")),
        ("calc", ("duckdb", "celadon.accounts.account", "celadon.records.quality.judge")),
        ("imports", ("celadon.accounts.account", "celadon.app.templating")),
        ("recognise", ("celadon.accounts.account", "celadon.app.templating")),
        ("ledger", ("celadon.accounts.account", "celadon.app.templating")),
        ("missing", ("celadon.accounts.account",)),
        ("judge", ()),
        ("supervise", ()),
        ("supervise_show", ("celadon.accounts.account", "celadon.app.national.nation")),
    ],
)
def test_a_verb_brings_no_more_than_it_needs(verb: str, also: tuple[str, ...]) -> None:
    """What runs the quality passes or writes workbooks is imported when it is called."""
    code = (
        f"import sys, celadon.cli.verbs.{verb};print([m for m in sys.argv[1:] if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *SLOW, *also], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_cached_run_needs_no_compiled_pass(tiny: Path) -> None:
    words = ["findings", "mill", "--period", PERIOD, "-w", str(tiny)]
    code = (
        "import sys\nfrom celadon.cli.application import application\n"
        "try:\n    application(sys.argv[1:])\nexcept SystemExit:\n    pass\n"
        f"print([m for m in {SLOW!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_version() -> None:
    assert typed("--version").stdout.startswith("celadon 0.")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("explain", "works"), "Missing argument 'ACCOUNT'."),
        (("run", "--perod", "2025"), "No such option"),
        (("runn",), "No such command 'runn'"),
        (("run", "--threads", "many"), "valid integer"),
        (("run", "--lang", "fr"), "'fr' is not one of 'zh', 'en'."),
    ],
)
def test_mistyping_is_refused_with_the_usage(words: tuple[str, ...], found: str) -> None:
    done = typed(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert found in done.stderr
    assert "--help" in done.stderr
    as_json = typed(*words, "--json")
    assert as_json.exit_code == 2
    [fault] = json.loads(as_json.stdout)["error"]["faults"]
    assert found in fault["found"]


def test_mistyping_is_refused_in_the_language_asked_for() -> None:
    assert "处置" in typed("run", "--perod", "2025", "--lang", "zh").stderr
    assert "  do  " in typed("run", "--perod", "2025", "--lang=en").stderr


def test_output_is_utf8_where_the_console_is_not() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "celadon", "--help"],
        capture_output=True,
        env=environment,
        check=True,
    )
    assert "模拟" in done.stdout.decode("utf-8")
