-- Meters, each with the integer by which the engine knows it: over millions of rows, joins and
-- windows on one integer take a fraction of their time on two texts.
SELECT row_number() OVER (ORDER BY site, meter) AS channel, meter.*
FROM meter
