-- Steps after repair, and the stretches of which nothing is known: measured, estimated or missing.
-- A step or a stretch may span several slots, and days.
WITH kept AS (
    SELECT
        near.channel,
        near.ts,
        CASE
            WHEN withheld.rule = 'overlap' AND near.after_ts < near.ts + to_seconds(channel.seconds)
                THEN date_diff('second', near.ts, near.after_ts)
            ELSE coalesce(longer_step.seconds, channel.seconds)
        END AS seconds,
        near.count AS counted,
        CASE WHEN near.read IS NULL THEN 'conflict' ELSE withheld.rule END AS rule,
        near.count // 1000 AS thousandth,
        near.count % 1000 AS rest
    FROM near
    JOIN channel USING (channel)
    LEFT JOIN withheld USING (channel, ts)
    LEFT JOIN longer_step USING (channel, ts)
)
SELECT
    channel,
    ts,
    seconds,
    CASE
        WHEN rule IS NULL OR rule IN ('source_estimated', 'longer_step') THEN counted
        WHEN rule = 'x1000' AND (rest > 500 OR (rest = 500 AND thousandth % 2 = 1))
            THEN thousandth + 1
        WHEN rule = 'x1000' THEN thousandth
    END AS count,
    CASE
        WHEN rule IS NULL OR rule = 'longer_step' THEN 'measured'
        WHEN rule IN ('x1000', 'source_estimated') THEN 'estimated'
        ELSE 'missing'
    END AS state,
    rule
FROM kept
UNION ALL
SELECT
    channel,
    ts,
    seconds,
    count,
    CASE
        WHEN count IS NULL THEN 'missing'
        WHEN is_estimated THEN 'estimated'
        ELSE 'measured'
    END AS state,
    CASE WHEN rule IS NULL AND is_estimated THEN 'source_estimated' ELSE rule END AS rule
FROM register_step
UNION ALL
SELECT channel, ts, seconds, NULL AS count, 'missing' AS state, 'gap' AS rule
FROM uncovered
