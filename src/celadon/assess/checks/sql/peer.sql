-- What is compared with peers: yearly quotients where there are any, else the measure itself; its
-- natural logarithm in millionths, so that above and below weigh the same.
SELECT
    v.quantity, v.line, v.who, v.year, v.sector, v.value,
    CAST(ROUND(1000000 * LN(v.value)) AS BIGINT) AS logarithm
FROM (
    SELECT ratio AS quantity, line, who, year, sector, quotient AS value
    FROM ratio_value
    WHERE month = 0
    UNION ALL
    SELECT q.quantity, t.line, t.who, t.year, t.sector, r.value
    FROM reported AS r
    JOIN quantity AS q ON q.number = r.quantity
    JOIN return_key AS t ON t.line = r.line
    WHERE q.is_measure AND t.month = 0 AND (SELECT COUNT(*) FROM ratio) = 0
) AS v
WHERE v.value > 0 AND v.sector IS NOT NULL
