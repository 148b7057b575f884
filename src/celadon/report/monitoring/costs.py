"""What a measurement is worth in t CO2: the account with it, and the account without it.

Both are worked by the accounts' own equations, leaf by leaf; only the samples differ. A measurement
that lacks is compared with the mean of those that came in the same period: where none came, what it
costs is not known, and that is said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from celadon.accounts.carbon import Factors
from celadon.accounts.parameters import Ladder
from celadon.accounts.samples import Sample, Samples, weighted_mean
from celadon.accounts.values import NoParameterError
from celadon.records.period import Period, month_after
from celadon.reference.methods import CARBON_DIOXIDE, Term, methods
from celadon.report.lines import Line
from celadon.report.monitoring.arrived import Arrived, samples_in
from celadon.report.monitoring.planned import Item, Planned, terms_of
from celadon.report.statistics.content import FormContent
from celadon.units import parse_unit

UNKNOWN = ("nothing_measured", "no_default")
"""Why a cost is not known; by other reasons there is none."""

GRAMS = 10**6
"""Grams in a tonne."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A difference in t CO2; None where it is not known, with why, as the key of its words."""

    tonnes: Fraction | None
    why: str = ""


class Costs:
    """Works the carbon of items with other samples than the account had."""

    def __init__(self, content: FormContent) -> None:
        self._content = content

    def at_stake(self, arrived: Arrived) -> Cost:
        """What the period's account would change by, had no measurement or certificate come."""
        planned = arrived.planned
        if not arrived.came:
            return Cost(None, "nothing_came")
        others = (s for s in self._content.samples.all() if not _is_of(s, planned))
        return self._difference(planned, Samples(others), None, less=True)

    def of_lacking(self, arrived: Arrived) -> Cost:
        """What the account shows more than with the mean of the measurements that came.

        For the months that lack one, or used a lower rung than planned.
        """
        planned = arrived.planned
        months = {*arrived.lacking, *arrived.lower}
        if not months:
            return Cost(None, "nothing_lacks")
        known = samples_in(self._content, planned, self._content.period)
        alike = [
            s for s in known if s.basis == known[0].basis and _dimension(s) == _dimension(known[0])
        ]
        if not alike:
            return Cost(None, "nothing_measured")
        mean = weighted_mean(alike)
        made = [
            replace(
                alike[0], value=mean.value, unit=mean.unit, from_day=month,
                to_day=month_after(month), weight=None,
            )
            for month in sorted(months)
        ]  # fmt: skip
        samples = Samples((*self._content.samples.all(), *made))
        return self._difference(planned, samples, months, less=False)

    def _difference(
        self, planned: Planned, samples: Samples, months: set[dt.date] | None, *, less: bool
    ) -> Cost:
        """The other account less the account, or the other way round, over some months."""
        lines = [
            line
            for line in self._content.lines.where(account="carbon", stream=planned.item.id)
            if months is None or line.month in months
        ]
        if not lines:
            return Cost(None, "no_carbon")
        ladder = self._ladder(samples)
        whole = Fraction(0)
        for line in lines:
            other = self._value(ladder, planned.item, line)
            if other is None:
                return Cost(None, "no_default")
            whole += (other - line.value) if less else (line.value - other)
        return Cost(whole / GRAMS)

    def _ladder(self, samples: Samples) -> Ladder:
        content = self._content
        carriers = content.registry.carriers
        return Ladder(content.site, samples, content.activity.deliveries, carriers)

    def _value(self, ladder: Ladder, item: Item, line: Line) -> Fraction | None:
        """A leaf's value with other samples, rounded as leaves are; None where one has no value."""
        method = methods().get(line.method)
        carriers = self._content.registry.carriers
        term = None if method is None else _term_of(terms_of(method, item, carriers), line)
        if method is None or term is None:
            return None
        factors = Factors(ladder, self._content.registry, method)
        period = Period(line.from_day, line.to_day)
        try:
            ratio = factors.of_term(term, item, period).ratio
            if term.gas != CARBON_DIOXIDE:
                ratio *= factors.potential(term.gas, item, period).value
        except NoParameterError:
            return None
        return Fraction(round(line.count * ratio))


def _term_of(terms: Iterable[Term], line: Line) -> Term | None:
    """The term that a leaf was made by: that of its scope."""
    for term in terms:
        gas = "" if term.gas == CARBON_DIOXIDE else f"_{term.gas.lower()}"
        scopes = {f"{scope}{gas}" for scope in (term.scope, term.exported) if scope}
        if line.scope in scopes and not term.biogenic:
            return term
    return None


def _is_of(sample: Sample, planned: Planned) -> bool:
    return sample.stream == planned.place and sample.parameter == planned.name


def _dimension(sample: Sample) -> str:
    return parse_unit(sample.unit).dimension
