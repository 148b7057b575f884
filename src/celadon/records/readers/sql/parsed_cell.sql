-- Cells of readings parsed: decimals of up to twelve places to counts, half to even, with what
-- stands against them. Digits may be full-width; a point is no number where the decimal mark is a
-- comma. Inputs: cell(source_row, number, micros, text, mark), meter_column(number, num, den,
-- is_signed, most_written); the variable decimal_mark.
WITH stripped AS (
    SELECT
        source_row,
        number,
        micros,
        text,
        mark,
        CASE
            WHEN regexp_matches(text, '[^ -~]')
                THEN trim(
                    translate(text, '０１２３４５６７８９．，＋－＃　' || chr(160), '0123456789.,+-#  '),
                    ' ' || chr(9) || chr(10) || chr(13)
                )
            ELSE trim(text)
        END AS plain
    FROM cell
),
written AS (
    SELECT
        stripped.source_row,
        stripped.number,
        stripped.micros,
        stripped.text,
        stripped.mark,
        stripped.plain,
        CAST(column_of.num AS HUGEINT) AS num,
        CAST(column_of.den AS HUGEINT) AS den,
        column_of.is_signed,
        column_of.most_written,
        CASE
            WHEN contains(stripped.plain, '_') THEN NULL
            WHEN getvariable('decimal_mark') = '.'
                THEN TRY_CAST(stripped.plain AS DECIMAL(38, 12))
            WHEN NOT contains(stripped.plain, '.')
                THEN TRY_CAST(replace(stripped.plain, ',', '.') AS DECIMAL(38, 12))
        END AS value
    FROM stripped
    JOIN meter_column AS column_of ON column_of.number = stripped.number
    WHERE stripped.plain <> ''
),
counted AS (
    SELECT
        *,
        CASE
            WHEN abs(value) <= most_written
                THEN (
                    CAST(trunc(value) AS HUGEINT) * 1000000000000
                    + CAST((value - trunc(value)) * CAST(1000000000000 AS DECIMAL(13, 0)) AS HUGEINT)
                ) * num
        END AS numerator
    FROM written
),
divided AS (
    SELECT
        *,
        abs(numerator) // den AS quotient,
        abs(numerator) % den AS remainder,
        CASE WHEN numerator < 0 THEN -1 ELSE 1 END AS sign
    FROM counted
)
SELECT
    source_row,
    number,
    micros,
    text,
    mark,
    CAST(
        CASE
            WHEN 2 * remainder > den OR (2 * remainder = den AND quotient % 2 = 1)
                THEN sign * (quotient + 1)
            ELSE sign * quotient
        END AS BIGINT
    ) AS count,
    CASE
        WHEN value IS NULL AND plain LIKE '#%' THEN 'formula_error'
        WHEN numerator IS NULL THEN 'unreadable_number'
        WHEN numerator < 0 AND NOT is_signed THEN 'negative_reading'
        WHEN remainder <> 0 THEN 'finer_than_resolution'
    END AS rule
FROM divided
