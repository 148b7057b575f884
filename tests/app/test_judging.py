"""The verb ``judge``: the year before, products without a norm, and figures among their kind."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.assess.made import FROM, TO, site_of

from celadon.app.judging import _among, year_before
from celadon.assess.norms import unjudged
from celadon.records.period import Period


@pytest.mark.parametrize(
    ("period", "before"),
    [("2025", "2024"), ("2025-03", "2024-03"), ("2024-02-29/2024-03-15", "2023-02-28/2023-03-15")],
)
def test_the_year_before(period: str, before: str) -> None:
    assert year_before(Period.parse(period)) == Period.parse(before)


def test_products_that_nothing_judges() -> None:
    assert unjudged(site_of()) == ("alloy",)
    norm = {"id": "n", "product": "alloy", "subject": "ferrosilicon"}
    assert unjudged(site_of(norm=[norm])) == ()


def row(site: str, subject: str, value: int) -> dict[str, Any]:
    return {
        "site": site, "subject": subject, "indicator": "process_energy", "rule": "norm",
        "standard": "x", "from_day": FROM, "to_day": TO, "num": value * 10**6, "den": 10**6,
        "unit": "kgce/t", "limits": "{}", "outcome": "grade_1", "because": "[]", "confidence": "C",
    }  # fmt: skip


def test_a_figure_is_placed_among_its_own_kind() -> None:
    kinds = ("sintering", "converter")
    sites = {
        f"s{number}": site_of(
            site={"id": f"s{number}"},
            unit=[{"id": "furnace", "process": kinds[number % 2], "product": "alloy"}],
        )
        for number in range(24)
    }
    rows = [row(name, "furnace", 100 + number) for number, name in enumerate(sites)]
    found = [each for each in _among(rows, sites) if each["rule"] == "peers"]
    assert len(found) == 24
    assert {each["outcome"] for each in found} == {"shown"}
    assert all('"number":11' in each["because"] for each in found)
    assert dt.date(2025, 1, 1) == found[0]["from_day"]
