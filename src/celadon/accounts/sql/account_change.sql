-- What changed between two accounts. The amount's part is the change of the amount at the earlier
-- ratio, rounded half to even; where the ratio itself did not change it is all of the change, so that
-- no gram of rounding is told as a change of parameters. Of bought electricity in the market view it
-- is the activity's as far as the amount bought changed, and else the contracts': what is covered was
-- bought before too, at the ratio of the rest. What is left is the method's or a parameter's.
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
bought AS (
    SELECT
        site,
        account,
        measure,
        unit,
        stream,
        slot,
        sum(count_before) AS bought_before,
        sum(count_after) AS bought_after
    FROM sums
    WHERE account = 'carbon_market'
    GROUP BY site, account, measure, unit, stream, slot
    HAVING max(
        CASE
            WHEN scope IN ('green_electricity', 'own_use_electricity', 'fossil_electricity') THEN 1
            ELSE 0
        END
    ) = 1
),
used AS (
    SELECT
        site,
        account,
        slot,
        min(method_before) AS account_before,
        min(method_after) AS account_after
    FROM sums
    GROUP BY site, account, slot
),
joined AS (
    SELECT
        sums.*,
        bought.bought_before,
        bought.bought_after,
        bought.bought_before IS NOT NULL AND bought.bought_after IS NOT NULL AS is_bought,
        before IS NOT NULL AND after IS NOT NULL AS is_both,
        coalesce(after, 0) - coalesce(before, 0) AS change,
        item_side.known_before = 1 AND item_side.known_after = 1 AS is_known,
        CASE WHEN after IS NULL THEN item_side.lacks_after ELSE item_side.lacks_before END = 1
            AS is_lacking,
        coalesce(used.account_before <> used.account_after, FALSE) AS is_other_method,
        scope NOT IN ('green_electricity', 'own_use_electricity', 'fossil_electricity') AS is_rest
    FROM sums
    JOIN item_side ON item_side.site = sums.site AND item_side.stream = sums.stream
    JOIN used
        ON used.site = sums.site AND used.account = sums.account AND used.slot = sums.slot
    LEFT JOIN bought
        ON bought.site = sums.site AND bought.account = sums.account
        AND bought.measure = sums.measure AND bought.unit = sums.unit
        AND bought.stream = sums.stream AND bought.slot = sums.slot
),
scaled AS (
    SELECT
        *,
        CAST(abs(CAST(count_after - count_before AS HUGEINT)) AS HUGEINT) * abs(before) AS product,
        abs(count_before) AS divisor,
        CASE
            WHEN ((count_after < count_before) <> (before < 0)) <> (count_before < 0) THEN -1
            ELSE 1
        END AS product_sign,
        -- what was bought more or less, at the ratio of what no contract covers
        CASE WHEN coalesce(count_before, 0) = 0 THEN after ELSE before END AS rest_value,
        CASE WHEN coalesce(count_before, 0) = 0 THEN count_after ELSE count_before END AS rest_count
    FROM joined
),
signed AS (
    SELECT
        *,
        CAST(abs(CAST(bought_after - bought_before AS HUGEINT)) AS HUGEINT) * abs(rest_value)
            AS bought_product,
        abs(rest_count) AS bought_divisor,
        CASE
            WHEN ((bought_after < bought_before) <> (rest_value < 0)) <> (rest_count < 0) THEN -1
            ELSE 1
        END AS bought_sign
    FROM scaled
),
rounded AS (
    SELECT
        *,
        CASE
            WHEN NOT is_both AND is_bought THEN change
            WHEN NOT is_both THEN 0
            WHEN one_ratio OR divisor = 0 THEN change
            WHEN
                2 * (product % divisor) > divisor
                OR (2 * (product % divisor) = divisor AND (product // divisor) % 2 = 1)
                THEN product_sign * (product // divisor + 1)
            ELSE product_sign * (product // divisor)
        END AS by_amount,
        CASE
            WHEN NOT is_bought OR NOT is_rest OR bought_divisor = 0 THEN 0
            WHEN
                2 * (bought_product % bought_divisor) > bought_divisor
                OR (
                    2 * (bought_product % bought_divisor) = bought_divisor
                    AND (bought_product // bought_divisor) % 2 = 1
                )
                THEN bought_sign * (bought_product // bought_divisor + 1)
            ELSE bought_sign * (bought_product // bought_divisor)
        END AS by_bought
    FROM signed
),
parted AS (
    SELECT
        *,
        CASE
            WHEN NOT is_bought THEN by_amount
            WHEN
                is_rest
                AND bought_after - bought_before
                = coalesce(count_after, 0) - coalesce(count_before, 0)
                THEN by_amount
            ELSE by_bought
        END AS by_activity
    FROM rounded
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
    CASE WHEN is_both AND method_before = method_after THEN change - by_amount ELSE 0 END
        AS by_parameter,
    CASE
        WHEN is_both AND method_before <> method_after THEN change - by_amount
        WHEN NOT is_both AND NOT is_bought AND is_known AND is_other_method AND NOT is_lacking
            THEN change
        ELSE 0
    END AS by_method,
    by_amount - by_activity AS by_green_power,
    CASE WHEN NOT is_both AND NOT is_bought AND NOT is_known THEN change ELSE 0 END AS by_boundary,
    CASE
        WHEN
            NOT is_both AND NOT is_bought AND is_known
            AND (NOT is_other_method OR is_lacking)
            THEN change
        ELSE 0
    END AS by_coverage
FROM parted
