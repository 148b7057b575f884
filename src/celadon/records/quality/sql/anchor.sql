-- The last four instants before the time that matters, or the first four after it, at which one
-- batch has readings of a register that lacks one on that side. Four, as some may prove bad; the
-- four nearest of all batches are among them.
INSERT INTO recorded
WITH ranked AS (
    SELECT
        unanchored.site,
        unanchored.channel,
        delivery.delivery,
        reading.ts,
        reading.count,
        reading.source_row,
        dense_rank() OVER (PARTITION BY unanchored.channel ORDER BY reading.ts DESC) AS from_last,
        dense_rank() OVER (PARTITION BY unanchored.channel ORDER BY reading.ts) AS from_first
    FROM read_parquet($path) AS reading
    JOIN unanchored
        ON unanchored.site = $site
        AND unanchored.meter = reading.meter
        AND CASE WHEN $before THEN unanchored.lacks_before ELSE unanchored.lacks_after END
    JOIN delivery
        ON delivery.site = $site AND delivery.source = $source AND delivery.profile = $profile
    WHERE
        reading.ts >= CAST($from_ts AS TIMESTAMP) AND reading.ts < CAST($to_ts AS TIMESTAMP)
)
SELECT site, channel, delivery, ts, count, source_row
FROM ranked
WHERE CASE WHEN $before THEN from_last ELSE from_first END <= 4
