-- Stretches of a file whose clock stood wrong: each of their rows is moved by ``moved_seconds``.
-- As a gap and, later, a conflict of as many rows look alike, a stamp of the stretch must be given
-- again outside it with another count, as a file that only repeats rows would not do; and what an
-- interval meter read must be nearer to the same hours of three days before and after when it is
-- moved than as it is. Where four rows or more got a stamp twice, which is hardly chance, it need
-- only not be farther by more than a tenth, or than as much again if it is shorter than a day. No
-- difference counts for more than four times the largest count of the stretch, lest a spike beside
-- decide. Of two stretches that one jump back parts, the first goes before.
WITH begun AS (
    SELECT
        midnight.channel,
        midnight.delivery,
        midnight.place,
        midnight.ts,
        midnight.count,
        max(stretch.from_place) OVER in_file AS from_place,
        max(stretch.to_place) OVER in_file AS to_place
    FROM midnight
    JOIN (SELECT DISTINCT channel, delivery FROM stretch) AS shifted USING (channel, delivery)
    LEFT JOIN stretch
        ON stretch.channel = midnight.channel
        AND stretch.delivery = midnight.delivery
        AND stretch.from_place = midnight.place
    WINDOW in_file AS (PARTITION BY midnight.channel, midnight.delivery ORDER BY midnight.place)
),
inside AS (
    SELECT
        begun.channel,
        begun.delivery,
        begun.from_place,
        begun.to_place,
        begun.ts,
        begun.ts + to_seconds(stretch.moved_seconds) AS moved_ts,
        begun.count,
        4 * CAST(
            max(begun.count) OVER (
                PARTITION BY begun.channel, begun.delivery, begun.from_place
            ) AS HUGEINT
        ) AS most
    FROM begun
    JOIN stretch USING (channel, delivery, from_place)
    WHERE begun.place < begun.to_place
),
beside AS (
    SELECT *
    FROM (VALUES (-3), (-2), (-1), (1), (2), (3)) AS listed (days)
),
wanted AS (
    SELECT channel, delivery, from_place, to_place, count, most, 'same' AS stamp, ts
    FROM inside
    UNION ALL
    SELECT
        inside.channel,
        inside.delivery,
        inside.from_place,
        inside.to_place,
        inside.count,
        inside.most,
        'kept' AS stamp,
        inside.ts + to_seconds(86400 * beside.days) AS ts
    FROM inside
    CROSS JOIN beside
    UNION ALL
    SELECT
        inside.channel,
        inside.delivery,
        inside.from_place,
        inside.to_place,
        inside.count,
        inside.most,
        'moved' AS stamp,
        inside.moved_ts + to_seconds(86400 * beside.days) AS ts
    FROM inside
    CROSS JOIN beside
),
compared AS (
    SELECT
        wanted.channel,
        wanted.delivery,
        wanted.from_place,
        bool_or(wanted.stamp = 'same' AND other.count <> wanted.count) AS is_contradicted,
        sum(least(CAST(abs(wanted.count - other.count) AS HUGEINT), wanted.most))
            FILTER (WHERE wanted.stamp = 'kept') AS kept,
        count(*) FILTER (WHERE wanted.stamp = 'kept') AS kept_pairs,
        sum(least(CAST(abs(wanted.count - other.count) AS HUGEINT), wanted.most))
            FILTER (WHERE wanted.stamp = 'moved') AS moved,
        count(*) FILTER (WHERE wanted.stamp = 'moved') AS moved_pairs
    FROM wanted
    JOIN midnight AS other
        ON other.channel = wanted.channel
        AND other.delivery = wanted.delivery
        AND other.ts = wanted.ts
        AND (other.place < wanted.from_place OR other.place >= wanted.to_place)
    GROUP BY wanted.channel, wanted.delivery, wanted.from_place
),
shifted AS (
    SELECT
        stretch.channel,
        stretch.delivery,
        stretch.back_place,
        stretch.from_place,
        stretch.to_place,
        stretch.moved_seconds
    FROM stretch
    JOIN compared USING (channel, delivery, from_place)
    JOIN channel USING (channel)
    WHERE
        compared.is_contradicted
        AND CASE
            WHEN channel.kind = 'register' THEN TRUE
            WHEN compared.kept IS NULL OR compared.moved IS NULL THEN FALSE
            WHEN abs(stretch.moved_seconds) < 4 * channel.seconds
                THEN compared.moved * compared.kept_pairs < compared.kept * compared.moved_pairs
            WHEN stretch.last_ts - stretch.first_ts < INTERVAL 1 DAY
                THEN
                    compared.moved * compared.kept_pairs
                    <= 2 * compared.kept * compared.moved_pairs
            ELSE
                10 * compared.moved * compared.kept_pairs
                <= 11 * compared.kept * compared.moved_pairs
        END
)
SELECT channel, delivery, from_place, to_place, moved_seconds
FROM shifted
WHERE
    NOT EXISTS (
        SELECT 1
        FROM shifted AS other
        WHERE
            shifted.moved_seconds > 0
            AND other.moved_seconds < 0
            AND other.channel = shifted.channel
            AND other.delivery = shifted.delivery
            AND other.back_place = shifted.back_place
    )
