"""What arrived: the months of each planned parameter, the rungs that were used, and the lacks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from celadon.accounts.bases import MOISTURE_OF
from celadon.accounts.samples import Sample
from celadon.records.period import Period, month_after
from celadon.report.monitoring.planned import Planned
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
    lacking : months for which something was planned, and neither a measurement nor a certificate
        came.
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


def months_text(months: Iterable[dt.date]) -> str:
    """Months in order, those in a row as a stretch.

    Examples
    --------
    >>> months_text([dt.date(2025, 1, 1), dt.date(2025, 2, 1), dt.date(2025, 4, 1)])
    '2025-01 .. 2025-02, 2025-04'
    """
    stretches: list[list[dt.date]] = []
    for month in months:
        if stretches and month == month_after(stretches[-1][-1]):
            stretches[-1].append(month)
        else:
            stretches.append([month])
    return ", ".join(
        f"{one[0]:%Y-%m}" if len(one) == 1 else f"{one[0]:%Y-%m} .. {one[-1]:%Y-%m}"
        for one in stretches
    )


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
    covered = {
        m.from_day
        for m in months
        if m.from_day in certified or _is_covered(m.from_day, measured, planned.every)
    }
    lacking = [m.from_day for m in months if planned.is_observed and m.from_day not in covered]
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
    """Samples of what no equation of the site asks for: item, parameter, and files.

    A moisture serves to convert what stands on another basis, and is asked for with it.
    """
    known = {(one.place, one.name) for one in planned}
    known |= {(one.place, moisture) for one in planned for moisture in MOISTURE_OF.values()}
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for sample in content.samples.all():
        key = sample.stream, sample.parameter
        if key not in known and content.period.overlaps(sample.from_day, sample.to_day):
            found[key].append(sample.source_name)
    return [(*key, sorted(set(files))) for key, files in sorted(found.items())]
