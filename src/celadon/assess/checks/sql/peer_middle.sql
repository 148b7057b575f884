-- The middle of each sector and year: the lower of two.
SELECT
    quantity, sector, year, COUNT(*) AS peers,
    PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY logarithm) AS middle
FROM peer
GROUP BY quantity, sector, year
