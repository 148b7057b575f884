"""The sections of a report: each turns the content into charts, tables and notes, in words."""
