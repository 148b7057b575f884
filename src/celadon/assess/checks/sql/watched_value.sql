-- The amounts of watched quantities.
SELECT q.quantity, q.number, q.is_measure, r.line, r.value
FROM quantity AS q
JOIN reported AS r ON r.quantity = q.number
WHERE q.is_watched
