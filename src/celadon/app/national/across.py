"""What only shows across sites: one code or name told by two, a province that no table has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from celadon.app.national.parts import Part
from celadon.app.national.tables import SITE_RUN
from celadon.records.finding import Finding, finding_table
from celadon.records.identity import normalise_credit_code
from celadon.records.tables import FINDING
from celadon.reference import Registry
from celadon.tables import read_parquet

Row = dict[str, Any]


def write_across(folder: Path, parts: Sequence[Part], registry: Registry) -> None:
    """Write the findings across all sites of a run, beside the parts of the table ``finding``."""
    rows = site_run_rows(folder, parts)
    path = folder / FINDING.name / "across.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    FINDING.write(finding_table(across_findings(rows, registry)), partial)
    partial.replace(path)


def site_run_rows(folder: Path, parts: Iterable[Part]) -> list[Row]:
    """The rows of ``site_run`` of all parts, by site."""
    found = [
        row for part in parts for row in read_parquet(part.path(folder, SITE_RUN.name)).to_pylist()
    ]
    return sorted(found, key=lambda row: str(row["site"]))


def across_findings(rows: Sequence[Row], registry: Registry) -> list[Finding]:
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
    return findings + [
        _no_region(row, registry)
        for row in rows
        if row["region"]
        and row["region"].startswith("CN")
        and row["region"] not in registry.regions
    ]


def _shared(row: Row, rule: str, value: str, others: Sequence[Row]) -> Finding:
    told = ", ".join(f"{other['site']} ({other['owner']}, {other['credit_code']})"
                     for other in others[:5])  # fmt: skip
    more = f" +{len(others) - 5}" if len(others) > 5 else ""
    numbers = {"value": value, "others": told + more}
    return Finding(row["site"], rule, row["site"], "site.toml › [owner]", numbers)


def _no_region(row: Row, registry: Registry) -> Finding:
    known = sorted({region.iso for region in registry.regions.values()})
    numbers = {"region": row["region"], "known": ", ".join(known)}
    return Finding(
        row["site"], "abolished_region", row["site"], "site.toml › [site] region", numbers
    )
