"""Certificates that two sites of a workspace used: the one recorded earlier keeps them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from celadon.app.national.across import across_findings


def used(site: str, first: int, last: int, recorded: str, **rest: Any) -> dict[str, Any]:
    return {
        "site": site, "contract": "wind", "series": "GEC-", "first": str(first),
        "last": str(last), "size": 10**6, "from_day": dt.date(2025, 3, 1),
        "to_day": dt.date(2025, 4, 1), "counted": True, "recorded_at": recorded,
        "place": f"{site}.xlsx › row 2", **rest,
    }  # fmt: skip


def test_the_later_of_two_sites_is_told_with_both_rows() -> None:
    """1 to 400 here, 301 to 500 there: 100 certificates of 1 MWh."""
    rows = used("late", 301, 500, "2026-02-01"), used("early", 1, 400, "2026-01-01")
    (found,) = across_findings([], rows)
    assert (found.site, found.numbers["number"]) == ("late", 100)
    assert found.numbers["covered"] == 100 * 10**6
    for language in ("en", "zh"):
        text = found.text(language)
        for part in ("late.xlsx › row 2", "early.xlsx › row 2", "GEC-301 .. GEC-400", "annex D"):
            assert part in text


def test_other_series_other_certificates_and_one_s_own_are_none() -> None:
    rows = (
        used("one", 1, 10, "1"), used("one", 5, 12, "2"), used("two", 13, 20, "3"),
        used("three", 1, 10, "4", series="OTHER-"), used("four", 1, 10, "5", counted=False),
    )  # fmt: skip
    assert not across_findings([], rows)
