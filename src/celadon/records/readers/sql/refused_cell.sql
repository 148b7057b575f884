-- What stands against cells, by column and rule: how many, and the first of them.
SELECT
    number,
    rule,
    count(*) AS cells,
    min(source_row) AS first_row,
    min_by(text, source_row) AS text
FROM parsed_cell
WHERE rule IS NOT NULL
GROUP BY number, rule
ORDER BY number, rule
