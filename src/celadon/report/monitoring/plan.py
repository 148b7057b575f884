"""The monitoring plan as a form: activity, parameters, and what the check found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from celadon.records.finding import Finding, rule
from celadon.report.monitoring.activity import activity_rows
from celadon.report.monitoring.arrived import Arrived, arrived_parameters, months_of, months_text
from celadon.report.monitoring.checks import check_plan
from celadon.report.monitoring.costs import UNKNOWN, Cost, Costs
from celadon.report.monitoring.declared import MonitoringPlan
from celadon.report.monitoring.planned import planned_parameters
from celadon.report.statistics.balance import column
from celadon.report.statistics.build import facts, notices
from celadon.report.statistics.content import WORDS, FormContent
from celadon.report.statistics.form import Cell, Form, Row, Table
from celadon.report.statistics.printing import printed

MONITORING_PLAN = "monitoring-plan"
"""The name that the command line has for it."""

_ACTIVITY = (
    "item_name", "carrier", "source_of", "meter_of", "read", "accuracy", "calibrated", "reader",
    "missing_rule", "measured_share", "estimated_share", "missing_share", "did_not_come",
)  # fmt: skip
_PARAMETERS = (
    "item_name", "parameter", "equations", "planned_rung", "every", "analysed", "said_by",
    "used_rung", "did_not_come", "lower", "at_stake", "cost",
)  # fmt: skip
_FINDINGS = ("severity", "finding", "item_name", "text", "remedy")
_WIDE = ("equations", "missing_rule", "text", "remedy", "said_by", "meter_of")


def monitoring_plan(content: FormContent, plan: MonitoringPlan) -> Form:
    """The plan of a period, checked against what the ledger has of it.

    Parameters
    ----------
    plan : what the site's own ``monitoring.toml`` says; empty where there is none.
    """
    planned = planned_parameters(content, plan)
    arrived = arrived_parameters(content, planned)
    costs = Costs(content)
    priced = [(one, costs.at_stake(one), costs.of_lacking(one)) for one in arrived]
    found = check_plan(content, plan, [(one, cost) for one, _, cost in priced])
    tables = (
        _table(
            "plan_activity",
            _ACTIVITY,
            activity_rows(content, plan),
            (content.tell("plan.missing"),),
        ),
        _table(
            "plan_parameters",
            _PARAMETERS,
            [_parameter(content, one, stake, cost) for one, stake, cost in priced],
            tuple(content.tell(f"plan.{key}") for key in ("ladder", "stake", "cost")),
        ),
        _table("plan_findings", _FINDINGS, [_finding(content, one) for one in found], ()),
    )
    known = (
        (content.tell("fact.plan_version"), plan.version),
        (content.tell("fact.responsible"), plan.responsible),
        (content.tell("fact.plan_from"), content.tell(f"plan.{_source(plan)}")),
    )
    head = (*facts(content), *((name, value) for name, value in known if value))
    return Form(
        MONITORING_PLAN, WORDS["title.monitoring-plan"], head, notices(content, tables), tables,
        content.language, content.mode, tuple(found),
    )  # fmt: skip


def _source(plan: MonitoringPlan) -> str:
    return "from_both" if plan.meter or plan.parameter else "from_site"


def _table(
    name: str, columns: tuple[str, ...], rows: Iterable[Row], notes: tuple[str, ...]
) -> Table:
    units = {"at_stake": "t CO2", "cost": "t CO2", **dict.fromkeys(_SHARES, "%")}
    heads = tuple(column(key, units.get(key, ""), wide=key in _WIDE) for key in columns)
    return Table(name, WORDS[f"table.{name}"], heads, tuple(rows), notes)


_SHARES = ("measured_share", "estimated_share", "missing_share")


def _parameter(content: FormContent, arrived: Arrived, stake: Cost, cost: Cost) -> Row:
    planned = arrived.planned
    is_short = bool(arrived.lacking or arrived.lower)
    analysed = " · ".join(part for part in (planned.by, planned.standard) if part)
    cells = (
        Cell(content.names.stream(planned.item.id)),
        Cell(content.names.word("parameters", planned.name)),
        Cell("\n".join(planned.uses)),
        Cell(content.names.word("rungs", planned.rung)),
        Cell(content.tell(f"every.{planned.every}") if planned.every else ""),
        Cell(analysed) if analysed or not planned.is_observed else _not_said(content),
        Cell(content.tell(f"plan.{planned.said_by}")),
        _used(content, arrived),
        Cell(_months(content, arrived.lacking)),
        Cell(_months(content, arrived.lower)),
        cost_cell(content, planned.item.id, stake),
        cost_cell(content, planned.item.id, cost),
    )
    return Row(cells, "warning" if is_short else "")


def _not_said(content: FormContent) -> Cell:
    return Cell(note=content.tell("plan.not_said"), is_open=True)


def cost_cell(content: FormContent, item: str, cost: Cost) -> Cell:
    """A difference in t CO2; where it is not known, empty with why.

    It is marked where the item's carbon rests on less than official text: so then does it.
    """
    if cost.tonnes is None:
        shown = "" if cost.why in UNKNOWN else "–"
        return Cell(shown, note=content.tell(f"cost.{cost.why}"))
    marked = content.lines.where(account="carbon", stream=item).is_marked
    return Cell(value=printed(cost.tonnes), exact=cost.tonnes, marked=marked)


def _used(content: FormContent, arrived: Arrived) -> Cell:
    """The rungs that the account used, each with how many months."""
    counts: dict[str, int] = {}
    for rung in arrived.used.values():
        counts[rung] = counts.get(rung, 0) + 1
    if not counts:
        return Cell("–", note=content.tell("plan.not_used"))
    told = (
        content.tell("plan.months", rung=content.names.word("rungs", rung), number=number)
        for rung, number in counts.items()
    )
    return Cell(", ".join(told))


def _months(content: FormContent, months: Iterable[dt.date]) -> str:
    """Months as a list; all of them in a word."""
    listed = list(months)
    if len(listed) > 1 and len(listed) == len(months_of(content.period)):
        return content.tell("plan.all_months")
    return months_text(listed)


def _finding(content: FormContent, found: Finding) -> Row:
    severity = rule(found.rule).severity
    cells = (
        Cell(content.names.word("severity", severity)),
        Cell(rule(found.rule).title[content.language]),
        Cell(content.names.subject(found.subject)),
        Cell(found.text(content.language)),
        Cell(found.remedy(content.language)),
    )
    return Row(cells, severity if severity != "note" else "")
