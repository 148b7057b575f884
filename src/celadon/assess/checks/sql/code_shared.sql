-- Reporters whose code another uses in the same year. Codes that only one reporter has at all are put
-- aside first.
SELECT
    'code_shared' AS rule, MIN(s.line) AS line, s.who AS who, s.year AS year, 0 AS month,
    '' AS quantity,
    '' AS pattern,
    CAST(NULL AS BIGINT) AS reported,
    CAST(NULL AS BIGINT) AS expected,
    CAST(NULL AS BIGINT) AS size,
    x.text AS other
FROM (
    SELECT
        t.line, t.who, t.year, t.code,
        MIN(t.who) OVER w AS least, MAX(t.who) OVER w AS largest
    FROM (
        SELECT code FROM return_key WHERE code IS NOT NULL GROUP BY code
        HAVING MIN(who) <> MAX(who)
    ) AS g
    JOIN return_key AS t ON t.code = g.code
    WINDOW w AS (PARTITION BY t.year, t.code)
) AS s
JOIN word AS x ON x.number = s.code
WHERE s.least <> s.largest
GROUP BY s.who, s.year, x.text
