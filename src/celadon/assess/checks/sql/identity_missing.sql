-- Rows that do not say their sector, region or name, where the list has such a column.
SELECT
    'identity_missing' AS rule, t.line AS line, t.who AS who, t.year AS year, t.month AS month,
    '' AS quantity,
    m.pattern AS pattern,
    CAST(NULL AS BIGINT) AS reported,
    CAST(NULL AS BIGINT) AS expected,
    CAST(NULL AS BIGINT) AS size,
    '' AS other
FROM (
    SELECT line, 'sector' AS pattern FROM return_key CROSS JOIN run
    WHERE has_sector = 1 AND sector IS NULL
    UNION ALL
    SELECT line, 'region' AS pattern FROM return_key CROSS JOIN run
    WHERE has_region = 1 AND region IS NULL
    UNION ALL
    SELECT line, 'name' AS pattern FROM return_key CROSS JOIN run
    WHERE has_name = 1 AND name IS NULL
) AS m
JOIN return_key AS t ON t.line = m.line
