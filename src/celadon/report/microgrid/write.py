"""The files of a design's report, written into one folder."""

from __future__ import annotations

from pathlib import Path

from celadon.languages import Language
from celadon.report.microgrid.content import DesignReport
from celadon.report.microgrid.names import Draft
from celadon.report.microgrid.page import render
from celadon.report.microgrid.sections import sections
from celadon.report.microgrid.workbook import write_workbook

HTML, WORKBOOK = "report.html", "report.xlsx"
"""Names of the files."""


def write_design_report(content: DesignReport, folder: Path, language: Language) -> list[Path]:
    """Write the page and the workbook of a design in one language.

    Parameters
    ----------
    folder : made if it does not exist; files of the same names are replaced.
    """
    draft = Draft(content, language)
    folder.mkdir(parents=True, exist_ok=True)
    made = sections(draft)
    html = folder / HTML
    html.write_text(render(draft, made), encoding="utf-8", newline="\n")
    return [html, write_workbook(draft, made, folder / WORKBOOK)]
