-- What each site reported by month of the account: energy, output of a site with one product, and
-- what it took of each carrier. A month of which a leaf has no value is missing, not smaller.
SELECT
    v.site, v.quantity, v.year, v.month,
    CASE WHEN COUNT(*) = COUNT(v.value) THEN CAST(SUM(v.value) AS BIGINT) END AS value
FROM (
    SELECT
        l.site, 'energy' AS quantity, EXTRACT(YEAR FROM l.month) AS year,
        EXTRACT(MONTH FROM l.month) AS month, l.value
    FROM leaf AS l
    WHERE l.account = 'energy' AND l.measure = 'calorific_value'
    UNION ALL
    SELECT
        l.site, 'output' AS quantity, EXTRACT(YEAR FROM l.month) AS year,
        EXTRACT(MONTH FROM l.month) AS month, l.count AS value
    FROM leaf AS l
    JOIN (
        SELECT site FROM leaf WHERE account = 'production' GROUP BY site
        HAVING MIN(stream) = MAX(stream)
    ) AS s ON s.site = l.site
    WHERE l.account = 'production'
    UNION ALL
    SELECT
        l.site, l.carrier AS quantity, EXTRACT(YEAR FROM l.month) AS year,
        EXTRACT(MONTH FROM l.month) AS month, l.count AS value
    FROM leaf AS l
    WHERE l.account = 'supply'
) AS v
GROUP BY v.site, v.quantity, v.year, v.month
