-- Whole steps with their neighbours in time and the meter's own level, the median of its non-zero
-- steps. The rules for spikes, thousandfold values and stuck runs read this.
WITH whole AS (
    SELECT step.site, step.meter, step.ts, step.count, step.source_row, meter.seconds
    FROM step
    JOIN meter USING (site, meter)
    WHERE step.count IS NOT NULL AND step.seconds = meter.seconds
),
level AS (
    SELECT site, meter, quantile_disc(count, 0.5) AS median
    FROM whole
    WHERE count > 0
    GROUP BY site, meter
)
SELECT
    whole.site,
    whole.meter,
    whole.ts,
    whole.count,
    whole.source_row,
    level.median,
    lag(whole.ts) OVER in_time AS before_ts,
    lag(whole.count) OVER in_time AS before_count,
    greatest(
        lag(whole.count, 2) OVER in_time,
        lag(whole.count) OVER in_time,
        lead(whole.count) OVER in_time,
        lead(whole.count, 2) OVER in_time
    ) AS most_near
FROM whole
LEFT JOIN level USING (site, meter)
WINDOW in_time AS (PARTITION BY whole.site, whole.meter ORDER BY whole.ts)
