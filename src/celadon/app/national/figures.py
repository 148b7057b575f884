"""The row of each site in a national run: its totals, and how much of its time was measured."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from io import BytesIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from celadon.accounts.book import FIGURES
from celadon.accounts.tables import LEAF
from celadon.app.inputs import Input
from celadon.app.load import QUALITY_SHARE
from celadon.app.national.tables import SITE_RUN
from celadon.app.shard import BySite, Computed
from celadon.app.summary import is_unknown
from celadon.records.finding import Finding
from celadon.records.period import Period

_TOTALS: Mapping[str, tuple[str, str]] = {
    "energy": ("energy", "calorific_value"),
    "energy_equivalent": ("energy", "equivalent_value"),
    "carbon": ("carbon", "co2"),
    "water": ("water", "volume"),
}


_SHARED = ("readings", "measured", "estimated", "missing")


def site_rows(
    inputs: Mapping[str, Input], computed: Computed, findings: Iterable[Finding], period: Period
) -> pa.Table:
    """The table ``site_run`` of a shard."""
    months = sum(1 for _ in period.months())
    leaves = computed.accounts.leaves
    digests = leaf_digests(leaves)
    totals = _totals(leaves)
    whole = _whole_months(leaves)
    lacking = _lacking(findings)
    shares = {row["site"]: row for row in computed.tables[QUALITY_SHARE.name].to_pylist()}
    rows = []
    for name, given in inputs.items():
        site, share = given.site, shares.get(name, {})
        rows.append(
            {
                "site": name,
                "name_zh": site.name_zh,
                "name_en": site.name_en,
                "owner": site.owner.name,
                "credit_code": site.owner.credit_code or "",
                "region": site.region,
                "industry": site.industry,
                "simulated": site.simulated,
                "hash": digests.get(name) or LEAF.digest(LEAF.from_rows([])),
                "position": len(given.lines),
                **{part: share.get(part, 0) for part in _SHARED},
                **{total: totals.get((name, total)) for total in _TOTALS},
                "months": months,
                **{
                    f"{total}_months": 0
                    if total in lacking.get(name, ())
                    else whole.get((name, total), 0)
                    for total in _TOTALS
                },
                "lacking": " ".join(sorted(lacking.get(name, ()))),
            }
        )
    return SITE_RUN.from_rows(rows)


def leaf_digests(leaves: pa.Table) -> dict[str, str]:
    """The digest of each site's leaf rows, as :func:`~celadon.accounts.account.account_hash`.

    The rows are put in order once for all sites.
    """
    order = [*LEAF.key, *(name for name in LEAF.names if name not in LEAF.key)]
    by_site = BySite(leaves.select(LEAF.names).sort_by([(name, "ascending") for name in order]))
    return {site: _digest(by_site.of(site)) for site in by_site}


def _digest(rows: pa.Table) -> str:
    buffer = BytesIO()
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="needed")
    pyarrow.csv.write_csv(rows, buffer, options)
    return hashlib.sha256(buffer.getbuffer()).hexdigest()


def _lacking(findings: Iterable[Finding]) -> dict[str, set[str]]:
    """The figures of each site that something is lacking for."""
    lacking: dict[str, set[str]] = defaultdict(set)
    for found in findings:
        if found.rule == "no_method":
            figures = FIGURES[found.numbers["account"]]
            lacking[found.site].update("/".join(figure) for figure in figures)
        elif found.rule in ("no_parameter", "method_not_in_force"):
            lacking[found.site].update(found.numbers["figures"])
    return {
        site: {name for name, figure in _TOTALS.items() if "/".join(figure) in figures}
        for site, figures in lacking.items()
    }


def _totals(leaves: pa.Table) -> dict[tuple[str, str], int]:
    """The totals of each site; where nothing is known of one, it has none."""
    sums: dict[tuple[str, str], int] = {}
    columns = ["site", "from_day", "to_day", "count", "value", "seconds_missing"]
    for total in _TOTALS:
        rows = leaves.select(columns).filter(_is_of(total, leaves))
        known = rows.filter(_is_known(rows))
        grouped = known.select(["site", "value"]).group_by("site", use_threads=False)
        for row in grouped.aggregate([("value", "sum")]).to_pylist():
            sums[row["site"], total] = row["value_sum"]
    return sums


def _whole_months(leaves: pa.Table) -> dict[tuple[str, str], int]:
    """Of how many months nothing of a total is missing, by site and total."""
    found: dict[tuple[str, str], int] = {}
    for total in _TOTALS:
        rows = leaves.select(["site", "month", "seconds_missing"]).filter(_is_of(total, leaves))
        months = rows.group_by(["site", "month"], use_threads=False)
        missing = months.aggregate([("seconds_missing", "max")])
        whole = missing.filter(pc.equal(missing["seconds_missing_max"], 0))
        counted = whole.group_by("site", use_threads=False).aggregate([([], "count_all")])
        for row in counted.to_pylist():
            found[row["site"], total] = row["count_all"]
    return found


def _is_of(total: str, leaves: pa.Table) -> pa.Array:
    """Which leaves a total is the sum of."""
    account, measure = _TOTALS[total]
    mask = pc.and_(pc.equal(leaves["account"], account), pc.equal(leaves["measure"], measure))
    return pc.and_(mask, pc.equal(leaves["scope"], "intake")) if account == "water" else mask


def _is_known(rows: pa.Table) -> pa.Array:
    doubtful = pc.greater(rows["seconds_missing"], 0)
    if not pc.any(doubtful).as_py():
        return pc.invert(doubtful)
    return pa.array([not is_unknown(row) for row in rows.to_pylist()], pa.bool_())
