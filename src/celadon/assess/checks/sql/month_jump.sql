-- Months far above or below the middle month of their year.
SELECT
    'month_jump' AS rule, v.line AS line, v.who AS who, v.year AS year, v.month AS month,
    q.quantity AS quantity,
    CASE WHEN v.value > m.middle THEN 'above' ELSE 'below' END AS pattern,
    v.value AS reported,
    m.middle AS expected,
    CASE WHEN q.is_sized THEN ABS(v.value - m.middle) END AS size,
    '' AS other
FROM month_value AS v
JOIN month_middle AS m ON m.quantity = v.quantity AND m.series = v.series AND m.year = v.year
JOIN quantity AS q ON q.number = v.quantity
CROSS JOIN run AS u
WHERE
    m.months >= 4 AND v.value > 0
    AND (
        CAST(v.value AS HUGEINT) >= u.month_jump_times * CAST(m.middle AS HUGEINT)
        OR CAST(v.value AS HUGEINT) * u.month_jump_times <= CAST(m.middle AS HUGEINT)
    )
