-- Counts of interval meters that are not believed as read, one rule each, the first that holds:
--   overlap  no more than half an interval from another reading: the same amount twice.
--   x1000    three or more in a row above 20 times the meter's level, which in the middle (their
--            median) lie between 100 and 10000 times that level, and at most pass the physical
--            maximum where that is declared.
--   stuck    as many equal non-zero counts in a row as the meter's stuck_after, or more.
--   spike    above the physical maximum (and one count, as a pulse may fall into the next
--            interval); or five times the level and five times each of the four counts around it;
--            or 200 times the level, but not long enough for x1000. The last two also pass twice
--            what the meter reads at most, one in a thousand aside: what happens more often is how
--            it works. Next to a gap nothing is compared with its neighbours.
-- The level is the median of the non-zero counts. Below 20 counts a meter is too coarse to be
-- compared with itself.
WITH level AS (
    SELECT
        channel,
        quantile_disc(count, 0.5) AS median,
        quantile_disc(count, 0.999) AS usual_most
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
far AS (
    SELECT
        channel,
        ts,
        count,
        median,
        usual_most,
        most,
        ts - to_seconds(seconds * row_number() OVER (PARTITION BY channel ORDER BY ts)) AS run
    FROM levelled
    WHERE median >= 20 AND count > 20 * median
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
repeated AS (
    SELECT
        channel,
        ts,
        seconds,
        stuck_after,
        ts - to_seconds(seconds * row_number() OVER (PARTITION BY channel ORDER BY ts)) AS run
    FROM levelled
    WHERE
        median >= 20
        AND count <> 0
        AND count = before_count
        AND before_ts = ts - to_seconds(seconds)
        AND stuck_after > 0
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
    SELECT far.channel, far.ts, 4 AS rank, 'spike' AS rule
    FROM far
    JOIN far_run USING (channel, run)
    WHERE far_run.slots < 3 AND far.count > 200 * far.median AND far.count > 2 * far.usual_most
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
