-- The expected correction of each reporter: of each year, month and quantity the largest of size x
-- likelihood over the rules, so that one figure is not counted twice; added up.
SELECT
    c.who, SUM(c.weighed) AS expected, CAST(SUM(c.hits) AS BIGINT) AS hits,
    CAST(SUM(c.unsized) AS BIGINT) AS unsized,
    MAX(CASE WHEN c.place = 1 THEN c.rule END) AS rule
FROM (
    SELECT
        b.who, b.rule, b.hits, b.unsized,
        CASE WHEN b.first_of_figure = 1 THEN b.weighed ELSE 0 END AS weighed,
        ROW_NUMBER() OVER (PARTITION BY b.who ORDER BY b.weighed DESC, b.rule) AS place
    FROM (
        SELECT
            a.*,
            ROW_NUMBER() OVER (
                PARTITION BY a.who, a.year, a.month, a.quantity ORDER BY a.weighed DESC, a.rule
            ) AS first_of_figure
        FROM (
            SELECT
                h.who, h.year, h.month, h.quantity, h.rule,
                MAX(COALESCE(CAST(h.size AS HUGEINT), 0) * w.likelihood) AS weighed,
                COUNT(*) AS hits, COUNT(*) - COUNT(h.size) AS unsized
            FROM check_hit AS h
            JOIN likelihood AS w ON w.rule = h.rule
            WHERE h.who > 0
            GROUP BY h.who, h.year, h.month, h.quantity, h.rule
        ) AS a
    ) AS b
) AS c
GROUP BY c.who
