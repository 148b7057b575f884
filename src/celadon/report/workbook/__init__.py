"""The workbook: the account with its formulas live, tables, and native charts."""
