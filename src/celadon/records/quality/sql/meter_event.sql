-- What concerns one meter, told once per run of slots, overlaps once per meter, with the row where it
-- starts. A register is also read at the instant that ends the period. Of one that is read by hand
-- the readings that were due are counted. The readings of an exchange are of no delivery, -1.
-- Of readings at longer steps than declared, both steps are told, in seconds.
WITH odd AS (
    SELECT channel, 'conflict' AS rule, ts, low AS before, high AS after, delivery, source_row
    FROM slot
    WHERE low <> high
    UNION ALL
    SELECT
        channel, fault AS rule, ts, count AS before, NULL AS after,
        coalesce(delivery, -1) AS delivery, source_row
    FROM standing
    WHERE fault IS NOT NULL
    UNION ALL
    SELECT
        withheld.channel, withheld.rule, withheld.ts, near.read AS before, NULL AS after,
        near.delivery, near.source_row
    FROM withheld
    JOIN near USING (channel, ts)
    WHERE near.read IS NOT NULL AND withheld.rule <> 'longer_step'
),
followed AS (
    SELECT
        odd.*,
        channel.seconds,
        CASE
            WHEN odd.rule = 'overlap' THEN 0
            WHEN
                lag(odd.ts) OVER (PARTITION BY odd.channel, odd.rule ORDER BY odd.ts)
                = odd.ts - to_seconds(channel.seconds)
                THEN 0
            ELSE 1
        END AS begins
    FROM odd
    JOIN channel USING (channel)
    WHERE
        odd.ts >= channel.from_ts
        AND (odd.ts < channel.to_ts OR (odd.ts = channel.to_ts AND channel.kind = 'register'))
),
run AS (
    SELECT *, sum(begins) OVER (PARTITION BY channel, rule ORDER BY ts) AS run
    FROM followed
),
spanned AS (
    SELECT
        step.channel,
        step.ts,
        CASE
            WHEN channel.read_seconds > channel.seconds
                THEN greatest(
                    (step.seconds + channel.read_seconds // 2) // channel.read_seconds - 1, 1
                )
            ELSE step.seconds // channel.seconds - 1
        END - count(slot.ts) AS absent
    FROM register_step AS step
    JOIN channel USING (channel)
    LEFT JOIN slot
        ON slot.channel = step.channel AND slot.ts > step.ts AND slot.ts < step.end_ts
    WHERE step.rule = 'gap_healed'
    GROUP BY step.channel, step.ts, step.seconds, channel.seconds, channel.read_seconds
),
recounted AS (
    SELECT
        stamped.channel,
        stamped.delivery,
        stamped.ts,
        stamped.source_row,
        channel.seconds,
        min(stamped.delivery) OVER (PARTITION BY stamped.channel) AS first_delivery
    FROM stamped
    JOIN recount USING (channel, delivery)
    JOIN channel USING (channel)
    WHERE stamped.ts >= channel.from_ts AND stamped.ts < channel.to_ts
),
event AS (
    SELECT
        channel,
        rule,
        min(ts) AS from_ts,
        max(ts) + to_seconds(min(seconds)) AS to_ts,
        count(*) AS slots,
        min_by(before, ts) AS before,
        min_by(after, ts) AS after,
        min_by(delivery, ts) AS delivery,
        min_by(source_row, ts) AS source_row
    FROM run
    GROUP BY channel, rule, run
    UNION ALL
    SELECT
        step.channel,
        step.rule,
        step.ts,
        step.end_ts,
        coalesce(spanned.absent, step.seconds // channel.seconds),
        step.before,
        step.after,
        coalesce(step.delivery, -1),
        step.source_row
    FROM register_step AS step
    JOIN channel USING (channel)
    LEFT JOIN spanned USING (channel, ts)
    WHERE
        step.rule <> 'exchange'
        AND coalesce(spanned.absent, 1) > 0
        AND step.ts < channel.to_ts
        AND step.end_ts > channel.from_ts
    UNION ALL
    SELECT
        exchanged.channel, 'exchange', exchanged.ts, exchanged.ts, 1, exchanged.closing,
        exchanged.opening, -1, exchanged.source_row
    FROM exchanged
    JOIN channel USING (channel)
    WHERE exchanged.ts >= channel.from_ts AND exchanged.ts < channel.to_ts
    UNION ALL
    SELECT
        channel, 'gap', ts, ts + to_seconds(seconds), slots, NULL, NULL, NULL, NULL
    FROM uncovered
    UNION ALL
    SELECT
        longer_step.channel,
        'longer_step',
        min(longer_step.ts),
        max(longer_step.ts + to_seconds(longer_step.seconds)),
        count(*),
        min(channel.seconds),
        min(longer_step.times * channel.seconds),
        min_by(near.delivery, near.ts),
        min_by(near.source_row, near.ts)
    FROM longer_step
    JOIN channel USING (channel)
    JOIN near USING (channel, ts)
    WHERE longer_step.ts >= channel.from_ts AND longer_step.ts < channel.to_ts
    GROUP BY longer_step.channel, longer_step.stretch
    UNION ALL
    SELECT
        channel,
        'redeclared',
        min(ts),
        max(ts) + to_seconds(min(seconds)),
        count(*),
        NULL,
        NULL,
        min(first_delivery),
        min(source_row) FILTER (WHERE delivery = first_delivery)
    FROM recounted
    GROUP BY channel
)
SELECT
    event.channel,
    event.rule,
    event.from_ts,
    event.to_ts,
    event.slots,
    event.before,
    event.after,
    coalesce(delivery.file, exchanged.file) AS file,
    event.source_row
FROM event
LEFT JOIN delivery USING (delivery)
LEFT JOIN exchanged
    ON exchanged.channel = event.channel
    AND exchanged.ts = event.from_ts
    AND event.delivery = -1
