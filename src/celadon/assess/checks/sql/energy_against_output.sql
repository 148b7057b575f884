-- Months whose quotient is far from the middle month of the year.
SELECT
    'energy_against_output' AS rule, v.line AS line, v.who AS who, v.year AS year, v.month AS month,
    v.ratio AS quantity,
    CASE WHEN v.quotient > m.middle THEN 'above' ELSE 'below' END AS pattern,
    v.quotient AS reported,
    m.middle AS expected,
    CASE
        WHEN q.is_sized
            THEN CAST(ABS(v.upper - CAST(m.middle AS HUGEINT) * v.lower // 1000000) AS BIGINT)
    END AS size,
    '' AS other
FROM ratio_value AS v
JOIN ratio_middle AS m ON m.ratio = v.ratio AND m.series = v.series AND m.year = v.year
JOIN ratio AS x ON x.ratio = v.ratio
JOIN quantity AS q ON q.number = x.numerator
CROSS JOIN run AS u
WHERE
    v.month > 0 AND v.quotient > 0 AND m.months >= 4
    AND (
        100 * v.quotient >= u.energy_against_output_times_percent * m.middle
        OR u.energy_against_output_times_percent * v.quotient <= 100 * m.middle
    )
