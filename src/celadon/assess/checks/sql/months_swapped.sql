-- Neighbouring months whose quotients lie on either side of the middle, and fit once the lower
-- quantities change places.
SELECT
    'months_swapped' AS rule, n.line AS line, n.who AS who, n.year AS year, n.month AS month,
    n.ratio AS quantity,
    '' AS pattern,
    n.lower AS reported,
    n.lower_next AS expected,
    CAST(NULL AS BIGINT) AS size,
    CONCAT('month ', CAST(n.month_next AS VARCHAR)) AS other
FROM (
    SELECT
        v.*, m.middle, m.months,
        LEAD(v.upper) OVER w AS upper_next, LEAD(v.lower) OVER w AS lower_next,
        LEAD(v.quotient) OVER w AS quotient_next, LEAD(v.month) OVER w AS month_next
    FROM ratio_value AS v
    JOIN ratio_middle AS m ON m.ratio = v.ratio AND m.series = v.series AND m.year = v.year
    WHERE v.month > 0 AND v.quotient > 0
    WINDOW w AS (PARTITION BY v.ratio, v.series, v.year ORDER BY v.month, v.line)
) AS n
CROSS JOIN run AS u
WHERE
    n.month_next = n.month + 1 AND n.months >= u.months_swapped_months
    AND 100 * ABS(n.quotient - n.middle) > u.months_swapped_off_percent * n.middle
    AND 100 * ABS(n.quotient_next - n.middle) > u.months_swapped_off_percent * n.middle
    AND (n.quotient > n.middle) <> (n.quotient_next > n.middle)
    AND ABS(CAST(n.upper AS HUGEINT) * 1000000 // n.lower_next - n.middle) * 100
    < u.months_swapped_near_percent * n.middle
    AND ABS(CAST(n.upper_next AS HUGEINT) * 1000000 // n.lower - n.middle) * 100
    < u.months_swapped_near_percent * n.middle
