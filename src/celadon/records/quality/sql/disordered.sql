-- Deliveries whose rows of a meter do not go on in time: a later row has an earlier or equal stamp.
WITH followed AS (
    SELECT
        channel,
        delivery,
        ts,
        lag(ts) OVER (PARTITION BY channel, delivery ORDER BY source_row, ts) AS before_ts
    FROM recorded
)
SELECT DISTINCT channel, delivery
FROM followed
WHERE ts <= before_ts
