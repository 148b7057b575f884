-- Amounts as read: an interval's own count, a register's step to its next reading. A fall is a
-- rollover only if the step through the modulus stays within the physical maximum; else a reset. A
-- step above the physical maximum is withheld.
WITH pair AS (
    SELECT
        site,
        meter,
        ts,
        count AS opening,
        lead(count) OVER in_time AS closing,
        lead(ts) OVER in_time AS end_ts,
        source_row
    FROM register_reading
    WHERE NOT is_spike
    WINDOW in_time AS (PARTITION BY site, meter ORDER BY ts)
),
measured AS (
    SELECT
        pair.*,
        date_diff('second', pair.ts, pair.end_ts) AS span,
        pair.closing - pair.opening AS rise,
        meter.seconds,
        meter.modulus,
        CAST(meter.maximum AS HUGEINT) * date_diff('second', pair.ts, pair.end_ts) // 3600 AS most
    FROM pair
    JOIN meter USING (site, meter)
    WHERE pair.end_ts IS NOT NULL
),
judged AS (
    SELECT
        *,
        CASE
            WHEN rise > most THEN 'spike'
            WHEN rise >= 0 AND span > seconds THEN 'gap_healed'
            WHEN rise >= 0 THEN NULL
            WHEN rise + modulus BETWEEN 0 AND most THEN 'rollover'
            ELSE 'reset'
        END AS rule
    FROM measured
)
SELECT
    site,
    meter,
    ts,
    span AS seconds,
    CASE
        WHEN rule IN ('spike', 'reset') THEN NULL
        WHEN rule = 'rollover' THEN rise + modulus
        ELSE rise
    END AS count,
    rule,
    CASE WHEN rule = 'spike' THEN rise ELSE opening END AS before,
    closing AS after,
    source_row
FROM judged
UNION ALL
SELECT
    slot.site,
    slot.meter,
    slot.ts,
    meter.seconds,
    slot.low AS count,
    NULL AS rule,
    NULL AS before,
    NULL AS after,
    slot.source_row
FROM slot
JOIN meter USING (site, meter)
WHERE
    meter.kind = 'interval'
    AND slot.low = slot.high
    AND slot.ts >= meter.from_ts
    AND slot.ts < meter.to_ts
