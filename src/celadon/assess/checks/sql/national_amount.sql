-- What each site reported by month of the account: energy; the output of a site with one product,
-- else the output and the process energy of each product; and what it took of each carrier, by
-- stream where several bring the same. A month of which a leaf has no value is missing, not smaller.
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
        l.site, CASE WHEN p.products = 1 THEN 'output' ELSE CONCAT('output ', l.stream) END
            AS quantity,
        EXTRACT(YEAR FROM l.month) AS year, EXTRACT(MONTH FROM l.month) AS month,
        l.count AS value
    FROM leaf AS l
    JOIN (
        SELECT site, COUNT(DISTINCT stream) AS products FROM leaf WHERE account = 'production'
        GROUP BY site
    ) AS p ON p.site = l.site
    WHERE l.account = 'production'
    UNION ALL
    SELECT
        l.site, CONCAT('energy ', m.stream) AS quantity, EXTRACT(YEAR FROM l.month) AS year,
        EXTRACT(MONTH FROM l.month) AS month, l.value
    FROM leaf AS l
    JOIN (
        SELECT site, unit, MIN(stream) AS stream FROM leaf
        WHERE account = 'production' AND unit <> ''
        GROUP BY site, unit HAVING COUNT(DISTINCT stream) = 1
    ) AS m ON m.site = l.site AND m.unit = l.unit
    JOIN (
        SELECT site FROM leaf WHERE account = 'production'
        GROUP BY site HAVING COUNT(DISTINCT stream) > 1
    ) AS p ON p.site = l.site
    WHERE l.account = 'process_energy' AND l.measure = 'calorific_value'
    UNION ALL
    SELECT
        l.site,
        CASE WHEN s.streams = 1 OR l.stream = l.carrier THEN l.carrier
            ELSE CONCAT(l.carrier, ' ', l.stream) END AS quantity,
        EXTRACT(YEAR FROM l.month) AS year, EXTRACT(MONTH FROM l.month) AS month,
        l.count AS value
    FROM leaf AS l
    JOIN (
        SELECT site, carrier, COUNT(DISTINCT stream) AS streams FROM leaf WHERE account = 'supply'
        GROUP BY site, carrier
    ) AS s ON s.site = l.site AND s.carrier = l.carrier
    WHERE l.account = 'supply'
) AS v
GROUP BY v.site, v.quantity, v.year, v.month
