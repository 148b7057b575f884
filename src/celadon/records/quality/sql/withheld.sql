-- Counts of interval meters that are not believed as read, one rule each, the first that holds:
--   overlap  no more than half an interval from another reading: the same amount twice.
--   x1000    three or more in a row above 20 times the meter's level, which in the middle (their
--            median) lie between 100 and 10000 times that level, and at most pass the physical
--            maximum where that is declared.
--   stuck    as many equal counts in a row as the meter's stuck_after, or more; below 20 counts
--            equal ones are how a steady load is rounded.
--   spike    above the physical maximum (and one count, as a pulse may fall into the next
--            interval); or five times the level, five times each of the four counts around it, and
--            twice what the meter reads at most, one in a thousand aside: what happens more often
--            is how it works. Next to a gap nothing is compared with its neighbours, as a meter
--            may deliver there what passed meanwhile. Or, where no maximum is declared, 200 times
--            the level, not long enough for x1000, and twice or one in a hundred at most.
-- The level is the median of the counts above zero. Where it is below 20 the meter is too coarse to
-- be compared with itself.
WITH level AS (
    SELECT
        channel,
        quantile_disc(count, 0.5) AS median,
        quantile_disc(count, 0.999) AS usual_most,
        count(*) AS slots
    FROM near
    WHERE count > 0
    GROUP BY channel
),
levelled AS (
    SELECT
        near.*,
        level.median,
        level.usual_most,
        channel.seconds,
        channel.stuck_after,
        CAST(channel.maximum AS HUGEINT) * channel.seconds // 3600 + 1 AS most,
        near.before_ts >= near.ts - to_seconds(channel.seconds // 2) AS is_close_before,
        near.after_ts <= near.ts + to_seconds(channel.seconds // 2) AS is_close_after
    FROM near
    JOIN channel USING (channel)
    LEFT JOIN level USING (channel)
),
far_followed AS (
    SELECT
        channel,
        ts,
        count,
        median,
        most,
        CASE
            WHEN lag(ts) OVER (PARTITION BY channel ORDER BY ts) = ts - to_seconds(seconds) THEN 0
            ELSE 1
        END AS begins
    FROM levelled
    WHERE median >= 20 AND count > 20 * median
),
far AS (
    SELECT *, sum(begins) OVER (PARTITION BY channel ORDER BY ts) AS run
    FROM far_followed
),
far_run AS (
    SELECT
        channel,
        run,
        count(*) AS slots,
        quantile_disc(count, 0.5) BETWEEN 100 * min(median) AND 10000 * min(median)
        AND coalesce(max(count) > min(most), TRUE) AS is_thousandfold
    FROM far
    GROUP BY channel, run
),
short AS (
    SELECT
        far.channel,
        far.ts,
        count(*) OVER (PARTITION BY far.channel) AS slots
    FROM far
    JOIN far_run USING (channel, run)
    WHERE far_run.slots < 3 AND far.most IS NULL AND far.count > 200 * far.median
),
repeated_followed AS (
    SELECT
        channel,
        ts,
        seconds,
        stuck_after,
        CASE
            WHEN lag(ts) OVER (PARTITION BY channel ORDER BY ts) = ts - to_seconds(seconds) THEN 0
            ELSE 1
        END AS begins
    FROM levelled
    WHERE
        count >= 20
        AND count = before_count
        AND before_ts = ts - to_seconds(seconds)
        AND stuck_after > 0
),
repeated AS (
    SELECT *, sum(begins) OVER (PARTITION BY channel ORDER BY ts) AS run
    FROM repeated_followed
),
stuck_run AS (
    SELECT
        channel,
        min(ts) - to_seconds(min(seconds)) AS from_ts,
        max(ts) AS last_ts
    FROM repeated
    GROUP BY channel, run
    HAVING count(*) + 1 >= min(stuck_after)
),
verdict AS (
    SELECT channel, ts, 1 AS rank, 'overlap' AS rule
    FROM levelled
    WHERE is_close_before OR is_close_after
    UNION ALL
    SELECT far.channel, far.ts, 2 AS rank, 'x1000' AS rule
    FROM far
    JOIN far_run USING (channel, run)
    WHERE far_run.slots >= 3 AND far_run.is_thousandfold
    UNION ALL
    SELECT near.channel, near.ts, 3 AS rank, 'stuck' AS rule
    FROM near
    JOIN stuck_run
        ON near.channel = stuck_run.channel
        AND near.ts BETWEEN stuck_run.from_ts AND stuck_run.last_ts
    UNION ALL
    SELECT short.channel, short.ts, 4 AS rank, 'spike' AS rule
    FROM short
    JOIN level USING (channel)
    WHERE short.slots <= greatest(2, level.slots // 100)
    UNION ALL
    SELECT channel, ts, 4 AS rank, 'spike' AS rule
    FROM levelled
    WHERE
        count > most
        OR (
            median >= 20
            AND count > 5 * median
            AND count > 5 * most_near
            AND count > 2 * usual_most
            AND before_ts = ts - to_seconds(seconds)
            AND after_ts = ts + to_seconds(seconds)
            AND before_count IS NOT NULL
            AND after_count IS NOT NULL
        )
)
SELECT channel, ts, min_by(rule, rank) AS rule
FROM verdict
GROUP BY channel, ts
