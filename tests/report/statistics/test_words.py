"""The words of forms: every one that the code asks for is there, and none is idle."""

from __future__ import annotations

import re
from pathlib import Path

import celadon.report
from celadon.reference import load_registry
from celadon.report.statistics.content import WORDS

ROOT = Path(celadon.report.__file__).parent
SOURCES = [*(ROOT / "statistics").glob("*.py"), *(ROOT / "monitoring").glob("*.py")]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
BY_VALUE = (
    "column", "title", "table", "carrier_kind", "kind", "meter_kind", "every", "cost",
    "finding_state", "notice_kind",
)  # fmt: skip
"""Groups that are looked up by a value of the data."""


def test_every_word_that_is_asked_for_is_there() -> None:
    asked = set(re.findall(r"tell\(\s*\"([a-z_]+(?:\.[a-z_]+)?)\"", TEXT))
    assert len(asked) > 30
    assert asked - set(WORDS) == set()


def test_no_word_is_idle() -> None:
    built = set(re.findall(r"tell\(f\"([a-z_]+)\.\{", TEXT))
    idle = [
        key
        for key in WORDS
        if key.partition(".")[0] not in BY_VALUE
        and key.partition(".")[0] not in built
        and f'"{key}"' not in TEXT
    ]
    assert idle == []


def test_every_kind_of_carrier_has_a_word() -> None:
    kinds = {f"carrier_kind.{carrier.kind}" for carrier in load_registry().carriers.values()}
    assert kinds - set(WORDS) == set()
