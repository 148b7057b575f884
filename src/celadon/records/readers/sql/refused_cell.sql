-- What stands against cells, by column and rule: how many, the first of them, and the rows of all,
-- as the first and the last of each run of rows that follow each other. Formulas that were never
-- computed are told apart from those that failed.
-- Input: parsed_cell, as parsed_cell.sql makes it.
WITH told AS (
    SELECT *, rule = 'formula_error' AND text = '#not computed' AS uncomputed FROM parsed_cell
),
placed AS (
    SELECT
        number,
        rule,
        source_row,
        text,
        uncomputed,
        source_row - row_number() OVER (
            PARTITION BY number, rule, uncomputed ORDER BY source_row
        ) AS run
    FROM told
),
run AS (
    SELECT
        number,
        rule,
        uncomputed,
        count(*) AS cells,
        min(source_row) AS first_row,
        max(source_row) AS last_row,
        min_by(text, source_row) AS text
    FROM placed
    GROUP BY number, rule, uncomputed, run
)
SELECT
    number,
    rule,
    CAST(sum(cells) AS BIGINT) AS cells,
    min_by(text, first_row) AS text,
    list(first_row ORDER BY first_row) AS first_rows,
    list(last_row ORDER BY first_row) AS last_rows
FROM run
GROUP BY number, rule, uncomputed
ORDER BY number, rule, uncomputed
