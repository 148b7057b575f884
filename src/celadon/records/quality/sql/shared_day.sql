-- Measured steps that midnights cut, by the days that they are shared among.
SELECT
    channel.site,
    channel.meter,
    part.day,
    part.from_day,
    part.to_day,
    sum(part.count) AS amount
FROM part
JOIN channel USING (channel)
WHERE part.from_day IS NOT NULL
GROUP BY channel.site, channel.meter, part.day, part.from_day, part.to_day
