-- The mass that monitors show, by local day: concentration times flow times the seconds in which both
-- hold, summed as integers and rounded once a day, half to even. Time in which either has no value is
-- missing. A concentration below zero is no value: it is neither taken off nor set to zero. A flow is
-- a rate that holds (per_seconds = 1), or an amount that passed evenly in the seconds of its interval.
-- A monitor reports means: a reading speaks of its own interval, and is not held over the next one.
WITH held AS (
    SELECT
        channel.site,
        channel.meter,
        state_hold.ts,
        least(state_hold.end_ts, state_hold.ts + to_seconds(channel.seconds)) AS end_ts,
        state_hold.count
    FROM state_hold
    JOIN channel USING (channel)
    WHERE state_hold.count IS NOT NULL
),
content AS (
    SELECT
        monitor.site,
        monitor.stream,
        site_day.day,
        greatest(held.ts, site_day.from_ts) AS ts,
        least(held.end_ts, site_day.to_ts) AS end_ts,
        held.count
    FROM monitor
    JOIN held ON held.site = monitor.site AND held.meter = monitor.concentration
    JOIN site_day
        ON site_day.site = monitor.site
        AND site_day.from_ts < held.end_ts
        AND site_day.to_ts > held.ts
),
passed AS (
    SELECT
        monitor.site,
        monitor.stream,
        held.ts,
        held.end_ts,
        held.count,
        1 AS per_seconds,
        FALSE AS is_estimated
    FROM monitor
    JOIN held ON held.site = monitor.site AND held.meter = monitor.flow
    UNION ALL
    SELECT
        monitor.site,
        monitor.stream,
        interval.ts,
        interval.ts + to_seconds(interval.seconds) AS end_ts,
        interval.count,
        interval.seconds AS per_seconds,
        interval.state = 'estimated' AS is_estimated
    FROM monitor
    JOIN interval ON interval.site = monitor.site AND interval.meter = monitor.flow
    WHERE interval.count IS NOT NULL
),
flow AS (
    SELECT
        passed.site,
        passed.stream,
        site_day.day,
        greatest(passed.ts, site_day.from_ts) AS ts,
        least(passed.end_ts, site_day.to_ts) AS end_ts,
        passed.count,
        passed.per_seconds,
        passed.is_estimated
    FROM passed
    JOIN site_day
        ON site_day.site = passed.site
        AND site_day.from_ts < passed.end_ts
        AND site_day.to_ts > passed.ts
    WHERE passed.count >= 0
),
together AS (
    SELECT
        content.site,
        content.stream,
        content.day,
        flow.per_seconds,
        flow.is_estimated,
        content.count < 0 AS is_negative,
        CAST(content.count AS HUGEINT) * flow.count AS product,
        date_diff(
            'second', greatest(content.ts, flow.ts), least(content.end_ts, flow.end_ts)
        ) AS seconds
    FROM content
    JOIN flow
        ON flow.site = content.site
        AND flow.stream = content.stream
        AND flow.day = content.day
        AND flow.ts < content.end_ts
        AND flow.end_ts > content.ts
),
summed AS (
    SELECT
        together.site,
        together.stream,
        together.day,
        together.is_estimated,
        CAST(
            coalesce(sum(together.product * together.seconds) FILTER (WHERE NOT is_negative), 0)
            AS HUGEINT
        ) * monitor.num AS product,
        CAST(monitor.den AS HUGEINT) * together.per_seconds AS den,
        coalesce(sum(together.seconds) FILTER (WHERE NOT is_negative), 0) AS seconds,
        coalesce(sum(together.seconds) FILTER (WHERE is_negative), 0) AS seconds_negative
    FROM together
    JOIN monitor ON monitor.site = together.site AND monitor.stream = together.stream
    GROUP BY
        together.site,
        together.stream,
        together.day,
        together.is_estimated,
        together.per_seconds,
        monitor.num,
        monitor.den
),
rounded AS (
    SELECT
        *,
        product // den
        + CASE
            WHEN
                2 * (product % den) > den
                OR (2 * (product % den) = den AND (product // den) % 2 = 1)
                THEN 1
            ELSE 0
        END AS mass
    FROM summed
),
by_day AS (
    SELECT
        site,
        stream,
        day,
        coalesce(sum(mass) FILTER (WHERE NOT is_estimated), 0) AS measured,
        coalesce(sum(mass) FILTER (WHERE is_estimated), 0) AS estimated,
        sum(seconds) AS seconds,
        sum(seconds_negative) AS seconds_negative
    FROM rounded
    GROUP BY site, stream, day
)
SELECT
    monitor.site,
    monitor.stream,
    site_day.day,
    coalesce(by_day.measured, 0) AS measured,
    coalesce(by_day.estimated, 0) AS estimated,
    date_diff('second', site_day.from_ts, site_day.to_ts)
    - coalesce(by_day.seconds, 0) AS seconds_missing,
    coalesce(by_day.seconds_negative, 0) AS seconds_negative
FROM monitor
JOIN site_day ON site_day.site = monitor.site
LEFT JOIN by_day
    ON by_day.site = monitor.site
    AND by_day.stream = monitor.stream
    AND by_day.day = site_day.day
