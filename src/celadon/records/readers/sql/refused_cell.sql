-- What stands against cells, by column and rule: how many, and the first of them.
-- Input: parsed_cell, as parsed_cell.sql makes it.
SELECT
    number,
    rule,
    count(*) AS cells,
    min(source_row) AS first_row,
    min_by(text, source_row) AS text
FROM parsed_cell
GROUP BY number, rule
ORDER BY number, rule
