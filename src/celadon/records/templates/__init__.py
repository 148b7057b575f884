"""The workbook that an enterprise fills in, and what came back in it."""
