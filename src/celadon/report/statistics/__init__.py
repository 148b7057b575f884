"""Forms for statistics offices and energy authorities, filled from the same ledger."""
