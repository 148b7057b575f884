"""What the plan and the ledger disagree about, as findings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from celadon.exact import decimal_text
from celadon.records.finding import Finding
from celadon.records.site import ACTIVITY_KINDS
from celadon.report.monitoring.activity import kinds_of, lacking_months
from celadon.report.monitoring.arrived import Arrived, months_text, surprises
from celadon.report.monitoring.costs import Cost
from celadon.report.monitoring.declared import MonitoringPlan
from celadon.report.monitoring.planned import Item
from celadon.report.statistics.content import FormContent

Priced = tuple[Arrived, Cost]
"""What became of a parameter, and what its lacks cost."""


def check_plan(
    content: FormContent, plan: MonitoringPlan, priced: Sequence[Priced]
) -> list[Finding]:
    """Everything that was planned and did not come, or came and was not planned."""
    return [
        *_activity(content),
        *_calibration(content, plan),
        *_parameters(content, priced),
        *_unasked(content, priced),
    ]


def _activity(content: FormContent) -> Iterator[Finding]:
    site = content.site
    items: tuple[Item, ...] = (*site.streams, *site.products)
    for item in items:
        months = lacking_months(content, item)
        if months:
            source = ", ".join(item.meters) or ", ".join(kinds_of(item))
            numbers = {"source": source, "months": _told(months)}
            yield _finding(content, "plan_activity_missing", item.id, source, numbers)
        planned = kinds_of(item)
        for kind in ACTIVITY_KINDS:
            rows = content.activity.rows(item.id, kind, content.period)
            if rows and kind not in planned:
                told = {"kind": kind, "rows": len(rows), "source": rows[0].source_name}
                yield _finding(content, "plan_activity_unplanned", item.id, kind, told)


def _calibration(content: FormContent, plan: MonitoringPlan) -> Iterator[Finding]:
    for meter in plan.meter:
        until = meter.calibrated_until
        if until is not None and until < content.period.days[-1]:
            numbers = {"until": str(until), "last": str(content.period.days[-1])}
            yield _finding(content, "plan_calibration_lapsed", meter.id, str(until), numbers)


def _parameters(content: FormContent, priced: Iterable[Priced]) -> Iterator[Finding]:
    for arrived, cost in priced:
        planned = arrived.planned
        about = {"name": planned.name, "planned": planned.rung, "cost": cost_text(cost)}
        if arrived.lacking:
            numbers = {**about, "every": planned.every, "months": _told(arrived.lacking)}
            yield _finding(content, "plan_not_arrived", planned.item.id, planned.name, numbers)
        if arrived.lower:
            used = sorted({arrived.used[month] for month in arrived.lower})
            numbers = {**about, "used": ", ".join(used), "months": _told(arrived.lower)}
            yield _finding(content, "plan_lower_rung", planned.item.id, planned.name, numbers)
        if arrived.is_surprise:
            numbers = {"name": planned.name, "planned": planned.rung, "months": _told(arrived.came)}
            yield _finding(content, "plan_unplanned", planned.item.id, planned.name, numbers)


def _unasked(content: FormContent, priced: Iterable[Priced]) -> Iterator[Finding]:
    """Samples of what no equation of the site asks for."""
    for item, name, files in surprises(content, [arrived.planned for arrived, _ in priced]):
        numbers = {"name": name, "files": ", ".join(files)}
        yield _finding(content, "plan_unasked", item, name, numbers)


def cost_text(cost: Cost) -> str:
    """A difference in t CO2 for the text of a finding; a dash where it is not known.

    Examples
    --------
    >>> from fractions import Fraction
    >>> cost_text(Cost(Fraction(5, 2))), cost_text(Cost(None, "nothing_came"))
    ('+2.50', '–')
    """
    if cost.tonnes is None:
        return "–"
    return f"{'+' if cost.tonnes > 0 else ''}{decimal_text(cost.tonnes, 2)}"


def _finding(
    content: FormContent, rule: str, subject: str, about: str, numbers: Mapping[str, object]
) -> Finding:
    place = f"{subject} › {about} › {content.period}"
    return Finding(content.site.id, rule, subject, place, dict(numbers))


def _told(months: Iterable[dt.date]) -> str:
    return months_text(months)
