-- Rows where what was bought and what was metered differ by more than the profile allows.
SELECT
    'invoice_against_meter' AS rule, d.line AS line, t.who AS who, t.year AS year, t.month AS month,
    d.pair AS quantity,
    CASE WHEN d.reported < d.expected THEN 'below' ELSE 'above' END AS pattern,
    d.reported AS reported,
    d.expected AS expected,
    CASE WHEN q.is_sized THEN ABS(d.reported - d.expected) END AS size,
    '' AS other
FROM (
    SELECT
        p.pair, p.other, b.line, b.value AS reported, p.tolerance, p.parts_per_million,
        CAST(CAST(a.value AS HUGEINT) * p.num // p.den AS BIGINT) AS expected
    FROM pair AS p
    JOIN reported AS a ON a.quantity = p.one
    JOIN reported AS b ON b.quantity = p.other AND b.line = a.line
    WHERE p.kind = 'invoice'
) AS d
JOIN quantity AS q ON q.number = d.other
JOIN return_key AS t ON t.line = d.line
WHERE
    ABS(d.reported - d.expected) > d.tolerance
    AND CAST(ABS(d.reported - d.expected) AS HUGEINT) * 1000000
    > CAST(ABS(d.expected) AS HUGEINT) * d.parts_per_million
