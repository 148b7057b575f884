-- Rows after the first of one reporter and period; alike or not by the measure.
SELECT
    'return_repeated' AS rule, t.line AS line, t.who AS who, t.year AS year, t.month AS month,
    '' AS quantity,
    CASE WHEN a.value = b.value THEN 'same' ELSE 'differs' END AS pattern,
    b.value AS reported,
    a.value AS expected,
    ABS(b.value) AS size,
    CONCAT('row ', CAST(g.line AS VARCHAR)) AS other
FROM (
    SELECT period, MIN(line) AS line FROM return_key GROUP BY period HAVING COUNT(*) > 1
) AS g
JOIN return_key AS t
    ON t.period = g.period
CROSS JOIN (SELECT number FROM quantity WHERE is_measure) AS q
LEFT JOIN reported AS a ON a.line = g.line AND a.quantity = q.number
LEFT JOIN reported AS b ON b.line = t.line AND b.quantity = q.number
WHERE t.line <> g.line
