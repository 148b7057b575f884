-- The readings that parsed; one finer than the resolution is rounded and also reported.
SELECT
    meter,
    make_timestamp(micros) AS ts,
    CAST(count AS BIGINT) AS count,
    CAST(NULL AS VARCHAR) AS quality,
    source_row
FROM parsed_cell
WHERE rule IS NULL OR rule = 'finer_than_resolution'
