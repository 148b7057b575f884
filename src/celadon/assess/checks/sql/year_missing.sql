-- Years between the first and the last that nobody returned.
SELECT
    'year_missing' AS rule, 0 AS line, 0 AS who, y.before + 1 AS year, 0 AS month,
    '' AS quantity,
    '' AS pattern,
    CAST(NULL AS BIGINT) AS reported,
    CAST(NULL AS BIGINT) AS expected,
    CAST(NULL AS BIGINT) AS size,
    CONCAT(CAST(y.before + 1 AS VARCHAR), ' .. ', CAST(y.year - 1 AS VARCHAR)) AS other
FROM (
    SELECT year, LAG(year) OVER (ORDER BY year) AS before
    FROM (SELECT DISTINCT year FROM return_key) AS d
) AS y
WHERE y.year > y.before + 1
