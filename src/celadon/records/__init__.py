"""What happened? Site declarations, readers, the ledger and meter quality."""
