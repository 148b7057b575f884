-- Rows of disordered deliveries in the order of their file, one kind of them moved: a row that ends
-- a local day but carries that day's own 00:00. It stands where the end of the day is due, one step
-- after its predecessor, its successor goes on from there, and its stamp is one local day early;
-- only the file's order shows it. (An interval that is stamped at its end is already known by its
-- start, one step earlier.)
WITH filed AS (
    SELECT
        recorded.channel,
        recorded.delivery,
        recorded.ts,
        recorded.count,
        recorded.source_row,
        row_number() OVER in_file AS place,
        lag(recorded.ts) OVER in_file AS before_ts,
        lead(recorded.ts) OVER in_file AS after_ts
    FROM recorded
    JOIN disordered USING (channel, delivery)
    WINDOW in_file AS (
        PARTITION BY recorded.channel, recorded.delivery ORDER BY recorded.source_row, recorded.ts
    )
),
stray AS (
    SELECT
        filed.channel,
        filed.delivery,
        filed.place,
        filed.ts,
        filed.before_ts + to_seconds(channel.seconds) AS due_ts,
        channel.site,
        channel.seconds
    FROM filed
    JOIN channel USING (channel)
    WHERE
        filed.ts < filed.before_ts
        AND (
            filed.after_ts IS NULL
            OR filed.after_ts = filed.before_ts + to_seconds(2 * channel.seconds)
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
mislabelled AS (
    SELECT channel, delivery, place, due_ts
    FROM local
    WHERE
        found_local + INTERVAL 1 DAY = due_local
        AND (
            date_trunc('day', due_local) = due_local
            OR date_trunc('day', due_local + to_seconds(seconds)) = due_local + to_seconds(seconds)
        )
)
SELECT
    filed.channel,
    filed.delivery,
    filed.place,
    coalesce(mislabelled.due_ts, filed.ts) AS ts,
    filed.count,
    filed.source_row,
    mislabelled.due_ts IS NOT NULL AS is_moved
FROM filed
LEFT JOIN mislabelled USING (channel, delivery, place)
