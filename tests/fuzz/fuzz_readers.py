"""Readers fed with anything: a file gives a table with findings, or an error of celadon's own.

Run by hand for as long as you like: ``python tests/fuzz/fuzz_readers.py -max_total_time=300``. The
first byte chooses the reader, the rest is the file; `tests/records/readers/test_fuzz.py` runs it
for a bounded number of inputs.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

if __name__ == "__main__":  # what follows is also used by tests, at their own speed
    import atheris

    with atheris.instrument_imports(include=["celadon"]):
        import celadon.records.readers.recognise  # noqa: F401  so that its branches are seen

import io
import zipfile
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from celadon.errors import CeladonError
from celadon.records.readers.grid import open_grids
from celadon.records.readers.profile import Profile, load_profile, shipped_profiles
from celadon.records.readers.recognise import recognise
from celadon.records.readers.recognition import NotRecognised
from celadon.records.readers.taking import take_rows
from celadon.records.site import Site, site_from_plain

SITE: Site = site_from_plain(
    {
        "site": {"id": "pots", "country": "CN", "zone": "Europe/Berlin"},
        "owner": {"name": "模拟陶瓷厂", "credit_code": "91999999MA00FAKE83"},
        "meter": [
            {"id": "e", "kind": "interval", "measure": "kWh", "resolution": "0.1", "minutes": 15},
            {"id": "w", "kind": "register", "measure": "m3", "maximum": "9", "modulus": "10000"},
            {"id": "t", "kind": "state", "measure": "%", "resolution": "0.01"},
        ],
    },
    Path("site.toml"),
)
KNOWN = {name: load_profile(name) for name in shipped_profiles()}
_TIME = {"column": ["time", "start"], "format": "%Y-%m-%d %H:%M"}
_LONG = {"meter": ["meter"], "value": ["value"], "unit": ["unit"], "quality": ["quality"]}


def _profile(**keys: object) -> Profile:
    plain = {"id": "fuzz", "kind": "reading", "file": "csv", "layout": "wide", "time": _TIME}
    return Profile.model_validate(plain | keys)


PROFILES = [
    _profile(),
    _profile(delimiter=";", decimal=",", thousands=".", header_row=2),
    _profile(layout="long", columns=_LONG, thousands=","),
    _profile(encoding="gb18030", time={**_TIME, "stamp": "end"}),
    _profile(encoding="utf-16"),
    _profile(file="xlsx"),
    _profile(file="parquet"),
    KNOWN["green-button"],
    *(KNOWN[name] for name in ("activity", "samples", "exchanges")),
]
"""What the first byte chooses between; beyond them, the recogniser, and parts of a workbook."""

BOOK = 5
"""Place of the profile that reads workbooks."""

PARTS = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml")
"""Parts of a workbook that are changed each by itself."""


def read_with(profile: Profile, path: Path) -> None:
    """Open a file and take its rows; every finding has its words."""
    for grid in open_grids(path, profile):
        _, findings = take_rows(grid, profile, SITE, {})
        for found in findings:
            assert found.text("en")
            assert found.remedy("zh")


def recognise_only(path: Path) -> None:
    """Guess how a file is to be read."""
    with contextlib.suppress(NotRecognised):
        recognise(path, SITE, {}, KNOWN)


def rezipped(part: str, data: bytes) -> bytes:
    """A sound workbook but for one part: what is changed inside a zip never passes its check."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_book())) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, data if name == part else old.read(name))
    return made.getvalue()


def feed(data: bytes, folder: Path) -> None:
    """One input: errors of celadon's own are answers, all others get out."""
    path = folder / "any"
    chosen = data[0] % (len(PROFILES) + 2 + len(PARTS)) if data else 0
    part = chosen - len(PROFILES) - 2
    path.write_bytes(data[1:] if part < 0 else rezipped(PARTS[part], data[1:]))
    with contextlib.suppress(CeladonError):
        if part >= 0:
            read_with(PROFILES[BOOK], path)
        if part < 0 and chosen < len(PROFILES):
            read_with(PROFILES[chosen], path)
        else:
            recognise_only(path)


_TEXT = (
    'time,e (kWh),w,t (%)\n2025-03-30 01:45,1.5,7,12%\n2025-10-26 02:30,"2,5",8,#REF!\n'
    "2025-02-29 24:00,-1,x,\n"
)


@cache
def _book() -> bytes:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("r")
        share = workbook.add_format({"num_format": "0.0%"})
        for row, line in enumerate(_TEXT.splitlines()):
            sheet.write_row(row, 0, line.split(","))
        sheet.write(4, 1, 0.125, share)
        sheet.write_formula(5, 1, "=1/0", None, "#DIV/0!")
        sheet.merge_range(6, 0, 6, 2, "x")
    return book.getvalue()


def seeds() -> list[bytes]:
    """Sound files of each kind, to begin from."""
    long = "meter;time;value;unit;quality\ne;2025-01-01 00:00;1.234,5;kWh;估计\nw;x;7;m3;\n"
    table = pa.table({"time": ["2025-01-01 00:00"], "e": [1.5], "w": [7]})
    parquet = io.BytesIO()
    pq.write_table(table, parquet)
    espi = (
        b"<feed><entry><link rel='self' href='UsagePoint/1/MeterReading/1'/>"
        b"<link rel='related' href='ReadingType/1'/><content><MeterReading/></content></entry>"
        b"<entry><link rel='self' href='ReadingType/1'/><content><ReadingType><uom>72</uom>"
        b"<powerOfTenMultiplier>3</powerOfTenMultiplier></ReadingType></content></entry><entry>"
        b"<link rel='up' href='UsagePoint/1/MeterReading/1/IntervalBlock'/><content>"
        b"<IntervalBlock><IntervalReading><timePeriod><duration>900</duration>"
        b"<start>1735689600</start></timePeriod><value>7</value></IntervalReading>"
        b"</IntervalBlock></content></entry></feed>"
    )
    files = {
        0: _TEXT.encode(), 1: b"title\n" + long.encode(), 2: long.replace(";", ",").encode(),
        3: _TEXT.encode("gb18030"), 4: _TEXT.encode("utf-16"), 5: _book(),
        6: parquet.getvalue(), 7: espi, 8: _book(), 10: _book(),
    }  # fmt: skip
    chosen = [bytes([number]) + data for number, data in files.items()]
    chosen += [bytes([len(PROFILES)]) + data for data in files.values()]
    with zipfile.ZipFile(io.BytesIO(_book())) as archive:
        return chosen + [
            bytes([len(PROFILES) + 2 + n]) + archive.read(part) for n, part in enumerate(PARTS)
        ]


def main() -> None:
    """Fuzz until told to stop."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, data in enumerate(seeds()):
            (corpus / f"{number}").write_bytes(data)
        place = Path(folder)
        atheris.Setup([*sys.argv, str(corpus)], lambda data: feed(data, place))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
