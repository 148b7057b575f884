-- Reporters whose last whole digits are uneven: chi-square of nine degrees, in hundredths.
SELECT
    'digits_last' AS rule, 0 AS line, d.who AS who, 0 AS year, 0 AS month,
    d.quantity AS quantity,
    '' AS pattern,
    CAST(d.square AS BIGINT) AS reported,
    CAST(d.allowed AS BIGINT) AS expected,
    CAST(NULL AS BIGINT) AS size,
    '' AS other
FROM (
    SELECT
        g.who, g.quantity, u.digits_last_square_hundredths AS allowed,
        SUM(1000 * g.found * g.found) // SUM(g.found) - 100 * SUM(g.found) AS square,
        SUM(g.found) AS n, u.digits_last_numbers AS least
    FROM (
        SELECT t.who, q.quantity, r.value // q.scale % 10 AS digit, COUNT(*) AS found
        FROM reported AS r
        JOIN quantity AS q ON q.number = r.quantity
        JOIN return_key AS t ON t.line = r.line
        WHERE q.is_watched AND r.value >= 10 * q.scale
        GROUP BY t.who, q.quantity, r.value // q.scale % 10
    ) AS g
    CROSS JOIN run AS u
    GROUP BY g.who, g.quantity, u.digits_last_square_hundredths, u.digits_last_numbers
) AS d
WHERE d.n >= d.least AND d.square > d.allowed
