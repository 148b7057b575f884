-- Readings of registers by the dial that showed them: an exchange ends one dial, with the reading
-- that it closed at, and begins the next, with the reading that it opened at. What was read at the
-- very instant of an exchange is one of these two, and of no delivery. Readings in conflict are left
-- out.
WITH numbered AS (
    SELECT
        channel,
        ts,
        closing,
        opening,
        source_row,
        row_number() OVER (PARTITION BY channel ORDER BY ts) AS dial,
        lead(ts) OVER (PARTITION BY channel ORDER BY ts) AS next_ts
    FROM exchanged
)
SELECT
    slot.channel,
    coalesce(numbered.dial, 0) AS dial,
    slot.ts,
    slot.low AS count,
    slot.delivery,
    slot.source_row,
    FALSE AS is_given,
    slot.mark
FROM slot
JOIN channel USING (channel)
LEFT JOIN numbered
    ON numbered.channel = slot.channel
    AND slot.ts > numbered.ts
    AND (numbered.next_ts IS NULL OR slot.ts < numbered.next_ts)
WHERE
    channel.kind = 'register'
    AND slot.low = slot.high
    AND NOT EXISTS (
        SELECT 1
        FROM exchanged
        WHERE exchanged.channel = slot.channel AND exchanged.ts = slot.ts
    )
UNION ALL
SELECT
    channel,
    dial - 1 AS dial,
    ts,
    closing AS count,
    NULL AS delivery,
    source_row,
    TRUE AS is_given,
    NULL AS mark
FROM numbered
UNION ALL
SELECT
    channel,
    dial,
    ts,
    opening AS count,
    NULL AS delivery,
    source_row,
    TRUE AS is_given,
    NULL AS mark
FROM numbered
