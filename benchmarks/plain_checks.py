"""The counts of the checks on the EPA panel as a plain script: one file, one engine, no more.

What a person would write in an afternoon: the same questions asked of the wide file by DuckDB, each
answered by a number. It knows no profile, keeps no place, names no cause, ranks nobody.
"""

from __future__ import annotations

import math
from pathlib import Path

import duckdb

GASES = (
    "co2_nonbio_t", "ch4_tco2e", "n2o_tco2e", "hfc_tco2e", "pfc_tco2e", "sf6_tco2e", "nf3_tco2e",
    "offg_tco2e", "hfe_tco2e", "vslc_tco2e", "other_ghg_tco2e",
)  # fmt: skip
_BENFORD = [math.log10(1 + 1 / digit) for digit in range(1, 10)]


def plain_counts(path: Path, threads: int = 2) -> dict[str, int]:
    """How often each rule is broken, by rule."""
    with duckdb.connect(config={"threads": threads}) as con:
        names = [
            row[0]
            for row in con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
        ]
        sources = [name for name in names if name.startswith("src_")]
        amounts = ["total_direct_tco2e", "co2_biogenic_t", *GASES, *sources]
        negative = " + ".join(f"CASE WHEN {one} < 0 THEN 1 ELSE 0 END" for one in amounts)
        con.execute(
            f"CREATE TABLE t AS SELECT facility_id AS who, CAST(year AS INT) AS year, "
            f"facility_name AS name, frs_id AS code, naics AS sector, state AS region, lat, lon, "
            f"total_direct_tco2e AS total, {_sum(GASES)} AS gases, {_sum(sources)} AS sources, "
            f"{negative} AS negative "
            f"FROM read_parquet('{path}')"
        )
        found = {name: int(con.execute(sql).fetchall()[0][0] or 0) for name, sql in _COUNTS.items()}
        found["digits_first"] = _digits(con)
    return found


def _sum(names: list[str] | tuple[str, ...]) -> str:
    return " + ".join(f"coalesce({name}, 0)" for name in names)


def _digits(con: duckdb.DuckDBPyConnection) -> int:
    rows = con.execute(
        "SELECT CAST(substr(CAST(CAST(round(total * 100) AS BIGINT) AS VARCHAR), 1, 1) AS INT), "
        "count(*) FROM t WHERE round(total * 100) > 0 GROUP BY ALL"
    ).fetchall()
    found = dict(rows)
    number = sum(found.values())
    apart = [abs(found.get(d, 0) / number - _BENFORD[d - 1]) for d in range(1, 10)]
    return int(number >= 300 and sum(apart) / 9 > 0.015)


_YEARS = """
    SELECT who, year, total, lag(total) OVER w AS before, lag(year) OVER w AS year_before,
        sector, lag(sector IGNORE NULLS) OVER w AS sector_before,
        code, lag(code IGNORE NULLS) OVER w AS code_before
    FROM t WINDOW w AS (PARTITION BY who ORDER BY year)
"""
_COUNTS = {
    "identity_missing": "SELECT count(*) FILTER (sector IS NULL) + count(*) FILTER (region IS NULL)"
    " + count(*) FILTER (name IS NULL) FROM t",
    "value_missing": "SELECT count(*) FILTER (total IS NULL) FROM t",
    "value_zero": "SELECT count(*) FILTER (total = 0) FROM t",
    "negative_value": "SELECT sum(negative) FROM t",
    "parts_differ": "SELECT count(*) FILTER (abs(total - gases) > 0.505)"
    " + count(*) FILTER (abs(total - sources) > 0.505) FROM t",
    "return_repeated": "SELECT coalesce(sum(n - 1), 0) FROM"
    " (SELECT count(*) AS n FROM t GROUP BY who, year HAVING count(*) > 1)",
    "name_shared": "SELECT sum(n) FROM (SELECT count(DISTINCT who) AS n FROM t"
    " GROUP BY year, name, region HAVING count(DISTINCT who) > 1)",
    "code_shared": "SELECT sum(n) FROM (SELECT count(DISTINCT who) AS n FROM t"
    " WHERE code IS NOT NULL GROUP BY year, code HAVING count(DISTINCT who) > 1)",
    "code_changed": f"SELECT count(*) FROM ({_YEARS}) WHERE code <> code_before",
    "sector_changed": f"SELECT count(*) FROM ({_YEARS}) WHERE sector <> sector_before",
    "reporter_gap": f"SELECT sum(year - year_before - 1) FROM ({_YEARS})",
    "year_missing": "SELECT max(year) - min(year) + 1 - count(DISTINCT year) FROM t",
    "year_jump": f"SELECT count(*) FROM ({_YEARS}) WHERE year = year_before + 1"
    " AND before >= 25000 AND (total > 2 * before OR total < 0.5 * before)",
    "peer_outlier": """
        WITH p AS (SELECT sector, year, ln(total) AS x FROM t
                   WHERE total > 0 AND sector IS NOT NULL),
        m AS (SELECT sector, year, quantile_disc(x, 0.5) AS middle FROM p GROUP BY ALL
              HAVING count(*) >= 8),
        s AS (SELECT sector, year, any_value(middle) AS middle,
              quantile_disc(abs(x - middle), 0.5) AS spread
              FROM p JOIN m USING (sector, year) GROUP BY ALL)
        SELECT count(*) FROM p JOIN s USING (sector, year)
        WHERE abs(x - middle) > ln(3) AND abs(x - middle) > 6 * 1.4826 * spread""",
    "digits_last": """
        SELECT count(*) FROM (
            SELECT who, 10 * sum(n * n) / sum(n) - sum(n) AS square FROM (
                SELECT who, CAST(floor(total) AS BIGINT) % 10 AS digit, count(*) AS n
                FROM t WHERE total >= 10 GROUP BY ALL)
            GROUP BY who HAVING sum(n) >= 60)
        WHERE square > 27.88""",
    "place_coarse": """
        SELECT count(*) FROM (
            SELECT year FROM t WHERE lat IS NOT NULL AND lon IS NOT NULL GROUP BY year
            HAVING count(*) FILTER (abs(lat * 100 - round(lat * 100)) < 1e-4
                AND abs(lon * 100 - round(lon * 100)) < 1e-4) >= 0.95 * count(*)
                AND count(*) >= 20)""",
}
