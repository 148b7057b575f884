-- By how much the parts of each group and the total that they should come to lie apart, in each row
-- where they do. A row with the total alone is not told: parts that are missing are not zero.
SELECT s.line, s.part_group, CAST(SUM(s.value) AS BIGINT) AS apart
FROM (
    SELECT r.line, m.part_group, m.sign * r.value AS value
    FROM reported AS r
    JOIN group_member AS m ON m.number = r.quantity
) AS s
GROUP BY s.line, s.part_group
HAVING SUM(s.value) <> 0 AND COUNT(*) > 1
