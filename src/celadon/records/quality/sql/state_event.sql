-- What is odd in the readings of state meters. Above the maximum: withheld. A stretch of which no
-- reading speaks: missing; before the first, told if it is longer than a reading holds. A run of
-- equal readings: told once, and kept, as a state may stand still; a value at which the meter rests
-- more than once is its habit and is not told. What the source marks as bad is withheld, and is
-- looked at no further; what it estimated is told, and used. Runs of either are told once.
WITH shown AS (
    SELECT
        slot.channel,
        slot.ts,
        slot.low AS count,
        slot.delivery,
        slot.source_row,
        CASE
            WHEN slot.mark = 'marked_bad' THEN slot.mark
            WHEN slot.low > channel.maximum THEN 'state_beyond_maximum'
            ELSE slot.mark
        END AS fault,
        lag(slot.ts) OVER in_time AS before_ts,
        lag(slot.low) OVER in_time AS before_count,
        channel.seconds,
        channel.stuck_after,
        channel.from_ts,
        channel.to_ts
    FROM slot
    JOIN channel USING (channel)
    WHERE channel.kind = 'state' AND slot.low = slot.high
    WINDOW in_time AS (PARTITION BY slot.channel ORDER BY slot.ts)
),
fault_run AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY channel ORDER BY ts)
        - row_number() OVER (PARTITION BY channel, fault ORDER BY ts) AS run
    FROM shown
    WHERE ts >= from_ts AND ts < to_ts
),
equal_step AS (
    SELECT
        *,
        sum(
            CASE
                WHEN count = before_count AND ts <= before_ts + to_seconds(2 * seconds) THEN 0
                ELSE 1
            END
        ) OVER (PARTITION BY channel ORDER BY ts) AS run
    FROM shown
    WHERE stuck_after > 1 AND coalesce(fault = 'source_estimated', TRUE)
),
equal_run AS (
    SELECT
        channel,
        count,
        min(ts) AS first_ts,
        max(ts) + to_seconds(min(seconds)) AS end_ts,
        count(*) AS slots,
        min_by(delivery, ts) AS delivery,
        min_by(source_row, ts) AS source_row,
        count(*) OVER (PARTITION BY channel, count) AS runs,
        min(from_ts) AS from_ts,
        min(to_ts) AS to_ts
    FROM equal_step
    GROUP BY channel, run, count
    HAVING count(*) >= min(stuck_after)
),
bound AS (
    SELECT channel, ts, end_ts
    FROM state_hold
    UNION ALL
    SELECT channel, from_ts, from_ts
    FROM channel
    WHERE kind = 'state'
    UNION ALL
    SELECT channel, to_ts, to_ts
    FROM channel
    WHERE kind = 'state'
),
silent AS (
    SELECT
        channel,
        max(end_ts) OVER (
            PARTITION BY channel ORDER BY ts, end_ts
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS from_ts,
        ts AS to_ts
    FROM bound
),
event AS (
    SELECT
        channel,
        fault AS rule,
        min(ts) AS from_ts,
        max(ts) + to_seconds(min(seconds)) AS to_ts,
        count(*) AS slots,
        min_by(count, ts) AS before,
        NULL AS after,
        min_by(delivery, ts) AS delivery,
        min_by(source_row, ts) AS source_row
    FROM fault_run
    WHERE fault IS NOT NULL
    GROUP BY channel, fault, run
    UNION ALL
    SELECT channel, 'state_stuck', first_ts, end_ts, slots, count, count, delivery, source_row
    FROM equal_run
    WHERE runs = 1 AND first_ts < to_ts AND end_ts > from_ts
    UNION ALL
    SELECT
        silent.channel,
        'state_gap',
        silent.from_ts,
        silent.to_ts,
        greatest(date_diff('second', silent.from_ts, silent.to_ts) // channel.seconds, 1),
        NULL,
        NULL,
        NULL,
        NULL
    FROM silent
    JOIN channel USING (channel)
    WHERE
        silent.from_ts < silent.to_ts
        AND (
            silent.from_ts > channel.from_ts
            OR silent.to_ts > channel.from_ts + to_seconds(2 * channel.seconds)
        )
)
SELECT
    channel.site,
    channel.meter AS subject,
    NULL AS source,
    NULL AS profile,
    event.rule,
    event.from_ts,
    event.to_ts,
    event.slots,
    event.before,
    event.after,
    delivery.file,
    event.source_row
FROM event
JOIN channel USING (channel)
LEFT JOIN delivery USING (delivery)
