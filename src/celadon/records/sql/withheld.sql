-- Steps that are not believed as read, one rule each; a thousandfold run comes first, then a stuck
-- run, then a spike.
--   x1000  three or more in a row above 200 times the meter's level (and above its physical maximum
--          where that is declared) whose thousandth lies between a tenth and ten times that level.
--   stuck  as many equal non-zero steps in a row as the meter's stuck_after, or more.
--   spike  above the physical maximum; or five times the level and five times each of the four
--          steps around it. Meters with a level below 20 counts are too coarse for this.
WITH thousandfold AS (
    SELECT
        near_step.site,
        near_step.meter,
        near_step.ts,
        near_step.ts - to_seconds(
            meter.seconds
            * row_number() OVER (PARTITION BY near_step.site, near_step.meter ORDER BY near_step.ts)
        ) AS run
    FROM near_step
    JOIN meter USING (site, meter)
    WHERE
        near_step.median >= 20
        AND near_step.count > 200 * near_step.median
        AND near_step.count BETWEEN 100 * near_step.median AND 10000 * near_step.median
        AND (
            meter.maximum IS NULL
            OR near_step.count > CAST(meter.maximum AS HUGEINT) * meter.seconds // 3600
        )
),
thousandfold_run AS (
    SELECT site, meter, run
    FROM thousandfold
    GROUP BY site, meter, run
    HAVING count(*) >= 3
),
repeated AS (
    SELECT
        near_step.site,
        near_step.meter,
        near_step.ts,
        near_step.ts - to_seconds(
            meter.seconds
            * row_number() OVER (PARTITION BY near_step.site, near_step.meter ORDER BY near_step.ts)
        ) AS run,
        meter.seconds,
        meter.stuck_after
    FROM near_step
    JOIN meter USING (site, meter)
    WHERE
        near_step.count = near_step.before_count
        AND near_step.count <> 0
        AND near_step.before_ts = near_step.ts - to_seconds(meter.seconds)
        AND meter.stuck_after > 0
),
stuck_run AS (
    SELECT
        site,
        meter,
        min(ts) - to_seconds(min(seconds)) AS from_ts,
        max(ts) AS last_ts
    FROM repeated
    GROUP BY site, meter, run
    HAVING count(*) + 1 >= min(stuck_after)
),
verdict AS (
    SELECT site, meter, ts, 1 AS rank, 'x1000' AS rule
    FROM thousandfold
    JOIN thousandfold_run USING (site, meter, run)
    UNION ALL
    SELECT near_step.site, near_step.meter, near_step.ts, 2 AS rank, 'stuck' AS rule
    FROM near_step
    JOIN stuck_run
        ON near_step.site = stuck_run.site
        AND near_step.meter = stuck_run.meter
        AND near_step.ts BETWEEN stuck_run.from_ts AND stuck_run.last_ts
    UNION ALL
    SELECT near_step.site, near_step.meter, near_step.ts, 3 AS rank, 'spike' AS rule
    FROM near_step
    JOIN meter USING (site, meter)
    WHERE
        near_step.count > CAST(meter.maximum AS HUGEINT) * meter.seconds // 3600
        OR (
            near_step.median >= 20
            AND near_step.count > 5 * near_step.median
            AND near_step.count > 5 * near_step.most_near
        )
)
SELECT site, meter, ts, min_by(rule, rank) AS rule
FROM verdict
GROUP BY site, meter, ts
