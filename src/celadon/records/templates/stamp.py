"""The stamp of a template: for which site, period and declaration it was written, and by what.

It stands in a property of the file, on a hidden sheet and, for people, on the first sheet; any one
of them is enough to know a returned file by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

PROPERTY = "celadon-template"
"""Name of the file's property that holds the stamp, and the beginning of its text."""

_PARTS = 8


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a template says of itself.

    Parameters
    ----------
    version : edition of the template.
    celadon : version of the program that wrote it.
    declaration : SHA-256 of the site's declaration then.
    language : of its words.
    made : local day on which it was written, ISO 8601.
    """

    version: int
    celadon: str
    site: str
    period: str
    declaration: str
    language: str
    made: str

    @property
    def text(self) -> str:
        """The stamp in one line.

        Examples
        --------
        >>> Stamp(1, "0.1.0", "mill", "2025", "ab12", "zh", "2026-01-05").text
        'celadon-template|1|0.1.0|mill|2025|ab12|zh|2026-01-05'
        """
        parts = (
            PROPERTY, str(self.version), self.celadon, self.site, self.period, self.declaration,
            self.language, self.made,
        )  # fmt: skip
        return "|".join(parts)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The stamp of a line; None if the line is none. A newer stamp may have more parts."""
        name, *parts = text.strip().split("|")
        if name != PROPERTY or len(parts) < _PARTS - 1 or not parts[0].isdecimal():
            return None
        return cls(int(parts[0]), *parts[1:7])
