-- Hits with the name of their pattern: where reported and expected stand in a known factor, it is the
-- factor. Exact: to half a thousandth of it, and only where one in twenty of the hits of the rule and
-- quantity has it, since some meet one by chance. Coarse: factors of a thousand or more, within a
-- factor of two. Of several the nearest, then the first by name.
SELECT
    h.rule, h.line, h.who, h.year, h.month, h.quantity,
    CASE
        WHEN f.factor IS NULL THEN h.pattern
        WHEN NOT f.is_exact THEN f.factor
        WHEN 20 * f.alike >= c.hits THEN f.factor
        ELSE h.pattern
    END AS pattern,
    h.reported, h.expected, h.size, h.other
FROM raw_hit AS h
JOIN (
    SELECT rule, quantity, COUNT(*) AS hits FROM raw_hit GROUP BY rule, quantity
) AS c ON c.rule = h.rule AND c.quantity = h.quantity
LEFT JOIN (
    SELECT
        p.number, p.factor, p.is_exact,
        COUNT(*) OVER (PARTITION BY p.rule, p.quantity, p.factor) AS alike
    FROM (
        SELECT
            m.number, m.rule, m.quantity, m.factor, m.is_exact,
            ROW_NUMBER() OVER (PARTITION BY m.number ORDER BY m.distance, m.factor) AS place
        FROM (
            SELECT
                n.number, n.rule, n.quantity, a.is_exact, k.factor,
                ABS(LN(
                    CAST(n.reported AS DOUBLE) * k.den / (CAST(n.expected AS DOUBLE) * k.num)
                )) AS distance
            FROM raw_hit AS n
            JOIN rule_factor AS a ON a.rule = n.rule
            JOIN factor AS k ON k.is_coarse OR a.is_exact
            WHERE n.reported > 0 AND n.expected > 0
        ) AS m
        WHERE m.distance <= CASE WHEN m.is_exact THEN 0.0005 ELSE 0.6931472 END
    ) AS p
    WHERE p.place = 1
) AS f ON f.number = h.number
