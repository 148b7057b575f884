-- Meter time of the period by state, and how many readings of the period it rests on.
SELECT
    site,
    sum(readings) AS readings,
    sum(measured) AS measured,
    sum(estimated) AS estimated,
    sum(missing) AS missing
FROM meter_time
GROUP BY site
