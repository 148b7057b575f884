-- The readings of one batch within the time that matters.
INSERT INTO recorded
SELECT
    $site AS site,
    channel.channel,
    delivery.delivery,
    reading.ts,
    reading.count,
    reading.source_row
FROM read_parquet($path) AS reading
JOIN channel ON channel.site = $site AND channel.meter = reading.meter
JOIN delivery
    ON delivery.site = $site AND delivery.source = $source AND delivery.profile = $profile
WHERE reading.ts >= CAST($from_ts AS TIMESTAMP) AND reading.ts < CAST($to_ts AS TIMESTAMP)
