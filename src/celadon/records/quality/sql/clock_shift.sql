-- Stretches of a file whose clock stood wrong by less than a day: the stamps jump by some time more
-- than one step, and later by the same time less (or first back, then forward), with no other turn
-- in between; and a stamp of the stretch is given again outside it with another count, as a file
-- that only repeats rows would not do. A stretch that begins with a jump forward goes before one
-- that ends with it. Each row of a stretch is moved by ``moved_seconds``.
-- As a gap and, later, a conflict of as many rows look alike, the clock must have been wrong by
-- whole half hours and for two weeks at most; the readings of a register must not fall at either
-- jump; and what another meter read must be nearer to the same hours of the days beside when it is
-- moved than as it is, or, where four rows or more got a stamp twice, not farther by more than a
-- quarter.
WITH stepped AS (
    SELECT
        midnight.channel,
        midnight.delivery,
        midnight.place,
        channel.seconds,
        date_diff(
            'second',
            lag(midnight.ts) OVER in_file,
            midnight.ts
        ) AS step
    FROM midnight
    JOIN channel USING (channel)
    WINDOW in_file AS (PARTITION BY midnight.channel, midnight.delivery ORDER BY midnight.place)
),
turned AS (
    SELECT
        *,
        sum(CASE WHEN step <= 0 THEN 1 ELSE 0 END) OVER (
            PARTITION BY channel, delivery ORDER BY place
        ) AS turn
    FROM stepped
),
jump AS (
    SELECT channel, delivery, place, turn, step <= 0 AS is_back, abs(step - seconds) AS shift
    FROM turned
    WHERE step <= 0 OR step > seconds
),
ahead AS (
    SELECT
        back.channel,
        back.delivery,
        back.place,
        max(forward.place) AS from_place,
        back.place AS to_place,
        -back.shift AS moved_seconds
    FROM jump AS back
    JOIN jump AS forward
        ON forward.channel = back.channel
        AND forward.delivery = back.delivery
        AND forward.turn = back.turn - 1
        AND forward.shift = back.shift
    WHERE back.is_back AND NOT forward.is_back AND back.shift < 86400
    GROUP BY back.channel, back.delivery, back.place, back.shift
),
behind AS (
    SELECT
        back.channel,
        back.delivery,
        back.place,
        back.place AS from_place,
        min(forward.place) AS to_place,
        back.shift AS moved_seconds
    FROM jump AS back
    JOIN jump AS forward
        ON forward.channel = back.channel
        AND forward.delivery = back.delivery
        AND forward.turn = back.turn
        AND forward.shift = back.shift
    WHERE back.is_back AND NOT forward.is_back AND back.shift < 86400
    GROUP BY back.channel, back.delivery, back.place, back.shift
),
stretch AS (
    SELECT * FROM ahead
    UNION ALL
    SELECT * FROM behind
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM ahead
            WHERE
                ahead.channel = behind.channel
                AND ahead.delivery = behind.delivery
                AND (
                    ahead.place = behind.place
                    OR (
                        ahead.from_place < behind.to_place
                        AND ahead.to_place > behind.from_place
                    )
                )
        )
),
sound AS (
    SELECT stretch.*, channel.kind
    FROM stretch
    JOIN channel USING (channel)
    JOIN midnight AS first
        ON first.channel = stretch.channel
        AND first.delivery = stretch.delivery
        AND first.place = stretch.from_place
    JOIN midnight AS last
        ON last.channel = stretch.channel
        AND last.delivery = stretch.delivery
        AND last.place = stretch.to_place - 1
    LEFT JOIN midnight AS before
        ON before.channel = stretch.channel
        AND before.delivery = stretch.delivery
        AND before.place = stretch.from_place - 1
    LEFT JOIN midnight AS after
        ON after.channel = stretch.channel
        AND after.delivery = stretch.delivery
        AND after.place = stretch.to_place
    WHERE
        stretch.moved_seconds % 1800 = 0
        AND last.ts <= first.ts + INTERVAL 14 DAY
        AND (
            channel.kind <> 'register'
            OR (
                coalesce(before.count <= first.count, TRUE)
                AND coalesce(last.count <= after.count, TRUE)
            )
        )
),
contradicted AS (
    SELECT DISTINCT sound.channel, sound.delivery, sound.from_place
    FROM sound
    JOIN midnight AS inside
        ON inside.channel = sound.channel
        AND inside.delivery = sound.delivery
        AND inside.place >= sound.from_place
        AND inside.place < sound.to_place
    JOIN midnight AS outside
        ON outside.channel = inside.channel
        AND outside.delivery = inside.delivery
        AND outside.ts = inside.ts
        AND outside.count <> inside.count
        AND (outside.place < sound.from_place OR outside.place >= sound.to_place)
),
beside AS (
    SELECT
        sound.channel,
        sound.delivery,
        sound.from_place,
        neighbour.is_moved,
        sum(CAST(abs(inside.count - neighbour.count) AS HUGEINT)) AS distance,
        count(*) AS pairs
    FROM sound
    JOIN midnight AS inside
        ON inside.channel = sound.channel
        AND inside.delivery = sound.delivery
        AND inside.place >= sound.from_place
        AND inside.place < sound.to_place
    JOIN (
        SELECT channel, delivery, place, ts + INTERVAL 1 DAY AS day_ts, count, FALSE AS is_moved
        FROM midnight
        UNION ALL
        SELECT channel, delivery, place, ts - INTERVAL 1 DAY AS day_ts, count, FALSE AS is_moved
        FROM midnight
        UNION ALL
        SELECT channel, delivery, place, ts + INTERVAL 1 DAY AS day_ts, count, TRUE AS is_moved
        FROM midnight
        UNION ALL
        SELECT channel, delivery, place, ts - INTERVAL 1 DAY AS day_ts, count, TRUE AS is_moved
        FROM midnight
    ) AS neighbour
        ON neighbour.channel = inside.channel
        AND neighbour.delivery = inside.delivery
        AND neighbour.day_ts
        = inside.ts
        + to_seconds(CASE WHEN neighbour.is_moved THEN sound.moved_seconds ELSE 0 END)
        AND (neighbour.place < sound.from_place OR neighbour.place >= sound.to_place)
    WHERE sound.kind <> 'register'
    GROUP BY sound.channel, sound.delivery, sound.from_place, neighbour.is_moved
),
likelier AS (
    SELECT moved.channel, moved.delivery, moved.from_place
    FROM beside AS moved
    JOIN beside AS kept
        ON kept.channel = moved.channel
        AND kept.delivery = moved.delivery
        AND kept.from_place = moved.from_place
    JOIN channel ON channel.channel = moved.channel
    JOIN sound
        ON sound.channel = moved.channel
        AND sound.delivery = moved.delivery
        AND sound.from_place = moved.from_place
    WHERE
        moved.is_moved
        AND NOT kept.is_moved
        AND CASE
            WHEN abs(sound.moved_seconds) >= 4 * channel.seconds
                THEN moved.distance * kept.pairs * 4 <= kept.distance * moved.pairs * 5
            ELSE moved.distance * kept.pairs < kept.distance * moved.pairs
        END
)
SELECT
    sound.channel,
    sound.delivery,
    sound.from_place,
    sound.to_place,
    sound.moved_seconds
FROM sound
JOIN contradicted USING (channel, delivery, from_place)
LEFT JOIN likelier USING (channel, delivery, from_place)
WHERE sound.kind = 'register' OR likelier.from_place IS NOT NULL
