-- Monthly amounts of watched quantities beside the amount of the month before.
SELECT
    r.quantity, t.line, t.who, t.series, t.year, t.month, r.value,
    LAG(r.value) OVER w AS before,
    LAG(t.month) OVER w AS month_before
FROM reported AS r
JOIN quantity AS q ON q.number = r.quantity
JOIN return_key AS t ON t.line = r.line
WHERE q.is_watched AND t.month > 0 AND t.day = 0
WINDOW w AS (PARTITION BY r.quantity, t.series, t.year ORDER BY t.month, t.line)
