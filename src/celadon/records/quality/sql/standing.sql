-- Readings of registers, those that cannot be right marked: a bad reading is withheld, and the
-- register spans it, so that its total stays exact. Bad is
--   what no dial shows: below zero, or its end and more;
--   one reading outside the two around it, while those two are in order;
--   an excursion: readings of less than a day that do not fit what is before and after them, while
--   what is before and after fits together. One reading fits another if the step between them, or
--   the step through the end of the dial, stays within the physical maximum (and one count, as a
--   dial shows whole counts).
WITH shown AS (
    SELECT
        slot.channel,
        slot.ts,
        slot.low AS count,
        slot.source_row,
        slot.low < 0 OR coalesce(slot.low >= channel.modulus, FALSE) AS is_impossible
    FROM slot
    JOIN channel USING (channel)
    WHERE channel.kind = 'register' AND slot.low = slot.high
),
neighboured AS (
    SELECT
        channel,
        ts,
        count,
        lag(count) OVER in_time AS before_count,
        lead(count) OVER in_time AS after_count
    FROM shown
    WHERE NOT is_impossible
    WINDOW in_time AS (PARTITION BY channel ORDER BY ts)
),
ordered AS (
    SELECT
        channel,
        ts,
        count,
        lag(ts) OVER in_time AS before_ts,
        lag(count) OVER in_time AS before_count
    FROM neighboured
    WHERE
        before_count IS NULL
        OR after_count IS NULL
        OR before_count > after_count
        OR count BETWEEN before_count AND after_count
    WINDOW in_time AS (PARTITION BY channel ORDER BY ts)
),
stepped AS (
    SELECT
        ordered.channel,
        ordered.ts,
        ordered.count,
        ordered.count - ordered.before_count AS rise,
        channel.modulus,
        CAST(channel.maximum AS HUGEINT)
        * date_diff('second', ordered.before_ts, ordered.ts) // 3600 + 1 AS most
    FROM ordered
    JOIN channel USING (channel)
),
stretch AS (
    SELECT
        channel,
        ts,
        count,
        sum(
            CASE
                WHEN rise IS NULL THEN 0
                WHEN rise BETWEEN 0 AND most THEN 0
                WHEN rise + modulus BETWEEN 0 AND most THEN 0
                ELSE 1
            END
        ) OVER (PARTITION BY channel ORDER BY ts) AS stretch
    FROM stepped
),
stretch_end AS (
    SELECT
        channel,
        stretch,
        min(ts) AS first_ts,
        max(ts) AS last_ts,
        min_by(count, ts) AS first_count,
        max_by(count, ts) AS last_count
    FROM stretch
    GROUP BY channel, stretch
),
around AS (
    SELECT
        stretch_end.channel,
        stretch_end.stretch,
        lag(stretch_end.last_ts) OVER in_time AS before_ts,
        lead(stretch_end.first_ts) OVER in_time AS after_ts,
        lead(stretch_end.first_count) OVER in_time
        - lag(stretch_end.last_count) OVER in_time AS rise,
        channel.modulus,
        channel.maximum
    FROM stretch_end
    JOIN channel USING (channel)
    WINDOW in_time AS (PARTITION BY stretch_end.channel ORDER BY stretch_end.stretch)
),
excursion AS (
    SELECT channel, stretch
    FROM (
        SELECT
            *,
            CAST(maximum AS HUGEINT) * date_diff('second', before_ts, after_ts) // 3600 + 1 AS most
        FROM around
    ) AS bounded
    WHERE
        after_ts <= before_ts + INTERVAL 1 DAY
        AND (rise BETWEEN 0 AND most OR coalesce(rise + modulus BETWEEN 0 AND most, FALSE))
),
good AS (
    SELECT stretch.channel, stretch.ts
    FROM stretch
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM excursion
            WHERE excursion.channel = stretch.channel AND excursion.stretch = stretch.stretch
        )
)
SELECT
    shown.channel,
    shown.ts,
    shown.count,
    shown.source_row,
    good.ts IS NULL AS is_bad
FROM shown
LEFT JOIN good USING (channel, ts)
