-- The amounts of watched quantities.
SELECT q.number, r.line, r.value
FROM quantity AS q
JOIN reported AS r ON r.quantity = q.number
WHERE q.is_watched
