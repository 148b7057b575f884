-- Months that a quantity lacks in a year in which it has others.
SELECT
    'month_missing' AS rule, 0 AS line, h.who AS who, h.year AS year, a.month AS month,
    q.quantity AS quantity,
    '' AS pattern,
    CAST(NULL AS BIGINT) AS reported,
    m.middle AS expected,
    CASE WHEN q.is_sized THEN m.middle END AS size,
    '' AS other
FROM (SELECT DISTINCT quantity, series, who, year FROM month_value) AS h
CROSS JOIN (SELECT DISTINCT month FROM month_value) AS a
JOIN quantity AS q ON q.number = h.quantity
LEFT JOIN month_value AS v
    ON v.quantity = h.quantity AND v.series = h.series AND v.year = h.year AND v.month = a.month
LEFT JOIN month_middle AS m
    ON m.quantity = h.quantity AND m.series = h.series AND m.year = h.year
WHERE v.line IS NULL
