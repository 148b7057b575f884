-- Amounts below zero of quantities that have no sign.
SELECT
    'negative_value' AS rule, t.line AS line, t.who AS who, t.year AS year, t.month AS month,
    q.quantity AS quantity,
    '' AS pattern,
    r.value AS reported,
    CAST(NULL AS BIGINT) AS expected,
    CASE WHEN q.is_sized THEN ABS(r.value) END AS size,
    '' AS other
FROM reported AS r
JOIN quantity AS q ON q.number = r.quantity
JOIN return_key AS t ON t.line = r.line
WHERE r.value < 0 AND NOT q.is_signed
