-- What concerns rows of a file, told once per file and rule: rows that are repeated, displaced,
-- late, or that correct what was known before. It rests on the file and on those before it alone.
WITH front AS (
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
    SELECT stamped.channel, stamped.delivery, stamped.ts, stamped.source_row
    FROM stamped
    JOIN front USING (channel, delivery)
    WHERE
        front.first_ts <= front.front_ts
        AND stamped.ts <= front.front_ts
        AND NOT EXISTS (
            SELECT 1
            FROM contested
            WHERE
                contested.channel = stamped.channel
                AND contested.ts = stamped.ts
                AND contested.delivery < stamped.delivery
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
    WHERE copies > 1 AND low = high
    UNION ALL
    SELECT
        channel,
        delivery,
        'correction' AS rule,
        ts,
        source_row,
        low_before AS before,
        low AS after
    FROM contested
    WHERE low = high AND (low_before <> low OR high_before <> low)
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
