"""What only shows across sites: one code or name of two enterprises, one certificate used twice.

A site's account does not depend on another site: what two sites used is told of the one that
recorded it later, with what its market view covers too much.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from celadon.accounts.settlements import CLAUSE, span
from celadon.accounts.tables import CERTIFICATE
from celadon.app.disk import put
from celadon.app.national.parts import Part
from celadon.app.national.tables import SITE_RUN
from celadon.records.finding import Finding, finding_table
from celadon.records.identity import normalise_credit_code
from celadon.records.serials import Register, Serials
from celadon.records.site import Site
from celadon.records.tables import FINDING
from celadon.tables import read_parquet

Row = dict[str, Any]

ACROSS = "across.parquet"
"""The file of what shows across sites, beside the parts."""


def write_across(
    folder: Path, rows: Sequence[Row], certificates: Sequence[Row] = ()
) -> list[Finding]:
    """Write the findings across all sites of a run, beside the parts of the table ``finding``."""
    found = across_findings(rows, certificates)
    put(FINDING, finding_table(found), folder / FINDING.name / ACROSS)
    return found


def site_run_rows(folder: Path, parts: Iterable[Part]) -> list[Row]:
    """The rows of ``site_run`` of all parts, by site."""
    found = [
        row for part in parts for row in read_parquet(part.path(folder, SITE_RUN.name)).to_pylist()
    ]
    return sorted(found, key=lambda row: str(row["site"]))


def certificate_rows(folder: Path, parts: Iterable[Part]) -> list[Row]:
    """The rows of ``certificate`` of all parts."""
    paths = (part.path(folder, CERTIFICATE.name) for part in parts)
    return [row for path in paths for row in read_parquet(path).to_pylist()]


def identity_row(site: Site) -> Row:
    """What of a row of ``site_run`` tells who a site is."""
    owner = site.owner
    return {"site": site.id, "owner": owner.name, "credit_code": owner.credit_code or ""}


def across_findings(rows: Sequence[Row], certificates: Sequence[Row] = ()) -> list[Finding]:
    """Findings that name every site they speak of.

    Parameters
    ----------
    rows : who each site is; certificates : rows of the table ``certificate``.
    """
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
    return [*findings, *certificate_findings(certificates)]


def certificate_findings(rows: Iterable[Row]) -> Iterator[Finding]:
    """Certificates that two sites used: told of the one whose file was recorded later."""
    register: Register[Row] = Register()
    for row in sorted(rows, key=lambda each: (each["recorded_at"], each["site"], each["place"])):
        serials = Serials(row["series"], int(row["first"]), int(row["last"]))
        for used in register.claim(serials, row).clashes:
            other = used.owner
            if other["site"] == row["site"] or not row["counted"]:
                continue  # what one site uses twice is told in its own account
            number = used.serials.number
            numbers = {
                "number": number, "serials": span(used.serials), "row": row["place"],
                "earlier": other["place"], "other": other["site"], "covered": number * row["size"],
                "clause": CLAUSE,
            }  # fmt: skip
            place = f"{row['place']} › {used.serials.first}"
            yield Finding(row["site"], "certificate_used_elsewhere", row["site"], place, numbers)


def _shared(row: Row, rule: str, value: str, others: Sequence[Row]) -> Finding:
    told = ", ".join(f"{other['site']} ({other['owner']}, {other['credit_code']})"
                     for other in others[:5])  # fmt: skip
    more = f" +{len(others) - 5}" if len(others) > 5 else ""
    numbers = {"value": value, "others": told + more}
    return Finding(row["site"], rule, row["site"], "site.toml › [owner]", numbers)
