-- Periods with one of the two and a reported zero of the other.
SELECT
    'output_without_energy' AS rule, v.line AS line, v.who AS who, v.year AS year, v.month AS month,
    v.ratio AS quantity,
    CASE WHEN v.upper = 0 THEN 'output_only' ELSE 'energy_only' END AS pattern,
    v.upper AS reported,
    v.lower AS expected,
    CAST(NULL AS BIGINT) AS size,
    '' AS other
FROM ratio_value AS v
WHERE (v.upper = 0 AND v.lower > 0) OR (v.lower = 0 AND v.upper > 0)
