-- Everything that is off in one way is one cause.
SELECT
    rule, quantity, pattern, COUNT(*) AS hits,
    COUNT(DISTINCT CASE WHEN line > 0 THEN line END) AS returns,
    COUNT(DISTINCT CASE WHEN who > 0 THEN who END) AS reporters,
    MIN(year) AS first_year, MAX(year) AS last_year,
    SUM(CAST(size AS HUGEINT)) AS size, COUNT(size) AS sized
FROM check_hit
GROUP BY rule, quantity, pattern
