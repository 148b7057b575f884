"""Returns without readings: a forger who makes all else agree is still told by the equations."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from tests.app.shop import MARCH, add_site, declaration, fill, make_workspace
from tests.report.return_build import (
    answers,
    document_of,
    members_of,
    opened,
    parquet,
    rows_of,
    sealed_again,
    whole,
    with_document,
    with_rows,
)

from celadon.accounts.account import account_hash
from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.app.returning import pack_return
from celadon.records.finding import Finding, finding_table
from celadon.records.tables import FINDING
from celadon.reference import load_registry
from celadon.report.returns.check import Check, is_acceptable
from celadon.report.returns.checking import Receiver, check_return
from celadon.report.returns.figures import activity_of, rounded, totals_of
from celadon.report.returns.line_checks import LINES, TRUST, line_checks
from celadon.report.returns.tables import RETURN_ACTIVITY

Row = dict[str, Any]
Rows = list[Row]


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    workspace = make_workspace(tmp_path_factory.mktemp("lines"))
    fill(workspace)
    return pack_return(workspace, "works", MARCH).packed.data


def checks_of(data: bytes) -> list[Check]:
    receiver = Receiver(load_registry(), "working", None, dt.date(2025, 6, 1))
    return check_return(opened(data), receiver, None)


def refusals(data: bytes) -> set[str]:
    return {check.answer for check in checks_of(data) if check.refuses}


def forged(data: bytes, change: Callable[[Rows], Rows], *, activity: bool = False) -> bytes:
    """The return with other leaves, and everything that follows from them made to agree."""
    members, site = members_of(data), whole(data).site
    leaves = change(rows_of(members, LEAF))
    for row in leaves:
        row["value"] = rounded(row["count"], row["num"], row["den"])
    document = document_of(members)
    kept = {row["leaf"] for row in leaves}
    inputs = [row for row in rows_of(members, LEAF_INPUT) if row["leaf"] in kept]
    members["leaf.parquet"] = parquet(LEAF, leaves)
    members["leaf_input.parquet"] = parquet(LEAF_INPUT, inputs)
    used = {row["ref"] for row in inputs}
    parameters = [row for row in rows_of(members, PARAMETER) if row["parameter"] in used]
    members["parameter.parquet"] = parquet(PARAMETER, parameters)
    if activity:
        rows = activity_of(site, leaves).to_pylist()
        members["return_activity.parquet"] = parquet(RETURN_ACTIVITY, rows)
    table = LEAF.from_rows(leaves)
    document["account"] = {"hash": account_hash(table, site.id), "leaves": len(leaves)}
    totals = totals_of(leaves, rows_of(members, FINDING))
    document["totals"] = json.loads(json.dumps([asdict(total) for total in totals]))
    return sealed_again(members, document)


def where(**wanted: str) -> Callable[[Row], bool]:
    return lambda row: all(row[name] == value for name, value in wanted.items())


def changed(chosen: Callable[[Row], bool], **cells: Callable[[Any], Any]) -> Callable[[Rows], Rows]:
    def change(rows: Rows) -> Rows:
        return [
            {**row, **{name: do(row[name]) for name, do in cells.items()}} if chosen(row) else row
            for row in rows
        ]

    return change


POWER = where(account="carbon", stream="power-bought")


def test_a_sound_return_is_written_again_line_by_line(sound: bytes) -> None:
    checks = checks_of(sound)
    assert is_acceptable(checks)
    [told] = [check for check in checks if check.name == LINES]
    assert told.outcome == "yes"
    assert told.numbers == {"leaves": str(len(rows_of(members_of(sound), LEAF)))}


def test_the_forger_of_these_tests_makes_all_else_agree(sound: bytes) -> None:
    assert refusals(forged(sound, lambda rows: rows)) == set()


def test_a_factor_that_does_not_follow_from_its_parameters(sound: bytes) -> None:
    halved = forged(sound, changed(POWER, den=lambda den: den * 2))
    assert refusals(halved) == {"lines.ratio"}
    [told] = [check for check in checks_of(halved) if check.answer == "lines.ratio"]
    assert told.place == "carbon/power/power-bought/purchased_electricity/co2/2025-03"
    assert "co2_factor" in told.numbers["used"]
    assert told.numbers["wrong"] == 1


def test_a_declared_stream_whose_line_is_left_out(sound: bytes) -> None:
    without = forged(sound, lambda rows: [row for row in rows if not POWER(row)])
    assert refusals(without) == {"lines.absent"}
    [told] = [check for check in checks_of(without) if check.answer == "lines.absent"]
    assert "carbon/power/power-bought" in told.text("en")
    assert told.remedy("zh")


def test_a_stream_that_is_left_out_of_every_account(sound: bytes) -> None:
    chosen = where(stream="power-bought")
    without = forged(sound, lambda rows: [r for r in rows if not chosen(r)], activity=True)
    assert refusals(without) == {"lines.absent"}


def test_a_line_that_no_method_calls_for(sound: bytes) -> None:
    def add(rows: Rows) -> Rows:
        [power] = [row for row in rows if POWER(row)]
        scope, leaf = "exported_electricity", power["leaf"].replace("purchased", "exported")
        return [*rows, {**power, "leaf": leaf, "scope": scope}]

    assert refusals(forged(sound, add)) == {"lines.uncalled"}


@pytest.mark.parametrize(
    ("column", "value"),
    [("scope", "exported_electricity"), ("clause", "none"), ("method", "own records")],
)
def test_a_line_that_is_booked_otherwise(sound: bytes, column: str, value: str) -> None:
    assert "lines.booked" in refusals(forged(sound, changed(POWER, **{column: lambda _: value})))


def test_a_sign_that_is_turned_in_every_account(sound: bytes) -> None:
    chosen = where(stream="power-bought")
    turned = forged(sound, changed(chosen, count=lambda count: -count))
    assert "lines.booked" in refusals(turned)


def test_an_emission_called_unknown_that_can_be_computed(sound: bytes) -> None:
    """A finding that says a figure stays empty explains a line only if it does so here too."""
    numbers = {
        "name": "co2_factor", "why": "lost", "measure": "co2", "figures": ["carbon/co2"],
        "first": "2025-03-01", "last": "2025-03-31",
    }  # fmt: skip
    own = Finding("works", "no_parameter", "power-bought", "power-bought › 2025-03", numbers)
    [lost] = finding_table([own]).to_pylist()
    more = with_rows(sound, FINDING, lambda rows: [*rows, lost])
    without = forged(more, lambda rows: [row for row in rows if not POWER(row)])
    assert refusals(without) == {"lines.unfounded"}


def test_a_parameter_that_names_another_source(sound: bytes) -> None:
    """A factor of the programme called a measurement, with the lines made to follow."""

    def measured(rows: Rows) -> Rows:
        return [
            {**row, "rung": "measured", "factor": "own meter", "count": row["count"] // 2,
             "confidence": None}
            if row["stream"] == "power-bought" and row["name"] == "co2_factor" else row
            for row in rows
        ]  # fmt: skip

    told = [c for c in checks_of(with_rows(sound, PARAMETER, measured)) if c.refuses]
    assert "lines.parameter" in answers(told)
    [found] = [check for check in told if check.answer == "lines.parameter"]
    assert "own meter" in found.numbers["value"]


def test_a_measured_value_that_cannot_be(sound: bytes) -> None:
    def richer(rows: Rows) -> Rows:
        return [
            {**row, "count": row["count"] * 1000} if row["name"] == "net_calorific_value" and
            row["rung"] == "measured" else row for row in rows
        ]  # fmt: skip

    assert "lines.impossible" in refusals(with_rows(sound, PARAMETER, richer))


@pytest.mark.parametrize(("column", "value"), [("decimals", 10**6), ("unit", "furlong")])
def test_a_parameter_that_is_no_quantity(sound: bytes, column: str, value: Any) -> None:
    spoilt = with_rows(sound, PARAMETER, changed(lambda _: True, **{column: lambda _: value}))
    assert "lines.strange" in refusals(spoilt)


def test_an_input_that_is_left_out(sound: bytes) -> None:
    [first, *_] = [r for r in rows_of(members_of(sound), LEAF_INPUT) if r["kind"] == "parameter"]
    spoilt = with_rows(sound, LEAF_INPUT, lambda rows: [row for row in rows if row != first])
    assert refusals(spoilt) >= {"lines.inputs"}


def test_by_other_methods_it_cannot_be_told(sound: bytes) -> None:
    def other(document: dict[str, Any]) -> None:
        document["read"]["methods"] = "0" * 64

    halved = forged(sound, changed(POWER, den=lambda den: den * 2))
    checks = checks_of(with_document(halved, other))
    assert "lines.ratio" in answers(checks, "cannot_tell")
    assert is_acceptable(checks)


def test_what_is_on_trust_is_listed(sound: bytes) -> None:
    told = {check.answer: check for check in checks_of(sound) if check.name == TRUST}
    assert told["trust.amounts"].numbers == {"meters": 3, "rows": 2}
    assert told["trust.values"].numbers["values"] > 0
    assert {check.outcome for check in told.values()} == {"cannot_tell"}
    assert "--with-readings" in told["trust.amounts"].remedy("zh")


def test_enclosed_records_leave_nothing_on_trust(tmp_path_factory: pytest.TempPathFactory) -> None:
    workspace = make_workspace(tmp_path_factory.mktemp("enclosed"))
    fill(workspace)
    data = pack_return(workspace, "works", MARCH, with_readings=True).packed.data
    told = [check.answer for check in line_checks(whole(data), load_registry())]
    assert told == ["lines.yes", "trust.disclosed"]


@pytest.mark.parametrize("method", ["", "cement-ndrc-2013", "power-mee-2022"])
def test_sound_returns_of_other_methods(
    tmp_path_factory: pytest.TempPathFactory, method: str
) -> None:
    workspace = make_workspace(tmp_path_factory.mktemp("other"))
    text = declaration("other", method=method)
    if not method:
        text = text.replace('carbon = "electricity"', "").replace('carbon = "combustion"', "")
    add_site(workspace, text)
    fill(workspace, "other")
    assert refusals(pack_return(workspace, "other", MARCH).packed.data) == set()
