-- What a parent meter passed against the sum of its children, by local month and over the whole
-- period. A day counts while the parent and at least one child are in force. Judged are the days
-- of which nothing is missing on either side. What was measured as a whole within one month is no
-- estimate of that month, though its split by days is.
WITH whole_in_month AS (
    SELECT
        site,
        meter,
        day,
        sum(amount) AS amount
    FROM shared_day
    WHERE date_trunc('month', from_day) = date_trunc('month', to_day - INTERVAL 1 DAY)
    GROUP BY site, meter, day
),
known_day AS (
    SELECT
        meter_day.site,
        meter_day.meter,
        meter_day.day,
        meter_day.measured + coalesce(whole_in_month.amount, 0) AS measured,
        meter_day.estimated - coalesce(whole_in_month.amount, 0) AS estimated,
        meter_day.seconds_missing
    FROM meter_day
    LEFT JOIN whole_in_month
        ON whole_in_month.site = meter_day.site
        AND whole_in_month.meter = meter_day.meter
        AND whole_in_month.day = meter_day.day
),
child_day AS (
    SELECT
        meter_family.site,
        meter_family.parent,
        known_day.day,
        sum(known_day.measured) AS measured,
        sum(known_day.estimated) AS estimated,
        sum(known_day.seconds_missing) AS seconds_missing,
        count(*) AS children
    FROM meter_family
    JOIN known_day ON known_day.site = meter_family.site AND known_day.meter = meter_family.child
    GROUP BY meter_family.site, meter_family.parent, known_day.day
),
paired AS (
    SELECT
        child_day.site,
        child_day.parent,
        child_day.day,
        CAST(date_trunc('month', child_day.day) AS DATE) AS month,
        CAST(known_day.measured AS HUGEINT) + known_day.estimated AS parent_amount,
        child_day.measured + child_day.estimated AS children_amount,
        known_day.estimated AS parent_estimated,
        child_day.estimated AS children_estimated,
        known_day.seconds_missing AS seconds_missing_parent,
        child_day.seconds_missing AS seconds_missing_children,
        child_day.children,
        known_day.seconds_missing = 0 AND child_day.seconds_missing = 0 AS is_whole
    FROM child_day
    JOIN known_day
        ON known_day.site = child_day.site
        AND known_day.meter = child_day.parent
        AND known_day.day = child_day.day
),
stretched AS (
    SELECT *, month AS stretch
    FROM paired
    UNION ALL
    SELECT *, NULL AS stretch
    FROM paired
)
SELECT DISTINCT
    site,
    parent,
    min(day) AS from_day,
    CAST(max(day) + INTERVAL 1 DAY AS DATE) AS to_day,
    sum(parent_amount) AS parent_amount,
    sum(children_amount) AS children_amount,
    sum(parent_amount) - sum(children_amount) AS difference,
    sum(parent_estimated) AS parent_estimated,
    sum(children_estimated) AS children_estimated,
    sum(seconds_missing_parent) AS seconds_missing_parent,
    sum(seconds_missing_children) AS seconds_missing_children,
    max(children) AS children,
    sum(children) AS child_days,
    count(*) FILTER (WHERE is_whole) AS days_judged,
    coalesce(sum(parent_amount) FILTER (WHERE is_whole), 0) AS parent_judged,
    coalesce(sum(children_amount) FILTER (WHERE is_whole), 0) AS children_judged
FROM stretched
GROUP BY site, parent, stretch
