-- The rows of one batch that a meter's stretch of time was read from.
SELECT min(source_row), max(source_row), count(*)
FROM read_parquet($path)
WHERE
    meter = $meter
    AND ts >= CAST($from_ts AS TIMESTAMP)
    AND ts < CAST($to_ts AS TIMESTAMP)
