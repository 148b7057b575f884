"""A population screened: every rule that can be asked of it, causes, and whom to ask first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from celadon.assess.checks.passes import part_sums, worth_asking, years_of
from celadon.assess.checks.population import Population
from celadon.assess.checks.reading import numbered
from celadon.assess.checks.rules import (
    PACKAGE,
    benford_table,
    check_rules,
    factor_rules,
    factor_table,
    likelihoods,
    limit_columns,
)
from celadon.assess.checks.slips import Slip, gathered
from celadon.assess.checks.tables import (
    CAUSE,
    CHECK_HIT,
    PAIR,
    QUANTITY,
    RATIO,
    RAW_HIT,
    REPORTED,
    TRIAGE,
)
from celadon.engine import Engine

_STEPS = {
    "watched": ("watched_value", "first_digit"),
    "months": ("month_value", "month_middle"),
    "ratios": ("ratio_value",),
    "ratio_months": ("ratio_middle",),
    "peers": ("ratio_value", "peer", "peer_middle", "peer_spread"),
}
"""What is made once, by what it needs."""

NEEDS: dict[str, tuple[str, ...]] = {
    "identity_missing": (),
    "value_missing": (),
    "value_excused": ("excuses",),
    "value_zero": (),
    "negative_value": (),
    "out_of_range": ("ranges",),
    "parts_differ": ("parts",),
    "units_differ": ("unit_pairs",),
    "invoice_against_meter": ("invoice_pairs",),
    "return_repeated": (),
    "name_shared": ("names",),
    "code_shared": ("codes",),
    "code_changed": ("codes", "years"),
    "sector_changed": ("sectors", "years"),
    "reporter_gap": ("years",),
    "year_missing": ("years",),
    "year_jump": ("years", "watched"),
    "month_missing": ("months",),
    "month_jump": ("months",),
    "month_repeated": ("months",),
    "months_swapped": ("ratios", "months", "ratio_months"),
    "finer_sum": ("months",),
    "energy_against_output": ("ratios", "months", "ratio_months"),
    "output_without_energy": ("ratios",),
    "peer_outlier": ("sectors", "peers"),
    "digits_first": ("watched",),
    "digits_last": ("many_numbers",),
    "place_coarse": ("places",),
}
"""What each rule needs of a population; a rule whose need is not met is not asked, and says so."""


@dataclass(frozen=True, slots=True)
class Screening:
    """What the checks found.

    Parameters
    ----------
    hits : the table ``check_hit``; causes : ``cause``; triage : ``triage``, largest first.
    not_asked : rules that could not be asked of this population, each with what it lacks.
    slips : cells that are likely in another unit; hits that follow from one stand under it.
    simulated : whether it is of simulated sites.
    names : in each language, the names of products and streams whose ids quantities carry.
    """

    population: Population
    hits: pa.Table
    causes: pa.Table
    triage: pa.Table
    not_asked: dict[str, tuple[str, ...]]
    slips: tuple[Slip, ...] = ()
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    simulated: bool = False


def screen(population: Population, given: Sequence[pa.Table] = (), threads: int = 2) -> Screening:
    """Ask every rule of a population.

    Parameters
    ----------
    given : hits that others found, as tables ``raw_hit``, to be told and ranked with the rest.
    """
    has = _has(population)
    asked = [name for name in check_rules() if name in NEEDS and has >= set(NEEDS[name])]
    not_asked = {
        name: tuple(need for need in needs if need not in has)
        for name, needs in NEEDS.items()
        if not has >= set(needs)
    }
    with Engine(threads=threads) as engine:
        _load(engine, population)
        made: set[str] = set()
        if "years" in has:
            engine.take("year_of", _years(population, engine.table("return_key")))
        if "parts" in has:
            sums = part_sums(population.reported, engine.table("group_member"))
            engine.take("part_sum", sums)
        for need in dict.fromkeys(need for name in asked for need in NEEDS[name]):
            for step in _STEPS.get(need, ()):
                if step not in made:
                    is_empty = step == "ratio_value" and not population.ratio.num_rows
                    engine.step(PACKAGE, step, is_empty=is_empty)
                    made.add(step)
        found = [
            engine.query(PACKAGE, name, RAW_HIT)
            for name in asked
            if not _is_clean(population, name)
        ]
        raw = pa.concat_tables([*found, *given])
        number = numbered(raw.num_rows)
        engine.take("raw_hit", raw.append_column("number", number))
        hits, slips = gathered(engine.query(PACKAGE, CHECK_HIT.name, CHECK_HIT))
        engine.take(CHECK_HIT.name, hits)
        engine.define(PACKAGE, CAUSE)
        engine.define(PACKAGE, TRIAGE)
        causes = engine.fetch(CAUSE)
        triage = engine.fetch(TRIAGE).sort_by(
            [("expected", "descending"), ("hits", "descending"), ("who", "ascending")]
        )
    return Screening(population, hits, causes, triage, not_asked, slips)


def _has(population: Population) -> set[str]:
    quantity, pairs = population.quantity, population.pair
    kinds = set(pairs["kind"].to_pylist())
    watched = any(quantity["is_watched"].to_pylist())
    months = any(population.returned["month"].unique().to_pylist())
    years = len(population.returned["year"].unique()) > 1
    found = {
        "parts": population.part_group.num_rows > 0,
        "unit_pairs": "units" in kinds,
        "invoice_pairs": "invoice" in kinds,
        "ranges": any(x is not None for n in ("low", "high") for x in quantity[n].to_pylist()),
        "excuses": bool(population.profile.columns.excused),
        "names": "name" in population.columns,
        "codes": "code" in population.columns,
        "sectors": "sector" in population.columns,
        "places": "latitude" in population.columns,
        "years": years,
        "months": months and watched,
        "ratios": population.ratio.num_rows > 0,
        "ratio_months": population.ratio.num_rows > 0 and months,
        "peers": not population.profile.columns.subject,
        "watched": watched,
        "many_numbers": watched
        and _most_rows(population) >= limit_columns()["digits_last_numbers"],
    }
    return {name for name, there in found.items() if there}


def _years(population: Population, keys: pa.Table) -> pa.Table:
    """The years of each series that a rule may say something of."""
    limits = limit_columns()
    watched = [row["number"] for row in population.quantity.to_pylist() if row["is_watched"]]
    up, down = (limits[f"year_jump_{way}_percent"] for way in ("up", "down"))
    return worth_asking(years_of(keys), population.reported, watched, up, down)


def _most_rows(population: Population) -> int:
    """The most rows of one reporter."""
    counted = population.returned["who"].value_counts().field("counts")
    return int(pc.max(counted).as_py() or 0)


def _is_clean(population: Population, rule: str) -> bool:
    """Whether a look at sizes tells that nothing breaks a rule, so that it need not be asked."""
    if rule == "return_repeated":
        period = np.sort(_periods(population.returned).to_numpy())
        return not bool((period[1:] == period[:-1]).any())
    if rule not in ("value_missing", "value_excused"):
        return False
    numbers = [row["number"] for row in population.quantity.to_pylist() if row["is_required"]]
    found = pc.sum(pc.is_in(population.reported["quantity"], pa.array(numbers, pa.int64())))
    return bool(len(numbers) * population.returned.num_rows == (found.as_py() or 0))


def _load(engine: Engine, population: Population) -> None:
    for schema, table in (
        (REPORTED, population.reported), (QUANTITY, population.quantity),
        (PAIR, population.pair), (RATIO, population.ratio),
    ):  # fmt: skip
        engine.take(schema.name, table)
    keys, words = _coded(population.returned)
    engine.take("return_key", keys)
    engine.take("word", words)
    for name, table in _groups(population).items():
        engine.take(name, table)
    has = {f"has_{n}": int(n in population.columns) for n in ("sector", "region", "name")}
    numbers = {**limit_columns(), **has, "rows_add": int(population.profile.rows_add)}
    engine.take("run", pa.table({n: pa.array([v], pa.int64()) for n, v in numbers.items()}))
    engine.take("benford", benford_table())
    engine.take("factor", factor_table())
    engine.take("rule_factor", factor_rules())
    engine.take("likelihood", likelihoods())


def _coded(returned: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The rows with a number for each text, which an engine compares faster; and the texts."""
    columns = {
        name: returned[name]
        for name in ("line", "who", "series", "year", "month", "day", "latitude", "longitude")
    }
    words: list[pa.Array] = []
    known = 1
    for name in ("name", "code", "sector", "region", "excused"):
        coded = returned[name].combine_chunks()
        coded = (
            coded.chunk(0) if isinstance(coded, pa.ChunkedArray) else coded
        ).dictionary_encode()
        columns[name] = pc.add(pc.cast(coded.indices, pa.int64()), known)
        words.append(coded.dictionary)
        known += len(coded.dictionary)
    columns["period"] = _periods(returned)
    text = pa.concat_arrays(words)
    return pa.table(columns), pa.table({"number": numbered(known - 1), "text": text})


def _periods(returned: pa.Table) -> pa.ChunkedArray:
    """One number for the series and period of each row."""
    month = pc.add(pc.multiply(returned["year"], 100), returned["month"])
    day = pc.add(pc.multiply(month, 100), returned["day"])
    return pc.add(pc.multiply(returned["series"], 100_000_000), day)


def _groups(population: Population) -> dict[str, pa.Table]:
    """The groups of parts by number: their members, and their totals."""
    groups = population.part_group.to_pylist()
    number = {row["grouping"]: n for n, row in enumerate(groups, start=1)}
    members = [
        (row["number"], number[row["grouping"]], 1)
        for row in population.quantity.to_pylist()
        if row["grouping"]
    ] + [(row["total"], number[row["grouping"]], -1) for row in groups]
    columns = list(zip(*members, strict=True)) or [(), (), ()]
    return {
        "group_member": pa.table(
            {
                "number": pa.array(columns[0], pa.int64()),
                "part_group": pa.array(columns[1], pa.int64()),
                "sign": pa.array(columns[2], pa.int64()),
            }
        ),
        "group_total": population.part_group.append_column(
            "part_group", pa.array(range(1, len(groups) + 1), pa.int64())
        ),
    }
