-- Readings of interval meters that come regularly at longer steps than declared: each with how many
-- declared intervals it stands for, and for how long. A step is counted in declared intervals, to
-- the nearest; one of 23 or 25 hours as a day's, as clocks change. Eight steps or more in a row of
-- the same number of intervals, two or more and a day at most, are no chance: where half the
-- readings are lost at random, one in 65,000 places begins such a row, and fewer where more or less
-- is lost. On either side up to 24 more steps go with them, one after the other, that are whole
-- multiples of theirs, a day at most: there readings of the same kind are lost. Where a step is of
-- several rows, it is of the longest steps. A reading lasts until the next, or, where the next is
-- later, as long as its row's steps; so does the reading that ends a row, unless the next is sooner.
-- All that decides about a reading lies within the two months on either side that are looked at.
WITH stepped AS (
    SELECT
        near.channel,
        near.ts,
        near.place,
        date_diff('second', near.ts, near.after_ts) AS seconds,
        channel.seconds AS slot_seconds
    FROM near
    JOIN channel USING (channel)
),
counted AS (
    SELECT
        *,
        (CASE WHEN seconds IN (82800, 90000) THEN 86400 ELSE seconds END + slot_seconds // 2)
        // slot_seconds AS times
    FROM stepped
),
followed AS (
    SELECT
        *,
        CASE
            WHEN lag(place) OVER in_time = place - 1 AND lag(times) OVER in_time = times THEN 0
            ELSE 1
        END AS begins
    FROM counted
    WHERE times >= 2 AND times * slot_seconds <= 86400
    WINDOW in_time AS (PARTITION BY channel ORDER BY place)
),
numbered AS (
    SELECT *, sum(begins) OVER (PARTITION BY channel ORDER BY place) AS run
    FROM followed
),
regular AS (
    SELECT
        channel,
        run,
        times,
        min(place) AS from_place,
        max(place) AS to_place
    FROM numbered
    GROUP BY channel, run, times
    HAVING count(*) >= 8
),
away AS (
    SELECT *
    FROM (VALUES
        (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12),
        (13), (14), (15), (16), (17), (18), (19), (20), (21), (22), (23), (24)
    ) AS listed (places)
),
wanted AS (
    SELECT regular.channel, regular.times, regular.from_place, numbered.place
    FROM regular
    JOIN numbered USING (channel, run)
    UNION ALL
    SELECT
        regular.channel, regular.times, regular.from_place, regular.to_place + away.places AS place
    FROM regular
    CROSS JOIN away
    UNION ALL
    SELECT
        regular.channel, regular.times, regular.from_place, regular.from_place - away.places AS place
    FROM regular
    CROSS JOIN away
),
beside AS (
    SELECT
        wanted.channel,
        wanted.times,
        wanted.from_place,
        wanted.place,
        wanted.place - row_number() OVER (
            PARTITION BY wanted.channel, wanted.from_place ORDER BY wanted.place
        ) AS island
    FROM wanted
    JOIN counted USING (channel, place)
    WHERE
        counted.times >= wanted.times
        AND counted.times % wanted.times = 0
        AND counted.times * counted.slot_seconds <= 86400
),
spanned AS (
    SELECT beside.channel, beside.place, max(beside.times) AS times
    FROM beside
    JOIN beside AS inside
        ON inside.channel = beside.channel
        AND inside.from_place = beside.from_place
        AND inside.island = beside.island
        AND inside.place = inside.from_place
    GROUP BY beside.channel, beside.place
),
longer AS (
    SELECT channel, place, times
    FROM spanned
    UNION ALL
    SELECT counted.channel, counted.place, spanned.times
    FROM spanned
    JOIN counted
        ON counted.channel = spanned.channel
        AND counted.place = spanned.place + 1
    WHERE
        coalesce(counted.times > spanned.times, TRUE)
        AND NOT EXISTS (
            SELECT 1
            FROM spanned AS own
            WHERE own.channel = counted.channel AND own.place = counted.place
        )
),
begun AS (
    SELECT
        longer.channel,
        longer.place,
        longer.times,
        CASE
            WHEN
                lag(longer.place) OVER in_time = longer.place - 1
                AND lag(longer.times) OVER in_time = longer.times
                THEN 0
            ELSE 1
        END AS begins
    FROM longer
    WINDOW in_time AS (PARTITION BY longer.channel ORDER BY longer.place)
)
SELECT
    begun.channel,
    counted.ts,
    begun.times,
    CASE
        WHEN counted.times = begun.times THEN counted.seconds
        ELSE begun.times * counted.slot_seconds
    END AS seconds,
    sum(begun.begins) OVER (PARTITION BY begun.channel ORDER BY begun.place) AS stretch
FROM begun
JOIN counted USING (channel, place)
