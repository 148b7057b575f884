-- Reporters that give another code than in their return before.
SELECT
    'code_changed' AS rule, y.line AS line, y.who AS who, y.year AS year, 0 AS month,
    '' AS quantity,
    '' AS pattern,
    CAST(NULL AS BIGINT) AS reported,
    CAST(NULL AS BIGINT) AS expected,
    CAST(NULL AS BIGINT) AS size,
    CONCAT(b.text, ' > ', a.text) AS other
FROM year_of AS y
JOIN word AS a ON a.number = y.code
JOIN word AS b ON b.number = y.code_before
WHERE y.code <> y.code_before
