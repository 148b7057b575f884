-- Intervals summed to local days.
SELECT
    interval.site,
    interval.meter,
    CAST(interval.ts + to_seconds(site_clock.offset_seconds) AS DATE) AS day,
    coalesce(sum(interval.count) FILTER (WHERE interval.state = 'measured'), 0) AS measured,
    coalesce(sum(interval.count) FILTER (WHERE interval.state = 'estimated'), 0) AS estimated,
    coalesce(sum(interval.seconds) FILTER (WHERE interval.state = 'missing'), 0) AS seconds_missing
FROM interval
JOIN site_clock
    ON site_clock.site = interval.site
    AND interval.ts >= site_clock.from_ts
    AND interval.ts < site_clock.to_ts
GROUP BY
    interval.site,
    interval.meter,
    CAST(interval.ts + to_seconds(site_clock.offset_seconds) AS DATE)
