"""Returns as files: one form, every byte accounted for, every figure computed again."""

from __future__ import annotations

import datetime as dt
import io
import json
import warnings
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.app.shop import MARCH, fill, make_workspace
from tests.report.return_build import (
    answers,
    document_of,
    members_of,
    of_enterprise,
    opened,
    parquet,
    rows_of,
    sealed_again,
    whole,
    with_document,
    with_rows,
    with_text,
)

from celadon.accounts.rungs import is_tabled
from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.app.returning import pack_return
from celadon.exact import leaf_value
from celadon.records.tables import FINDING
from celadon.reference import load_registry
from celadon.report.returns.account_checks import Whole, account_checks
from celadon.report.returns.basis_checks import basis_checks
from celadon.report.returns.check import Check, check_table, is_acceptable, refusing, words
from celadon.report.returns.checking import Receiver, check_return
from celadon.report.returns.container import opened_container, write_container
from celadon.report.returns.figures import rounded
from celadon.report.returns.pack import file_name
from celadon.report.returns.tables import RETURN_ACTIVITY, RETURN_CHECK, TABLES

NAME = "works-2025-03.celadon-return.zip"
TODAY = dt.date(2025, 6, 1)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    workspace = make_workspace(tmp_path_factory.mktemp("returns"))
    fill(workspace)
    return pack_return(workspace, "works", MARCH).packed.data


def checks_of(data: bytes, mode: str = "working", seal: str | None = None) -> list[Check]:
    receiver = Receiver(load_registry(), mode, None, TODAY)
    return check_return(opened(data, NAME), receiver, seal)


def refusals(data: bytes, mode: str = "working") -> set[str]:
    return {check.answer for check in checks_of(data, mode) if check.refuses}


def test_a_sound_return_is_acceptable(sound: bytes) -> None:
    checks = checks_of(sound)
    assert is_acceptable(checks)
    assert refusals(sound) == set()
    assert {c.name for c in checks if c.outcome == "yes"} >= {
        "container", "format", "document", "files", "tables", "declaration", "identity", "region",
        "period", "rows", "account_hash", "values", "parameters", "totals", "activity", "boundary",
        "reference", "methods",
    }  # fmt: skip
    table = check_table(checks)
    assert table.schema.names == RETURN_CHECK.names
    assert table["number"].to_pylist() == list(range(1, len(checks) + 1))


def test_the_document_says_what_it_should(sound: bytes) -> None:
    members = members_of(sound)
    document = document_of(members)
    assert sorted(members) == sorted(["return.json", "site.toml", *TABLES])
    assert document["format"] == 1
    assert document["owner"]["credit_code"] == "91999999MA00FAKE83"
    assert document["site"]["simulated"] is True
    assert {each["what"] for each in document["withheld"]} == {"rows_and_original"}
    assert [each["file"] for each in document["withheld"]] == [
        "readings.csv", "books.xlsx", "laboratory.xlsx",
    ]  # fmt: skip
    assert set(document["files"]) == {"site.toml", *TABLES}
    carbon = next(t for t in document["totals"] if t["account"] == "carbon")
    leaves = [row for row in rows_of(members, LEAF) if row["account"] == "carbon"]
    assert carbon["value"] == sum(row["value"] for row in leaves)


def test_no_reading_goes_with_it(sound: bytes) -> None:
    columns = {name for schema in TABLES.values() for name in schema.names}
    assert "ts" not in columns  # nothing of finer grain than a stretch of days
    assert not any(name.startswith("ledger/") for name in members_of(sound))


def test_the_file_has_one_form() -> None:
    members = {"b": b"2", "a": b"1"}
    data = write_container(members)
    assert data == write_container(dict(reversed(members.items())))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["a", "b"]
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_names_of_files() -> None:
    assert file_name("works", MARCH) == NAME


