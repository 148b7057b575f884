-- Slots of interval meters with their neighbours in time; a slot in conflict has no count.
WITH counted AS (
    SELECT
        slot.channel,
        slot.ts,
        CASE WHEN slot.low = slot.high THEN slot.low END AS count,
        slot.source_row
    FROM slot
    JOIN channel USING (channel)
    WHERE channel.kind = 'interval'
)
SELECT
    channel,
    ts,
    count,
    source_row,
    lag(ts) OVER in_time AS before_ts,
    lead(ts) OVER in_time AS after_ts,
    lag(count) OVER in_time AS before_count,
    lead(count) OVER in_time AS after_count,
    greatest(
        lag(count, 2) OVER in_time,
        lag(count) OVER in_time,
        lead(count) OVER in_time,
        lead(count, 2) OVER in_time
    ) AS most_near
FROM counted
WINDOW in_time AS (PARTITION BY channel ORDER BY ts)
