-- Where the rows of a disordered file turn back, or jump ahead by more than one step, with what
-- stands just before; ``turn`` counts the rows that turned back so far, ``shift`` says by how much
-- the step differs from the usual one.
WITH followed AS (
    SELECT
        midnight.channel,
        midnight.delivery,
        midnight.place,
        midnight.ts,
        midnight.count,
        lag(midnight.ts) OVER in_file AS before_ts,
        lag(midnight.count) OVER in_file AS before_count,
        date_diff('second', lag(midnight.ts) OVER in_file, midnight.ts) AS step,
        channel.seconds,
        channel.kind,
        CAST(channel.maximum AS HUGEINT) * channel.seconds // 3600 + 1 AS most
    FROM midnight
    JOIN channel USING (channel)
    WINDOW in_file AS (PARTITION BY midnight.channel, midnight.delivery ORDER BY midnight.place)
)
SELECT
    channel,
    delivery,
    place,
    ts,
    count,
    before_ts,
    before_count,
    kind,
    most,
    step <= 0 AS is_back,
    abs(step - seconds) AS shift,
    sum(CASE WHEN step <= 0 THEN 1 ELSE 0 END) OVER (
        PARTITION BY channel, delivery ORDER BY place
    ) AS turn
FROM followed
WHERE step <= 0 OR step > seconds
