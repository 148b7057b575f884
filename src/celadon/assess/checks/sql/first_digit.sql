-- How often amounts of watched quantities begin with each digit.
SELECT q.quantity, d.digit, d.found
FROM (
    SELECT number, SUBSTRING(CAST(value AS VARCHAR), 1, 1) AS digit, COUNT(*) AS found
    FROM watched_value
    WHERE value > 0
    GROUP BY number, SUBSTRING(CAST(value AS VARCHAR), 1, 1)
) AS d
JOIN quantity AS q ON q.number = d.number
