-- Leaves: count x num / den, multiplied in 128 bits and rounded once, half to even, with the sign
-- handled apart. The same for the part of the count that is estimated.
WITH counted AS (
    SELECT
        line.*,
        line.sign * stream_amount.count AS signed_count,
        stream_amount.seconds_missing,
        abs(CAST(stream_amount.count AS HUGEINT) * line.num) AS product,
        CASE
            WHEN (stream_amount.count < 0) <> (line.num < 0) THEN -line.sign
            ELSE line.sign
        END AS value_sign,
        abs(CAST(stream_amount.estimated AS HUGEINT) * line.num) AS estimated_product
    FROM line
    JOIN stream_amount USING (site, stream, from_day, to_day)
),
divided AS (
    SELECT
        *,
        product // den AS quotient,
        product % den AS remainder,
        estimated_product // den AS estimated_quotient,
        estimated_product % den AS estimated_remainder
    FROM counted
)
SELECT
    leaf,
    site,
    unit,
    stream,
    carrier,
    month,
    from_day,
    to_day,
    account,
    measure,
    scope,
    method,
    clause,
    signed_count AS count,
    num,
    den,
    value_sign * CASE
        WHEN 2 * remainder > den OR (2 * remainder = den AND quotient % 2 = 1) THEN quotient + 1
        ELSE quotient
    END AS value,
    CASE
        WHEN
            2 * estimated_remainder > den
            OR (2 * estimated_remainder = den AND estimated_quotient % 2 = 1)
            THEN estimated_quotient + 1
        ELSE estimated_quotient
    END AS estimated,
    seconds_missing,
    confidence,
    method_confidence
FROM divided
