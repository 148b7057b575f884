-- What a stream moved in each of its stretches of days: meters summed, or what monthly rows give. A
-- measured amount that was shared among days counts as measured where all of them lie within the
-- stretch, as its sum is exact.
WITH inside AS (
    SELECT
        segment.site,
        segment.stream,
        segment.from_day,
        segment.to_day,
        shared_day.meter,
        shared_day.day,
        sum(shared_day.amount) AS amount
    FROM segment
    JOIN stream_meter
        ON stream_meter.site = segment.site AND stream_meter.stream = segment.stream
    JOIN shared_day
        ON shared_day.site = stream_meter.site
        AND shared_day.meter = stream_meter.meter
        AND shared_day.from_day >= segment.from_day
        AND shared_day.to_day <= segment.to_day
    GROUP BY
        segment.site,
        segment.stream,
        segment.from_day,
        segment.to_day,
        shared_day.meter,
        shared_day.day
)
SELECT
    segment.site,
    segment.stream,
    segment.from_day,
    segment.to_day,
    coalesce(segment.given, 0)
    + coalesce(sum(stream_meter.weight * (meter_day.measured + meter_day.estimated)), 0) AS count,
    segment.given_estimated
    + coalesce(sum(abs(meter_day.estimated - coalesce(inside.amount, 0))), 0) AS estimated,
    segment.given_missing + coalesce(sum(meter_day.seconds_missing), 0) AS seconds_missing
FROM segment
LEFT JOIN stream_meter
    ON stream_meter.site = segment.site AND stream_meter.stream = segment.stream
LEFT JOIN meter_day
    ON meter_day.site = stream_meter.site
    AND meter_day.meter = stream_meter.meter
    AND meter_day.day >= segment.from_day
    AND meter_day.day < segment.to_day
LEFT JOIN inside
    ON inside.site = segment.site
    AND inside.stream = segment.stream
    AND inside.from_day = segment.from_day
    AND inside.to_day = segment.to_day
    AND inside.meter = meter_day.meter
    AND inside.day = meter_day.day
GROUP BY
    segment.site,
    segment.stream,
    segment.from_day,
    segment.to_day,
    segment.given,
    segment.given_estimated,
    segment.given_missing
