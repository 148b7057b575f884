"""The demonstration: what was planted against what was found, and the whole of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from tests.cli.speaking import document, typed

from celadon.app.demonstration import Comparison, compare_with_truth
from celadon.app.running import SiteRun
from celadon.records.balances.drift import METER_DRIFT
from celadon.records.finding import Finding, finding_table
from celadon.records.period import Period
from celadon.records.site import Meter, Owner, Site
from celadon.records.tables import FINDING, QUALITY_EVENT

SITE = Site(
    id="works",
    country="DE",
    zone="Asia/Shanghai",
    owner=Owner(name="simulated"),
    meters=(Meter(id="a", kind="interval", measure="kWh"),),
)
HEAD = "fault,meter,from,to,slots,magnitude,expected_rule,detectable,why\n"
GAP = "gap,a,2025-03-01T10:00,2025-03-01T10:30,2,-50,gap,yes,no readings\n"


DRIFT = "drift,a,2025-03-01T10:00,2025-04-15T10:00,4320,50,drift,yes,calibration\n"


def compared(
    tmp_path: Path,
    truth: str,
    *events: tuple[str, str, dt.datetime],
    families: tuple[Finding, ...] = (),
    drift: dict[str, object] | None = None,
) -> Comparison:
    """Events are subject, rule and local time; each lasts half an hour."""
    rows = [
        {
            "site": "works", "subject": subject, "rule": rule,
            "from_ts": at - dt.timedelta(hours=8),
            "to_ts": at - dt.timedelta(hours=8) + dt.timedelta(minutes=30),
            "slots": 2, "before": None, "after": None, "source_row": None,
        }
        for subject, rule, at in events
    ]  # fmt: skip
    whole = {
        "site": "works", "parent": "main", "child": "a", "days": 365, "outcome": "no",
        "from_day": dt.date(2025, 1, 1), "to_day": dt.date(2026, 1, 1),
    } | dict.fromkeys(("because", "instead", "since", "until", "change", "seen_from"))  # fmt: skip
    drifts = [] if drift is None else [whole | drift]
    tables = {
        QUALITY_EVENT.name: QUALITY_EVENT.from_rows(rows),
        FINDING.name: finding_table(families),
        METER_DRIFT.name: METER_DRIFT.from_rows(drifts),
    }
    result = SiteRun(SITE, Period.parse("2025"), {}, tables)
    file = tmp_path / "truth.csv"
    file.write_text(HEAD + truth, encoding="utf-8")
    return compare_with_truth(file, result)


AT_TEN = dt.datetime(2025, 3, 1, 10)


def test_a_fault_is_found_by_its_rule_at_its_meter_and_time(tmp_path: Path) -> None:
    comparison = compared(tmp_path, GAP, ("a", "gap", AT_TEN))
    [fault] = comparison.faults
    assert (fault.outcome, fault.finding[:2]) == ("found", "F-")
    assert comparison.unplanted == ()


@pytest.mark.parametrize(
    ("event", "unplanted"),
    [
        (("a", "spike", AT_TEN), 0),  # it touches the fault, but is another rule
        (("a", "gap", AT_TEN + dt.timedelta(days=1)), 1),
        (("readings.csv", "gap", AT_TEN), 1),
    ],
)
def test_a_fault_that_no_such_event_touches_is_missed(
    tmp_path: Path, event: tuple[str, str, dt.datetime], unplanted: int
) -> None:
    comparison = compared(tmp_path, GAP, event)
    assert comparison.count("missed") == 1
    assert len(comparison.unplanted) == unplanted


def test_a_fault_of_whole_rows_is_found_at_a_file(tmp_path: Path) -> None:
    late = GAP.replace("gap,a,", "late,*,").replace(",gap,yes", ",late,yes")
    assert compared(tmp_path, late, ("late.csv", "late", AT_TEN)).count("found") == 1
    assert compared(tmp_path, late, ("a", "late", AT_TEN)).count("found") == 0


def test_what_no_rule_can_see_is_named_with_its_reason(tmp_path: Path) -> None:
    drift = "drift,a,2025-03-01T10:00,2025-03-09T10:00,768,50,,no,only a calibration shows it\n"
    [fault] = compared(tmp_path, drift).faults
    assert (fault.outcome, fault.why) == ("not_detectable", "only a calibration shows it")
    assert fault.plain()["first"] == "2025-03-01 10:00:00"


def drift_found(since: str, until: str) -> Finding:
    numbers = {"since": since, "until": until, "parent": "main", "change": "+2.0 %", "others": "1"}
    return Finding("works", "drift", "a", f"main › a › {since[:7]}", numbers)


def test_a_drift_is_found_by_its_finding_at_its_meter_and_time(tmp_path: Path) -> None:
    drift = {"outcome": "yes", "seen_from": 3515}
    found = drift_found("2025-03-04", "2025-04-10")
    comparison = compared(tmp_path, DRIFT, families=(found,), drift=drift)
    [fault] = comparison.faults
    assert (fault.outcome, fault.finding, fault.seen_from) == ("found", found.id, "0.4 %")
    assert comparison.unplanted == ()
    early = drift_found("2025-01-04", "2025-02-10")
    comparison = compared(tmp_path, DRIFT, families=(early,), drift=drift)
    assert (comparison.count("missed"), comparison.unplanted) == (1, (early.id,))


def test_a_drift_that_its_balance_cannot_show_is_not_detectable_and_says_the_size(
    tmp_path: Path,
) -> None:
    drift = {"outcome": "cannot_tell", "because": "unsteady", "seen_from": 48_211}
    [fault] = compared(tmp_path, DRIFT, drift=drift).faults
    assert (fault.outcome, fault.seen_from) == ("not_detectable", "4.8 %")
    [fault] = compared(tmp_path, DRIFT, drift={"seen_from": 9000}).faults
    assert fault.outcome == "missed"


def test_a_family_finding_where_nothing_was_planted_is_told(tmp_path: Path) -> None:
    numbers = {"difference": "5 kWh", "share": "9.0 %", "usual": "1.0 %"}
    place = "main › 2025-05-01/2025-06-01"
    found = Finding("works", "unusual_difference", "main", place, numbers)
    assert compared(tmp_path, GAP, families=(found,)).unplanted == (found.id,)


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "celadon-demo"


def test_the_demonstration_finds_what_was_planted(demo_folder: Path) -> None:
    found = document("demo", demo_folder, "--lang", "en")
    assert found["simulated"] is True
    assert Path(found["wrote"]["html"]).is_file()
    faults = found["truth"]["faults"]
    assert {fault["outcome"] for fault in faults} == {"found", "not_detectable"}
    hidden = [fault for fault in faults if fault["outcome"] == "not_detectable"]
    assert {fault["fault"] for fault in hidden} == {"filled_gap"}
    [drift] = [fault for fault in faults if fault["fault"] == "drift"]
    assert (drift["outcome"], drift["meter"]) == ("found", "cog-rolling")
    assert found["truth"]["unplanted"] == []
    assert not any(file["replayed"] for file in found["imported"])


@pytest.mark.long
def test_the_demonstration_replays_without_effect(demo_folder: Path) -> None:
    first = document("demo", demo_folder)
    done = typed("demo", demo_folder, "--lang", "en")
    assert done.exit_code == 0
    assert "Everything here is simulated" in done.stdout
    assert "15 files known already, nothing added" in done.stdout
    assert "17 of 17 detectable faults found" in done.stdout
    second = document("demo", demo_folder)
    assert all(file["replayed"] for file in second["imported"])
    assert second["summary"]["header"]["hash"] == first["summary"]["header"]["hash"]


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").touch()
    assert typed("demo", tmp_path).exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]
