-- One interval in which two or more interval channels of a delivery read zero that run before and
-- after it, with 20 counts or more, one of them at least a channel that is zero in at most one of
-- fifty rows; and no interval channel of the delivery reads anything else.
WITH seen AS (
    SELECT stamped.channel, stamped.delivery, stamped.ts, stamped.count, stamped.source_row
    FROM stamped
    JOIN channel USING (channel)
    WHERE channel.kind = 'interval'
),
dip AS (
    SELECT zero.delivery, zero.ts
    FROM seen AS zero
    JOIN channel USING (channel)
    JOIN seen AS before
        ON before.channel = zero.channel
        AND before.delivery = zero.delivery
        AND before.ts = zero.ts - to_seconds(channel.seconds)
    JOIN seen AS after
        ON after.channel = zero.channel
        AND after.delivery = zero.delivery
        AND after.ts = zero.ts + to_seconds(channel.seconds)
    JOIN arrival ON arrival.channel = zero.channel AND arrival.delivery = zero.delivery
    WHERE
        zero.count = 0
        AND before.count >= 20
        AND after.count >= 20
    GROUP BY zero.delivery, zero.ts
    HAVING
        count(DISTINCT zero.channel) >= 2
        AND bool_or(arrival.zeros * 50 <= arrival.rows)
)
SELECT
    seen.delivery,
    seen.ts,
    seen.ts + to_seconds(min(channel.seconds)) AS end_ts,
    min(seen.source_row) AS source_row
FROM dip
JOIN seen ON seen.delivery = dip.delivery AND seen.ts = dip.ts
JOIN channel USING (channel)
GROUP BY seen.delivery, seen.ts
HAVING
    max(abs(seen.count)) = 0
    AND seen.ts >= min(channel.from_ts)
    AND seen.ts < max(channel.to_ts)
