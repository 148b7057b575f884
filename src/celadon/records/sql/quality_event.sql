-- What the rules saw. Rows of a file that are repeated, displaced, late or replaced are told once
-- per file; what concerns one meter is told once per run.
WITH arrival AS (
    SELECT site, meter, source, min(position) AS position, max(ts) AS last_ts
    FROM stamped
    GROUP BY site, meter, source
),
front AS (
    SELECT
        later.site,
        later.meter,
        later.source,
        max(earlier.last_ts) AS last_ts
    FROM arrival AS later
    JOIN arrival AS earlier
        ON earlier.site = later.site
        AND earlier.meter = later.meter
        AND earlier.position < later.position
    GROUP BY later.site, later.meter, later.source
),
row_event AS (
    SELECT site, source, mark AS rule, ts, source_row
    FROM stamped
    WHERE mark IS NOT NULL
    UNION ALL
    SELECT slot.site, slot.source, 'late' AS rule, slot.ts, slot.source_row
    FROM slot
    JOIN front USING (site, meter, source)
    WHERE slot.ts <= front.last_ts AND slot.sources = 1
    UNION ALL
    SELECT site, source, 'duplicate' AS rule, ts, source_row
    FROM slot
    WHERE copies > 1 AND low = high
),
known_source AS (
    SELECT DISTINCT site, source, source_name FROM ledger_batch
),
replaced AS (
    SELECT
        slot.site,
        slot.source,
        slot.ts,
        slot.source_row,
        min_by(stamped.count, stamped.ts) AS before,
        any_value(slot.low) AS after
    FROM slot
    JOIN stamped
        ON stamped.site = slot.site
        AND stamped.meter = slot.meter
        AND stamped.ts = slot.ts
        AND stamped.source <> slot.source
    WHERE slot.sources > 1
    GROUP BY slot.site, slot.meter, slot.source, slot.ts, slot.source_row, slot.low
    HAVING bool_or(stamped.count <> slot.low)
),
silent AS (
    SELECT
        site,
        source,
        ts,
        min(source_row) AS source_row,
        bool_and(stamped.count = 0) AND count(DISTINCT meter) > 1 AS is_silent
    FROM stamped
    JOIN meter USING (site, meter)
    WHERE meter.kind = 'interval'
    GROUP BY site, source, ts
),
silent_near AS (
    SELECT
        *,
        lag(is_silent) OVER in_time AS before_silent,
        lead(is_silent) OVER in_time AS after_silent
    FROM silent
    WINDOW in_time AS (PARTITION BY site, source ORDER BY ts)
),
doubtful AS (
    SELECT
        withheld.site,
        withheld.meter,
        withheld.rule,
        withheld.ts,
        near_step.count AS before,
        near_step.source_row,
        meter.seconds,
        withheld.ts - to_seconds(
            meter.seconds * row_number() OVER (
                PARTITION BY withheld.site, withheld.meter, withheld.rule ORDER BY withheld.ts
            )
        ) AS run
    FROM withheld
    JOIN near_step USING (site, meter, ts)
    JOIN meter USING (site, meter)
)
SELECT
    row_event.site,
    known_source.source_name AS subject,
    row_event.rule,
    min(row_event.ts) AS from_ts,
    max(row_event.ts) AS to_ts,
    count(DISTINCT row_event.source_row) AS slots,
    NULL AS before,
    NULL AS after,
    min(row_event.source_row) AS source_row
FROM row_event
JOIN known_source USING (site, source)
GROUP BY row_event.site, row_event.source, known_source.source_name, row_event.rule
UNION ALL
SELECT
    replaced.site,
    known_source.source_name,
    'correction',
    min(replaced.ts),
    max(replaced.ts),
    count(*),
    min_by(replaced.before, replaced.ts),
    min_by(replaced.after, replaced.ts),
    min(replaced.source_row)
FROM replaced
JOIN known_source USING (site, source)
GROUP BY replaced.site, replaced.source, known_source.source_name
UNION ALL
SELECT
    silent_near.site,
    known_source.source_name,
    'silent_slot',
    silent_near.ts,
    silent_near.ts,
    1,
    0,
    0,
    silent_near.source_row
FROM silent_near
JOIN known_source USING (site, source)
WHERE silent_near.is_silent AND NOT silent_near.before_silent AND NOT silent_near.after_silent
UNION ALL
SELECT site, meter, 'conflict', ts, ts, 1, low, high, source_row
FROM slot
WHERE low <> high
UNION ALL
SELECT site, meter, 'spike', ts, ts, 1, count, NULL, source_row
FROM register_reading
WHERE is_spike
UNION ALL
SELECT
    step.site,
    step.meter,
    step.rule,
    step.ts,
    step.ts + to_seconds(step.seconds),
    CASE
        WHEN step.rule = 'gap_healed' THEN step.seconds // meter.seconds - 1
        ELSE step.seconds // meter.seconds
    END,
    step.before,
    step.after,
    step.source_row
FROM step
JOIN meter USING (site, meter)
WHERE step.rule IS NOT NULL AND step.ts >= meter.from_ts AND step.ts < meter.to_ts
UNION ALL
SELECT
    site,
    meter,
    rule,
    min(ts),
    max(ts) + to_seconds(min(seconds)),
    count(*),
    min_by(before, ts),
    NULL,
    min(source_row)
FROM doubtful
GROUP BY site, meter, rule, run
UNION ALL
SELECT
    placed.site,
    placed.meter,
    'gap',
    placed.ts,
    placed.ts + to_seconds(placed.seconds),
    placed.seconds // meter.seconds,
    NULL,
    NULL,
    NULL
FROM placed
JOIN meter USING (site, meter)
WHERE placed.rule = 'gap'
