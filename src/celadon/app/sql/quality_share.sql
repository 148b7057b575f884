-- Meter time of the period by state, and how many readings of the period it rests on.
WITH timed AS (
    SELECT
        site,
        coalesce(sum(seconds) FILTER (WHERE state = 'measured'), 0) AS measured,
        coalesce(sum(seconds) FILTER (WHERE state = 'estimated'), 0) AS estimated,
        coalesce(sum(seconds) FILTER (WHERE state = 'missing'), 0) AS missing
    FROM interval
    GROUP BY site
),
bound AS (
    SELECT site, min(from_ts) AS from_ts, max(to_ts) AS to_ts
    FROM site_day
    GROUP BY site
),
read AS (
    SELECT recorded.site, count(*) AS readings
    FROM recorded
    JOIN bound
        ON bound.site = recorded.site
        AND recorded.ts >= bound.from_ts
        AND recorded.ts < bound.to_ts
    GROUP BY recorded.site
)
SELECT
    timed.site,
    coalesce(read.readings, 0) AS readings,
    timed.measured,
    timed.estimated,
    timed.missing
FROM timed
LEFT JOIN read USING (site)
