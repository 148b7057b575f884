"""How is it shown? Charts, the report as one file, the workbook and open tables."""
