"""What every page of a report is rendered by: its templates, and what they ask of blocks."""

from __future__ import annotations

import re
from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from celadon.report.blocks import Figure, Grid

_REPORT = "celadon.report"
_FAMILY = re.compile(r'\sfont-family="[^"]*"')


@cache
def templates(package: str = _REPORT) -> Environment:
    """The templates of a package, and those of the report, which all pages share."""
    packages = dict.fromkeys((package, _REPORT))
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(name, "templates") for name in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["drawing"] = _drawing
    environment.tests["grid"] = lambda block: isinstance(block, Grid)
    environment.tests["figure"] = lambda block: isinstance(block, Figure)
    return environment


def _drawing(svg: str) -> Markup:
    """An SVG of our own charts, put into the page as it is; the page's typeface holds in it."""
    return Markup(_FAMILY.sub("", svg))  # noqa: S704 (built from escaped text by the charts)
