-- What concerns rows of a file, told once per file and rule: rows that are repeated, displaced,
-- late, or that correct what was known before.
WITH arrival AS (
    SELECT channel, delivery, min(ts) AS first_ts, max(ts) AS last_ts
    FROM stamped
    GROUP BY channel, delivery
),
front AS (
    SELECT
        channel,
        delivery,
        first_ts,
        max(last_ts) OVER (
            PARTITION BY channel ORDER BY delivery
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS front_ts
    FROM arrival
),
late AS (
    SELECT slot.channel, slot.delivery, slot.ts, slot.source_row
    FROM slot
    JOIN front USING (channel, delivery)
    WHERE
        front.first_ts <= front.front_ts
        AND slot.ts <= front.front_ts
        AND NOT EXISTS (
            SELECT 1
            FROM contested
            WHERE
                contested.channel = slot.channel AND contested.ts = slot.ts AND contested.age = 2
        )
),
row_event AS (
    SELECT
        channel, delivery, mark AS rule, ts, source_row, NULL AS before, NULL AS after
    FROM stamped
    WHERE mark IS NOT NULL
    UNION ALL
    SELECT channel, delivery, 'late' AS rule, ts, source_row, NULL AS before, NULL AS after
    FROM late
    UNION ALL
    SELECT channel, delivery, 'duplicate' AS rule, ts, source_row, NULL AS before, NULL AS after
    FROM contested
    WHERE age = 1 AND copies > 1 AND low = high
    UNION ALL
    SELECT
        latest.channel,
        latest.delivery,
        'correction' AS rule,
        latest.ts,
        latest.source_row,
        previous.low AS before,
        latest.low AS after
    FROM contested AS latest
    JOIN contested AS previous
        ON previous.channel = latest.channel AND previous.ts = latest.ts AND previous.age = 2
    WHERE
        latest.age = 1
        AND latest.low = latest.high
        AND (previous.low <> latest.low OR previous.high <> latest.high)
),
within_period AS (
    SELECT
        row_event.*,
        row_event.ts + to_seconds(channel.seconds) AS end_ts,
        row_number() OVER (
            PARTITION BY row_event.delivery, row_event.rule
            ORDER BY row_event.ts, row_event.channel
        ) AS number
    FROM row_event
    JOIN channel USING (channel)
    WHERE
        row_event.ts >= channel.from_ts
        AND (
            row_event.ts < channel.to_ts
            OR (row_event.ts = channel.to_ts AND channel.kind = 'register')
        )
)
SELECT
    delivery,
    rule,
    min(ts) AS from_ts,
    max(end_ts) AS to_ts,
    CASE WHEN rule = 'correction' THEN count(*) ELSE count(DISTINCT source_row) END AS slots,
    max(before) FILTER (WHERE number = 1) AS before,
    max(after) FILTER (WHERE number = 1) AS after,
    min(source_row) AS source_row
FROM within_period
GROUP BY delivery, rule
