-- A delivery is one file as one profile read it, in however many batches. Deliveries are numbered
-- in the order of the ledger: what a later one says of a slot replaces what an earlier one said.
SELECT
    row_number() OVER (ORDER BY site, min(arrived), min(position)) AS delivery,
    site,
    source,
    profile,
    min(source_name) AS file,
    min(declaration) AS declaration
FROM ledger_batch
WHERE kind = 'reading'
GROUP BY site, source, profile
