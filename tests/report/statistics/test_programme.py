"""Forms 7 and 8: what becomes of a finding, and who is above a limit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.report.statistics.forming import rows_of

from celadon.cases import Event, State
from celadon.cases.events import event
from celadon.cases.fold import fold
from celadon.cases.programme import load_programme
from celadon.report.statistics.form import Form
from celadon.report.statistics.programme import programme_form

DIGEST = "a" * 64
SERVED, LOOKED = dt.date(2026, 3, 16), dt.date(2026, 7, 2)


def story() -> list[Event]:
    """Two enterprises: one above a limit and put right with a proof, a code of another."""
    return [
        event("li", "selected", "e1", name="模拟钢厂", region="CN-HE", selected_by="special",
              reason="steel"),
        event("li", "selected", "e2", name="模拟水泥厂", region="CN-HE", selected_by="special",
              reason="cement"),
        event("li", "found", "e1", finding="f1", article="GB 21256-2025", facts="over the limit",
              rests_on=["norms/GB-21256-2025/sintering/process_energy/grade_3"]),
        event("li", "found", "e2", finding="f1", article="code", facts="another's code"),
        event("li", "noticed", "e1", on=SERVED, notice="n1", kind="correction", findings=["f1"],
              deadline="2026-06-30"),
        event("li", "followed", "e1", on=LOOKED, finding="f1", corrected=True, evidence=[DIGEST]),
    ]  # fmt: skip


def form(on: str, tmp_path: Path) -> Form:
    path = tmp_path / "programme.toml"
    path.write_text(
        '[programme]\nid = "s"\nkind = "supervision"\nauthority = "模拟"\nregion = "CN-HE"\n'
        "year = 2026\n", encoding="utf-8",
    )  # fmt: skip
    events = story()
    state: State = fold(each for each in events if each.on <= on)
    return programme_form(load_programme(path), state, on, "en", events)


def test_a_finding_is_followed_to_its_closure(tmp_path: Path) -> None:
    first = form("2027-01-01", tmp_path).tables[0]
    keys = [column.key for column in first.columns]
    found = dict(zip(keys, first.rows[0].cells, strict=True))
    assert [found[key].text for key in ("measure", "deadline", "followed", "closure")] == [
        "correction", "2026-06-30", "2026-07-02", DIGEST,
    ]  # fmt: skip


def test_the_summary_counts_who_is_above_a_limit(tmp_path: Path) -> None:
    found = rows_of(form("2027-01-01", tmp_path).tables[1])
    assert found["Hebei"]["above_limit"].value == 1  # the other finding rests on no norm
    assert found["Total"]["above_limit"].value == 1
    eliminated = found["Hebei"]["eliminated_found"]
    assert (eliminated.value, "no catalogue" in eliminated.note) == (None, True)
