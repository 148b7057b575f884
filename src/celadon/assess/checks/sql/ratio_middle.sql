-- The middle quotient of each series and year over its months.
SELECT
    ratio, series, year, COUNT(*) AS months,
    PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY quotient) AS middle
FROM ratio_value
WHERE month > 0 AND quotient > 0
GROUP BY ratio, series, year
