"""What kept figures empty: each lack with the figures and the days that it concerns.

A lack is told once for each unbroken stretch of days, not once a month.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from celadon.accounts.reasons import in_both
from celadon.records.finding import Finding
from celadon.records.period import Period

Figure = tuple[str, str]
"""An account and a measure, such as ``("carbon", "co2")``."""

CARBON_FIGURE: Figure = ("carbon", "co2")
MARKET_FIGURE: Figure = ("carbon_market", "co2")
"""The two views of emissions: electricity by where it is used, and by what was bought."""


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that figures of a stream or of the site lack.

    Parameters
    ----------
    rule : ``no_parameter`` or ``method_not_in_force``.
    subject : stream, product, or the site where a method is concerned.
    name : parameter, or method.
    """

    rule: str
    subject: str
    name: str
    why: str
    figures: tuple[Figure, ...]


@dataclass(slots=True)
class Lacking:
    """The lacks of one site's accounts, gathered while its lines are written.

    ``apart`` names the streams that the market view counts for itself: all else that emissions lack
    it lacks too. None where the site has no such view.
    """

    site: str
    apart: frozenset[str] | None = None
    _days: dict[Lack, list[Period]] = field(default_factory=lambda: defaultdict(list))

    def note(self, lack: Lack, period: Period) -> None:
        """Note a lack for a stretch of days."""
        shared = self.apart is not None and lack.subject not in self.apart
        if shared and CARBON_FIGURE in lack.figures:
            lack = replace(lack, figures=(*lack.figures, MARKET_FIGURE))
        self._days[lack].append(period)

    def noted(self) -> Mapping[Lack, list[Period]]:
        """What was noted, each lack with its stretches of days."""
        return self._days

    def findings(self) -> list[Finding]:
        """A finding for each lack and unbroken stretch of days, with the figures left empty."""
        return [
            self._finding(lack, stretch)
            for lack, periods in self._days.items()
            for stretch in _joined(periods)
        ]

    def _finding(self, lack: Lack, stretch: Period) -> Finding:
        last = stretch.to_day - dt.timedelta(days=1)
        numbers = {
            "name": lack.name, **in_both(lack.why), "measure": lack.figures[0][1],
            "figures": sorted("/".join(figure) for figure in lack.figures),
            "first": str(stretch.from_day), "last": str(last),
        }  # fmt: skip
        measure = numbers["measure"]
        place = f"{lack.subject} › {measure} › {lack.name} › {stretch.from_day} .. {last}"
        return Finding(self.site, lack.rule, lack.subject, place, numbers)


def _joined(periods: list[Period]) -> list[Period]:
    """Stretches of days without a break between them, in order of time."""
    joined: list[Period] = []
    for period in sorted(set(periods)):
        if joined and period.from_day <= joined[-1].to_day:
            joined[-1] = Period(joined[-1].from_day, max(joined[-1].to_day, period.to_day))
        else:
            joined.append(period)
    return joined
