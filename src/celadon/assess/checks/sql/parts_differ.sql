-- Totals that their parts do not come to.
SELECT
    'parts_differ' AS rule, t.line AS line, t.who AS who, t.year AS year, t.month AS month,
    g.grouping AS quantity,
    CASE WHEN p.apart < 0 THEN 'short' ELSE 'over' END AS pattern,
    r.value + p.apart AS reported,
    r.value AS expected,
    CASE WHEN q.is_sized THEN ABS(p.apart) END AS size,
    '' AS other
FROM part_sum AS p
JOIN group_total AS g ON g.part_group = p.part_group
JOIN reported AS r ON r.line = p.line AND r.quantity = g.total
JOIN quantity AS q ON q.number = g.total
JOIN return_key AS t ON t.line = p.line
WHERE ABS(p.apart) > g.tolerance
