"""The returns of a nation, as its run accounted them, as a population for the checks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.accounts.tables import LEAF
from celadon.assess.checks.population import Population, quantity_table
from celadon.assess.checks.profile import CheckProfile
from celadon.assess.checks.reading import numbered
from celadon.assess.checks.rules import PACKAGE
from celadon.assess.checks.tables import PAIR, PART_GROUP, RATIO, RAW_HIT, REPORTED, RETURNED
from celadon.engine import Engine
from celadon.exact import parse_decimal

MEASURE = "energy"
"""Sizes are counted in the energy of the account: at calorific value, in 0.000001 tce, its gce."""

FAULTS_OF_RETURNS = (
    "activity_missing", "repeated_row", "negative_consumption", "sample_impossible",
    "sample_out_of_line", "stock_break", "overlapping_rows", "conflicting_rows", "shared_name",
    "abolished_region",
)  # fmt: skip
"""Findings of the account that speak of what was handed in; others speak of tables and methods."""

_BROKEN = ("over_limit", "below_baseline")
_LEAF_COLUMNS = (
    "site", "unit", "stream", "carrier", "month", "account", "measure", "count", "value",
)  # fmt: skip
_OF_PRODUCT = "output "
"""How the output of one of several products is named: with the product behind it."""
_LINES_A_YEAR = 13
_GCE_A_WH = Fraction("0.1229")
"""Coal equivalent of electricity at calorific value, to weigh norms of electricity with others."""


def leaf_columns() -> list[str]:
    """The columns of ``leaf`` that are read."""
    return list(_LEAF_COLUMNS)


def national_population(sites: Sequence[Mapping[str, Any]], leaf: pa.Table) -> Population:
    """The months and the year of each site: energy, output, and what it took of each carrier.

    A site with several products has the output and the process energy of each, by month.

    Parameters
    ----------
    sites : rows with ``site``, ``owner``, ``credit_code``, ``region``, ``industry``; every one of
        them is in the population, whether it has leaves or not.
    leaf : the account of one calendar year.
    """
    with Engine() as engine:
        engine.take(LEAF.name, leaf)
        engine.step(PACKAGE, "national_amount")
        amounts = engine.table("national_amount")
    year = int(pc.max(amounts["year"]).as_py() or 0)
    order = sorted(sites, key=lambda row: str(row["site"]))
    quantities = sorted(set(amounts["quantity"].to_pylist()) | {"energy", "output"})
    profile = _profile(quantities)
    returned = _returned(order, year)
    return Population(
        profile, returned, _reported(amounts, [str(row["site"]) for row in order], quantities),
        quantity_table(profile, [(each, "") for each in profile.quantity]),
        PART_GROUP.from_rows([]), PAIR.from_rows([]),
        RATIO.from_rows([
            {"ratio": ratio, "numerator": 1 + quantities.index(energy),
             "denominator": 1 + quantities.index(output)}
            for ratio, energy, output in _ratios(quantities)
        ]),
        frozenset(("name", "code", "sector", "region")),
    )  # fmt: skip


def _profile(quantities: Sequence[str]) -> CheckProfile:
    """What is asked of a nation: every amount is watched by month, sizes are counted in gce."""
    return CheckProfile.model_validate(
        {
            "id": "nation", "name_en": "Returns of a national run", "name_zh": "全国运行的报送数据",
            "measure": MEASURE, "columns": {"reporter": "site", "year": "year"},
            "quantity": [
                {
                    "id": name, "column": name, "watched": True,
                    **({"unit": "tce", "decimals": 6} if name.partition(" ")[0] == MEASURE
                       else {"unit": ""}),
                }
                for name in quantities
            ],
            "ratio": [
                {"id": ratio, "numerator": energy, "denominator": output}
                for ratio, energy, output in _ratios(quantities)
            ],
        }
    )  # fmt: skip


def _ratios(quantities: Sequence[str]) -> list[tuple[str, str, str]]:
    """Energy against output: of a site with one product, and of each product of the others."""
    known = set(quantities)
    products = [name.removeprefix(_OF_PRODUCT) for name in quantities
                if name.startswith(_OF_PRODUCT)]  # fmt: skip
    return [
        ("energy_per_output", MEASURE, "output"),
        *((f"energy_per_output {product}", f"{MEASURE} {product}", f"{_OF_PRODUCT}{product}")
          for product in products if f"{MEASURE} {product}" in known),
    ]  # fmt: skip


def _returned(sites: Sequence[Mapping[str, Any]], year: int) -> pa.Table:
    """A row of the year and twelve of its months for each site."""
    each = pa.array([n for n in range(len(sites)) for _ in range(_LINES_A_YEAR)], pa.int64())
    rows = len(sites) * _LINES_A_YEAR
    who = pc.add(each, 1)

    def told(name: str) -> pa.Array:
        return pa.array([row[name] or None for row in sites], pa.string()).take(each)

    zero, nothing = pa.repeat(pa.scalar(0, pa.int64()), rows), pa.nulls(rows, pa.string())
    columns = {
        "line": numbered(rows), "who": who, "series": who, "reporter": told("site"),
        "subject": pa.repeat(pa.scalar("", pa.string()), rows),
        "year": pa.repeat(pa.scalar(year, pa.int64()), rows),
        "month": pa.array(list(range(_LINES_A_YEAR)) * len(sites), pa.int64()), "day": zero,
        "name": told("owner"), "code": told("credit_code"), "sector": told("industry"),
        "region": told("region"), "tags": nothing, "excused": nothing,
        "latitude": pa.nulls(rows, pa.int64()), "longitude": pa.nulls(rows, pa.int64()),
    }  # fmt: skip
    return RETURNED.check(pa.table({name: columns[name] for name in RETURNED.names}))


def _reported(amounts: pa.Table, sites: Sequence[str], quantities: Sequence[str]) -> pa.Table:
    known = amounts.filter(pc.is_valid(amounts["value"]))
    site = pc.index_in(known["site"], pa.array(sites, pa.string()))
    known = known.append_column("place", pc.cast(site, pa.int64()))
    known = known.filter(pc.is_valid(known["place"]))
    number = pc.add(pc.index_in(known["quantity"], pa.array(list(quantities))), 1)
    first = pc.add(pc.multiply(known["place"], _LINES_A_YEAR), 1)
    months = pa.table(
        {
            "quantity": pc.cast(number, pa.int64()),
            "line": pc.add(first, pc.cast(known["month"], pa.int64())),
            "value": known["value"],
            "first": first,
        }
    )
    years = months.group_by(["quantity", "first"]).aggregate([("value", "sum"), ("value", "count")])
    # a product among several has no peers: what one site calls so another calls otherwise
    alone = [n for n, name in enumerate(quantities, 1) if " " not in name]
    whole = years.filter(
        pc.and_(
            pc.equal(years["value_count"], _LINES_A_YEAR - 1),
            pc.is_in(years["quantity"], pa.array(alone, pa.int64())),
        )
    )
    of_years = pa.table(
        {"quantity": whole["quantity"], "line": whole["first"], "value": whole["value_sum"]}
    )
    return REPORTED.check(pa.concat_tables([months.drop_columns(["first"]), of_years]))


def given_hits(
    population: Population,
    findings: Iterable[Mapping[str, Any]],
    verdicts: Iterable[Mapping[str, Any]],
) -> pa.Table:
    """What the account and the norms found of the same sites, as hits to be ranked too."""
    places = dict(
        zip(
            population.returned["reporter"].to_pylist(),
            population.returned["who"].to_pylist(),
            strict=True,
        )
    )
    year = int(pc.max(population.returned["year"]).as_py() or 0)
    rows = [
        _hit(
            places[row["site"]], year, "account_finding",
            "" if row["subject"] == row["site"] else row["subject"], row["rule"], row["place"],
            month=_month(row["numbers"]),
        )
        for row in findings
        if row["rule"] in FAULTS_OF_RETURNS and row["site"] in places
    ]  # fmt: skip
    rows += [
        hit
        for row in verdicts
        if row["site"] in places
        for hit in _judged(row, places[row["site"]], year)
    ]
    return RAW_HIT.from_rows(rows)


def _judged(row: Mapping[str, Any], who: int, year: int) -> Iterable[dict[str, Any]]:
    because = json.loads(row["because"])
    if row["outcome"] in _BROKEN:
        size = _excess(row, because)
        yield _hit(
            who, year, "norm_exceeded", row["standard"], row["outcome"], row["subject"], size
        ) | _allowed(row, size)
    if row["outcome"] != "cannot_tell":
        return
    reasons = [one["reason"] for one in because]
    told = [n["numbers"].get("outcome") for n in because if n["reason"] == "by_numbers"]
    why = next((r for r in reasons if r not in ("by_numbers", "comparison")), "")
    if why == "no_norm_held":  # nothing that an enterprise could be asked for
        return
    broken = any(one in _BROKEN for one in told)
    rule = "norm_exceeded_by_numbers" if broken else "norm_not_told"
    size = _excess(row, because) if broken else None
    hit = _hit(who, year, rule, row["standard"], why, row["subject"], size)
    yield hit | (_allowed(row, size) if broken else {})


def _allowed(row: Mapping[str, Any], size: int | None) -> dict[str, int | None]:
    """The energy of a verdict, and what of it the limit allows, in gce."""
    if row["num"] is None or size is None:
        return {}
    return {"reported": _energy(row), "expected": _energy(row) - size}


def _energy(row: Mapping[str, Any]) -> int:
    """The numerator of a verdict in gce: a norm of electricity counts Wh."""
    if not row["unit"].startswith("kWh"):
        return int(row["num"])
    return int(row["num"] * _GCE_A_WH)


def _excess(row: Mapping[str, Any], because: Sequence[Mapping[str, Any]]) -> int | None:
    """The energy above the last limit that is not kept, in gce: the account's times its share."""
    for one in because:
        if one["reason"] != "comparison" or row["num"] is None:
            continue
        limits = [c["limit"] for c in one["numbers"].get("comparisons", []) if not c["kept"]]
        value = parse_decimal(one["numbers"]["value"])
        if limits and value > 0:
            above = 1 - max(parse_decimal(limit) for limit in limits) / value
            return max(0, int(_energy(row) * above))
    return None


def _hit(
    who: int, year: int, rule: str, quantity: str, pattern: str, other: str,
    size: int | None = None, month: int = 0,
) -> dict[str, Any]:  # fmt: skip
    return {
        "rule": rule, "line": 0, "who": who, "year": year, "month": month, "quantity": quantity,
        "pattern": pattern, "reported": None, "expected": None, "size": size, "other": other,
    }  # fmt: skip


def _month(numbers: str) -> int:
    """The month that a finding speaks of; 0 where it speaks of none."""
    told = str(json.loads(numbers).get("month", ""))
    return int(told[5:7]) if len(told) == 7 and told[4] == "-" else 0
