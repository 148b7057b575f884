"""Leaves and sites made by hand, for the tests of verdicts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from celadon.records.site import Site, site_from_plain

FROM, TO = dt.date(2025, 1, 1), dt.date(2026, 1, 1)


def leaf(**changed: Any) -> dict[str, Any]:
    row = {
        "leaf": "", "site": "works", "unit": "", "stream": "", "carrier": "", "month": FROM,
        "from_day": FROM, "to_day": TO, "account": "", "measure": "", "scope": "", "method": "",
        "clause": "", "count": 0, "num": 1, "den": 1, "value": 0, "estimated": 0,
        "seconds_missing": 0, "confidence": None,
    }  # fmt: skip
    return {**row, **changed}


def energy(unit: str, grams: int, **changed: Any) -> dict[str, Any]:
    """A leaf of process energy of a unit, in gce."""
    return leaf(
        leaf=f"{unit}-{grams}", unit=unit, account="process_energy", measure="calorific_value",
        value=grams, **changed,
    )  # fmt: skip


def made(product: str, count: int) -> dict[str, Any]:
    """A leaf of production, in kg or L."""
    return leaf(
        leaf=f"{product}-made", stream=product, account="production", measure="amount", count=count
    )


def site_of(**tables: Any) -> Site:
    """A site of a smelter with one furnace, one mill and one product, and whatever is given."""
    plain: dict[str, Any] = {
        "site": {"id": "works", "simulated": True, "country": "XX", "zone": "Asia/Shanghai",
                 "owner": {"name": "模拟企业"}},
        "unit": [{"id": "furnace", "product": "alloy"}, {"id": "mill"}],
        "product": [{"id": "alloy", "monthly": "production"}],
    }  # fmt: skip
    plain["site"] |= tables.pop("site", {})
    return site_from_plain({**plain, **tables}, Path("site.toml"))
