"""A file is told by its first bytes, whatever it is called, and what to do with it."""

from __future__ import annotations

import bz2
import gzip
import lzma
from pathlib import Path

import pytest
from tests.records.build import readings_profile

from celadon.errors import InputError
from celadon.records.readers.grid import open_grids
from celadon.records.readers.recognise import recognise
from celadon.records.readers.seeming import seeming, way_out
from celadon.records.site import site_from_plain

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
SITE = site_from_plain(
    {
        "site": {"id": "pots", "country": "CN", "zone": "Asia/Shanghai"},
        "owner": {"name": "模拟陶瓷厂", "credit_code": "91999999MA00FAKE83"},
    },
    Path("site.toml"),
)


def container(stream: str) -> bytes:
    """As much of an old office file as tells what it holds: the name of a stream."""
    return OLD + stream.encode("utf-16-le") + b"\0" * 64


KINDS = {
    "a picture (JPEG)": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "a picture (PNG)": b"\x89PNG\r\n\x1a\n",
    "a PDF file": b"%PDF-1.7\n",
    "a workbook of an old format (.xls)": container("Workbook"),
    "a workbook with a password": container("EncryptedPackage"),
    "a text document of an old format (.doc)": container("WordDocument"),
    "a workbook of an old format (.xls), or one with a password": OLD,
    "a page of the web (HTML)": b"\xef\xbb\xbf\n<HTML><body><table>",
    "a workbook as XML of 2003": b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>',
    "XML": b"<feed/>",
    "a text document (RTF)": rb"{\rtf1\ansi",
    "text, such as CSV": "时间,e1\n2025-03-01 00:00,5\n".encode("gb18030"),
    "a file compressed by gzip": gzip.compress(b"x"),
    "a file compressed by bzip2": bz2.compress(b"x"),
    "a file compressed by xz": lzma.compress(b"x"),
    "a picture or a film of a telephone": b"\0\0\0\x18ftypheic",
    "an empty file": b"",
    "nothing but zero bytes": b"\0" * 4096,
    "bytes of a kind that is not known": b"\x01\x02\x03\xff\xfe\x00" * 20,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_workbook_that_is_none_is_told_by_its_first_bytes(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "三月.xlsx"
    path.write_bytes(KINDS[kind])
    assert seeming(path) == kind
    with pytest.raises(InputError, match=r"Cannot read 三月\.xlsx") as caught:
        open_grids(path, readings_profile(file="xlsx"))
    (fault,) = caught.value.faults
    assert fault.found == kind
    assert fault.remedy == (way_out(kind) or fault.remedy)
    assert ("save it as .xlsx" in fault.remedy) == kind.startswith(("a workbook", "a page"))
    assert ("export the figures" in fault.remedy) == kind.startswith(
        ("a picture", "a PDF", "a text doc")
    )
    assert ("unpack it" in fault.remedy) == kind.startswith("a file compressed")


@pytest.mark.parametrize(
    "kind",
    [k for k in KINDS if k.startswith(("a picture", "a PDF", "a workbook", "a text", "a page"))
     and "RTF" not in k],
)  # fmt: skip
def test_without_a_profile_it_is_told_as_well(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "三月.xlsx"
    path.write_bytes(KINDS[kind])
    with pytest.raises(InputError, match=r"Cannot read 三月\.xlsx\n") as caught:
        recognise(path, SITE, {}, {})
    assert caught.value.faults[0].found == kind


def test_words_that_begin_like_a_picture_are_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("BM,MZ\n1,2\n", encoding="utf-8")
    (grid,) = open_grids(path, readings_profile())
    assert grid.headers == ("BM", "MZ")
