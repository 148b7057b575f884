-- Rows that lack a required quantity, and nothing says why.
SELECT
    'value_missing' AS rule, t.line AS line, t.who AS who, t.year AS year, t.month AS month,
    q.quantity AS quantity,
    'not_said' AS pattern,
    CAST(NULL AS BIGINT) AS reported,
    CAST(NULL AS BIGINT) AS expected,
    CAST(NULL AS BIGINT) AS size,
    '' AS other
FROM return_key AS t
CROSS JOIN (SELECT number, quantity FROM quantity WHERE is_required) AS q
LEFT JOIN reported AS r ON r.line = t.line AND r.quantity = q.number
LEFT JOIN word AS e ON e.number = t.excused
WHERE r.line IS NULL AND e.text IS NULL
