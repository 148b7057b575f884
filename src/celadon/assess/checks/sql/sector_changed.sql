-- Reporters in another sector than in their return before; from and to are the pattern. Where a code
-- is given up, as by a new edition of the classification, all such changes of the year are one: as
-- many leave it as are still in it, at least so many; or nobody is left, in a year with such a code.
SELECT
    'sector_changed' AS rule, y.line AS line, y.who AS who, y.year AS year, 0 AS month,
    '' AS quantity,
    CASE
        WHEN g.gone >= u.sector_changed_least AND g.gone >= COALESCE(s.stay, 0)
            THEN CONCAT('recoded ', CAST(y.year AS VARCHAR))
        WHEN s.stay IS NULL AND w.most >= u.sector_changed_least
            THEN CONCAT('recoded ', CAST(y.year AS VARCHAR))
        ELSE CONCAT(b.text, ' > ', a.text)
    END AS pattern,
    CAST(NULL AS BIGINT) AS reported,
    CAST(NULL AS BIGINT) AS expected,
    CAST(NULL AS BIGINT) AS size,
    '' AS other
FROM year_of AS y
CROSS JOIN run AS u
JOIN word AS a ON a.number = y.sector
JOIN word AS b ON b.number = y.sector_before
JOIN (
    SELECT year, sector_before, COUNT(*) AS gone
    FROM year_of
    WHERE sector <> sector_before
    GROUP BY year, sector_before
) AS g ON g.year = y.year AND g.sector_before = y.sector_before
LEFT JOIN (
    SELECT year, sector, COUNT(DISTINCT who) AS stay
    FROM return_key
    GROUP BY year, sector
) AS s ON s.year = y.year AND s.sector = y.sector_before
JOIN (
    SELECT
        c.year AS year,
        MAX(CASE WHEN c.gone >= COALESCE(l.stay, 0) THEN c.gone ELSE 0 END) AS most
    FROM (
        SELECT year, sector_before, COUNT(*) AS gone
        FROM year_of
        WHERE sector <> sector_before
        GROUP BY year, sector_before
    ) AS c
    LEFT JOIN (
        SELECT year, sector, COUNT(DISTINCT who) AS stay
        FROM return_key
        GROUP BY year, sector
    ) AS l ON l.year = c.year AND l.sector = c.sector_before
    GROUP BY c.year
) AS w ON w.year = y.year
WHERE y.sector <> y.sector_before
