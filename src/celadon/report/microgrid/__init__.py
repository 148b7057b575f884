"""The report of a microgrid's design: page, workbook, and the network for others to check."""
