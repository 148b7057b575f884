-- Slots of interval meters with their place in time and their neighbours. A slot in conflict has no
-- count, nor has one that its source marks as bad; what was read of it stands beside.
WITH counted AS (
    SELECT
        slot.channel,
        slot.ts,
        CASE WHEN slot.low = slot.high THEN slot.low END AS read,
        CASE
            WHEN slot.low = slot.high AND coalesce(slot.mark <> 'marked_bad', TRUE) THEN slot.low
        END AS count,
        slot.mark,
        slot.delivery,
        slot.source_row
    FROM slot
    JOIN channel USING (channel)
    WHERE channel.kind = 'interval'
)
SELECT
    channel,
    ts,
    read,
    count,
    mark,
    delivery,
    source_row,
    row_number() OVER in_time AS place,
    lag(ts) OVER in_time AS before_ts,
    lead(ts) OVER in_time AS after_ts,
    lag(count) OVER in_time AS before_count,
    lead(count) OVER in_time AS after_count
FROM counted
WINDOW in_time AS (PARTITION BY channel ORDER BY ts)
