-- Years whose twelve months do not add to them, and months whose days do not.
SELECT
    'finer_sum' AS rule, t.line AS line, t.who AS who, t.year AS year, t.month AS month,
    q.quantity AS quantity,
    CASE WHEN f.total < r.value THEN 'short' ELSE 'over' END AS pattern,
    f.total AS reported,
    r.value AS expected,
    CASE WHEN q.is_sized THEN ABS(f.total - r.value) END AS size,
    '' AS other
FROM (
    SELECT
        r.quantity, t.series, t.year,
        CASE WHEN t.day = 0 THEN 0 ELSE t.month END AS month,
        CAST(SUM(r.value) AS BIGINT) AS total
    FROM reported AS r
    JOIN return_key AS t ON t.line = r.line
    WHERE t.month > 0
    GROUP BY
        r.quantity, t.series, t.year, CASE WHEN t.day = 0 THEN 0 ELSE t.month END,
        CASE WHEN t.day = 0 THEN 0 ELSE 1 END
    HAVING
        COUNT(*) = MIN(
            CASE
                WHEN t.day = 0 THEN 12
                ELSE EXTRACT(DAY FROM LAST_DAY(
                    MAKE_DATE(CAST(t.year AS INT), CAST(t.month AS INT), 1)
                ))
            END
        )
) AS f
JOIN return_key AS t
    ON t.series = f.series AND t.year = f.year AND t.month = f.month AND t.day = 0
JOIN reported AS r ON r.line = t.line AND r.quantity = f.quantity
JOIN quantity AS q ON q.number = f.quantity
WHERE ABS(f.total - r.value) > 1
