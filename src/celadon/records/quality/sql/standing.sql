-- Readings of registers, those that cannot be right marked: a bad reading is withheld, and the
-- register spans it, so that its total stays exact. Bad is
--   what the source itself marks as bad;
--   what no dial shows: below zero, or its end and more;
--   one reading outside the two around it, while those two are in order (of two such readings in a
--   row the one that stands between two equal ones, else the one with the steeper step to its other
--   neighbour, of more the first, the third and so on: the others are in order without them);
--   an excursion: readings of less than a day that do not fit what is before and after them, while
--   what is before and after fits together. One reading fits another if the step between them, or
--   the step through the end of the dial, stays within the physical maximum (and one count, as a
--   dial shows whole counts);
--   a reading that only repeats the one before, where the step after the repeats is more than can
--   pass since the last of them, but not since the first: the register was frozen and caught up;
--   of what is left, up to four readings before or after a step that does not fit, where what is
--   before and after them fits: the fewer, of as many those with the steeper step to their other
--   neighbour if the register falls, with the flatter one if it rises too far.
-- One that the source estimated is told as well, but used: the steps on either side are estimated.
WITH shown AS (
    SELECT
        dial.channel,
        dial.dial,
        dial.ts,
        dial.count,
        dial.delivery,
        dial.source_row,
        dial.is_given,
        dial.mark,
        coalesce(dial.mark = 'marked_bad', FALSE)
        OR dial.count < 0 OR coalesce(dial.count >= channel.modulus, FALSE) AS is_impossible
    FROM dial
    JOIN channel USING (channel)
),
neighboured AS (
    SELECT
        channel,
        dial,
        ts,
        count,
        lag(count) OVER in_time AS before_count,
        lead(count) OVER in_time AS after_count,
        date_diff('second', lag(ts) OVER in_time, ts) AS before_seconds,
        date_diff('second', ts, lead(ts) OVER in_time) AS after_seconds
    FROM shown
    WHERE NOT is_impossible
    WINDOW in_time AS (PARTITION BY channel, dial ORDER BY ts)
),
numbered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY channel, dial ORDER BY ts) AS place,
        coalesce(
            before_count <= after_count AND NOT count BETWEEN before_count AND after_count, FALSE
        ) AS is_outside
    FROM neighboured
),
outside AS (
    SELECT
        *,
        place - row_number() OVER (PARTITION BY channel, dial ORDER BY ts) AS run
    FROM numbered
    WHERE is_outside
),
in_run AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY channel, dial, run ORDER BY ts) AS number,
        count(*) OVER (PARTITION BY channel, dial, run) AS numbers,
        CAST(abs(count - before_count) AS HUGEINT) AS rise,
        CAST(abs(after_count - count) AS HUGEINT) AS rise_after
    FROM outside
),
weighed AS (
    SELECT
        *,
        min(rise) FILTER (WHERE number = 1) OVER in_pair
        * min(after_seconds) FILTER (WHERE number = 2) OVER in_pair
        < min(rise_after) FILTER (WHERE number = 2) OVER in_pair
        * min(before_seconds) FILTER (WHERE number = 1) OVER in_pair AS is_flatter,
        bool_or(before_count = after_count) FILTER (WHERE number = 1) OVER in_pair
        AS is_around_first,
        bool_or(before_count = after_count) FILTER (WHERE number = 2) OVER in_pair
        AS is_around_second
    FROM in_run
    WINDOW in_pair AS (PARTITION BY channel, dial, run)
),
lone AS (
    SELECT channel, dial, ts
    FROM weighed
    WHERE
        number % 2 = CASE
            WHEN numbers <> 2 THEN 1
            WHEN is_around_first <> is_around_second AND is_around_second THEN 0
            WHEN is_around_first = is_around_second AND is_flatter THEN 0
            ELSE 1
        END
),
ordered AS (
    SELECT
        numbered.channel,
        numbered.dial,
        numbered.ts,
        numbered.count,
        lag(numbered.ts) OVER in_time AS before_ts,
        lag(numbered.count) OVER in_time AS before_count
    FROM numbered
    LEFT JOIN lone USING (channel, dial, ts)
    WHERE lone.ts IS NULL
    WINDOW in_time AS (PARTITION BY numbered.channel, numbered.dial ORDER BY numbered.ts)
),
stepped AS (
    SELECT
        ordered.channel,
        ordered.dial,
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
        dial,
        ts,
        count,
        sum(
            CASE
                WHEN rise IS NULL THEN 0
                WHEN rise BETWEEN 0 AND most THEN 0
                WHEN rise + modulus BETWEEN 0 AND most THEN 0
                ELSE 1
            END
        ) OVER (PARTITION BY channel, dial ORDER BY ts) AS stretch
    FROM stepped
),
stretch_end AS (
    SELECT
        channel,
        dial,
        stretch,
        min(ts) AS first_ts,
        max(ts) AS last_ts,
        min_by(count, ts) AS first_count,
        max_by(count, ts) AS last_count
    FROM stretch
    GROUP BY channel, dial, stretch
),
around AS (
    SELECT
        stretch_end.channel,
        stretch_end.dial,
        stretch_end.stretch,
        lag(stretch_end.last_ts) OVER in_time AS before_ts,
        lead(stretch_end.first_ts) OVER in_time AS after_ts,
        lead(stretch_end.first_count) OVER in_time
        - lag(stretch_end.last_count) OVER in_time AS rise,
        channel.modulus,
        channel.maximum
    FROM stretch_end
    JOIN channel USING (channel)
    WINDOW in_time AS (
        PARTITION BY stretch_end.channel, stretch_end.dial ORDER BY stretch_end.stretch
    )
),
excursion AS (
    SELECT channel, dial, stretch
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
fitting AS (
    SELECT stretch.channel, stretch.dial, stretch.ts, stretch.count
    FROM stretch
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM excursion
            WHERE
                excursion.channel = stretch.channel
                AND excursion.dial = stretch.dial
                AND excursion.stretch = stretch.stretch
        )
),
changed AS (
    SELECT
        *,
        CASE
            WHEN count = lag(count) OVER (PARTITION BY channel, dial ORDER BY ts) THEN 0
            ELSE 1
        END AS changes
    FROM fitting
),
repeated AS (
    SELECT *, sum(changes) OVER (PARTITION BY channel, dial ORDER BY ts) AS run
    FROM changed
),
run_end AS (
    SELECT
        channel,
        dial,
        run,
        min(count) AS count,
        min(ts) AS first_ts,
        max(ts) AS last_ts
    FROM repeated
    GROUP BY channel, dial, run
),
caught_up AS (
    SELECT
        run_end.channel,
        run_end.dial,
        run_end.run,
        run_end.first_ts,
        run_end.last_ts,
        lead(run_end.first_ts) OVER in_time AS next_ts,
        lead(run_end.count) OVER in_time - run_end.count AS rise,
        CAST(channel.maximum AS HUGEINT) AS maximum
    FROM run_end
    JOIN channel USING (channel)
    WINDOW in_time AS (PARTITION BY run_end.channel, run_end.dial ORDER BY run_end.run)
),
frozen AS (
    SELECT repeated.channel, repeated.dial, repeated.ts
    FROM repeated
    JOIN caught_up USING (channel, dial, run)
    WHERE
        repeated.ts > caught_up.first_ts
        AND caught_up.rise
        > caught_up.maximum * date_diff('second', caught_up.last_ts, caught_up.next_ts) // 3600 + 1
        AND caught_up.rise
        <= caught_up.maximum * date_diff('second', caught_up.first_ts, caught_up.next_ts) // 3600
        + 1
),
sound AS (
    SELECT
        fitting.channel,
        fitting.dial,
        fitting.ts,
        fitting.count,
        row_number() OVER in_time AS place,
        lead(fitting.ts) OVER in_time AS next_ts,
        lead(fitting.count) OVER in_time AS next_count,
        CAST(channel.maximum AS HUGEINT) AS maximum,
        channel.modulus
    FROM fitting
    JOIN channel USING (channel)
    LEFT JOIN frozen USING (channel, dial, ts)
    WHERE frozen.ts IS NULL
    WINDOW in_time AS (PARTITION BY fitting.channel, fitting.dial ORDER BY fitting.ts)
),
broken AS (
    SELECT *
    FROM (
        SELECT
            *,
            next_count - count AS rise,
            maximum * date_diff('second', ts, next_ts) // 3600 + 1 AS most
        FROM sound
    ) AS stepped_on
    WHERE
        NOT rise BETWEEN 0 AND most
        AND NOT coalesce(rise + modulus BETWEEN 0 AND most, FALSE)
),
without_few AS (
    SELECT
        broken.channel, broken.dial, broken.place, TRUE AS is_back,
        broken.place - sound.place AS gone,
        broken.next_count - sound.count AS rise,
        broken.maximum * date_diff('second', sound.ts, broken.next_ts) // 3600 + 1 AS most,
        broken.modulus
    FROM broken
    JOIN sound
        ON sound.channel = broken.channel
        AND sound.dial = broken.dial
        AND sound.place BETWEEN broken.place - 4 AND broken.place - 1
    UNION ALL
    SELECT
        broken.channel, broken.dial, broken.place, FALSE AS is_back,
        sound.place - broken.place - 1 AS gone,
        sound.count - broken.count AS rise,
        broken.maximum * date_diff('second', broken.ts, sound.ts) // 3600 + 1 AS most,
        broken.modulus
    FROM broken
    JOIN sound
        ON sound.channel = broken.channel
        AND sound.dial = broken.dial
        AND sound.place BETWEEN broken.place + 2 AND broken.place + 5
),
fewest AS (
    SELECT
        channel,
        dial,
        place,
        min(gone) FILTER (WHERE is_back) AS back,
        min(gone) FILTER (WHERE NOT is_back) AS ahead
    FROM without_few
    WHERE rise BETWEEN 0 AND most OR coalesce(rise + modulus BETWEEN 0 AND most, FALSE)
    GROUP BY channel, dial, place
),
beside AS (
    SELECT
        fewest.*,
        broken.rise < 0 AS falls,
        CAST(abs(earlier.next_count - earlier.count) AS HUGEINT)
        * date_diff('second', later.ts, later.next_ts) AS rise_before,
        CAST(abs(later.next_count - later.count) AS HUGEINT)
        * date_diff('second', earlier.ts, earlier.next_ts) AS rise_after
    FROM fewest
    JOIN broken USING (channel, dial, place)
    LEFT JOIN sound AS earlier
        ON earlier.channel = fewest.channel
        AND earlier.dial = fewest.dial
        AND earlier.place = fewest.place - fewest.back
    LEFT JOIN sound AS later
        ON later.channel = fewest.channel
        AND later.dial = fewest.dial
        AND later.place = fewest.place + fewest.ahead
),
chosen AS (
    SELECT
        *,
        CASE
            WHEN back IS NULL THEN FALSE
            WHEN ahead IS NULL OR back < ahead THEN TRUE
            WHEN back > ahead THEN FALSE
            WHEN falls THEN rise_before >= rise_after
            ELSE rise_before < rise_after
        END AS is_back
    FROM beside
),
astray AS (
    SELECT DISTINCT sound.channel, sound.dial, sound.ts
    FROM sound
    JOIN chosen
        ON chosen.channel = sound.channel
        AND chosen.dial = sound.dial
        AND sound.place BETWEEN
        CASE WHEN chosen.is_back THEN chosen.place - chosen.back + 1 ELSE chosen.place + 1 END
        AND CASE WHEN chosen.is_back THEN chosen.place ELSE chosen.place + chosen.ahead END
)
SELECT
    shown.channel,
    shown.dial,
    shown.ts,
    shown.count,
    shown.delivery,
    shown.source_row,
    shown.is_given,
    CASE
        WHEN shown.mark = 'marked_bad' THEN 'marked_bad'
        WHEN fitting.ts IS NULL OR astray.ts IS NOT NULL THEN 'misreading'
        WHEN frozen.ts IS NOT NULL THEN 'frozen'
        WHEN shown.mark = 'source_estimated' THEN 'source_estimated'
    END AS fault
FROM shown
LEFT JOIN fitting USING (channel, dial, ts)
LEFT JOIN frozen USING (channel, dial, ts)
LEFT JOIN astray USING (channel, dial, ts)
