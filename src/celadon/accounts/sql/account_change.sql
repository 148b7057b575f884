-- What changed between two accounts. The activity's part is the change of the amount at the earlier
-- ratio, rounded half to even; where the ratio itself did not change it is all of the change, so that
-- no gram of rounding is told as a change of parameters. What is left is the method's or a parameter's.
WITH sums AS (
    SELECT
        site,
        account,
        measure,
        unit,
        stream,
        scope,
        slot,
        sum(CASE WHEN side = 'before' THEN value END) AS before,
        sum(CASE WHEN side = 'after' THEN value END) AS after,
        sum(CASE WHEN side = 'before' THEN count END) AS count_before,
        sum(CASE WHEN side = 'after' THEN count END) AS count_after,
        min(CASE WHEN side = 'before' THEN method END) AS method_before,
        min(CASE WHEN side = 'after' THEN method END) AS method_after,
        min(num) = max(num) AND min(den) = max(den) AS one_ratio
    FROM leaf_side
    GROUP BY site, account, measure, unit, stream, scope, slot
),
known AS (
    SELECT
        site,
        stream,
        max(CASE WHEN side = 'before' THEN 1 ELSE 0 END) AS known_before,
        max(CASE WHEN side = 'after' THEN 1 ELSE 0 END) AS known_after
    FROM leaf_side
    GROUP BY site, stream
),
scaled AS (
    SELECT
        sums.*,
        known.known_before = 1 AND known.known_after = 1 AS is_known,
        before IS NOT NULL AND after IS NOT NULL AS is_both,
        coalesce(after, 0) - coalesce(before, 0) AS change,
        CAST(abs(CAST(count_after - count_before AS HUGEINT)) AS HUGEINT) * abs(before) AS product,
        abs(count_before) AS divisor,
        CASE
            WHEN ((count_after < count_before) <> (before < 0)) <> (count_before < 0) THEN -1
            ELSE 1
        END AS product_sign
    FROM sums
    JOIN known ON known.site = sums.site AND known.stream = sums.stream
),
rounded AS (
    SELECT
        *,
        CASE
            WHEN NOT is_both THEN 0
            WHEN one_ratio OR divisor = 0 THEN change
            WHEN
                2 * (product % divisor) > divisor
                OR (2 * (product % divisor) = divisor AND (product // divisor) % 2 = 1)
                THEN product_sign * (product // divisor + 1)
            ELSE product_sign * (product // divisor)
        END AS by_activity
    FROM scaled
)
SELECT
    site,
    account,
    measure,
    unit,
    stream,
    scope,
    slot,
    before,
    after,
    by_activity,
    CASE WHEN is_both AND method_before = method_after THEN change - by_activity ELSE 0 END
        AS by_parameter,
    CASE WHEN is_both AND method_before <> method_after THEN change - by_activity ELSE 0 END
        AS by_method,
    CASE WHEN NOT is_both AND NOT is_known THEN change ELSE 0 END AS by_boundary,
    CASE WHEN NOT is_both AND is_known THEN change ELSE 0 END AS by_coverage
FROM rounded
