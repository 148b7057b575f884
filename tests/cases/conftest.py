"""A programme of two provinces with four officers, in a folder."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from celadon.cases import Register

PROGRAMME = """
[programme]
id = "supervision-2026"
name_zh = "模拟监察 2026"
kind = "supervision"
authority = "模拟主管部门"
region = "CN"
year = 2026
simulated = true

[[officer]]
id = "li"
certificate = "M-1"
regions = ["CN-HE"]

[[officer]]
id = "wang"
certificate = "M-2"
regions = ["CN-HE", "CN-SD"]

[[officer]]
id = "zhao"
certificate = "M-3"
regions = ["CN-SD"]
valid_to = 2026-06-01

[[officer]]
id = "qian"
certificate = "M-4"
regions = ["CN"]
"""
ZONE = ZoneInfo("Asia/Shanghai")


def day(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}T10:00:00").replace(tzinfo=ZONE)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    folder = tmp_path / "cases" / "supervision-2026"
    folder.mkdir(parents=True)
    (folder / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    return Register(folder)
