"""A form as one HTML file: nothing from outside, no script, made for paper as for screens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from celadon.report.rendering import templates
from celadon.report.statistics.form import Form
from celadon.report.statistics.sheets import sheets_of
from celadon.report.statistics.widths import column_digits, column_shares, letters_size


def write_page(form: Form, path: Path) -> Path:
    """Write a form as HTML; notes of cells stand beneath their tables, numbered.

    Parameters
    ----------
    path : of the file; its folder is made if it does not exist.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render_form(form), encoding="utf-8", newline="\n")
    return path


def render_form(form: Form) -> str:
    """The HTML of a form; a wide table goes on on another sheet, as in its workbook."""
    parts = [part for each in form.tables for part, _ in sheets_of(each, column_digits(each))]
    form = replace(form, tables=tuple(parts))
    template = templates("celadon.report.statistics").get_template("form.html")
    return template.render(form=form, shares=column_shares, size=letters_size)
