-- The years of each series beside the year before; where a year has a row of its own, not of a month,
-- that is the row.
SELECT
    g.series, t.who, g.year, t.line, g.year_line, t.sector, t.code,
    LAG(g.year) OVER w AS year_before,
    LAG(g.year_line) OVER w AS year_line_before,
    LAG(t.sector IGNORE NULLS) OVER w AS sector_before,
    LAG(t.code IGNORE NULLS) OVER w AS code_before
FROM (
    SELECT
        series, year, MIN(line) AS line, MIN(CASE WHEN month = 0 THEN line END) AS year_line
    FROM return_key
    GROUP BY series, year
) AS g
JOIN return_key AS t ON t.line = COALESCE(g.year_line, g.line)
WINDOW w AS (PARTITION BY g.series ORDER BY g.year)
