-- What a parent meter passed against the sum of its children, by local month and over the whole
-- period. A day counts while the parent and at least one child are in force. Judged are the days
-- of which nothing is missing on either side.
WITH child_day AS (
    SELECT
        meter_family.site,
        meter_family.parent,
        meter_day.day,
        sum(meter_day.measured) AS measured,
        sum(meter_day.estimated) AS estimated,
        sum(meter_day.seconds_missing) AS seconds_missing,
        count(*) AS children
    FROM meter_family
    JOIN meter_day ON meter_day.site = meter_family.site AND meter_day.meter = meter_family.child
    GROUP BY meter_family.site, meter_family.parent, meter_day.day
),
paired AS (
    SELECT
        child_day.site,
        child_day.parent,
        child_day.day,
        CAST(date_trunc('month', child_day.day) AS DATE) AS month,
        CAST(meter_day.measured AS HUGEINT) + meter_day.estimated AS parent_amount,
        child_day.measured + child_day.estimated AS children_amount,
        meter_day.estimated AS parent_estimated,
        child_day.estimated AS children_estimated,
        meter_day.seconds_missing AS seconds_missing_parent,
        child_day.seconds_missing AS seconds_missing_children,
        child_day.children,
        meter_day.seconds_missing = 0 AND child_day.seconds_missing = 0 AS is_whole
    FROM child_day
    JOIN meter_day
        ON meter_day.site = child_day.site
        AND meter_day.meter = child_day.parent
        AND meter_day.day = child_day.day
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
