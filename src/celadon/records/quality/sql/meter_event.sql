-- What concerns one meter, told once per run of slots, overlaps once per meter. A register is also
-- read at the instant that ends the period.
WITH odd AS (
    SELECT channel, 'conflict' AS rule, ts, low AS before, high AS after, source_row
    FROM slot
    WHERE low <> high
    UNION ALL
    SELECT channel, fault AS rule, ts, count AS before, NULL AS after, source_row
    FROM standing
    WHERE fault IS NOT NULL
    UNION ALL
    SELECT
        withheld.channel, withheld.rule, withheld.ts, near.read AS before, NULL AS after,
        near.source_row
    FROM withheld
    JOIN near USING (channel, ts)
    WHERE near.read IS NOT NULL
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
        step.seconds // channel.seconds - 1 - count(slot.ts) AS absent
    FROM register_step AS step
    JOIN channel USING (channel)
    LEFT JOIN slot
        ON slot.channel = step.channel AND slot.ts > step.ts AND slot.ts < step.end_ts
    WHERE step.rule = 'gap_healed'
    GROUP BY step.channel, step.ts, step.seconds, channel.seconds
)
SELECT
    channel,
    rule,
    min(ts) AS from_ts,
    max(ts) + to_seconds(min(seconds)) AS to_ts,
    count(*) AS slots,
    min_by(before, ts) AS before,
    min_by(after, ts) AS after,
    min(source_row) AS source_row
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
    exchanged.opening, exchanged.source_row
FROM exchanged
JOIN channel USING (channel)
WHERE exchanged.ts >= channel.from_ts AND exchanged.ts < channel.to_ts
UNION ALL
SELECT
    channel, 'gap', ts, ts + to_seconds(seconds), slots, NULL, NULL, NULL
FROM uncovered
UNION ALL
SELECT
    stamped.channel,
    'redeclared',
    min(stamped.ts),
    max(stamped.ts) + to_seconds(min(channel.seconds)),
    count(*),
    NULL,
    NULL,
    min(stamped.source_row)
FROM stamped
JOIN recount USING (channel, delivery)
JOIN channel USING (channel)
WHERE stamped.ts >= channel.from_ts AND stamped.ts < channel.to_ts
GROUP BY stamped.channel
