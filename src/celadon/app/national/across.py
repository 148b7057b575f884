"""What only shows across sites: one code or one name that two enterprises tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from celadon.app.national.parts import Part, put
from celadon.app.national.tables import SITE_RUN
from celadon.records.finding import Finding, finding_table
from celadon.records.identity import normalise_credit_code
from celadon.records.site import Site
from celadon.records.tables import FINDING
from celadon.tables import read_parquet

Row = dict[str, Any]

ACROSS = "across.parquet"
"""The file of what shows across sites, beside the parts."""


def write_across(folder: Path, rows: Sequence[Row]) -> list[Finding]:
    """Write the findings across all sites of a run, beside the parts of the table ``finding``."""
    found = across_findings(rows)
    put(FINDING, finding_table(found), folder / FINDING.name / ACROSS)
    return found


def site_run_rows(folder: Path, parts: Iterable[Part]) -> list[Row]:
    """The rows of ``site_run`` of all parts, by site."""
    found = [
        row for part in parts for row in read_parquet(part.path(folder, SITE_RUN.name)).to_pylist()
    ]
    return sorted(found, key=lambda row: str(row["site"]))


def identity_row(site: Site) -> Row:
    """What of a row of ``site_run`` tells who a site is."""
    owner = site.owner
    return {"site": site.id, "owner": owner.name, "credit_code": owner.credit_code or ""}


def across_findings(rows: Sequence[Row]) -> list[Finding]:
    """Findings that name every site they speak of."""
    codes: dict[str, list[Row]] = defaultdict(list)
    names: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["credit_code"]:
            codes[normalise_credit_code(row["credit_code"])].append(row)
        names[row["owner"]].append(row)
    findings = [
        _shared(row, "shared_code", code, [r for r in alike if r is not row])
        for code, alike in codes.items()
        if len({r["owner"] for r in alike}) > 1
        for row in alike
    ]
    findings += [
        _shared(row, "shared_name", name, [r for r in alike if r is not row])
        for name, alike in names.items()
        if name and len({r["credit_code"] for r in alike}) > 1
        for row in alike
    ]
    return findings


def _shared(row: Row, rule: str, value: str, others: Sequence[Row]) -> Finding:
    told = ", ".join(f"{other['site']} ({other['owner']}, {other['credit_code']})"
                     for other in others[:5])  # fmt: skip
    more = f" +{len(others) - 5}" if len(others) > 5 else ""
    numbers = {"value": value, "others": told + more}
    return Finding(row["site"], rule, row["site"], "site.toml › [owner]", numbers)
