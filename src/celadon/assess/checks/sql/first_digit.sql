-- How often amounts of watched quantities begin with each digit.
SELECT quantity, SUBSTRING(CAST(value AS VARCHAR), 1, 1) AS digit, COUNT(*) AS found
FROM watched_value
WHERE value > 0
GROUP BY quantity, SUBSTRING(CAST(value AS VARCHAR), 1, 1)
