-- What each reading of a state meter stands for: it holds from its instant until the next, at most
-- twice the declared minutes; what is longer is not known. Instants are cut to whole seconds. A
-- reading in conflict, above the declared maximum, or marked as bad by its source ends the one before
-- it and has no count.
WITH shown AS (
    SELECT
        slot.channel,
        date_trunc('second', slot.ts) AS ts,
        date_trunc(
            'second', lead(slot.ts) OVER (PARTITION BY slot.channel ORDER BY slot.ts)
        ) AS next_ts,
        date_trunc('second', slot.ts) + to_seconds(2 * channel.seconds) AS hold_ts,
        CASE
            WHEN
                slot.low = slot.high
                AND coalesce(slot.mark <> 'marked_bad', TRUE)
                AND coalesce(slot.low <= channel.maximum, TRUE)
                THEN slot.low
        END AS count,
        channel.site,
        channel.from_ts,
        channel.to_ts
    FROM slot
    JOIN channel USING (channel)
    WHERE channel.kind = 'state'
),
held AS (
    SELECT
        channel,
        site,
        greatest(ts, from_ts) AS ts,
        least(coalesce(next_ts, hold_ts), hold_ts, to_ts) AS end_ts,
        count
    FROM shown
)
SELECT channel, site, ts, end_ts, count
FROM held
WHERE ts < end_ts
