-- Readings placed in time and put into present counts, half to even, where the declaration has
-- changed since; those outside a meter's life are left out. Rows that stand behind a later
-- stamp are marked. One kind of them is moved: a row that ends a local day but carries that day's
-- own 00:00. It stands where the end of the day is due, one step after its predecessor, its
-- successor goes on from there, and its stamp is one local day early; only the file's order shows
-- it. (An interval that is stamped at its end is already known by its start, one step earlier.)
WITH near AS (
    SELECT
        recorded.channel,
        recorded.delivery,
        recorded.ts,
        recorded.count,
        recorded.source_row,
        lag(recorded.ts) OVER in_file AS before_ts,
        lead(recorded.ts) OVER in_file AS after_ts,
        max(recorded.ts) OVER (
            in_file ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS front_ts
    FROM recorded
    JOIN disordered USING (channel, delivery)
    WINDOW in_file AS (
        PARTITION BY recorded.channel, recorded.delivery ORDER BY recorded.source_row, recorded.ts
    )
),
stray AS (
    SELECT
        near.channel,
        near.delivery,
        near.source_row,
        near.ts,
        near.before_ts + to_seconds(channel.seconds) AS due_ts,
        channel.site,
        channel.seconds
    FROM near
    JOIN channel USING (channel)
    WHERE
        near.ts < near.before_ts
        AND (
            near.after_ts IS NULL
            OR near.after_ts = near.before_ts + to_seconds(2 * channel.seconds)
        )
),
local AS (
    SELECT
        stray.*,
        stray.ts + to_seconds(found.offset_seconds) AS found_local,
        stray.due_ts + to_seconds(due.offset_seconds) AS due_local
    FROM stray
    JOIN site_clock AS found
        ON found.site = stray.site AND stray.ts >= found.from_ts AND stray.ts < found.to_ts
    JOIN site_clock AS due
        ON due.site = stray.site AND stray.due_ts >= due.from_ts AND stray.due_ts < due.to_ts
),
midnight AS (
    SELECT channel, delivery, source_row, ts, due_ts
    FROM local
    WHERE
        found_local + INTERVAL 1 DAY = due_local
        AND (
            date_trunc('day', due_local) = due_local
            OR date_trunc('day', due_local + to_seconds(seconds)) = due_local + to_seconds(seconds)
        )
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
        near.channel,
        near.delivery,
        coalesce(midnight.due_ts, near.ts) AS ts,
        near.count,
        near.source_row,
        CASE
            WHEN midnight.due_ts IS NOT NULL THEN 'mislabelled_midnight'
            WHEN near.ts < near.front_ts THEN 'out_of_order'
        END AS mark
    FROM near
    LEFT JOIN midnight USING (channel, delivery, source_row, ts)
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
