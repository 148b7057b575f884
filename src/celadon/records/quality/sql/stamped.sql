-- Readings placed in time and put into present counts, half to even, where the declaration has
-- changed since; those outside a meter's life are left out. Rows that stand behind a later stamp of
-- their file are marked, and so are those that were moved.
WITH moved AS (
    SELECT
        midnight.channel,
        midnight.delivery,
        midnight.place,
        midnight.ts + to_seconds(coalesce(clock_shift.moved_seconds, 0)) AS ts,
        midnight.count,
        midnight.source_row,
        CASE
            WHEN clock_shift.moved_seconds IS NOT NULL THEN 'clock_shift'
            WHEN midnight.is_moved THEN 'mislabelled_midnight'
        END AS mark
    FROM midnight
    LEFT JOIN clock_shift
        ON clock_shift.channel = midnight.channel
        AND clock_shift.delivery = midnight.delivery
        AND midnight.place >= clock_shift.from_place
        AND midnight.place < clock_shift.to_place
),
fronted AS (
    SELECT
        *,
        max(ts) OVER (
            PARTITION BY channel, delivery ORDER BY place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS front_ts
    FROM moved
),
placed_in_time AS (
    SELECT channel, delivery, ts, count, source_row, NULL AS mark
    FROM recorded
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM disordered
            WHERE
                disordered.channel = recorded.channel
                AND disordered.delivery = recorded.delivery
        )
    UNION ALL
    SELECT
        channel,
        delivery,
        ts,
        count,
        source_row,
        coalesce(mark, CASE WHEN ts < front_ts THEN 'out_of_order' END) AS mark
    FROM fronted
),
within_life AS (
    SELECT
        placed_in_time.*,
        recount.den,
        abs(CAST(placed_in_time.count AS HUGEINT) * recount.num) // recount.den AS quotient,
        2 * (abs(CAST(placed_in_time.count AS HUGEINT) * recount.num) % recount.den) AS twice_rest
    FROM placed_in_time
    JOIN channel USING (channel)
    LEFT JOIN recount USING (channel, delivery)
    WHERE
        (channel.life_from IS NULL OR placed_in_time.ts >= channel.life_from)
        AND (
            channel.life_to IS NULL
            OR placed_in_time.ts < channel.life_to
            OR (placed_in_time.ts = channel.life_to AND channel.kind = 'register')
        )
)
SELECT
    channel,
    delivery,
    ts,
    CAST(
        CASE
            WHEN den IS NULL THEN count
            ELSE
                CASE WHEN count < 0 THEN -1 ELSE 1 END
                * CASE
                    WHEN twice_rest > den OR (twice_rest = den AND quotient % 2 = 1)
                        THEN quotient + 1
                    ELSE quotient
                END
        END AS BIGINT
    ) AS count,
    source_row,
    mark
FROM within_life
