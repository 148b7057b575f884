-- One batch of the ledger, with the place in the chain and the source that only the manifest knows.
INSERT INTO recorded
SELECT
    $site AS site,
    meter,
    ts,
    count,
    source_row,
    $source AS source,
    CAST($position AS BIGINT) AS position
FROM read_parquet($path)
WHERE ts >= CAST($from_ts AS TIMESTAMP) AND ts < CAST($to_ts AS TIMESTAMP)
