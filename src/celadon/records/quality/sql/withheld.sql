-- Counts of interval meters that a rule speaks of, most not believed as read; one rule each, the
-- first that holds:
--   marked_bad, source_estimated   what the source says itself; the first is looked at no further,
--            the second is all that is told of a count that no other rule withholds.
--   overlap  no more than half an interval from another reading: the same amount twice.
--   x1000    in a run of slots, one interval after the other, that are far (above 20 times the
--            level) or whole thousands, three or more of them far, from the first to the last far
--            one: half of the far ones or more are at least 100 times the level, a thousandth of
--            their median is at most one and a half times what the meter usually reads at most in
--            any of the months around, and the largest passes the physical maximum where that is
--            declared. Only where the level is 20 or more. A run ends where one far slot is more
--            than 300 times the next, or the next more than 300 times it: there the unit changed.
--   stuck    as many equal counts in a row as the meter's stuck_after, or more; below 20 counts
--            equal ones are how a steady load is rounded.
--   spike    above the physical maximum (and one count, as a pulse may fall into the next
--            interval); or more than 100 counts, twice what the meter usually reads at most (what
--            happens more often is how it works), and out of line by the Hampel test: five times the
--            median m of the window, and above it by more than nine times the median of |x - m| over
--            the same window, which is the slot and up to six on either side. Next to a gap nothing
--            is compared with its neighbours, as a meter may deliver there what passed meanwhile. Or,
--            where no maximum is declared, 200 times the level, not long enough for x1000, and twice
--            a month or one in a hundred at most.
--   longer_step  readings that come at longer steps than declared, as longer_step.sql defines them:
--            used as they are read. The maximum is that of the time they stand for.
-- A month's level is the lower middle one of the medians of the counts above zero of that local
-- month and of the two on either side; where one of these medians is 100 times another or more, it is
-- the median of all those counts, as a month may hold few. What the meter usually reads at most is
-- the upper middle one of the largest counts of those months but for one in a thousand and two at
-- least, runs of which half reach 100 times the level left out.
WITH dated AS (
    SELECT near.*, site_month.month, channel.seconds
    FROM near
    JOIN channel USING (channel)
    JOIN site_month
        ON site_month.site = channel.site
        AND near.ts >= site_month.from_ts
        AND near.ts < site_month.to_ts
),
present AS (
    SELECT DISTINCT channel, month FROM dated
),
own_median AS (
    SELECT channel, month, quantile_disc(count, 0.5) AS median, count(*) AS slots
    FROM dated
    WHERE count > 0
    GROUP BY channel, month
),
around AS (
    SELECT
        present.channel,
        present.month,
        coalesce(quantile_disc(own_median.median, 0.5), 0) AS middle,
        coalesce(max(own_median.median) // 100 >= min(own_median.median), FALSE) AS leaps,
        coalesce(max(own_median.slots) FILTER (WHERE own_median.month = present.month), 0) AS slots
    FROM present
    LEFT JOIN own_median
        ON own_median.channel = present.channel
        AND own_median.month BETWEEN present.month - 2 AND present.month + 2
    GROUP BY present.channel, present.month
),
whole AS (
    SELECT around.channel, around.month, quantile_disc(dated.count, 0.5) AS median
    FROM around
    JOIN dated
        ON dated.channel = around.channel
        AND dated.month BETWEEN around.month - 2 AND around.month + 2
    WHERE around.leaps AND dated.count > 0
    GROUP BY around.channel, around.month
),
level AS (
    SELECT
        around.channel,
        around.month,
        coalesce(whole.median, around.middle) AS median,
        around.slots
    FROM around
    LEFT JOIN whole USING (channel, month)
),
weighed AS (
    SELECT
        dated.channel,
        dated.ts,
        dated.month,
        dated.count,
        dated.seconds,
        level.median,
        level.median >= 20
        AND CAST(dated.count AS HUGEINT) > CAST(20 AS HUGEINT) * level.median AS is_far
    FROM dated
    JOIN level USING (channel, month)
    WHERE dated.count IS NOT NULL
),
far_followed AS (
    SELECT
        *,
        CASE
            WHEN lag(ts) OVER (PARTITION BY channel ORDER BY ts) = ts - to_seconds(seconds) THEN 0
            ELSE 1
        END AS begins
    FROM weighed
    WHERE is_far OR count % 1000 = 0
),
far_stretch AS (
    SELECT *, sum(begins) OVER (PARTITION BY channel ORDER BY ts) AS stretch
    FROM far_followed
),
far_stepped AS (
    SELECT
        *,
        lag(count) OVER (PARTITION BY channel, stretch, is_far ORDER BY ts) AS before_far
    FROM far_stretch
),
far AS (
    SELECT
        *,
        sum(
            CASE
                WHEN begins = 1 THEN 1
                WHEN is_far AND CAST(count AS HUGEINT) > CAST(300 AS HUGEINT) * before_far THEN 1
                WHEN is_far AND before_far > CAST(300 AS HUGEINT) * count THEN 1
                ELSE 0
            END
        ) OVER (PARTITION BY channel ORDER BY ts) AS run
    FROM far_stepped
),
far_run AS (
    SELECT
        channel,
        run,
        min(ts) AS from_ts,
        max(ts) AS to_ts,
        count(*) AS slots,
        min(month) AS from_month,
        max(month) AS to_month,
        quantile_disc(count, 0.5) AS middle,
        max(count) AS largest,
        count(*) >= 3
        AND -quantile_disc(-count, 0.5) >= CAST(100 AS HUGEINT) * min(median) AS is_vast
    FROM far
    WHERE is_far
    GROUP BY channel, run
),
vast AS (
    SELECT far.channel, far.ts, far.run
    FROM far
    JOIN far_run USING (channel, run)
    WHERE far_run.is_vast AND far.ts BETWEEN far_run.from_ts AND far_run.to_ts
),
ranked AS (
    SELECT
        dated.channel,
        dated.month,
        dated.count,
        row_number() OVER (
            PARTITION BY dated.channel, dated.month ORDER BY dated.count DESC
        ) AS place,
        count(*) OVER (PARTITION BY dated.channel, dated.month) AS slots
    FROM dated
    LEFT JOIN vast USING (channel, ts)
    WHERE dated.count > 0 AND vast.ts IS NULL
),
own_most AS (
    SELECT channel, month, count AS most
    FROM ranked
    WHERE place = least(slots, greatest(2, slots // 1000) + 1)
),
usual AS (
    SELECT
        present.channel,
        present.month,
        coalesce(-quantile_disc(-own_most.most, 0.5), 0) AS usual_most
    FROM present
    LEFT JOIN own_most
        ON own_most.channel = present.channel
        AND own_most.month BETWEEN present.month - 2 AND present.month + 2
    GROUP BY present.channel, present.month
),
thousandfold AS (
    SELECT far_run.channel, far_run.run
    FROM far_run
    JOIN channel USING (channel)
    JOIN own_most
        ON own_most.channel = far_run.channel
        AND own_most.month BETWEEN far_run.from_month - 2 AND far_run.to_month + 2
    WHERE far_run.is_vast
    GROUP BY far_run.channel, far_run.run, far_run.middle, far_run.largest, channel.maximum,
        channel.seconds
    HAVING
        far_run.middle <= CAST(1500 AS HUGEINT) * max(own_most.most)
        AND coalesce(
            far_run.largest > CAST(channel.maximum AS HUGEINT) * channel.seconds // 3600 + 1, TRUE
        )
),
levelled AS (
    SELECT
        dated.*,
        usual.usual_most,
        channel.stuck_after,
        CAST(channel.maximum AS HUGEINT)
        * coalesce(longer_step.seconds, channel.seconds) // 3600 + 1 AS most,
        dated.before_ts >= dated.ts - to_seconds(dated.seconds // 2) AS is_close_before,
        dated.after_ts <= dated.ts + to_seconds(dated.seconds // 2) AS is_close_after
    FROM dated
    JOIN channel USING (channel)
    JOIN usual USING (channel, month)
    LEFT JOIN longer_step USING (channel, ts)
),
short AS (
    SELECT
        far.channel,
        far.ts,
        far.month,
        count(*) OVER (PARTITION BY far.channel, far.month) AS slots
    FROM far
    JOIN far_run USING (channel, run)
    JOIN channel USING (channel)
    WHERE
        far.is_far
        AND far_run.slots < 3
        AND channel.maximum IS NULL
        AND CAST(far.count AS HUGEINT) > CAST(200 AS HUGEINT) * far.median
        AND NOT EXISTS (
            SELECT 1
            FROM longer_step
            WHERE longer_step.channel = far.channel AND longer_step.ts = far.ts
        )
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
lone AS (
    SELECT channel, ts, place, count
    FROM levelled
    WHERE
        count > 100
        AND CAST(count AS HUGEINT) > CAST(2 AS HUGEINT) * usual_most
        AND before_ts = ts - to_seconds(seconds)
        AND after_ts = ts + to_seconds(seconds)
        AND before_count IS NOT NULL
        AND after_count IS NOT NULL
),
windowed AS (
    SELECT
        lone.channel,
        lone.ts,
        lone.count,
        near.count AS other,
        quantile_disc(near.count, 0.5) OVER (PARTITION BY lone.channel, lone.ts) AS median
    FROM lone
    JOIN near
        ON near.channel = lone.channel
        AND near.place BETWEEN lone.place - 6 AND lone.place + 6
        AND near.count IS NOT NULL
),
hampel AS (
    SELECT channel, ts
    FROM windowed
    GROUP BY channel, ts, count, median
    HAVING
        CAST(count AS HUGEINT) > CAST(5 AS HUGEINT) * median
        AND CAST(count AS HUGEINT) - median
        > CAST(9 AS HUGEINT) * quantile_disc(abs(other - median), 0.5)
),
verdict AS (
    SELECT channel, ts, 1 AS rank, 'overlap' AS rule
    FROM levelled
    WHERE is_close_before OR is_close_after
    UNION ALL
    SELECT vast.channel, vast.ts, 2 AS rank, 'x1000' AS rule
    FROM vast
    JOIN thousandfold USING (channel, run)
    UNION ALL
    SELECT near.channel, near.ts, 3 AS rank, 'stuck' AS rule
    FROM near
    JOIN stuck_run
        ON near.channel = stuck_run.channel
        AND near.ts BETWEEN stuck_run.from_ts AND stuck_run.last_ts
    UNION ALL
    SELECT short.channel, short.ts, 4 AS rank, 'spike' AS rule
    FROM short
    JOIN level USING (channel, month)
    WHERE short.slots <= greatest(2, level.slots // 100)
    UNION ALL
    SELECT channel, ts, 4 AS rank, 'spike' AS rule
    FROM levelled
    WHERE count > most
    UNION ALL
    SELECT channel, ts, 4 AS rank, 'spike' AS rule
    FROM hampel
    UNION ALL
    SELECT channel, ts, 5 AS rank, mark AS rule
    FROM near
    WHERE mark IS NOT NULL AND read IS NOT NULL
    UNION ALL
    SELECT channel, ts, 6 AS rank, 'longer_step' AS rule
    FROM longer_step
)
SELECT channel, ts, min_by(rule, rank) AS rule
FROM verdict
GROUP BY channel, ts
