-- Readings of registers that agree with their neighbours. One that lies outside the two around it,
-- while those two are in order, is a bad reading: it is withheld and the register spans it.
WITH near AS (
    SELECT
        slot.site,
        slot.meter,
        slot.ts,
        slot.low AS count,
        slot.source_row,
        lag(slot.low) OVER in_time AS before_count,
        lead(slot.low) OVER in_time AS after_count
    FROM slot
    JOIN meter USING (site, meter)
    WHERE meter.kind = 'register' AND slot.low = slot.high
    WINDOW in_time AS (PARTITION BY slot.site, slot.meter ORDER BY slot.ts)
)
SELECT
    site,
    meter,
    ts,
    count,
    source_row,
    coalesce(
        before_count <= after_count AND (count > after_count OR count < before_count), FALSE
    ) AS is_spike
FROM near
