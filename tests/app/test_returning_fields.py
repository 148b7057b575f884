"""One field of a return altered at a time, and sealed again: refused, or named as on trust."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.app.shop import (
    MARCH,
    hours,
    make_workspace,
    reading_rows,
    take,
    write_books,
    write_laboratory,
    write_readings,
)
from tests.report.return_build import (
    document_of,
    members_of,
    parquet,
    rows_of,
    sealed_again,
    with_document,
    with_rows,
    written,
)

from celadon.accounts.account import account_hash
from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.app.returning import check_returns, pack_return
from celadon.app.workspace import Workspace
from celadon.chain import append
from celadon.records.finding import Finding
from celadon.records.tables import FINDING
from celadon.report.returns.check import Check

Forge = Callable[[bytes], bytes]

GAP = range(200, 209)
"""Hours of March without a reading of e1 and g1."""


@pytest.fixture(scope="module")
def gappy(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A works with a gap in two meters, so that findings tell of estimates."""
    workspace = make_workspace(tmp_path_factory.mktemp("gappy"))
    folder = workspace.folder.parent
    rows = reading_rows()
    for hour in GAP:
        rows[hour][1] = rows[hour][3] = ""
    take(workspace, write_readings(folder / "readings.csv", rows))
    take(workspace, write_books(folder / "books.xlsx"))
    take(workspace, write_laboratory(folder / "laboratory.xlsx"))
    return workspace


@pytest.fixture(scope="module")
def closed(gappy: Workspace) -> bytes:
    return pack_return(gappy, "works", MARCH).packed.data


@pytest.fixture(scope="module")
def enclosed(gappy: Workspace) -> bytes:
    out = gappy.folder.parent / "enclosed.zip"
    return pack_return(gappy, "works", MARCH, with_readings=True, out=out).packed.data


def checks(data: bytes) -> list[Check]:
    with tempfile.TemporaryDirectory() as folder:
        [found] = check_returns([written(Path(folder) / "r.zip", data)], None)
    return list(found.checks)


def refused(data: bytes) -> set[str]:
    return {check.answer for check in checks(data) if check.refuses}


def trusted(data: bytes) -> dict[str, Check]:
    return {check.answer: check for check in checks(data) if check.name == "trust"}


# How a forger alters one field, and seals all that follows from it.


def stated(*path: str | int, value: Any) -> Forge:
    """A field of the document."""

    def alter(document: dict[str, Any]) -> None:
        part: Any = document
        for name in path[:-1]:
            part = part[name]
        assert part[path[-1]] != value
        part[path[-1]] = value

    return lambda data: with_document(data, alter)


