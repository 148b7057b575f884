-- Quantities whose first digits lie too far from Benford's law: the mean of nine distances.
SELECT
    'digits_first' AS rule, 0 AS line, 0 AS who, 0 AS year, 0 AS month,
    d.quantity AS quantity,
    '' AS pattern,
    CAST(d.deviation AS BIGINT) AS reported,
    CAST(d.allowed AS BIGINT) AS expected,
    CAST(NULL AS BIGINT) AS size,
    '' AS other
FROM (
    SELECT
        b.quantity, u.digits_first_deviation_millionths AS allowed,
        SUM(ABS(COALESCE(f.found, 0) * 1000000 // n.found - b.millionths)) // 9 AS deviation
    FROM (
        SELECT q.quantity, b.digit, b.millionths
        FROM benford AS b
        CROSS JOIN (SELECT quantity FROM quantity WHERE is_watched) AS q
    ) AS b
    JOIN (SELECT quantity, SUM(found) AS found FROM first_digit GROUP BY quantity) AS n
        ON n.quantity = b.quantity
    LEFT JOIN first_digit AS f ON f.quantity = b.quantity AND f.digit = b.digit
    CROSS JOIN run AS u
    WHERE n.found >= u.digits_first_numbers
    GROUP BY b.quantity, u.digits_first_deviation_millionths
) AS d
WHERE d.deviation > d.allowed
