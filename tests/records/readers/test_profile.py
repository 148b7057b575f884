"""Reader profiles: found by name, checked, all faults at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from tests.records.build import readings_profile

from celadon.errors import DeclarationError
from celadon.records.readers.profile import Profile, load_profile, shipped_profiles

MINE = """\
id = "mine"
kind = "reading"
file = "csv"
layout = "wide"
[time]
column = ["时间"]
format = "%Y-%m-%d %H:%M"
"""


@pytest.mark.parametrize("name", shipped_profiles())
def test_every_shipped_profile_is_sound_and_speaks_both_languages(name: str) -> None:
    profile = load_profile(name)
    assert profile.id == name
    assert profile.title_zh
    assert profile.title_en
    assert all(
        any(not header.isascii() for header in headers) and any(h.isascii() for h in headers)
        for headers in profile.columns.values()
    )


def test_the_folder_of_the_site_comes_first(tmp_path: Path) -> None:
    (tmp_path / "activity.toml").write_bytes(b"\xef\xbb\xbf" + MINE.encode())
    assert load_profile("activity", [tmp_path / "none", tmp_path]).id == "mine"
    assert load_profile("activity").id == "activity"


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(DeclarationError, match="No profile is called 'x'") as caught:
        load_profile("x")
    assert "readings-wide" in caught.value.faults[0].rule


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        MINE.replace('"csv"', '"pdf"').replace("column =", 'zone = "Mars"\nstamp = "mid"\ncolum =')
        + "[extra]\n",
        encoding="utf-8",
    )
    with pytest.raises(DeclarationError) as caught:
        load_profile("mine", [tmp_path])
    told = {fault.where[-1]: fault for fault in caught.value.faults}
    assert set(told) == {"file", "time.column", "time.zone", "time.stamp", "time.colum", "extra"}
    assert "column" in told["time.colum"].rule
    assert "date_formats" in told["extra"].rule


@pytest.mark.parametrize(
    ("data", "found"),
    [(MINE.encode("gb18030"), "not UTF-8"), (b"id = \n", "line 1")],
)
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, data: bytes, found: str) -> None:
    (tmp_path / "mine.toml").write_bytes(data)
    with pytest.raises(DeclarationError, match="Cannot read") as caught:
        load_profile("mine", [tmp_path])
    assert found in caught.value.faults[0].found


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"time": None}, "needs [time]"),
        ({"layout": "rows"}, "wide or long"),
        ({"layout": "long"}, "meter and value"),
        ({"kind": "sample"}, "layout = rows"),
        ({"encoding": "gb1803"}, "is not an encoding"),
        ({"time": {"column": ["t"], "format": "%Y-%m-%d %H"}}, "leaves out"),
        ({"time": {"column": ["t"], "format": "%d %b %H:%M"}}, "leaves out"),
        ({"time": {"column": ["t"], "format": "%Q"}}, "not a format"),
        ({"delimiter": ""}, "at least 1"),
        ({"header_row": 0}, "greater than or equal to 1"),
    ],
)
def test_a_profile_is_consistent(change: dict[str, Any], part: str) -> None:
    with pytest.raises(ValidationError, match=part.replace("[", r"\[")):
        readings_profile(**change)


@pytest.mark.parametrize(
    "pattern", ["%Y-%m-%d %H:%M", "%Y%m%d%H%M", "%d.%m.%y %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]
)
def test_a_format_that_tells_the_minute_is_taken(pattern: str) -> None:
    assert readings_profile(time={"column": ["t"], "format": pattern})


def test_the_hash_names_the_content() -> None:
    one = readings_profile()
    assert one.content == Profile.model_validate(one.model_dump()).content
    assert one.content != readings_profile(decimal=",").content
