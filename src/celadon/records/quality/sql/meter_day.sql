-- Intervals summed to local days.
WITH summed AS (
    SELECT
        channel,
        day,
        coalesce(sum(count) FILTER (WHERE state = 'measured'), 0) AS measured,
        coalesce(sum(count) FILTER (WHERE state = 'estimated'), 0) AS estimated,
        coalesce(sum(seconds) FILTER (WHERE state = 'missing'), 0) AS seconds_missing
    FROM part
    GROUP BY channel, day
)
SELECT
    channel.site,
    channel.meter,
    summed.day,
    summed.measured,
    summed.estimated,
    summed.seconds_missing
FROM summed
JOIN channel USING (channel)
