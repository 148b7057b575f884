-- Placed steps cut at local midnights and counted in small units. A step that spans a midnight is
-- shared among its days by time; the shares are estimates, their sum is exact (each is the floor of
-- the running share less the floor of the one before). What lies outside the period is left out.
WITH local AS (
    SELECT
        placed.*,
        meter.per_count,
        placed.ts + to_seconds(placed.seconds) AS end_ts,
        CAST(placed.ts + to_seconds(site_clock.offset_seconds) AS DATE) AS first_day,
        CAST(
            placed.ts + to_seconds(placed.seconds + site_clock.offset_seconds)
            - INTERVAL 1 MICROSECOND AS DATE
        ) AS last_day
    FROM placed
    JOIN meter USING (site, meter)
    JOIN site_clock
        ON site_clock.site = placed.site
        AND placed.ts >= site_clock.from_ts
        AND placed.ts < site_clock.to_ts
    WHERE
        placed.ts < meter.to_ts AND placed.ts + to_seconds(placed.seconds) > meter.from_ts
),
spanning AS (
    SELECT
        local.*,
        greatest(local.ts, site_day.from_ts) AS part_ts,
        least(local.end_ts, site_day.to_ts) AS part_end
    FROM local
    JOIN site_day
        ON site_day.site = local.site
        AND site_day.from_ts < local.end_ts
        AND site_day.to_ts > local.ts
    WHERE local.first_day <> local.last_day
),
shared AS (
    SELECT
        *,
        CAST(count AS HUGEINT) * per_count AS amount,
        date_diff('second', ts, part_ts) AS before_seconds,
        date_diff('second', ts, part_end) AS through_seconds
    FROM spanning
)
SELECT
    site, meter, ts, seconds, CAST(count AS HUGEINT) * per_count AS count, state, rule
FROM local
WHERE first_day = last_day
UNION ALL
SELECT
    site,
    meter,
    part_ts AS ts,
    through_seconds - before_seconds AS seconds,
    amount * through_seconds // seconds - amount * before_seconds // seconds AS count,
    CASE WHEN state = 'missing' THEN 'missing' ELSE 'estimated' END AS state,
    rule
FROM shared
