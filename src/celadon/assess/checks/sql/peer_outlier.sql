-- Rows further from the middle of their sector and year than so many robust deviations
-- (1.4826 x MAD of the logarithms) and than a least factor.
SELECT
    'peer_outlier' AS rule, p.line AS line, p.who AS who, p.year AS year, 0 AS month,
    p.quantity AS quantity,
    CASE WHEN p.logarithm > s.middle THEN 'above' ELSE 'below' END AS pattern,
    p.value AS reported,
    CAST(ROUND(EXP(s.middle / 1000000.0)) AS BIGINT) AS expected,
    CAST(NULL AS BIGINT) AS size,
    CONCAT(x.text, ': ', CAST(s.peers AS VARCHAR)) AS other
FROM peer AS p
JOIN peer_spread AS s ON s.quantity = p.quantity AND s.sector = p.sector AND s.year = p.year
JOIN word AS x ON x.number = p.sector
CROSS JOIN run AS u
WHERE
    ABS(p.logarithm - s.middle) > u.peer_outlier_least_log_millionths
    AND 1000000 * ABS(p.logarithm - s.middle)
    > u.peer_outlier_deviations_percent * 14826 * s.spread
