-- The middle month of each series and year: the lower of two, so that it is an amount reported.
SELECT
    quantity, series, year, COUNT(*) AS months,
    PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY value) AS middle
FROM month_value
WHERE value > 0
GROUP BY quantity, series, year
