-- What is known of each slot: the rows of the source recorded last; two values from one source are
-- a conflict, however the file was batched.
WITH by_source AS (
    SELECT
        site,
        meter,
        ts,
        source,
        max(position) AS position,
        min(count) AS low,
        max(count) AS high,
        count(*) AS copies,
        min(source_row) AS source_row
    FROM stamped
    GROUP BY site, meter, ts, source
),
latest AS (
    SELECT site, meter, ts, max(position) AS position, count(*) AS sources
    FROM by_source
    GROUP BY site, meter, ts
)
SELECT
    by_source.site,
    by_source.meter,
    by_source.ts,
    by_source.low,
    by_source.high,
    by_source.copies,
    latest.sources,
    by_source.source,
    by_source.position,
    by_source.source_row
FROM by_source
JOIN latest USING (site, meter, ts, position)