def cell(schema: Any, column: str, change: Callable[[Any], Any], **where: Any) -> Forge:
    """The first row of a table that fits; the finding's id and the account's hash follow."""

    def alter(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        row = next(r for r in rows if all(r[name] == v for name, v in where.items()))
        before = row[column]
        row[column] = change(before)
        assert row[column] != before
        return rows

    return lambda data: hashed(with_rows(data, schema, alter))


def hashed(data: bytes) -> bytes:
    members = members_of(data)
    document = document_of(members)
    rows = rows_of(members, LEAF)
    document["account"] = {
        "hash": account_hash(LEAF.from_rows(rows), "works"), "leaves": len(rows),
    }  # fmt: skip
    return sealed_again(members, document)


def emptied(data: bytes) -> bytes:
    """Every finding of an estimate or a gap taken out."""
    keep = {"no_parameter", "carrier_gap"}
    return with_rows(data, FINDING, lambda rows: [r for r in rows if r["rule"] in keep])


def unestimated(data: bytes) -> bytes:
    members = members_of(data)
    rows = [{**row, "estimated": 0} for row in rows_of(members, LEAF)]
    members["leaf.parquet"] = parquet(LEAF, rows)
    document = document_of(members)
    for total in document["totals"]:
        total["estimated"] = 0
    return hashed(sealed_again(members, document))


def renumbered(data: bytes) -> bytes:
    """A finding moved to another place, with the id of that place."""

    def alter(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        row = next(r for r in rows if r["rule"] == "estimated")
        row["place"] += "x"
        row["finding"] = Finding.from_row(row).id
        return rows

    return with_rows(data, FINDING, alter)


def later(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=31)


def more(text: str) -> str:
    return f"{text}x"


ESTIMATE: dict[str, Any] = {"rule": "estimated"}
METER: dict[str, Any] = {"kind": "meter"}
GIVEN: dict[str, Any] = {"kind": "activity"}
NAMED: dict[str, Any] = {"kind": "parameter"}

CLOSED: tuple[tuple[Forge, str], ...] = (
    # findings
    (emptied, "trust.findings"),
    (renumbered, "trust.findings"),
    (cell(FINDING, "finding", more, **ESTIMATE), "findings.altered"),
    (cell(FINDING, "place", more, **ESTIMATE), "findings.altered"),
    (cell(FINDING, "subject", more, **ESTIMATE), "findings.altered"),
    (cell(FINDING, "severity", lambda _: "error", **ESTIMATE), "findings.altered"),
    (cell(FINDING, "remedy", more, **ESTIMATE), "findings.altered"),
    (cell(FINDING, "rule", lambda _: "stuck", **ESTIMATE), "findings.unreadable"),
    (cell(FINDING, "numbers", lambda text: text.replace(":", ": ", 1)), "findings.altered"),
    (cell(FINDING, "numbers", lambda t: t.replace("9", "8"), **ESTIMATE), "trust.findings"),
    # estimates
    (unestimated, "estimated.unstated"),
    (cell(LEAF, "estimated", lambda n: 2 * n + 9, stream="power-bought"), "estimated.apart"),
    # letters
    (cell(LEAF, "confidence", lambda _: "A", confidence=None), "lines.inputs"),
    (cell(LEAF, "method_confidence", lambda _: "A", method_confidence=None), "lines.inputs"),
    # parameters
    (cell(PARAMETER, "name", lambda _: "co2_factor"), "lines.unused"),
    (cell(PARAMETER, "account", lambda _: "water"), "lines.unused"),
    (cell(PARAMETER, "stream", lambda _: "power-bought", stream="coal"), "lines.unused"),
    (cell(PARAMETER, "from_day", lambda d: d - dt.timedelta(days=1)), "lines.unused"),
    (cell(PARAMETER, "to_day", later), "lines.unused"),
    (cell(PARAMETER, "parameter", more), "parameters.absent"),
    (cell(PARAMETER, "confidence", lambda _: "A", rung="measured"), "lines.unused"),
    (cell(PARAMETER, "confidence", lambda _: "A", rung="default"), "reference.better"),
    (cell(PARAMETER, "factor", more, rung="measured"), "trust.values"),
    # what lines rest on
    (cell(LEAF_INPUT, "role", more, **METER), "lines.inputs"),
    (cell(LEAF_INPUT, "role", more, **GIVEN), "lines.inputs"),
    (cell(LEAF_INPUT, "role", more, **NAMED), "lines.inputs"),
    (cell(LEAF_INPUT, "kind", lambda _: "activity", **METER), "lines.inputs"),
    (cell(LEAF_INPUT, "kind", more, **GIVEN), "lines.inputs"),
    (cell(LEAF_INPUT, "ref", lambda _: "e2", ref="e1"), "lines.inputs"),
    (cell(LEAF_INPUT, "from_day", later, **METER), "lines.inputs"),
    (cell(LEAF_INPUT, "to_day", later, **METER), "lines.inputs"),
    (cell(LEAF_INPUT, "to_day", later, **NAMED), "lines.inputs"),
    (cell(LEAF_INPUT, "ref", more, **GIVEN), "trust.places"),
    (cell(LEAF_INPUT, "to_day", later, **GIVEN), "trust.places"),
    # the document
    (stated("quality", "readings", value=7), "trust.time"),
    (stated("quality", "measured", value=1), "trust.time"),
    (stated("quality", "estimated", value=0), "trust.time"),
    (stated("quality", "missing", value=5), "trust.time"),
    (stated("read", "position", value=99), "trust.ledger"),
    (stated("read", "position", value=1), "withheld.positions"),
    (stated("read", "ledger", value="0" * 64), "trust.ledger"),
    (stated("read", "celadon", value="9.9"), "trust.ledger"),
    (stated("read", "reference", value="0" * 64), "trust.basis"),
    (stated("read", "methods", value="0" * 64), "trust.basis"),
    (stated("withheld", value=[]), "withheld.none"),
    (stated("withheld", 0, "rows", value=1), "trust.ledger"),
    (stated("withheld", 0, "sha256", value="0" * 64), "trust.ledger"),
    (stated("withheld", 0, "position", value=98), "withheld.positions"),
    (stated("methods", 0, "edition", value="2099"), "methods.altered"),
    (stated("methods", 0, "standard", value="x"), "methods.altered"),
    (stated("methods", 0, "confidence", value="A"), "methods.altered"),
    (stated("mode", value="official"), "trust.mode"),
    (stated("account", "leaves", value=1), "account_hash.leaves"),
)  # fmt: skip


def test_sound_returns_are_not_refused(closed: bytes, enclosed: bytes) -> None:
    assert refused(closed) == set()
    assert refused(enclosed) == set()
    assert {"estimated", "gap"} & {row["rule"] for row in rows_of(members_of(closed), FINDING)}
    assert len(hours()) > max(GAP)
    assert [c.answer for c in checks(enclosed) if c.name == "recomputed"] == ["recomputed.yes"]


@pytest.mark.parametrize("number", range(len(CLOSED)))
def test_an_altered_field_is_refused_or_named(closed: bytes, number: int) -> None:
    forge, answer = CLOSED[number]
    data = forge(closed)
    if answer.startswith("trust."):
        assert refused(data) == set()
        assert answer in trusted(data)
    else:
        assert answer in refused(data)


ENCLOSED: tuple[tuple[Forge, str, str], ...] = (
    (emptied, "finding.parquet", "row"),
    (renumbered, "finding.parquet", "row"),
    (cell(FINDING, "numbers", lambda t: t.replace("9", "8"), **ESTIMATE), "finding.parquet", "row"),
    (cell(LEAF_INPUT, "ref", more, **GIVEN), "leaf_input.parquet", "row"),
    (cell(LEAF_INPUT, "to_day", later, **GIVEN), "leaf_input.parquet", "row"),
    (cell(PARAMETER, "factor", more, rung="measured"), "parameter.parquet", "row"),
    (stated("quality", "readings", value=7), "return.json › quality › readings", "figure"),
    (stated("quality", "measured", value=1), "return.json › quality › measured", "figure"),
    (stated("quality", "estimated", value=0), "return.json › quality › estimated", "figure"),
    (stated("quality", "missing", value=5), "return.json › quality › missing", "figure"),
    (stated("withheld", 0, "rows", value=1), "return.json › withheld › position 2", "figure"),
    (stated("withheld", 0, "sha256", value="0" * 64), "return.json › withheld", "figure"),
    (stated("withheld", 0, "file", value="x.csv"), "return.json › withheld", "figure"),
    (stated("withheld", 0, "recorded_at", value="x"), "return.json › withheld", "figure"),
    (stated("withheld", 0, "what", value="rows_and_original"), "return.json › withheld", "figure"),
    (stated("read", "reference", value="0" * 64), "return.json › read", "basis"),
    (stated("read", "methods", value="0" * 64), "return.json › read", "basis"),
    (stated("read", "celadon", value="9.9"), "return.json › read", "basis"),
)


@pytest.mark.parametrize("number", range(len(ENCLOSED)))
def test_a_field_that_the_readings_do_not_give(enclosed: bytes, number: int) -> None:
    forge, place, because = ENCLOSED[number]
    told = [c for c in checks(forge(enclosed)) if (c.name, c.because) == ("recomputed", because)]
    assert told
    assert told[0].place.startswith(place)
    assert told[0].refuses is (because != "basis")
    if because != "basis":
        assert told[0].numbers["said"] != told[0].numbers["found"]


def test_findings_quality_and_records_taken_out_together(enclosed: bytes) -> None:
    """As a stranger did: no finding, twice the measured time, nothing withheld."""
    data = with_rows(enclosed, FINDING, lambda _: [])
    document = document_of(members_of(data))
    document["quality"] = {
        "readings": 7, "measured": 2 * document["quality"]["measured"], "missing": 0,
        "estimated": 0,
    }  # fmt: skip
    document["withheld"] = []
    assert "withheld.none" in refused(sealed_again(members_of(data), document))


@pytest.mark.parametrize(
    ("field", "value"),
    [("lacking", ["x"]), ("estimated", 5), ("seconds_missing", 5), ("unit", "tCO2"), ("value", 5)],
)
def test_the_field_of_a_total_that_differs_is_named(
    closed: bytes, field: str, value: object
) -> None:
    told = [c for c in checks(stated("totals", 0, field, value=value)(closed)) if c.refuses]
    [check] = [c for c in told if c.name == "totals"]
    assert check.numbers["field"] == field
    assert check.numbers["said"] != check.numbers["found"]
    assert check.text("en").startswith(field)


def test_shares_are_told_in_words(closed: bytes) -> None:
    [told] = [check for check in checks(closed) if check.answer == "official.below"]
    assert "能源（当量值）" in told.text("zh")
    assert "energy (calorific value)" in told.text("en")
    assert "calorific_value" not in told.text("zh") + told.text("en")


@pytest.mark.parametrize("name", ["../../evil.csv", "", "a/b", "C:\\x", ".hidden", "x" * 300, 7])
def test_names_of_a_hostile_chain_lead_nowhere(
    enclosed: bytes, tmp_path: Path, name: object
) -> None:
    """A chain can be sound and name anything: nothing is raised, and the difference is told."""
    members, path = members_of(enclosed), tmp_path / "manifest.jsonl"
    head = ""
    for text in members["ledger/manifest.jsonl"].splitlines():
        line = json.loads(text)
        body = {k: v for k, v in line.items() if k not in ("position", "prev", "hash")}
        if line["kind"] == "reading":
            body |= {"source_name": name, "rows": "many", "recorded_at": None}
        head = append(path, body)["hash"]
    document = document_of(members)
    document["read"]["ledger"] = head
    members["ledger/manifest.jsonl"] = path.read_bytes()
    answers = refused(sealed_again(members, document))
    assert answers == {"recomputed.figure"} or "recomputed.row" in answers
