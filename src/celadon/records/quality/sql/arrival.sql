-- The first and the last instant that each delivery speaks of, meter by meter; its rows, and how
-- many of them are zero.
SELECT
    channel,
    delivery,
    min(ts) AS first_ts,
    max(ts) AS last_ts,
    count(*) AS rows,
    count(*) FILTER (WHERE count = 0) AS zeros
FROM stamped
GROUP BY channel, delivery
