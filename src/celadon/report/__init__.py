"""How is it shown? A works' year as one HTML file, a workbook, tables and charts."""

from celadon.report.content import ReportContent
from celadon.report.write import ReportFiles, write_report

__all__ = ["ReportContent", "ReportFiles", "write_report"]
