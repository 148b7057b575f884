-- What each delivery says of the slots of which more than one row speaks, and what the delivery
-- before it said.
WITH shared AS (
    SELECT channel, ts
    FROM stamped
    GROUP BY channel, ts
    HAVING count(*) > 1
)
SELECT
    stamped.channel,
    stamped.ts,
    stamped.delivery,
    min(stamped.count) AS low,
    max(stamped.count) AS high,
    count(DISTINCT stamped.source_row) AS copies,
    min(stamped.source_row) AS source_row,
    row_number() OVER (
        PARTITION BY stamped.channel, stamped.ts ORDER BY stamped.delivery DESC
    ) AS age,
    lag(min(stamped.count)) OVER (
        PARTITION BY stamped.channel, stamped.ts ORDER BY stamped.delivery
    ) AS low_before,
    lag(max(stamped.count)) OVER (
        PARTITION BY stamped.channel, stamped.ts ORDER BY stamped.delivery
    ) AS high_before
FROM stamped
JOIN shared USING (channel, ts)
GROUP BY stamped.channel, stamped.ts, stamped.delivery
