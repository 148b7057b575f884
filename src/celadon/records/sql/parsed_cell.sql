-- Cells of readings parsed: exact decimals to counts, half to even, with what stands against them.
-- Inputs: cell(source_row, number, stamp, text), meter_column(number, meter, num, den, shift),
--         stamp(stamp, micros); the variable decimal_mark.
WITH written AS (
    SELECT
        cell.source_row,
        cell.number,
        column_of.meter,
        stamp.micros - column_of.shift AS micros,
        cell.text,
        column_of.num,
        column_of.den,
        trim(cell.text) AS plain,
        TRY_CAST(
            replace(trim(cell.text), getvariable('decimal_mark'), '.') AS DECIMAL(28, 9)
        ) AS value
    FROM cell
    JOIN meter_column AS column_of ON column_of.number = cell.number
    JOIN stamp ON stamp.stamp = cell.stamp
),
counted AS (
    SELECT
        *,
        CAST(value * CAST(1000000000 AS DECIMAL(10, 0)) AS HUGEINT) * num AS numerator
    FROM written
    WHERE plain <> ''
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
    meter,
    micros,
    text,
    CASE
        WHEN 2 * remainder > den OR (2 * remainder = den AND quotient % 2 = 1)
            THEN sign * (quotient + 1)
        ELSE sign * quotient
    END AS count,
    CASE
        WHEN value IS NULL AND plain LIKE '#%' THEN 'formula_error'
        WHEN value IS NULL THEN 'unreadable_number'
        WHEN remainder <> 0 THEN 'finer_than_resolution'
        WHEN quotient > 1000000000000000000 THEN 'unreadable_number'
    END AS rule
FROM divided
