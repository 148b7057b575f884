-- Years in which nearly all positions have two decimals at most.
SELECT
    'place_coarse' AS rule, 0 AS line, 0 AS who, c.year AS year, 0 AS month,
    '' AS quantity,
    'two_decimals' AS pattern,
    c.coarse AS reported,
    c.n AS expected,
    CAST(NULL AS BIGINT) AS size,
    '' AS other
FROM (
    SELECT
        year, COUNT(*) AS n,
        COUNT(CASE WHEN latitude % 1000 = 0 AND longitude % 1000 = 0 THEN 1 END) AS coarse
    FROM return_key
    WHERE latitude IS NOT NULL AND longitude IS NOT NULL
    GROUP BY year
) AS c
CROSS JOIN run AS u
WHERE 100 * c.coarse >= u.place_coarse_share_percent * c.n AND c.n >= 20
