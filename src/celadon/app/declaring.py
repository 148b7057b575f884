"""The verb ``microgrid declare``: which demand to declare, from metered months or a forecast."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from celadon.accounts.bill import Basis, MonthDrawn, Tariff, load_tariff
from celadon.accounts.bill.drawn import months_drawn
from celadon.accounts.bill.oddities import tariff_findings, zone_findings
from celadon.accounts.bill.reading import read_supply
from celadon.accounts.bill.supply import earlier_months
from celadon.accounts.bill.tariff import price
from celadon.app.billing import intervals_of, supplies_asked, tariffs_of_supply
from celadon.app.latest import latest_year
from celadon.app.workspace import Workspace
from celadon.errors import Fault, InputError
from celadon.plan.operation.demand_advice import DemandAdvice, Terms, advise_demand
from celadon.plan.operation.peaks_to_come import History, Run, runs_of_forecast, runs_of_history
from celadon.records.finding import Finding
from celadon.records.period import Period, month_after
from celadon.records.supply import Supply

YEARS_BACK = 3
"""Calendar years of readings that are looked at where no history is named."""

MONTHS = 12
"""Months to come that are looked at where no number is named."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person gives besides the site; what is not given is that of the supply.

    Attributes
    ----------
    history : whose metered months are looked back on; three years up to the latest if None.
    forecast : a file of peaks to come, in place of the past.
    first : the first month to come; the one after what is known if None.
    """

    supply: str | None = None
    history: str | None = None
    forecast: Path | None = None
    tariffs: tuple[Path, ...] = ()
    capacity: Fraction | None = None
    basis: Basis | None = None
    contract: Fraction | None = None
    first: dt.date | None = None
    months: int | None = None
    hold: int = 1
    notice: int = 0


@dataclass(frozen=True, slots=True)
class Advised:
    """The advice for a supply, with what it rests on.

    Attributes
    ----------
    supply : None where there is no site.
    history : None where a forecast was given.
    cut : by month, the ways of a forecast that would lie below nothing and count as nothing.
    findings : what is odd in the tariffs.
    """

    supply: Supply | None
    tariffs: tuple[Tariff, ...]
    terms: Terms
    advice: DemandAdvice
    history: History | None = field(default=None)
    cut: tuple[tuple[str, int], ...] = ()
    findings: tuple[Finding, ...] = ()


def advise_site(workspace: Workspace, site: str, asked: Asked) -> list[Advised]:
    """The advice for each supply of a site, or the one that is asked for.

    Raises
    ------
    WorkspaceError, DeclarationError, InputError
        As :func:`celadon.app.billing.bill_site`, and where nothing was metered.
    """
    declared, path = workspace.site(site), workspace.site_file(site)
    supplies = supplies_asked(declared, asked.supply, path)
    found = []
    for supply in supplies:
        tariffs = tariffs_of_supply(workspace, supply, asked.tariffs, path)
        if asked.forecast is not None:
            found.append(_by_forecast(asked, asked.forecast, tariffs, supply))
            continue
        metered = _metered(workspace, site, supply, tariffs, asked)
        advised = _by_history(asked, metered, tariffs, supply)
        seen = Period(metered[0].period.from_day, metered[-1].period.to_day)
        apart = [odd for each in tariffs for odd in zone_findings(each, site, declared.zone, seen)]
        found.append(replace(advised, findings=(*advised.findings, *apart)))
    return found


def advise_forecast(asked: Asked) -> Advised:
    """The advice by a forecast and a tariff alone, without a site.

    Raises
    ------
    InputError
        If forecast, tariff or capacity is not given.
    """
    lacking = [
        (option, what)
        for option, given, what in (
            ("--peaks", asked.forecast, "a file of peaks to come, or a site whose meters tell"),
            ("--tariff", asked.tariffs, "a tariff file, or a site that declares its supply"),
        )
        if not given
    ]
    if lacking or asked.forecast is None:
        faults = [Fault((option,), "nothing", what, "give it, or name the site")
                  for option, what in lacking]  # fmt: skip
        raise InputError("Nothing is known of what is to be declared", faults)
    tariffs = tuple(load_tariff(path) for path in asked.tariffs)
    return _by_forecast(asked, asked.forecast, tariffs, None)


def _by_forecast(
    asked: Asked, forecast: Path, tariffs: tuple[Tariff, ...], supply: Supply | None
) -> Advised:
    runs = runs_of_forecast(forecast)
    days = sorted({day for run in runs for day in run.months})
    if not days:
        fault = Fault((forecast.name,), "no row", "a row for each month to come", "add them")
        raise InputError(f"{forecast.name} tells no month", [fault])
    first = asked.first or days[0]
    last = days[-1]
    months = asked.months or max(1, 12 * (last.year - first.year) + last.month - first.month + 1)
    terms = _terms(asked, supply, first)
    advice = advise_demand(tariffs, _coming(first, months), runs, terms)
    ways = Counter(f"{day:%Y-%m}" for run in runs for day in run.cut)
    asked_for = {str(each.month) for each in advice.months}
    cut = tuple((month, ways[month]) for month in sorted(ways) if month in asked_for)
    return Advised(supply, tariffs, terms, advice, cut=cut, findings=_odd(tariffs))


def _by_history(
    asked: Asked, metered: Sequence[MonthDrawn], tariffs: tuple[Tariff, ...], supply: Supply
) -> Advised:
    read = [each for each in metered if each.imported or each.peak]
    if not read:
        fault = Fault((f"[[supply]] {supply.id}",), "no reading in the history",
                      "metered months, or a forecast",
                      "name another --history, or give --peaks FILE")  # fmt: skip
        raise InputError(f"Nothing is known of what {supply.id} draws", [fault])
    first = asked.first or month_after(read[-1].period.from_day)
    coming = _coming(first, asked.months or MONTHS)
    history = runs_of_history(read, coming)
    back = earlier_months(tariffs)
    before = [each.peak for each in read if each.period.from_day < first]
    terms = _terms(asked, supply, first, tuple(before[-back:]) if back else ())
    advice = advise_demand(tariffs, coming, _of_use(history.runs), terms)
    return Advised(supply, tariffs, terms, advice, history, findings=_odd(tariffs))


def _odd(tariffs: Sequence[Tariff]) -> tuple[Finding, ...]:
    return tuple(odd for each in tariffs for odd in tariff_findings(each, each.id))


def _of_use(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    if not runs:
        fault = Fault(("--history",), "no month that was read whole",
                      "months of which nine tenths of the readings are there",
                      "import what is missing, or give --peaks FILE")  # fmt: skip
        raise InputError("No metered month tells its peak", [fault])
    return runs


def _metered(
    workspace: Workspace, site: str, supply: Supply, tariffs: Sequence[Tariff], asked: Asked
) -> list[MonthDrawn]:
    """The months of the past as the meters of a supply saw them."""
    if asked.history is not None:
        period = Period.parse(asked.history)
    else:
        latest = latest_year(workspace, site)
        first = dt.date(latest.from_day.year - YEARS_BACK + 1, 1, 1)
        period = Period(first, latest.to_day)
    zone = ZoneInfo(workspace.site(site).zone)
    intervals = intervals_of(workspace, site, [supply], period)
    drawn = read_supply(supply, intervals, period, zone).drawn
    return list(months_drawn(drawn, tariffs[-1], period))


def _terms(
    asked: Asked, supply: Supply | None, first: dt.date, earlier: tuple[Fraction, ...] = ()
) -> Terms:
    """What the supply declares, where nothing else is given."""
    capacity, basis, contract = asked.capacity, asked.basis, asked.contract
    if supply is not None:
        declared = supply.contract(first.month)
        if capacity is None and supply.capacity_kva is not None:
            capacity = price(supply.capacity_kva)
        basis = basis or supply.basis
        contract = contract if contract is not None or declared is None else price(declared)
    if capacity is None:
        fault = Fault(("--capacity-kva",), "nothing",
                      "the floor of a declared demand is a share of the capacity connected",
                      "give it, in kVA; or capacity_kva of the supply")  # fmt: skip
        raise InputError("The capacity connected is not known", [fault])
    return Terms(capacity, asked.hold, asked.notice, basis, contract, earlier)


def _coming(first: dt.date, months: int) -> list[Period]:
    found, at = [], first.replace(day=1)
    for _ in range(months):
        found.append(Period(at, month_after(at)))
        at = month_after(at)
    return found
