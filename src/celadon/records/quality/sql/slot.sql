-- What is known of each slot: what the last delivery says. Where its low and its high differ, it
-- gives the slot two values: a conflict, however the file was batched.
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
