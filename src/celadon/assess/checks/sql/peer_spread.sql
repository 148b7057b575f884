-- The middle distance from the middle (MAD) of each sector and year that has peers enough.
SELECT
    m.quantity, m.sector, m.year, m.peers, m.middle,
    PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY ABS(p.logarithm - m.middle)) AS spread
FROM peer_middle AS m
JOIN peer AS p ON p.quantity = m.quantity AND p.sector = m.sector AND p.year = m.year
CROSS JOIN run AS u
WHERE m.peers >= u.peer_outlier_peers
GROUP BY m.quantity, m.sector, m.year, m.peers, m.middle
