-- Reporters in another sector than in their return before; from and to are the pattern.
SELECT
    'sector_changed' AS rule, y.line AS line, y.who AS who, y.year AS year, 0 AS month,
    '' AS quantity,
    CONCAT(b.text, ' > ', a.text) AS pattern,
    CAST(NULL AS BIGINT) AS reported,
    CAST(NULL AS BIGINT) AS expected,
    CAST(NULL AS BIGINT) AS size,
    '' AS other
FROM year_of AS y
JOIN word AS a ON a.number = y.sector
JOIN word AS b ON b.number = y.sector_before
WHERE y.sector <> y.sector_before
