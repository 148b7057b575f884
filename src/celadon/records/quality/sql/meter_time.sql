-- The time of each meter by state, and how many readings of the period it rests on. What a measured
-- step passed is measured, however it is shared among days.
WITH timed AS (
    SELECT
        channel,
        coalesce(sum(seconds) FILTER (WHERE state = 'measured' OR from_day IS NOT NULL), 0)
        AS measured,
        coalesce(sum(seconds) FILTER (WHERE state = 'estimated' AND from_day IS NULL), 0)
        AS estimated,
        coalesce(sum(seconds) FILTER (WHERE state = 'missing'), 0) AS missing
    FROM part
    GROUP BY channel
),
bound AS (
    SELECT site, min(from_ts) AS from_ts, max(to_ts) AS to_ts
    FROM site_day
    GROUP BY site
),
read AS (
    SELECT recorded.channel, count(*) AS readings
    FROM recorded
    JOIN bound
        ON bound.site = recorded.site
        AND recorded.ts >= bound.from_ts
        AND recorded.ts < bound.to_ts
    GROUP BY recorded.channel
)
SELECT
    channel.site,
    channel.meter,
    coalesce(read.readings, 0) AS readings,
    coalesce(timed.measured, 0) AS measured,
    coalesce(timed.estimated, 0) AS estimated,
    coalesce(timed.missing, 0) AS missing
FROM channel
LEFT JOIN timed USING (channel)
LEFT JOIN read USING (channel)
