"""How is it shown? A works' year as one HTML file, a workbook, tables and charts."""
