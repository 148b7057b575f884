-- Stretches of a meter's expected time of which no reading speaks; less than half an interval is
-- the jitter of a clock.
WITH slotted AS (
    SELECT
        near.channel,
        near.ts,
        near.after_ts,
        near.ts + to_seconds(coalesce(longer_step.seconds, channel.seconds)) AS end_ts
    FROM near
    JOIN channel USING (channel)
    LEFT JOIN longer_step USING (channel, ts)
),
known AS (
    SELECT channel, ts, end_ts
    FROM slotted
    UNION ALL
    SELECT channel, ts, ts AS end_ts
    FROM standing
    WHERE fault IS NULL OR fault = 'source_estimated'
),
extent AS (
    SELECT channel, min(ts) AS first_ts, max(end_ts) AS last_ts
    FROM known
    GROUP BY channel
),
stretch AS (
    SELECT channel, end_ts AS ts, after_ts AS end_ts
    FROM slotted
    WHERE after_ts > end_ts
    UNION ALL
    SELECT channel.channel, channel.from_ts AS ts, coalesce(extent.first_ts, channel.to_ts) AS end_ts
    FROM channel
    LEFT JOIN extent USING (channel)
    WHERE channel.kind <> 'state'
    UNION ALL
    SELECT extent.channel, extent.last_ts AS ts, channel.to_ts AS end_ts
    FROM extent
    JOIN channel USING (channel)
),
expected AS (
    SELECT
        stretch.channel,
        greatest(stretch.ts, channel.from_ts) AS ts,
        least(stretch.end_ts, channel.to_ts) AS end_ts,
        channel.seconds AS slot_seconds
    FROM stretch
    JOIN channel USING (channel)
)
SELECT
    channel,
    ts,
    date_diff('second', ts, end_ts) AS seconds,
    (date_diff('second', ts, end_ts) + slot_seconds // 2) // slot_seconds AS slots
FROM expected
WHERE 2 * date_diff('second', ts, end_ts) >= slot_seconds
