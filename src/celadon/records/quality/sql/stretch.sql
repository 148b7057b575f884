-- Stretches of a file whose clock may have stood wrong: the stamps jump by some time more than one
-- step, and later by the same time less (or first back, then forward), with no other turn in
-- between. A stretch that begins with a jump forward goes before one that ends with it. The clock
-- was wrong by whole half hours of less than a day, for two weeks at most; and a register rises, at
-- either jump, by no more than can pass in one step (and one count).
WITH forward AS (
    SELECT
        channel, delivery, turn, shift, min(place) AS first_place, max(place) AS last_place
    FROM turn
    WHERE NOT is_back
    GROUP BY channel, delivery, turn, shift
),
back AS (
    SELECT
        turn.channel,
        turn.delivery,
        turn.place,
        turn.shift,
        ahead.last_place AS ahead_place,
        behind.first_place AS behind_place,
        lead(ahead.last_place) OVER (
            PARTITION BY turn.channel, turn.delivery ORDER BY turn.place
        ) AS next_ahead_place
    FROM turn
    LEFT JOIN forward AS ahead
        ON ahead.channel = turn.channel
        AND ahead.delivery = turn.delivery
        AND ahead.turn = turn.turn - 1
        AND ahead.shift = turn.shift
        AND turn.shift < 86400
    LEFT JOIN forward AS behind
        ON behind.channel = turn.channel
        AND behind.delivery = turn.delivery
        AND behind.turn = turn.turn
        AND behind.shift = turn.shift
        AND turn.shift < 86400
    WHERE turn.is_back
),
paired AS (
    SELECT
        channel, delivery, ahead_place AS from_place, place AS to_place, -shift AS moved_seconds
    FROM back
    WHERE ahead_place IS NOT NULL
    UNION ALL
    SELECT
        channel, delivery, place AS from_place, behind_place AS to_place, shift AS moved_seconds
    FROM back
    WHERE
        behind_place IS NOT NULL
        AND ahead_place IS NULL
        AND coalesce(next_ahead_place >= behind_place, TRUE)
)
SELECT
    paired.channel,
    paired.delivery,
    paired.from_place,
    paired.to_place,
    paired.moved_seconds,
    first.ts AS first_ts,
    after.before_ts AS last_ts
FROM paired
JOIN turn AS first
    ON first.channel = paired.channel
    AND first.delivery = paired.delivery
    AND first.place = paired.from_place
JOIN turn AS after
    ON after.channel = paired.channel
    AND after.delivery = paired.delivery
    AND after.place = paired.to_place
WHERE
    paired.moved_seconds % 1800 = 0
    AND after.before_ts <= first.ts + INTERVAL 14 DAY
    AND (
        first.kind <> 'register'
        OR (
            first.count - first.before_count BETWEEN 0 AND first.most
            AND after.count - after.before_count BETWEEN 0 AND after.most
        )
    )
