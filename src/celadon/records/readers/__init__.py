"""Files of every shape into rows of the ledger, with a finding for all that is not taken."""
