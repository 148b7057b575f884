"""Pages of an authority's year: verdicts, checks on returns, the summary of a programme."""
