"""What was recorded, for good: an append-only, hash-chained ledger for each site."""
