-- Electricity drawn per quarter hour: meters of streams that enter a network less those of streams
-- that leave the site. A quarter hour in which one of them is missing stays empty.
SELECT
    interval.site,
    interval.ts,
    CASE
        WHEN bool_or(interval.state = 'missing') THEN NULL
        ELSE sum(load_meter.weight * interval.count)
    END AS count
FROM interval
JOIN load_meter USING (site, meter)
WHERE interval.seconds = 900
GROUP BY interval.site, interval.ts
