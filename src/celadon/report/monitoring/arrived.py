"""What arrived: of each planned parameter the months, the rungs that accounts used, and the lacks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from celadon.accounts.samples import Sample
from celadon.records.period import Period
from celadon.report.monitoring.planned import CERTIFICATE, MEASURED, Planned
from celadon.report.statistics.content import FormContent

RANK = {
    "measured": 0, "certificate": 1, "declared": 2, "derived": 2, "programme": 3, "default": 3,
    "penalty": 4,
}  # fmt: skip
"""The ladder: how good a value is by where it came from, best first."""

_MONTHS = {"quarter": 3, "year": 12}
"""How many months one measurement stands for; one where not said."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of a planned parameter.

    Parameters
    ----------
    came : months in which a measurement or a certificate held.
    lacking : months for which something was planned and did not come.
    used : rung that the account used in each month; the lowest where there are several.
    lower : months with a value of a lower rung than planned although something came.
    """

    planned: Planned
    came: tuple[dt.date, ...]
    lacking: tuple[dt.date, ...]
    used: dict[dt.date, str] = field(default_factory=dict)
    lower: tuple[dt.date, ...] = ()

    @property
    def is_surprise(self) -> bool:
        """Whether something came that was not planned."""
        return bool(self.came) and not self.planned.is_observed


def arrived_parameters(content: FormContent, planned: list[Planned]) -> list[Arrived]:
    """What became of each planned parameter in the period."""
    used = _used(content)
    return [_arrived(content, one, used.get((one.item.id, one.name), {})) for one in planned]


def months_of(period: Period) -> list[Period]:
    """The months of a period."""
    return list(period.months())


def samples_in(content: FormContent, planned: Planned, period: Period) -> list[Sample]:
    """The laboratory results of a parameter whose days touch a period."""
    return content.samples.measured(planned.place, planned.name, period)


def _arrived(content: FormContent, planned: Planned, used: dict[dt.date, str]) -> Arrived:
    months = months_of(content.period)
    measured = {m.from_day for m in months if samples_in(content, planned, m)}
    certified = {
        m.from_day
        for m in months
        if content.samples.certificate(planned.place, planned.name, m.from_day) is not None
    }
    came = measured | certified
    enough = measured if planned.rung == MEASURED else came
    covered = {m.from_day for m in months if _is_covered(m.from_day, enough, planned.every)}
    lacking = [
        m.from_day for m in months if planned.is_observed and m.from_day not in covered
    ]
    limit = RANK[planned.rung]
    lower = [
        month
        for month, rung in sorted(used.items())
        if planned.is_observed and month not in lacking and RANK[rung] > limit
    ]
    return Arrived(planned, tuple(sorted(came)), tuple(lacking), used, tuple(lower))


def _is_covered(month: dt.date, came: set[dt.date], every: str) -> bool:
    """Whether a month lies in a stretch for which something came: itself, its quarter, its year."""
    span = _MONTHS.get(every, 1)
    first = (month.month - 1) // span * span + 1
    stretch = {month.replace(month=first + step) for step in range(span)}
    return bool(stretch & came)


def _used(content: FormContent) -> dict[tuple[str, str], dict[dt.date, str]]:
    """The lowest rung that any account used of each item's parameter, by month."""
    found: dict[tuple[str, str], dict[dt.date, str]] = defaultdict(dict)
    for row in content.parameters.to_pylist():
        month = row["from_day"].replace(day=1)
        known = found[row["stream"], row["name"]]
        if month not in known or RANK[row["rung"]] > RANK[known[month]]:
            known[month] = row["rung"]
    return found


def surprises(content: FormContent, planned: list[Planned]) -> list[tuple[str, str, list[str]]]:
    """Samples of what no equation of the site asks for: item, parameter, and files."""
    known = {(one.place, one.name) for one in planned}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for sample in content.samples.all():
        key = sample.stream, sample.parameter
        if key not in known and content.period.overlaps(sample.from_day, sample.to_day):
            found[key].append(sample.source_name)
    return [(*key, sorted(set(files))) for key, files in sorted(found.items())]


__all__ = [
    "CERTIFICATE", "MEASURED", "RANK", "Arrived", "arrived_parameters", "months_of", "samples_in",
    "surprises",
]  # fmt: skip
