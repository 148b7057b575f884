-- Months equal to the month before, of amounts with digits enough that chance is no reason.
SELECT
    'month_repeated' AS rule, v.line AS line, v.who AS who, v.year AS year, v.month AS month,
    q.quantity AS quantity,
    '' AS pattern,
    v.value AS reported,
    v.before AS expected,
    CAST(NULL AS BIGINT) AS size,
    CONCAT('month ', CAST(v.month_before AS VARCHAR)) AS other
FROM month_value AS v
JOIN quantity AS q ON q.number = v.quantity
CROSS JOIN run AS u
WHERE
    v.value = v.before AND v.month = v.month_before + 1
    AND ABS(v.value) >= u.month_repeated_least
