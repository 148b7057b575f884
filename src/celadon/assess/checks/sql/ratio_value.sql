-- Quotients in millionths of the two counts, of the rows that have both.
SELECT
    x.ratio, t.line, t.who, t.series, t.year, t.month, t.sector,
    a.value AS upper, b.value AS lower,
    CASE WHEN b.value > 0 THEN CAST(CAST(a.value AS HUGEINT) * 1000000 // b.value AS BIGINT) END
        AS quotient
FROM ratio AS x
JOIN reported AS a ON a.quantity = x.numerator
JOIN reported AS b ON b.quantity = x.denominator AND b.line = a.line
JOIN return_key AS t ON t.line = a.line
WHERE t.day = 0
