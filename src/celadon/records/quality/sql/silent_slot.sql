-- One interval in which every interval channel of a delivery reads zero, while two or more of them
-- run before and after it.
WITH together AS (
    SELECT
        stamped.delivery,
        stamped.ts,
        min(stamped.source_row) AS source_row,
        max(abs(stamped.count)) AS most,
        count(DISTINCT stamped.channel) FILTER (WHERE stamped.count <> 0) AS running,
        min(channel.from_ts) AS from_ts,
        max(channel.to_ts) AS to_ts,
        min(channel.seconds) AS seconds
    FROM stamped
    JOIN channel USING (channel)
    WHERE channel.kind = 'interval'
    GROUP BY stamped.delivery, stamped.ts
),
near_together AS (
    SELECT
        *,
        lag(running) OVER in_time AS running_before,
        lead(running) OVER in_time AS running_after
    FROM together
    WINDOW in_time AS (PARTITION BY delivery ORDER BY ts)
)
SELECT delivery, ts, ts + to_seconds(seconds) AS end_ts, source_row
FROM near_together
WHERE
    most = 0
    AND running_before >= 2
    AND running_after >= 2
    AND ts >= from_ts
    AND ts < to_ts
