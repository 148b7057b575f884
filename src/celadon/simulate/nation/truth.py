"""What was planted: one row for each thing, with the rule that ought to see it or why none can."""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = (
    "site", "kind", "place", "from", "to", "size", "expected", "detectable", "why",
)  # fmt: skip
"""Columns of ``truth/truth.csv``. ``from`` and ``to`` are local, ``to`` is no longer concerned."""

ENTERPRISE_COLUMNS = (
    "site", "number", "name", "credit_code", "sector", "process", "region", "production",
    "measure", "unit_energy", "grade", "limit", "meters", "faulty",
)  # fmt: skip
"""Columns of ``truth/enterprises.csv``: what was drawn, and who each says it is."""


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted thing.

    Parameters
    ----------
    kind : such as ``violation``, ``return/x1000``, ``meter/gap``, ``identity/shared_code``.
    place : the unit, stream or meter.
    first, end : local instants or days; the end is no longer concerned.
    size : how large, in words with a unit.
    expected : ``verdict:over_limit``, ``finding:<rule>``, ``quality:<rule>`` or ``nation:<check>``;
        empty where nothing can see it.
    why : what happened; where nothing can see it, why.
    """

    site: str
    kind: str
    place: str
    first: str
    end: str
    size: str
    expected: str
    why: str

    def row(self) -> list[str]:
        """Its row in the table."""
        detectable = "yes" if self.expected else "no"
        return [
            self.site, self.kind, self.place, self.first, self.end, self.size, self.expected,
            detectable, self.why,
        ]  # fmt: skip
