"""A simulated nation through the checks: what was planted is found, and little else.

Recall is over what the truth calls detectable. A finding is right if something was planted in its
enterprise, or if it names the other of two that share a code or a name.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from celadon.app.screening import screen_nation
from celadon.app.workspace import Workspace
from celadon.assess.checks import Screening
from celadon.errors import WorkspaceError
from celadon.records.period import Period
from celadon.report.screening import write_screening
from celadon.simulate.nation import NationOptions, simulate_nation

YEAR = Period.parse("2025")
SIGNS = {"norm_not_told", "peer_outlier", "digits_first", "digits_last", "sector_changed"}
"""Rules that ask or compare, and accuse nobody."""

OF_TWO = {"code_shared", "name_shared", "shared_name"}


def measured(folder: Path, enterprises: int, faulty: float) -> tuple[Screening, dict[str, float]]:
    simulate_nation(folder, NationOptions(enterprises, seed=5, faulty=faulty), workers=1)
    done = screen_nation(Workspace(folder), YEAR)
    returned = done.population.returned
    names = dict(zip(returned["who"].to_pylist(), returned["reporter"].to_pylist(), strict=True))
    with (folder / "truth" / "truth.csv").open(encoding="utf-8") as file:
        truth = list(csv.DictReader(file))
    planted = {row["site"] for row in truth}
    findings = [
        (names[hit["who"]], hit["rule"], hit["pattern"])
        for hit in done.hits.to_pylist()
        if hit["rule"] not in SIGNS and hit["who"]
    ]
    flagged = {site for site, _, _ in findings}
    detectable = [row for row in truth if row["detectable"] == "yes"]
    right = [one for one in findings if one[0] in planted or OF_TWO & {one[1], one[2]}]
    return done, {
        "recall": sum(row["site"] in flagged for row in detectable) / len(detectable),
        "precision": len(right) / len(findings),
        "beyond": sum(row["site"] in flagged for row in truth if row["detectable"] == "no"),
    }


def test_what_was_planted_is_found(tmp_path: Path) -> None:
    done, rates = measured(tmp_path / "nation", 40, faulty=0.8)
    assert done.population.reporters == 40
    assert rates["recall"] >= 0.99
    assert rates["precision"] >= 0.95
    assert rates["beyond"] >= 1  # such as a month copied or out of line
    for language, banner in (("en", "Simulated data."), ("zh", "模拟数据")):
        path = tmp_path / f"{language}.xlsx"
        write_screening(done, path, language)
        sheets = load_workbook(path).worksheets
        assert all(any(str(cell.value).startswith(banner) for cell in sheet[1])
                   for sheet in sheets)  # fmt: skip
    with pytest.raises(WorkspaceError, match="calendar years"):
        screen_nation(Workspace(tmp_path / "nation"), Period.parse("2025-03"))


@pytest.mark.long
def test_what_was_planted_in_600_is_found(tmp_path: Path) -> None:
    _, rates = measured(tmp_path / "nation", 600, faulty=0.2)
    assert rates["recall"] >= 0.99
    assert rates["precision"] >= 0.95
