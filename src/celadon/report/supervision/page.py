"""A page of supervision as one HTML file, in the manner of the report: no script."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from celadon.errors import Fault, InputError
from celadon.languages import Phrases
from celadon.report.blocks import Section
from celadon.report.names import PHRASES
from celadon.report.rendering import templates

WORDS = Phrases.load("celadon.report.supervision", "words.toml")
"""All words of these pages."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page before it is a file.

    Parameters
    ----------
    kind : what sort of page it is, above the heading; notices : what is to be known before it.
    """

    kind: str
    heading: str
    facts: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]
    sections: tuple[Section, ...]
    language: str
    simulated: bool = False


def check_page_file(path: Path, *, replace: bool = False) -> None:
    """Refuse a path that is no new HTML file.

    Raises
    ------
    InputError
        If the ending is not ``.html``, or a file of that name is there.
    """
    if path.suffix.lower() != ".html":
        fault = Fault((str(path),), path.suffix or "no ending", ".html", "name it so")
        raise InputError("A page is an HTML file", [fault])
    if path.exists() and not replace:
        fault = Fault((str(path),), "a file", "a new file", "choose another name")
        raise InputError(f"{path.name} exists already", [fault])


def write_page(page: Page, path: Path) -> Path:
    """Write a page; its folder is made if it does not exist."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render_page(page), encoding="utf-8", newline="\n")
    return path


def render_page(page: Page) -> str:
    """The HTML of a page."""

    def say(key: str) -> str:
        return PHRASES.text(key, page.language)

    environment = templates("celadon.report.supervision")
    return environment.get_template("page.html").render(page=page, say=say)
