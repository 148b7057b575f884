"""A small nation: enterprises of one sector, with monthly rows, and meters if wanted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
from tests.app.shop import SITE

from celadon.app.workspace import Workspace
from celadon.records.identity import credit_code_check_character
from celadon.records.period import Period
from celadon.records.tables import ACTIVITY, READING, SAMPLE

MARCH = Period.parse("2025-03")
_FIRST, _AFTER = dt.date(2025, 3, 1), dt.date(2025, 4, 1)
_METERED = ("e1", "e2")


def credit_code(number: int) -> str:
    """A code of the division 999999, which does not exist, with its check character."""
    body = f"91999999MA{number:07d}"
    return body + credit_code_check_character(body)


def declaration(number: int, *, region: str = "CN-HE", code: str | None = None) -> str:
    """The small works under another name; every third has no electricity programme."""
    text = SITE.format(id=site_id(number), country="CN", carbon_method="iron-and-steel-ndrc-2013")
    text = text.replace("91999999MA00FAKE83", code or credit_code(number))
    text = text.replace("模拟企业", f"模拟企业 {number}").replace("CN-HE", region)
    if number % 3 == 2:
        text = text.replace('electricity_programme = "enterprise_gbt32150"\n', "")
    return text


def without_gas(number: int) -> str:
    """The same works without its stream of gas, of which no return speaks."""
    before, gas, after = declaration(number).partition('[[stream]]\nid = "gas"')
    return before + after[after.index("[[stream]]") :] if gas else before


def site_id(number: int) -> str:
    return f"e{number:03d}"


def make_nation(folder: Path, sites: int, *, meters: bool = False) -> Workspace:
    """A workspace of so many sites; each fourth has samples of its own."""
    workspace = Workspace.create(folder / "nation", "模拟全国", "en")
    for number in range(sites):
        add_enterprise(workspace, number, meters=meters)
    return workspace


def add_enterprise(
    workspace: Workspace, number: int, *, meters: bool = False, text: str | None = None
) -> str:
    site = site_id(number)
    path = workspace.folder / "sites" / site / "site.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text or declaration(number), encoding="utf-8")
    ledger = workspace.ledger(site)
    ledger.commit_declaration(path)
    source = workspace.folder / "return.csv"
    source.write_text(f"simulated return of {site}\n", encoding="utf-8")
    ledger.commit("activity", ACTIVITY.from_rows(_books(number)), source, "0" * 64)
    if number % 4 == 3:
        ledger.commit("sample", SAMPLE.from_rows([_sample(number)]), source, "1" * 64)
    if meters:
        ledger.commit("reading", _readings(number), source, "2" * 64)
    source.unlink()
    return site


def _books(number: int) -> list[dict[str, object]]:
    tonnes = 1000
    told = [
        ("coal", "opening_stock", _FIRST, _FIRST + dt.timedelta(1), (400 + number) * tonnes),
        ("coal", "purchase", _FIRST, _AFTER, 400 * tonnes + number),
        ("coal", "closing_stock", _AFTER - dt.timedelta(1), _AFTER, 300 * tonnes),
        ("coil", "production", _FIRST, _AFTER, (5000 + number) * tonnes),
    ]
    rows = told if number % 5 != 4 else told[:-2]  # some returns are not whole
    names = ("stream", "kind", "from_day", "to_day", "count")
    return [dict(zip(names, row, strict=True)) | {"source_row": n}
            for n, row in enumerate(rows, start=2)]  # fmt: skip


def _sample(number: int) -> dict[str, object]:
    return {
        "stream": "coal", "parameter": "net_calorific_value", "basis": "as_received",
        "from_day": _FIRST, "to_day": _AFTER, "count": 26_500 + number, "decimals": 3,
        "unit": "GJ/t", "weight": None, "origin": "laboratory", "document": f"L{number}",
        "sheet": None, "source_row": 2,
    }  # fmt: skip


def _readings(number: int) -> pa.Table:
    hours = 24 * 31
    ts = np.datetime64("2025-02-28T16:00:00", "us") + np.arange(hours) * np.timedelta64(3600, "s")
    random = np.random.default_rng(number)
    counts = [random.integers(100, 400, hours) for _ in _METERED]
    keep = [np.arange(hours) != (100 if number % 2 else -1) for _ in _METERED]
    parts = [
        pa.table({
            "meter": pa.array([meter] * int(kept.sum())), "ts": ts[kept], "count": count[kept],
            "quality": pa.nulls(int(kept.sum()), pa.string()),
            "source_row": np.arange(2, 2 + int(kept.sum())),
        })
        for meter, count, kept in zip(_METERED, counts, keep, strict=True)
    ]  # fmt: skip
    return READING.check(pa.concat_tables(parts))
