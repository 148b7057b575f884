-- What is known of each slot: what the last delivery says, and the mark that the source gave it.
-- Where low and high differ, the delivery gives the slot two values: a conflict, however the file
-- was batched.
WITH told AS (
    SELECT channel, ts, count AS low, count AS high, delivery, source_row
    FROM stamped
    WHERE
        NOT EXISTS (
            SELECT 1
            FROM contested
            WHERE contested.channel = stamped.channel AND contested.ts = stamped.ts
        )
    UNION ALL
    SELECT channel, ts, low, high, delivery, source_row
    FROM contested
    WHERE age = 1
)
SELECT
    told.channel, told.ts, told.low, told.high, told.delivery, told.source_row, marked.mark
FROM told
LEFT JOIN marked USING (channel, delivery, source_row)
