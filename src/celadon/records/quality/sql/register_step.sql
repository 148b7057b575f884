-- What a register passed from each good reading to the next. A fall is a rollover only if the step
-- through the end of the dial stays within the physical maximum (and one count); else a reset. A
-- step above that is withheld. A step over readings that are absent or withheld is exact as a
-- whole; but over a time in which the dial could have gone round at the physical maximum, nobody
-- knows how often it did, and the step is withheld. A step to or from an exchange is told as such. A
-- register that is read by hand has no gap while a step is no longer than its quiet_seconds.
WITH pair AS (
    SELECT
        channel,
        ts,
        count AS opening,
        delivery,
        source_row,
        is_given OR lead(is_given) OVER in_time AS is_exchange,
        coalesce(fault = 'source_estimated', FALSE)
        OR coalesce(lead(fault) OVER in_time = 'source_estimated', FALSE) AS is_estimated,
        lead(count) OVER in_time AS closing,
        lead(ts) OVER in_time AS end_ts
    FROM standing
    WHERE fault IS NULL OR fault = 'source_estimated'
    WINDOW in_time AS (PARTITION BY channel, dial ORDER BY ts)
),
measured AS (
    SELECT
        pair.channel,
        pair.ts,
        pair.end_ts,
        pair.opening,
        pair.closing,
        pair.delivery,
        pair.source_row,
        pair.is_exchange,
        pair.is_estimated,
        date_diff('second', pair.ts, pair.end_ts) AS seconds,
        pair.closing - pair.opening AS rise,
        channel.seconds AS slot_seconds,
        channel.quiet_seconds,
        channel.modulus,
        CAST(channel.maximum AS HUGEINT)
        * date_diff('second', pair.ts, pair.end_ts) // 3600 + 1 AS most
    FROM pair
    JOIN channel USING (channel)
    WHERE pair.end_ts IS NOT NULL
),
judged AS (
    SELECT
        *,
        CASE
            WHEN rise > most THEN 'spike'
            WHEN seconds > slot_seconds AND modulus <= most THEN 'unknown_turns'
            WHEN rise >= 0 AND seconds > quiet_seconds THEN 'gap_healed'
            WHEN rise >= 0 AND is_exchange THEN 'exchange'
            WHEN rise >= 0 THEN NULL
            WHEN rise + modulus BETWEEN 0 AND most THEN 'rollover'
            ELSE 'reset'
        END AS rule
    FROM measured
)
SELECT
    channel,
    ts,
    end_ts,
    seconds,
    CASE
        WHEN rule IN ('spike', 'reset', 'unknown_turns') THEN NULL
        WHEN rule = 'rollover' THEN rise + modulus
        ELSE rise
    END AS count,
    rule,
    is_estimated,
    CASE WHEN rule = 'spike' THEN rise ELSE opening END AS before,
    closing AS after,
    delivery,
    source_row
FROM judged
