-- A month's parent shared among its children in proportion to what each measured, exact by largest
-- remainder: the part rounded down, and what is left one each to the largest remainders, among
-- equals to the first by name. Only whole months of which nothing is missing, and no child below
-- zero. Derived; no account reads it.
WITH month AS (
    SELECT *
    FROM meter_balance
    WHERE
        date_trunc('month', from_day) = date_trunc('month', to_day - INTERVAL 1 DAY)
        AND seconds_missing_parent = 0
        AND seconds_missing_children = 0
        AND parent_amount > 0
        AND children_amount > 0
),
child AS (
    SELECT
        month.site,
        month.parent,
        month.from_day,
        month.to_day,
        month.parent_amount,
        month.children_amount,
        meter_family.child AS meter,
        sum(CAST(meter_day.measured AS HUGEINT) + meter_day.estimated) AS amount
    FROM month
    JOIN meter_family ON meter_family.site = month.site AND meter_family.parent = month.parent
    JOIN meter_day
        ON meter_day.site = month.site
        AND meter_day.meter = meter_family.child
        AND meter_day.day >= month.from_day
        AND meter_day.day < month.to_day
    GROUP BY
        month.site, month.parent, month.from_day, month.to_day, month.parent_amount,
        month.children_amount, meter_family.child
),
shared AS (
    SELECT
        *,
        parent_amount * amount // children_amount AS whole,
        parent_amount * amount % children_amount AS rest,
        min(amount) OVER (PARTITION BY site, parent, from_day) AS least,
        sum(amount) OVER (PARTITION BY site, parent, from_day) AS together
    FROM child
),
ranked AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY site, parent, from_day ORDER BY rest DESC, meter
        ) AS number,
        parent_amount - sum(whole) OVER (PARTITION BY site, parent, from_day) AS left_over
    FROM shared
    WHERE least >= 0 AND together = children_amount
)
SELECT
    site,
    meter,
    from_day,
    to_day,
    parent,
    whole + CASE WHEN number <= left_over THEN 1 ELSE 0 END AS amount,
    whole + CASE WHEN number <= left_over THEN 1 ELSE 0 END - amount AS adjustment
FROM ranked
