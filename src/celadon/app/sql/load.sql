-- Electricity drawn per quarter hour: meters of streams that enter a network less those of streams
-- that leave the site. A quarter hour in which any of them is not known whole stays empty: it is
-- missing there, or was read over a longer time.
WITH part AS (
    SELECT
        interval.site,
        interval.meter,
        interval.ts,
        interval.seconds,
        interval.count,
        interval.state,
        interval.ts - to_seconds(
            date_diff('second', TIMESTAMP '1970-01-01 00:00:00', interval.ts) % 900
        ) AS quarter_ts
    FROM interval
    JOIN load_meter USING (site, meter)
),
known AS (
    SELECT site, meter, quarter_ts, sum(count) AS count
    FROM part
    WHERE state <> 'missing' AND ts + to_seconds(seconds) <= quarter_ts + to_seconds(900)
    GROUP BY site, meter, quarter_ts
    HAVING sum(seconds) = 900
),
quarter AS (
    SELECT DISTINCT site, quarter_ts FROM part
)
SELECT
    quarter.site,
    quarter.quarter_ts AS ts,
    CASE
        WHEN count(known.meter) = count(*) THEN sum(load_meter.weight * known.count)
    END AS count
FROM quarter
JOIN load_meter ON load_meter.site = quarter.site
JOIN meter
    ON meter.site = load_meter.site
    AND meter.meter = load_meter.meter
    AND quarter.quarter_ts >= meter.from_ts
    AND quarter.quarter_ts < meter.to_ts
LEFT JOIN known
    ON known.site = load_meter.site
    AND known.meter = load_meter.meter
    AND known.quarter_ts = quarter.quarter_ts
GROUP BY quarter.site, quarter.quarter_ts
