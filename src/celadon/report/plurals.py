"""One of a thing in English: a phrase is written for many, and a count of one changes its noun."""

from __future__ import annotations

import re

_ONE = {
    "findings": "finding", "readings": "reading", "meters": "meter", "rows": "row",
    "results": "result", "subjects": "subject", "sites": "site", "files": "file",
    "lines": "line", "entries": "entry", "faults": "fault", "kinds": "kind", "norms": "norm",
    "errors": "error", "warnings": "warning", "notes": "note", "commits": "commit",
    "months": "month", "years": "year", "enterprises": "enterprise", "places": "place",
    "reporters": "reporter",
}  # fmt: skip
_COUNTED = re.compile(
    rf"(?<![\d.,])1 ((?:activity |laboratory |coming |detectable |leaf )?)({'|'.join(_ONE)})\b"
)


def counted(text: str, language: str) -> str:
    """A text whose counts agree with their nouns; Chinese needs nothing.

    Examples
    --------
    >>> counted("1 findings: 21 rows, 1 activity rows", "en")
    '1 finding: 21 rows, 1 activity row'
    """
    if language != "en":
        return text
    return _COUNTED.sub(lambda found: f"1 {found[1]}{_ONE[found[2]]}", text)
