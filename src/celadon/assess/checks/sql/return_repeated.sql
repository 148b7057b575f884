-- Rows after the first of one reporter and period; alike or not by the measure. Where several rows of
-- one subject add, only one that repeats the figure of another is such a row.
SELECT
    'return_repeated' AS rule, t.line AS line, t.who AS who, t.year AS year, t.month AS month,
    '' AS quantity,
    CASE WHEN a.value = b.value THEN 'same' ELSE 'differs' END AS pattern,
    b.value AS reported,
    a.value AS expected,
    ABS(b.value) AS size,
    CONCAT('row ', CAST(g.line AS VARCHAR)) AS other
FROM (
    SELECT k.period AS period, k.value AS value, MIN(k.line) AS line
    FROM (
        SELECT
            t.period AS period, t.line AS line,
            CASE WHEN u.rows_add = 1 THEN COALESCE(m.value, 0) ELSE 1 END AS value
        FROM return_key AS t
        CROSS JOIN run AS u
        CROSS JOIN (SELECT number FROM quantity WHERE is_measure) AS q
        LEFT JOIN reported AS m ON m.line = t.line AND m.quantity = q.number
    ) AS k
    WHERE k.value <> 0
    GROUP BY k.period, k.value
    HAVING COUNT(*) > 1
) AS g
JOIN return_key AS t
    ON t.period = g.period
CROSS JOIN run AS u
CROSS JOIN (SELECT number FROM quantity WHERE is_measure) AS q
LEFT JOIN reported AS a ON a.line = g.line AND a.quantity = q.number
LEFT JOIN reported AS b ON b.line = t.line AND b.quantity = q.number
WHERE t.line <> g.line AND (u.rows_add = 0 OR b.value = g.value)
