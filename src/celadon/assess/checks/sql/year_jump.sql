-- Years above so many percent of the year before, or below so many; consecutive years only.
SELECT
    'year_jump' AS rule, y.line AS line, y.who AS who, y.year AS year, 0 AS month,
    q.quantity AS quantity,
    CASE WHEN a.value > b.value THEN 'above' ELSE 'below' END AS pattern,
    a.value AS reported,
    b.value AS expected,
    CASE WHEN q.is_sized THEN ABS(a.value - b.value) END AS size,
    '' AS other
FROM year_of AS y
JOIN watched_value AS b ON b.line = y.year_line_before
JOIN watched_value AS a ON a.line = y.year_line AND a.number = b.number
JOIN quantity AS q ON q.number = b.number
CROSS JOIN run AS u
WHERE
    y.year = y.year_before + 1 AND b.value > 0 AND b.value >= q.jump_least
    AND (
        100 * a.value > u.year_jump_up_percent * b.value
        OR 100 * a.value < u.year_jump_down_percent * b.value
    )
