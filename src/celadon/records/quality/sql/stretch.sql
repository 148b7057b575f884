-- Stretches of a file whose clock may have stood wrong: the stamps jump by some time more than one
-- step, and later by the same time less (or first back, then forward), with no other turn in
-- between. The clock was wrong by whole half hours of less than a day, for two weeks at most; and a
-- register rises, at either jump, by no more than can pass in one step (and one count). A jump back
-- may end one stretch and begin another; one that it begins gives way to one that the next jump back
-- ends, where they overlap.
WITH forward AS (
    SELECT
        channel, delivery, turn, shift, min(place) AS first_place, max(place) AS last_place
    FROM turn
    WHERE NOT is_back
    GROUP BY channel, delivery, turn, shift
),
paired AS (
    SELECT
        back.channel,
        back.delivery,
        back.place AS back_place,
        back.turn,
        forward.last_place AS from_place,
        back.place AS to_place,
        -back.shift AS moved_seconds
    FROM turn AS back
    JOIN forward
        ON forward.channel = back.channel
        AND forward.delivery = back.delivery
        AND forward.turn = back.turn - 1
        AND forward.shift = back.shift
    WHERE back.is_back
    UNION ALL
    SELECT
        back.channel,
        back.delivery,
        back.place AS back_place,
        back.turn,
        back.place AS from_place,
        forward.first_place AS to_place,
        back.shift AS moved_seconds
    FROM turn AS back
    JOIN forward
        ON forward.channel = back.channel
        AND forward.delivery = back.delivery
        AND forward.turn = back.turn
        AND forward.shift = back.shift
    WHERE back.is_back
),
sound AS (
    SELECT
        paired.channel,
        paired.delivery,
        paired.back_place,
        paired.from_place,
        paired.to_place,
        paired.moved_seconds,
        paired.turn,
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
        AND abs(paired.moved_seconds) < 86400
        AND after.before_ts <= first.ts + INTERVAL 14 DAY
        AND (
            first.kind <> 'register'
            OR (
                first.count - first.before_count BETWEEN 0 AND first.most
                AND after.count - after.before_count BETWEEN 0 AND after.most
            )
        )
)
SELECT
    sound.channel,
    sound.delivery,
    sound.back_place,
    sound.from_place,
    sound.to_place,
    sound.moved_seconds,
    sound.first_ts,
    sound.last_ts
FROM sound
WHERE
    NOT EXISTS (
        SELECT 1
        FROM sound AS next
        WHERE
            sound.moved_seconds > 0
            AND next.moved_seconds < 0
            AND next.channel = sound.channel
            AND next.delivery = sound.delivery
            AND next.turn = sound.turn + 1
            AND next.from_place < sound.to_place
    )
