-- Readings placed in time. A row that ends a day but carries that day's own 00:00 is moved to the
-- day's end: it stands one step after its predecessor less a day, and its successor goes on from
-- there. Only the order of the rows shows this. Rows before an earlier stamp are marked.
WITH near AS (
    SELECT
        recorded.*,
        lag(ts) OVER in_file AS before_ts,
        lead(ts) OVER in_file AS after_ts,
        max(ts) OVER (in_file ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS front_ts
    FROM recorded
    WINDOW in_file AS (PARTITION BY site, source, meter ORDER BY source_row, ts)
),
judged AS (
    SELECT
        near.*,
        near.ts = near.before_ts + to_seconds(meter.seconds) - INTERVAL 1 DAY
        AND (
            near.after_ts IS NULL
            OR near.after_ts = near.before_ts + to_seconds(2 * meter.seconds)
        ) AS is_midnight
    FROM near
    JOIN meter USING (site, meter)
)
SELECT
    site,
    meter,
    CASE WHEN is_midnight THEN ts + INTERVAL 1 DAY ELSE ts END AS ts,
    count,
    source,
    position,
    source_row,
    CASE
        WHEN is_midnight THEN 'mislabelled_midnight'
        WHEN ts < front_ts THEN 'out_of_order'
    END AS mark
FROM judged
