-- What each meter passed, step by step, cut at local midnights.
SELECT
    channel.site,
    channel.meter,
    part.ts,
    part.seconds,
    part.count,
    part.state,
    part.rule
FROM part
JOIN channel USING (channel)
