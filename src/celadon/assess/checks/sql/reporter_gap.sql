-- Years without a return of one that returned before and after; a year that nobody returned is not
-- one. The size is what it reported last.
SELECT
    'reporter_gap' AS rule, 0 AS line, y.who AS who, a.year AS year, 0 AS month,
    '' AS quantity,
    '' AS pattern,
    CAST(NULL AS BIGINT) AS reported,
    r.value AS expected,
    r.value AS size,
    '' AS other
FROM year_of AS y
JOIN (SELECT DISTINCT year FROM year_of) AS a ON a.year > y.year_before AND a.year < y.year
CROSS JOIN (SELECT number FROM quantity WHERE is_measure) AS q
LEFT JOIN reported AS r ON r.line = y.year_line_before AND r.quantity = q.number
WHERE y.year > y.year_before + 1
