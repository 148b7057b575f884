-- The days of the meters that have a parent or a child.
SELECT meter_day.*
FROM meter_day
WHERE
    EXISTS (
        SELECT 1
        FROM meter_family
        WHERE
            meter_family.site = meter_day.site
            AND (meter_family.parent = meter_day.meter OR meter_family.child = meter_day.meter)
    )
