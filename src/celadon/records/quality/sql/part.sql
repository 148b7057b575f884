-- Placed steps cut at local midnights and at the ends of a meter's expected time, in small units. A
-- step that is cut is shared by time; its shares are estimates, their sum is exact (each is the
-- running share, cut to an integer, less the one before). The shares of a measured step that lies in
-- the expected time as a whole name the days that it spans. Most steps are short and lie within one
-- day, which the clock alone can tell; the others are laid over the days.
WITH timed AS (
    SELECT
        placed.channel,
        placed.ts,
        placed.seconds,
        placed.count,
        placed.state,
        placed.rule,
        placed.ts + to_seconds(placed.seconds) AS end_ts,
        channel.site,
        channel.per_count,
        channel.from_ts,
        channel.to_ts
    FROM placed
    JOIN channel USING (channel)
    WHERE
        placed.ts < channel.to_ts
        AND placed.ts + to_seconds(placed.seconds) > channel.from_ts
),
dated AS (
    SELECT
        timed.*,
        CAST(timed.ts + to_seconds(site_clock.offset_seconds) AS DATE) AS day,
        coalesce(
            timed.seconds <= 3600
            AND timed.ts >= timed.from_ts
            AND timed.end_ts <= timed.to_ts
            AND CAST(timed.ts + to_seconds(site_clock.offset_seconds) AS DATE)
            = CAST(
                timed.end_ts + to_seconds(site_clock.offset_seconds)
                - INTERVAL 1 MICROSECOND AS DATE
            ),
            FALSE
        ) AS lies_within_day
    FROM timed
    LEFT JOIN site_clock
        ON site_clock.site = timed.site
        AND timed.ts >= site_clock.from_ts
        AND timed.ts < site_clock.to_ts
),
laid AS (
    SELECT
        dated.channel,
        dated.ts,
        dated.seconds,
        dated.state,
        dated.rule,
        dated.end_ts,
        CAST(dated.count AS HUGEINT) * dated.per_count AS amount,
        site_day.day,
        greatest(dated.ts, dated.from_ts, site_day.from_ts) AS part_ts,
        least(dated.end_ts, dated.to_ts, site_day.to_ts) AS part_end
    FROM dated
    JOIN site_day
        ON site_day.site = dated.site
        AND site_day.from_ts < least(dated.end_ts, dated.to_ts)
        AND site_day.to_ts > greatest(dated.ts, dated.from_ts)
    WHERE NOT dated.lies_within_day
),
shared AS (
    SELECT
        *,
        date_diff('second', ts, part_ts) AS before_seconds,
        date_diff('second', ts, part_end) AS through_seconds,
        min(day) OVER in_step AS first_day,
        CAST(max(day) OVER in_step + INTERVAL 1 DAY AS DATE) AS next_day,
        state = 'measured'
        AND count(*) OVER in_step > 1
        AND min(part_ts) OVER in_step = ts
        AND max(part_end) OVER in_step = end_ts AS is_whole
    FROM laid
    WINDOW in_step AS (PARTITION BY channel, ts, seconds)
)
SELECT
    channel,
    day,
    ts,
    seconds,
    CAST(count AS HUGEINT) * per_count AS count,
    state,
    rule,
    CAST(NULL AS DATE) AS from_day,
    CAST(NULL AS DATE) AS to_day
FROM dated
WHERE lies_within_day
UNION ALL
SELECT
    channel,
    day,
    part_ts AS ts,
    through_seconds - before_seconds AS seconds,
    amount * through_seconds // seconds - amount * before_seconds // seconds AS count,
    CASE
        WHEN state = 'measured' AND (part_ts > ts OR part_end < end_ts) THEN 'estimated'
        ELSE state
    END AS state,
    rule,
    CASE WHEN is_whole THEN first_day END AS from_day,
    CASE WHEN is_whole THEN next_day END AS to_day
FROM shared
