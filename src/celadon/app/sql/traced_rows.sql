-- The rows that a meter's stretch of time was read from, by batch. Of several batches that speak of
-- one instant it is the last. A register's stretch is closed by the reading at its end. A row that
-- ends a day but carries that day's own 00:00 is looked for at the day's end, where the quality rule
-- mislabelled_midnight has put it.
WITH near AS (
    SELECT
        list_position($positions, position) AS batch,
        ts,
        source_row,
        lag(ts) OVER in_file + to_seconds(CAST($seconds AS BIGINT)) AS due_ts,
        lead(ts) OVER in_file AS after_ts
    FROM delivered
    WINDOW in_file AS (PARTITION BY position ORDER BY source_row, ts)
),
told AS (
    SELECT
        batch,
        source_row,
        CASE
            WHEN
                date_diff('second', ts, due_ts) BETWEEN 82800 AND 90000
                AND (
                    after_ts IS NULL
                    OR after_ts = due_ts + to_seconds(CAST($seconds AS BIGINT))
                )
                THEN due_ts
            ELSE ts
        END AS ts
    FROM near
),
asked AS (
    SELECT batch, ts, source_row
    FROM told
    WHERE
        ts >= CAST($from_ts AS TIMESTAMP)
        AND (
            ts < CAST($to_ts AS TIMESTAMP)
            OR (ts = CAST($to_ts AS TIMESTAMP) AND CAST($closes AS BOOLEAN))
        )
),
latest AS (
    SELECT ts, max(batch) AS batch
    FROM asked
    GROUP BY ts
)
SELECT batch, min(source_row) AS first_row, max(source_row) AS last_row, count(*) AS readings
FROM asked
JOIN latest USING (ts, batch)
GROUP BY batch
ORDER BY batch
