-- What the rules saw, under the name of the file or of the meter that it concerns; under that of a
-- meter with the file of the row where it starts.
SELECT
    delivery.site,
    delivery.file AS subject,
    delivery.source,
    delivery.profile,
    row_event.rule,
    row_event.from_ts,
    row_event.to_ts,
    row_event.slots,
    row_event.before,
    row_event.after,
    NULL AS file,
    row_event.source_row
FROM row_event
JOIN delivery USING (delivery)
UNION ALL
SELECT
    delivery.site,
    delivery.file,
    delivery.source,
    delivery.profile,
    'silent_slot',
    silent_slot.ts,
    silent_slot.end_ts,
    1,
    0,
    0,
    NULL,
    silent_slot.source_row
FROM silent_slot
JOIN delivery USING (delivery)
UNION ALL
SELECT
    channel.site,
    channel.meter,
    NULL,
    NULL,
    meter_event.rule,
    meter_event.from_ts,
    meter_event.to_ts,
    meter_event.slots,
    meter_event.before,
    meter_event.after,
    meter_event.file,
    meter_event.source_row
FROM meter_event
JOIN channel USING (channel)
