"""The files of a report, and its tables for other programs."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest
from tests.report.synthetic import make_content

from celadon.errors import TableError
from celadon.report.content import TABLES, LoadProfile
from celadon.report.exports import write_tables
from celadon.report.fonts import has_chinese_font
from celadon.report.write import write_report


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_report_is_written_whole(tmp_path: Path, language: str) -> None:
    files = write_report(make_content(), tmp_path / "out" / "2025", language)
    assert files.html.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert files.workbook.read_bytes()[:2] == b"PK"
    assert len(files.tables) == 2 * len(TABLES)
    assert {path.suffix for path in files.charts} == {".svg"}
    assert {path.stem for path in files.charts} >= {
        "energy-by-month", "energy-flows", "load-heat-map", "load-duration", "carbon-by-month",
        "carbon-by-kind", "water-by-month", "norm-ladder", "quality-calendar", "findings-by-month",
    }  # fmt: skip
    assert all(path.stat().st_size for path in files.charts)


def test_pictures_are_drawn_only_where_a_chinese_font_is(tmp_path: Path) -> None:
    files = write_report(make_content(), tmp_path, "zh", pictures=True)
    drawn = [path for path in files.charts if path.suffix == ".png"]
    assert bool(drawn) == has_chinese_font()


def test_an_unknown_language_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'zh' or 'en'"):
        write_report(make_content(), tmp_path, "fr")


def test_tables_come_back_as_they_were(tmp_path: Path) -> None:
    content = make_content()
    write_tables(content, tmp_path)
    for name, schema in TABLES.items():
        table: pa.Table = getattr(content, name)
        assert schema.digest(schema.read(tmp_path / f"{schema.name}.parquet")) == schema.digest(
            table
        )


def test_csv_opens_in_a_spreadsheet_with_its_chinese(tmp_path: Path) -> None:
    content = make_content()
    write_tables(content, tmp_path)
    path = tmp_path / "finding.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == content.findings.num_rows
    assert list(rows[0]) == TABLES["findings"].names


def test_a_table_of_another_schema_is_refused() -> None:
    with pytest.raises(TableError, match="not a leaf"):
        make_content(leaves=make_content().findings)


def test_a_load_profile_of_another_shape_is_refused() -> None:
    load = make_content().load
    assert load is not None
    with pytest.raises(ValueError, match="has shape"):
        LoadProfile(load.days[1:], load.drawn)
