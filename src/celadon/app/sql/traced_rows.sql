-- The rows that a meter's stretch of time was read from, by batch. Of several batches that speak of
-- one instant it is the last. A register's stretch is closed by the reading at its end.
WITH told AS (
    SELECT list_position($paths, filename) AS batch, ts, source_row
    FROM read_parquet($paths, filename = TRUE)
    WHERE
        meter = $meter
        AND ts >= CAST($from_ts AS TIMESTAMP)
        AND (
            ts < CAST($to_ts AS TIMESTAMP)
            OR (ts = CAST($to_ts AS TIMESTAMP) AND CAST($closes AS BOOLEAN))
        )
),
latest AS (
    SELECT ts, max(batch) AS batch
    FROM told
    GROUP BY ts
)
SELECT batch, min(source_row) AS first_row, max(source_row) AS last_row, count(*) AS readings
FROM told
JOIN latest USING (ts, batch)
GROUP BY batch
ORDER BY batch
