-- Amounts outside the range that the profile declares.
SELECT
    'out_of_range' AS rule, t.line AS line, t.who AS who, t.year AS year, t.month AS month,
    q.quantity AS quantity,
    CASE WHEN r.value > q.high THEN 'above' ELSE 'below' END AS pattern,
    r.value AS reported,
    CASE WHEN r.value > q.high THEN q.high ELSE q.low END AS expected,
    CASE WHEN q.is_sized THEN ABS(r.value - CASE WHEN r.value > q.high THEN q.high ELSE q.low END) END AS size,
    '' AS other
FROM reported AS r
JOIN quantity AS q ON q.number = r.quantity
JOIN return_key AS t ON t.line = r.line
WHERE (r.value > q.high OR r.value < q.low) AND (r.value >= 0 OR q.is_signed)
