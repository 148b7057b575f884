-- Steps after repair, with every stretch that no step covers: measured, estimated or missing.
-- A step or gap may span several slots, and days.
WITH kept AS (
    SELECT
        step.site,
        step.meter,
        step.ts,
        step.seconds,
        step.count AS counted,
        coalesce(withheld.rule, step.rule) AS rule,
        step.count // 1000 AS thousandth,
        step.count % 1000 AS rest
    FROM step
    LEFT JOIN withheld USING (site, meter, ts)
),
repaired AS (
    SELECT
        site,
        meter,
        ts,
        seconds,
        CASE
            WHEN rule IN ('spike', 'stuck', 'reset') THEN NULL
            WHEN rule = 'x1000' AND (rest > 500 OR (rest = 500 AND thousandth % 2 = 1))
                THEN thousandth + 1
            WHEN rule = 'x1000' THEN thousandth
            ELSE counted
        END AS count,
        CASE
            WHEN rule IN ('spike', 'stuck', 'reset') THEN 'missing'
            WHEN rule = 'x1000' THEN 'estimated'
            ELSE 'measured'
        END AS state,
        rule
    FROM kept
),
edge AS (
    SELECT site, meter, ts, ts + to_seconds(seconds) AS end_ts FROM repaired
    UNION ALL
    SELECT site, meter, from_ts AS ts, from_ts AS end_ts FROM meter WHERE kind <> 'state'
    UNION ALL
    SELECT site, meter, to_ts AS ts, to_ts AS end_ts FROM meter WHERE kind <> 'state'
),
followed AS (
    SELECT
        site,
        meter,
        max(end_ts) OVER so_far AS covered_to,
        lead(ts) OVER in_time AS next_ts
    FROM edge
    WINDOW
        in_time AS (PARTITION BY site, meter ORDER BY ts, end_ts),
        so_far AS (
            PARTITION BY site, meter ORDER BY ts, end_ts
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        )
)
SELECT site, meter, ts, seconds, count, state, rule FROM repaired
UNION ALL
SELECT
    site,
    meter,
    covered_to AS ts,
    date_diff('second', covered_to, next_ts) AS seconds,
    NULL AS count,
    'missing' AS state,
    'gap' AS rule
FROM followed
WHERE next_ts > covered_to
