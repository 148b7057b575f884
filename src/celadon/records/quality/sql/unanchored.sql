-- Registers that have no reading at or before the first instant, or at or after the last: the step
-- over that instant needs a reading from further away.
SELECT
    channel.channel,
    channel.site,
    channel.meter,
    coalesce(bool_and(recorded.ts > channel.from_ts), TRUE)
    AND (channel.life_from IS NULL OR channel.life_from < channel.from_ts) AS lacks_before,
    coalesce(bool_and(recorded.ts < channel.to_ts), TRUE)
    AND (channel.life_to IS NULL OR channel.life_to > channel.to_ts) AS lacks_after
FROM channel
LEFT JOIN recorded USING (channel)
WHERE channel.kind = 'register'
GROUP BY
    channel.channel,
    channel.site,
    channel.meter,
    channel.from_ts,
    channel.to_ts,
    channel.life_from,
    channel.life_to
