-- Required quantities of zero.
SELECT
    'value_zero' AS rule, t.line AS line, t.who AS who, t.year AS year, t.month AS month,
    q.quantity AS quantity,
    '' AS pattern,
    r.value AS reported,
    CAST(NULL AS BIGINT) AS expected,
    CAST(NULL AS BIGINT) AS size,
    '' AS other
FROM reported AS r
JOIN quantity AS q ON q.number = r.quantity
JOIN return_key AS t ON t.line = r.line
WHERE q.is_required AND r.value = 0
