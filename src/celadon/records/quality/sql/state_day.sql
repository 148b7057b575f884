-- States averaged by duration: per local day the sum of count x seconds and the seconds known.
WITH dated AS (
    SELECT
        state_hold.*,
        CAST(state_hold.ts + to_seconds(site_clock.offset_seconds) AS DATE) AS day,
        coalesce(
            state_hold.end_ts <= site_clock.to_ts
            AND CAST(state_hold.ts + to_seconds(site_clock.offset_seconds) AS DATE)
            = CAST(
                state_hold.end_ts + to_seconds(site_clock.offset_seconds)
                - INTERVAL 1 MICROSECOND AS DATE
            ),
            FALSE
        ) AS lies_within_day
    FROM state_hold
    LEFT JOIN site_clock
        ON site_clock.site = state_hold.site
        AND state_hold.ts >= site_clock.from_ts
        AND state_hold.ts < site_clock.to_ts
    WHERE state_hold.count IS NOT NULL
),
part AS (
    SELECT channel, day, ts, end_ts, count
    FROM dated
    WHERE lies_within_day
    UNION ALL
    SELECT
        dated.channel,
        site_day.day,
        greatest(dated.ts, site_day.from_ts) AS ts,
        least(dated.end_ts, site_day.to_ts) AS end_ts,
        dated.count
    FROM dated
    JOIN site_day
        ON site_day.site = dated.site
        AND site_day.from_ts < dated.end_ts
        AND site_day.to_ts > dated.ts
    WHERE NOT dated.lies_within_day
),
summed AS (
    SELECT
        channel,
        day,
        sum(CAST(count AS HUGEINT) * date_diff('second', ts, end_ts)) AS weighted,
        sum(date_diff('second', ts, end_ts)) AS seconds,
        min(count) AS low,
        max(count) AS high
    FROM part
    GROUP BY channel, day
),
expected AS (
    SELECT
        channel.channel,
        channel.site,
        channel.meter,
        site_day.day,
        date_diff(
            'second',
            greatest(site_day.from_ts, channel.from_ts),
            least(site_day.to_ts, channel.to_ts)
        ) AS seconds
    FROM channel
    JOIN site_day
        ON site_day.site = channel.site
        AND site_day.from_ts < channel.to_ts
        AND site_day.to_ts > channel.from_ts
    WHERE channel.kind = 'state'
)
SELECT
    expected.site,
    expected.meter,
    expected.day,
    coalesce(summed.weighted, 0) AS weighted,
    coalesce(summed.seconds, 0) AS seconds,
    summed.low,
    summed.high,
    expected.seconds - coalesce(summed.seconds, 0) AS seconds_missing
FROM expected
LEFT JOIN summed USING (channel, day)
