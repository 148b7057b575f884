-- Reporters that share their name with another of the same region and year. Names that only one
-- reporter has at all are put aside first.
SELECT
    'name_shared' AS rule, MIN(s.line) AS line, s.who AS who, s.year AS year, 0 AS month,
    '' AS quantity,
    '' AS pattern,
    CAST(NULL AS BIGINT) AS reported,
    CAST(NULL AS BIGINT) AS expected,
    CAST(NULL AS BIGINT) AS size,
    x.text AS other
FROM (
    SELECT
        t.line, t.who, t.year, t.name,
        MIN(t.who) OVER w AS least, MAX(t.who) OVER w AS largest
    FROM (
        SELECT name FROM return_key WHERE name IS NOT NULL GROUP BY name
        HAVING MIN(who) <> MAX(who)
    ) AS g
    JOIN return_key AS t ON t.name = g.name
    WINDOW w AS (PARTITION BY t.year, t.name, t.region)
) AS s
JOIN word AS x ON x.number = s.name
WHERE s.least <> s.largest
GROUP BY s.who, s.year, x.text
