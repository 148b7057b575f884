-- Meter time by state, and how many readings it rests on.
WITH timed AS (
    SELECT
        site,
        coalesce(sum(seconds) FILTER (WHERE state = 'measured'), 0) AS measured,
        coalesce(sum(seconds) FILTER (WHERE state = 'estimated'), 0) AS estimated,
        coalesce(sum(seconds) FILTER (WHERE state = 'missing'), 0) AS missing
    FROM interval
    GROUP BY site
),
read AS (
    SELECT site, count(*) AS readings FROM recorded GROUP BY site
)
SELECT
    timed.site,
    coalesce(read.readings, 0) AS readings,
    timed.measured,
    timed.estimated,
    timed.missing
FROM timed
LEFT JOIN read USING (site)
