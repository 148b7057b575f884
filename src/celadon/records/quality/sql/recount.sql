-- Deliveries whose counts of a meter are not its present ones: the declaration has changed since.
SELECT channel.channel, delivery.delivery, redeclared.num, redeclared.den
FROM redeclared
JOIN channel ON channel.site = redeclared.site AND channel.meter = redeclared.meter
JOIN delivery
    ON delivery.site = redeclared.site AND delivery.declaration = redeclared.declaration
