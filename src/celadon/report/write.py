"""The public entry: a report's files, written into one folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from celadon.report import page
from celadon.report.charts.vega import draw_png
from celadon.report.content import ReportContent
from celadon.report.draft import Draft
from celadon.report.exports import write_tables
from celadon.report.fonts import has_chinese_font
from celadon.report.workbook.book import write_workbook

HTML, WORKBOOK, TABLES, CHARTS = "report.html", "workbook.xlsx", "tables", "charts"
"""Names of the files and folders of a report."""


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """What was written."""

    html: Path
    workbook: Path
    tables: tuple[Path, ...]
    charts: tuple[Path, ...]


def write_report(
    content: ReportContent, folder: Path, language: str, *, pictures: bool = False
) -> ReportFiles:
    """Write the report of a period in one language.

    Parameters
    ----------
    content : all that is shown.
    folder : made if it does not exist; files of the same names are replaced.
    language : ``zh`` or ``en``; one report is in one language.
    pictures : also write each chart as PNG, where a font with Chinese glyphs is found.

    Returns
    -------
    The paths of the HTML file, the workbook, the tables and the charts.

    Raises
    ------
    ValueError
        If the language is neither ``zh`` nor ``en``.
    """
    draft = Draft(content, language)
    folder.mkdir(parents=True, exist_ok=True)
    first, sections = page.lay_out(draft)
    html = folder / HTML
    html.write_text(page.render(draft, first, sections), encoding="utf-8", newline="\n")
    workbook = write_workbook(draft, first, folder / WORKBOOK)
    tables = write_tables(content, folder / TABLES)
    charts = folder / CHARTS
    charts.mkdir(exist_ok=True)
    drawn: list[Path] = []
    for figure in page.charts(sections):
        drawn.append(charts / f"{figure.name}.svg")
        drawn[-1].write_text(figure.svg, encoding="utf-8", newline="\n")
        if pictures and has_chinese_font():
            drawn.append(charts / f"{figure.name}.png")
            drawn[-1].write_bytes(draw_png(figure.svg))
    return ReportFiles(html, workbook, tables, tuple(drawn))