def spans(data: bytes) -> dict[str, tuple[int, int]]:
    """Where the bytes of each member lie."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        heads = {i.filename: i.header_offset + 30 + len(i.filename) for i in archive.infolist()}
        sizes = {info.filename: info.file_size for info in archive.infolist()}
    return {name: (start, start + sizes[name]) for name, start in heads.items()}


def assert_named(sound: bytes, at: int, bit: int) -> None:
    altered = bytearray(sound)
    altered[at] ^= 1 << bit
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of names that it meets twice
        container = opened_container(bytes(altered), NAME)
    told = [check for check in container.checks if check.refuses]
    assert told, f"byte {at}, bit {bit} altered, and nothing found"
    within = [name for name, (start, end) in spans(sound).items() if start <= at < end]
    if within:
        assert any(check.place.startswith(within[0]) for check in told), (within, told)
    assert all(check.place for check in told)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_one_altered_bit_is_found_and_named(sound: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(sound) - 1))
    assert_named(sound, at, data.draw(st.integers(0, 7)))


def test_every_byte_of_the_directory_counts(sound: bytes) -> None:
    start = sound.rindex(b"PK\x01\x02") - 200
    for at in range(start, len(sound)):
        assert_named(sound, at, at % 8)


@pytest.mark.long
def test_every_byte_counts(sound: bytes) -> None:
    for at in range(len(sound)):
        assert_named(sound, at, at % 8)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_cut_file_is_told_and_not_raised(sound: bytes, data: st.DataObject) -> None:
    cut = sound[: data.draw(st.integers(0, len(sound) - 1))]
    assert not is_acceptable(checks_of(cut))


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_tables_that_a_forger_damaged_raise_nothing(sound: bytes, data: st.DataObject) -> None:
    members = members_of(sound)
    name = data.draw(st.sampled_from(sorted(TABLES)))
    table = bytearray(members[name])
    for _ in range(data.draw(st.integers(1, 4))):
        table[data.draw(st.integers(0, len(table) - 1))] = data.draw(st.integers(0, 255))
    members[name] = bytes(table)
    checks_of(sealed_again(members, document_of(members)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_documents_that_a_forger_changed_raise_nothing(sound: bytes, data: st.DataObject) -> None:
    members = members_of(sound)
    document = document_of(members)
    at: Any = document
    key = data.draw(st.sampled_from(sorted(at)))
    while isinstance(at[key], dict) and at[key] and data.draw(st.booleans()):
        at = at[key]
        key = data.draw(st.sampled_from(sorted(at)))
    at[key] = data.draw(JSON)
    members["return.json"] = json.dumps(document).encode()
    checks_of(write_container(members))


# What a container can be that is no return.


def zipped(members: dict[str, bytes], **how: Any) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **how) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_a_bomb_is_not_unfolded(sound: bytes) -> None:
    members = {**members_of(sound), "leaf.parquet": bytes(50_000_000)}
    bomb = zipped(members, compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 200_000
    found = opened(bomb)
    assert "container.compressed" in answers(found.checks)
    assert "leaf.parquet" not in found.members


def test_a_zip_of_another_hand_is_no_return(sound: bytes) -> None:
    found = opened(zipped(members_of(sound)), NAME)
    [told] = [check for check in found.checks if check.name == "container"]
    assert told.answer == "container.reshaped"


@pytest.mark.parametrize("name", ["../site.toml", "/etc/passwd", "a/../../b", "C:\\a", "..\\a"])
def test_names_that_lead_out_are_refused(sound: bytes, name: str) -> None:
    checks = opened(zipped({**members_of(sound), name: b""})).checks
    assert "container.leaves" in answers(checks)


def test_a_name_that_stands_twice_is_refused(sound: bytes) -> None:
    buffer = io.BytesIO(sound)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr("site.toml", b"other")
    checks = opened(buffer.getvalue()).checks
    assert ("container.twice", "site.toml") in {(c.answer, c.place) for c in checks}


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"not a zip", b"\x00" * 100, b"PK\x05\x06" + bytes(18)]
)
def test_what_is_no_zip(data: bytes) -> None:
    checks = checks_of(data)
    assert not is_acceptable(checks)
    assert answers(checks) & {"container.not_zip", "format.absent"}


@pytest.mark.parametrize("name", ["site.toml", *TABLES])
def test_a_file_that_is_gone_is_named(sound: bytes, name: str) -> None:
    members = members_of(sound)
    del members[name]
    checks = checks_of(write_container(members))
    assert ("files.absent", name) in {(c.answer, c.place) for c in checks}
    members = members_of(sound)
    document = document_of(members)
    del members[name], document["files"][name]
    checks = checks_of(sealed_again(members, document))
    assert ("files.unlisted", name) in {(c.answer, c.place) for c in checks}


def test_a_file_more_is_named(sound: bytes) -> None:
    members = {**members_of(sound), "notes.txt": b"x"}
    assert "files.extra" in answers(checks_of(write_container(members)))
    listed = sealed_again(members, document_of(members))
    assert "files.unknown" in answers(checks_of(listed))


# What a document can be.


def test_a_return_from_a_newer_version_names_both(sound: bytes) -> None:
    def newer(document: dict[str, Any]) -> None:
        document |= {"format": 2, "novelty": [1]}
        document["read"]["celadon"] = "9.9.0"

    checks = checks_of(with_document(sound, newer))
    [told] = [check for check in checks if check.name == "format"]
    assert told.answer == "format.newer"
    for language in ("en", "zh"):
        assert all(text in told.text(language) for text in ("2", "9.9.0", "0.1.0", "1"))
    assert "update celadon" in told.remedy("en")
    assert "values.unread" in answers(checks, "cannot_tell")


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (b"\xff\xfe", "format.unreadable"),
        (b"{", "format.unreadable"),
        (b'{"kind": NaN}', "format.unreadable"),
        (b"[" * 100_000, "format.unreadable"),
        (b'{"kind": "' + b"9" * 5000 + b'", "n": ' + b"9" * 5000 + b"}", "format.unreadable"),
        (b'{"kind":"\\ud800"}', "format.unreadable"),
        (b"[]", "format.another"),
        (b'{"kind":"celadon-return"}', "format.unnumbered"),
        (b'{"kind":"celadon-return","format":true}', "format.unnumbered"),
        (b'{"kind":"celadon-return","format":1}', "document.malformed"),
    ],
)
def test_documents_that_cannot_be_used(sound: bytes, raw: bytes, answer: str) -> None:
    members = {**members_of(sound), "return.json": raw}
    assert answer in answers(checks_of(write_container(members)))


def test_a_document_has_one_form(sound: bytes) -> None:
    members = members_of(sound)
    members["return.json"] = json.dumps(document_of(members)).encode()
    assert "document.not_canonical" in answers(checks_of(write_container(members)))


def test_all_faults_of_a_document_are_told_at_once(sound: bytes) -> None:
    def spoil(document: dict[str, Any]) -> None:
        document["mode"] = "secret"
        document["period"]["from_day"] = "2025-02-30"
        document["account"]["hash"] = "short"
        document["colour"] = "green"

    places = {check.place for check in checks_of(with_document(sound, spoil)) if check.refuses}
    assert places >= {
        f"return.json › {name}"
        for name in ("mode", "period › from_day", "account › hash", "colour")
    }


def test_a_period_without_a_day(sound: bytes) -> None:
    def turn(document: dict[str, Any]) -> None:
        document["period"] = {"from_day": "2025-04-01", "to_day": "2025-03-01"}

    assert "period.empty" in refusals(with_document(sound, turn))


def test_a_period_that_is_not_over_is_told(sound: bytes) -> None:
    receiver = Receiver(load_registry(), "working", None, dt.date(2025, 3, 20))
    checks = check_return(opened(sound), receiver)
    assert "period.running" in answers(checks)
    assert is_acceptable(checks)


def test_the_seal_is_compared(sound: bytes) -> None:
    seal = opened(sound).seal
    for told, outcome in ((seal, "yes"), (seal[:12].upper(), "yes"), (seal[:6], "no"),
                          ("0" * 64, "no"), ("", "no"), (None, "cannot_tell")):  # fmt: skip
        [check] = [c for c in checks_of(sound, seal=told) if c.name == "seal"]
        assert (check.name, check.outcome) == ("seal", outcome), told


# What the tables can be.


def test_a_table_of_another_schema_is_named(sound: bytes) -> None:
    members = members_of(sound)
    members["leaf.parquet"] = members["parameter.parquet"]
    checks = checks_of(sealed_again(members, document_of(members)))
    [told] = [c for c in checks if c.name == "tables" and c.outcome == "no"]
    assert (told.place, told.because) == ("leaf.parquet", "another")
    members["leaf.parquet"] = b"no table"
    checks = checks_of(sealed_again(members, document_of(members)))
    assert "tables.another" in answers(checks)
    assert "account_hash.unread" in answers(checks, "cannot_tell")


def test_text_that_is_not_utf8_and_days_that_are_none(sound: bytes) -> None:
    members = members_of(sound)
    table = pq.read_table(io.BytesIO(members["leaf.parquet"]))
    bad_text = pa.array([b"\xff\xfe"] * table.num_rows, pa.binary()).view(pa.string())
    bad_day = pa.array([2_000_000_000] * table.num_rows, pa.int32()).cast(pa.date32())
    for column, values in (("carrier", bad_text), ("month", bad_day)):
        buffer = io.BytesIO()
        at = table.column_names.index(column)
        pq.write_table(table.set_column(at, table.schema.field(column), values), buffer)
        members["leaf.parquet"] = buffer.getvalue()
        assert "tables.another" in refusals(sealed_again(members, document_of(members)))


def test_text_that_unfolds_beyond_measure_is_not_unfolded(sound: bytes) -> None:
    rows, long = 2_000_000, "x" * 1000
    columns = []
    for column in FINDING.columns:
        text = long if column.name == "remedy" else "a"
        indices = pa.array(memoryview(bytes(4 * rows)).cast("i"), pa.int32())
        columns.append(pa.DictionaryArray.from_arrays(indices, pa.array([text])))
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns, names=FINDING.names), buffer, store_schema=False)
    members = {**members_of(sound), "finding.parquet": buffer.getvalue()}
    assert len(members["finding.parquet"]) < 300_000
    checks = checks_of(sealed_again(members, document_of(members)))
    [told] = [c for c in checks if c.place == "finding.parquet" and c.outcome == "no"]
    assert "bytes of text" in told.text("en")


def test_a_declaration_that_does_not_hold(sound: bytes) -> None:
    for raw, answer in (
        (b"\xff", "declaration.unreadable"),
        (b"[site", "declaration.unreadable"),
        (b"a = " + b"[" * 50_000, "declaration.unreadable"),
        (b"format = 1", "declaration.faulty"),
    ):
        members = {**members_of(sound), "site.toml": raw}
        assert answer in refusals(sealed_again(members, document_of(members)))
    members = members_of(sound)
    members["site.toml"] = members["site.toml"].replace("模拟企业".encode(), b"other")
    assert "declaration.differs" in refusals(sealed_again(members, document_of(members)))


# What a forger can say in figures.


def changed(column: str, change: Callable[[Any], Any], row: int = 0) -> Callable[[Any], Any]:
    def apply(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows[row][column] = change(rows[row][column])
        return rows

    return apply


def test_a_value_that_is_not_its_product_is_named(sound: bytes) -> None:
    data = with_rows(sound, LEAF, changed("value", lambda value: value - 1, row=3))
    leaf = rows_of(members_of(sound), LEAF)[3]["leaf"]
    checks = checks_of(data)
    [told] = [c for c in checks if c.name == "values"]
    assert (told.because, told.place, told.numbers["wrong"]) == ("wrong", leaf, 1)
    assert {"account_hash.no", "values.wrong"} <= refusals(data)


@given(
    st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1), st.integers(1, 2**63 - 1)
)
def test_rounding_is_that_of_the_accounts(count: int, num: int, den: int) -> None:
    assert rounded(count, num, den) == leaf_value(count, Fraction(num, den))


@pytest.mark.parametrize(
    ("schema", "column", "change", "answer"),
    [
        (LEAF, "den", lambda _: 0, "values.wrong"),
        (LEAF, "count", lambda count: count + 1, "activity.wrong"),
        (LEAF, "count", lambda _: -(2**63), "activity.wrong"),
        (LEAF, "stream", lambda _: "dream", "boundary.strange"),
        (LEAF, "carrier", lambda _: "coke", "boundary.strange"),
        (LEAF, "unit", lambda _: "moon", "boundary.strange"),
        (LEAF, "method", lambda _: "magic", "boundary.strange"),
        (LEAF, "site", lambda _: "other", "rows.foreign"),
        (LEAF, "from_day", lambda _: dt.date(2024, 3, 1), "rows.outside"),
        (LEAF, "month", lambda _: dt.date(2025, 4, 1), "rows.outside"),
        (LEAF, "seconds_missing", lambda _: -1, "rows.outside"),
        (RETURN_ACTIVITY, "count", lambda count: count + 1, "activity.wrong"),
        (PARAMETER, "parameter", lambda _: "gone", "parameters.absent"),
        (PARAMETER, "site", lambda _: "other", "rows.foreign"),
        (LEAF_INPUT, "leaf", lambda _: "gone", "parameters.stray"),
        (FINDING, "numbers", lambda _: "[]", "findings.unreadable"),
        (FINDING, "numbers", lambda _: "{", "findings.unreadable"),
        (FINDING, "numbers", lambda _: "{}", "findings.unreadable"),
    ],
)
def test_forged_rows_are_told(
    sound: bytes, schema: Any, column: str, change: Callable[[Any], Any], answer: str
) -> None:
    assert answer in refusals(with_rows(sound, schema, changed(column, change)))


def test_a_row_that_stands_twice(sound: bytes) -> None:
    assert "rows.twice" in refusals(with_rows(sound, LEAF, lambda rows: [rows[0], *rows]))


def test_a_better_letter_than_its_parameters(sound: bytes) -> None:
    def lift(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "confidence": "A" if row["confidence"] else None} for row in rows]

    assert "parameters.letter" in refusals(with_rows(sound, LEAF, lift))


def test_totals_that_do_not_add_up(sound: bytes) -> None:
    def add(document: dict[str, Any]) -> None:
        document["totals"][0]["value"] += 1

    checks = checks_of(with_document(sound, add))
    [told] = [c for c in checks if c.name == "totals"]
    first = document_of(members_of(sound))["totals"][0]
    assert told.place == f"return.json › {first['account']} › {first['measure']}"
    assert (told.because, told.refuses) == ("wrong", True)


# Who sends.


def test_a_code_that_is_wrong_is_refused_and_told(sound: bytes) -> None:
    def wrong(document: dict[str, Any]) -> None:
        document["owner"]["credit_code"] = "91999999MA00FAKE84"

    checks = checks_of(with_document(sound, wrong))
    [told] = [c for c in checks if c.name == "identity"]
    assert (told.outcome, told.refuses) == ("no", True)
    assert "3" in told.text("en")


@pytest.mark.parametrize(
    ("old", "new", "answer", "outcome"),
    [
        ('region = "CN-HE"', 'region = "CN-QQ"', "region.unknown", "no"),
        ('region = "CN-HE"', 'region = ""', "region.absent", "cannot_tell"),
        ('region = "CN-HE"', 'region = "CN-HE"\nindustry = "3120"', "industry.yes", "yes"),
        ('region = "CN-HE"', 'region = "CN-HE"\nindustry = "99"', "industry.unknown", "no"),
        (
            'region = "CN-HE"',
            'region = "CN-HE"\nindustry = "3199"',
            "industry.finer",
            "cannot_tell",
        ),
        ("simulated = true", "simulated = false", "real.yes", "yes"),
    ],
)
def test_what_is_asked_of_the_sender(
    sound: bytes, old: str, new: str, answer: str, outcome: str
) -> None:
    checks = checks_of(with_text(sound, (old, new)))
    assert answer in answers(checks, outcome)
    assert is_acceptable(checks)


def test_simulation_is_kept_out_of_official_workspaces(sound: bytes) -> None:
    assert refusals(sound, "official") == {"real.simulated_official"}
    real = with_text(sound, ("simulated = true", "simulated = false"))
    assert refusals(real, "official") == set()
    assert "mode.working" in answers(checks_of(real, "official"))


# What the figures rest on.


def test_what_is_missing_and_what_is_weak_is_told(sound: bytes) -> None:
    found = answers(checks_of(sound))
    assert "official.below" in found
    leaf = rows_of(members_of(sound), LEAF)[0]
    data = with_rows(sound, LEAF, changed("seconds_missing", lambda _: 3600))
    [told] = [c for c in checks_of(data) if c.name == "missing"]
    assert (told.outcome, told.numbers["streams"], leaf["leaf"] != "") == ("no", 1, True)


def test_naming_the_own_tables_proves_nothing_of_what_the_rows_say(sound: bytes) -> None:
    """A sender that halves a factor and keeps the digest of the tables is found out."""
    rows = rows_of(members_of(sound), PARAMETER)
    row = next(n for n, one in enumerate(rows) if is_tabled(one))
    forged = with_rows(sound, PARAMETER, changed("count", lambda count: count // 2, row))
    assert "reference.contradicts" in refusals(forged)


def test_factors_are_compared_with_the_own_tables(sound: bytes) -> None:
    def other_tables(document: dict[str, Any]) -> None:
        document["read"]["reference"] = "0" * 64

    data = with_document(sound, other_tables)
    assert "reference.same_used" in answers(checks_of(data), "yes")
    used = [r for r in rows_of(members_of(sound), PARAMETER) if r["rung"] == "default"]
    assert used
    row = rows_of(members_of(sound), PARAMETER).index(used[0])
    for column, change, answer in (
        ("count", lambda count: count + 1, "no"),
        ("unit", lambda _: "t", "no"),
        ("factor", lambda _: "no/such/record", "cannot_tell"),
    ):
        forged = with_rows(data, PARAMETER, changed(column, change, row))
        [told] = [c for c in checks_of(forged) if c.name == "reference"]
        assert told.outcome == answer
        assert used[0]["factor"] in told.text("en") or answer == "cannot_tell"
    better = with_rows(data, PARAMETER, changed("confidence", lambda _: "A", row))
    assert "reference.better" in refusals(better)


def test_methods_of_another_celadon(sound: bytes) -> None:
    def other(document: dict[str, Any]) -> None:
        document["read"]["methods"] = "0" * 64

    def unknown(document: dict[str, Any]) -> None:
        document["methods"][0]["id"] = "gbt-9999"

    assert "methods.other" in answers(checks_of(with_document(sound, other)), "cannot_tell")
    checks = checks_of(with_document(sound, unknown))
    assert "methods.unknown" in answers(checks, "cannot_tell")


def test_findings_of_a_rule_not_yet_known(sound: bytes) -> None:
    def strange(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        future = {**rows[0], "finding": "F-0", "rule": "from_the_future", "severity": "note"}
        return [*rows, future]

    checks = checks_of(with_rows(sound, FINDING, strange))
    assert "findings.strange" in answers(checks, "cannot_tell")
    assert is_acceptable(checks)


def test_the_helper_makes_sound_returns(sound: bytes) -> None:
    assert refusals(of_enterprise(sound, 7)) == set()
    assert whole(sound).header.site.id == "works"
    assert parquet(LEAF, rows_of(members_of(sound), LEAF)) == members_of(sound)["leaf.parquet"]


# The words.


def test_every_answer_has_words_and_every_word_an_answer(sound: bytes) -> None:
    package = Path(__file__).parents[2] / "src/celadon"
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for path in [*package.glob("report/returns/*.py"), package / "app/returning.py"]
    )
    for key in words():
        answer = key.partition(".")[2].removesuffix("_remedy")
        if answer not in ("title", "remedy", "yes", "no", "cannot_tell", "working", "official"):
            assert f'"{answer}"' in source, key
    assert refusing() <= {key.partition(".")[0] for key in words()} | set(words())
    for check in checks_of(sound):
        for language in ("zh", "en"):
            assert check.title(language)
            assert check.text(language)
    assert account_checks(None)
    assert basis_checks(None, load_registry())
    assert Whole.of(opened(b"")) is None
    for check in checks_of(b""):
        assert check.text("zh")
