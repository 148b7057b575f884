"""The parameter ladder: measured, then certified, then declared, then the method's default.

Every value that a leaf uses is quantised here, half to even, and kept as a record that names its
rung and its source. What has no value refuses; nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from celadon.accounts.bases import converted, moistures_between
from celadon.accounts.reasons import reason
from celadon.accounts.samples import Mean, Sample, Samples, weighted_mean
from celadon.accounts.values import (
    PRINTED_UNITS,
    NoParameterError,
    decimals_in,
    printed,
    stretch_text,
    unit_fits,
    written_decimals,
)
from celadon.exact import BIGINT_MAX, decimal_text, from_count, quantise
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.site import Product, Site, Stream
from celadon.records.templates.asked import usual_unit
from celadon.reference import Carrier, Record
from celadon.reference.equations import parameter_kinds
from celadon.reference.methods import Default
from celadon.units import count_unit, parse_unit

Item = Stream | Product
"""What a parameter is asked for."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A quantised value for a stretch of days, with the rung it came from."""

    id: str
    site: str
    stream: str
    account: str
    name: str
    period: Period
    count: int
    decimals: int
    unit: str
    rung: str
    factor: str
    confidence: str | None

    @property
    def value(self) -> Fraction:
        """The exact value."""
        return from_count(self.count, self.decimals)

    @property
    def size(self) -> Fraction:
        """The exact value in base units of its dimension."""
        return self.value * parse_unit(self.unit).size

    def row(self) -> dict[str, Any]:
        """As a row of the table ``parameter``."""
        return {
            "parameter": self.id, "site": self.site, "stream": self.stream,
            "account": self.account, "name": self.name, "from_day": self.period.from_day,
            "to_day": self.period.to_day, "count": self.count, "decimals": self.decimals,
            "unit": self.unit, "rung": self.rung, "factor": self.factor,
            "confidence": self.confidence,
        }  # fmt: skip


@dataclass(slots=True)
class Ladder:
    """Chooses and keeps the parameters of one site.

    Parameters
    ----------
    deliveries : what was purchased of a stream on each day of a period.
    """

    site: Site
    samples: Samples
    deliveries: Callable[[str, Period], list[tuple[dt.date, Fraction]]]
    carriers: Mapping[str, Carrier]
    parameters: dict[str, Parameter] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def small_unit(self, item: Item) -> str:
        """The small unit in which a stream or product is counted."""
        if isinstance(item, Product):
            return count_unit(item.measure)
        return self.carriers[item.carrier].count_unit

    def observed(
        self, item: Item, account: str, name: str, period: Period, gas: str = ""
    ) -> Parameter | None:
        """The measured or certified value of an item for a stretch of days, if there is one.

        The laboratory's results of the days come first, as their weighted mean; then the
        certificate that holds on each day, as the mean over the days if it changes within them.
        A content on another basis is converted by the moisture of its days; a sample that cannot
        be, or whose unit does not fit, is told of and not used.
        """
        place = item.sampled_at or item.id
        found = self.samples.measured(place, name, period)
        usable = (self._usable(item, sample, gas) for sample in found)
        measured = [sample for sample in usable if sample is not None]
        if measured:
            mean = weighted_mean(measured)
            if not mean.is_weighted:
                self._tell(item, "weights_incomplete", f"{name} › {period}", name=name)
            return self._keep_mean(item, account, name, period, mean, "measured")
        return self._certified(item, account, name, period, gas)

    def from_record(
        self,
        stream_id: str,
        account: str,
        name: str,
        period: Period,
        record: Record,
        letter: str = "",
        rung: str = "default",
    ) -> Parameter:
        """A reference record as the parameter of a stretch of days, as printed."""
        count, decimals = printed(record.value_text)
        unit = PRINTED_UNITS.get(record.unit, record.unit)
        return self._keep(
            stream_id, account, name, period, count, decimals, unit, rung,
            record.record, letter or record.confidence,
        )  # fmt: skip

    def of_method(
        self, item_id: str, account: str, name: str, period: Period, default: Default, by: str,
        letter: str,
    ) -> Parameter:  # fmt: skip
        """A number that the method itself gives, as written there."""
        count, decimals = printed(default.value)
        return self._keep(
            item_id, account, name, period, count, decimals, default.unit, default.rung, by, letter
        )

    def declared(
        self,
        stream_id: str,
        account: str,
        name: str,
        period: Period,
        value: str,
        unit: str,
        by: str,
    ) -> Parameter:
        """A value that the site's declaration gives, as written there."""
        count, decimals = printed(value)
        return self._keep(
            stream_id, account, name, period, count, decimals, unit, "declared", by, None
        )

    def derived(
        self,
        stream_id: str,
        account: str,
        name: str,
        period: Period,
        value: Fraction,
        unit: str,
        by: str,
        confidence: str | None,
    ) -> Parameter:
        """A value computed from the account itself, quantised, with the weakest letter it uses."""
        decimals = parameter_kinds()[name].decimals
        return self._keep(
            stream_id, account, name, period, quantise(value, decimals), decimals, unit, "derived",
            by, confidence,
        )  # fmt: skip

    def cuts(self, stream: Stream, period: Period) -> list[dt.date]:
        """Days within a period at which any certificate of a metered stream changes."""
        place = stream.sampled_at or stream.id
        return sorted(
            {
                day
                for name in parameter_kinds()
                for day in self.samples.certificate_changes(place, name, period)
            }
        )

    def _certified(
        self, item: Item, account: str, name: str, period: Period, gas: str
    ) -> Parameter | None:
        """The certificates that held, weighted by what was delivered under each.

        A stock-balance stream weighs by its dated deliveries; others by days, which for a metered
        stream are all under one certificate because its lines are cut where that changes.
        """
        place = item.sampled_at or item.id
        if not self.samples.has_certificate(place, name):
            return None
        weights = self.deliveries(item.id, period)
        if not any(amount for _, amount in weights):
            weights = [(day, Fraction(1)) for day in period.days]

        def fits(sample: Sample) -> bool:
            return self._usable(item, sample, gas) is not None

        held = [
            (self.samples.certificate(place, name, day, fits), amount) for day, amount in weights
        ]
        found = [
            (sample, amount)
            for given, amount in held
            if given is not None and (sample := self._usable(item, given, gas)) is not None
        ]
        if len(found) < len(held):
            if found:
                self._tell(item, "certificate_gap", f"{name} › {period}", name=name)
            return None
        unit, total = found[0][0].unit, sum(amount for _, amount in found)
        value = sum((s.value_in(unit) * amount for s, amount in found), Fraction(0)) / total
        mean = Mean(value, unit, tuple(dict.fromkeys(s for s, _ in found)))
        return self._keep_mean(item, account, name, period, mean, "certificate")

    def _usable(self, item: Item, sample: Sample, gas: str) -> Sample | None:
        """A sample on the basis of the item's mass; None, with a finding, if it can't be used.

        A content is converted by the moisture of the sample's own days; nothing else is.
        """
        if not is_possible(sample.parameter, sample.unit, sample.value):
            return None  # told of with all other samples, whether or not they are asked for
        if sample.basis not in ("", item.basis):
            on_basis = self._on_basis(item, sample)
            if on_basis is None:
                numbers = {"basis": sample.basis, "expected": item.basis}
                numbers |= self._needed(item, sample) | _told(sample)
                self._tell(item, "basis_mismatch", sample.place, **numbers)
                return None
            sample = on_basis
        small = self.small_unit(item)
        if not unit_fits(sample.parameter, sample.unit, small, gas):
            expected = self._account_unit(item)
            kind, amount = parameter_kinds()[sample.parameter], parse_unit(small).dimension
            needed = usual_unit(kind, amount, gas.lower()) or f"…/{expected}"
            numbers = {"unit": sample.unit, "expected": expected, "needed": needed}
            self._tell(item, "unit_mismatch", sample.place, name=sample.parameter, **numbers)
            return None
        return sample

    def _on_basis(self, item: Item, sample: Sample) -> Sample | None:
        """A content on the basis of the item's mass, if the moisture of its days is known."""
        if not parameter_kinds()[sample.parameter].composition:
            return None
        days = Period(sample.from_day, sample.to_day or sample.from_day + dt.timedelta(days=1))
        shares: dict[str, Fraction] = {}
        told = []
        for name in moistures_between(sample.basis, item.basis):
            found = self.samples.measured(sample.stream, name, days)
            if not found:
                return None
            mean = weighted_mean(found)
            shares[name] = mean.value * parse_unit(mean.unit).size
            told.append(f"{decimal_text(shares[name] * 100, 2)} % {found[0].place}")
        value = converted(sample.value, sample.basis, item.basis, shares)
        if value is None:
            return None
        by = f"{sample.basis} -> {item.basis} ({'; '.join(told)})"
        document = f"{sample.document} {by}".strip()
        return replace(sample, value=value, basis=item.basis, document=document)

    def _needed(self, item: Item, sample: Sample) -> dict[str, str]:
        """What would make a sample of another basis usable, in both languages."""
        wanted = item.basis
        if not parameter_kinds()[sample.parameter].composition:
            return {
                "needed": f"give it on the basis {wanted}: moisture does not convert a heat value",
                "needed_zh": f"按 {wanted} 基准给出数值：热值不能仅凭水分换算",
            }
        days = Period(sample.from_day, sample.to_day or sample.from_day + dt.timedelta(days=1))
        lacking = ", ".join(
            name
            for name in moistures_between(sample.basis, wanted)
            if not self.samples.measured(sample.stream, name, days)
        )
        if not lacking:
            return {
                "needed": "check the moistures: no dry matter is left to hold it",
                "needed_zh": "核对水分：扣除水分后无干物质",
            }
        return {
            "needed": f"give {lacking} of the same days as rows of the laboratory, which convert a "
            f"content; or the value on the basis {wanted}",
            "needed_zh": f"补充同期 {lacking} 化验行（含量可据此换算），或按 {wanted} 基准给出数值",
        }

    def _account_unit(self, item: Item) -> str:
        if isinstance(item, Product):
            return item.measure
        return self.carriers[item.carrier].account_unit

    def _tell(self, item: Item, rule: str, place: str, **numbers: str) -> None:
        self.findings.append(Finding(self.site.id, rule, item.id, place, numbers))

    def _keep_mean(
        self, item: Item, account: str, name: str, period: Period, mean: Mean, rung: str
    ) -> Parameter:
        decimals = max(
            decimals_in(name, mean.unit),
            *(written_decimals(s.value_in(mean.unit)) for s in mean.samples),
        )
        places = "; ".join(s.place for s in mean.samples)
        return self._keep(
            item.id, account, name, period, quantise(mean.value, decimals), decimals, mean.unit,
            rung, places, None,
        )  # fmt: skip

    def _keep(
        self,
        stream_id: str,
        account: str,
        name: str,
        period: Period,
        count: int,
        decimals: int,
        unit: str,
        rung: str,
        factor: str,
        confidence: str | None,
    ) -> Parameter:
        if abs(count) > BIGINT_MAX:
            value = decimal_text(from_count(count, decimals), decimals)
            raise NoParameterError(name, reason("too_long_value", value=value))
        key = f"{self.site.id}/{stream_id}/{account}/{name}/{stretch_text(period)}"
        parameter = Parameter(
            key, self.site.id, stream_id, account, name, period,
            count, decimals, unit, rung, factor, confidence,
        )  # fmt: skip
        return self._named_apart(parameter)

    def _named_apart(self, parameter: Parameter) -> Parameter:
        """The parameter under an id of its own: two terms of a stream may take different values of
        one name, such as the factors of two gases.
        """
        base, number = parameter.id, 1
        while self.parameters.get(parameter.id, parameter) != parameter:
            number += 1
            parameter = replace(parameter, id=f"{base}/{number}")
        self.parameters[parameter.id] = parameter
        return parameter


def _told(sample: Sample) -> dict[str, str]:
    """What a sample says, with its unit, as findings tell it in both languages."""
    value = f"{decimal_text(sample.value, written_decimals(sample.value))} {sample.unit}"
    kind = parameter_kinds()[sample.parameter]
    return {"value": f"{kind.en.lower()} {value}", "value_zh": f"{kind.zh} {value}"}


def is_possible(name: str, unit: str, value: Fraction) -> bool:
    """Whether a parameter can have a value: a share lies within 0 and 1, a heat value above 0
    and below that of the richest fuel.

    Examples
    --------
    >>> from fractions import Fraction
    >>> is_possible("carbon_content", "%", Fraction(104)), is_possible("moisture", "1", Fraction(1))
    (False, True)
    """
    bounds = _bounds(name, unit)
    if bounds is None:
        return True
    # in integers: a fraction is slow to compare, and every sample is
    num, den = value.numerator, value.denominator
    (low, low_den), (high, high_den), is_above = bounds
    over = num * low_den - low * den
    return over >= is_above and num * high_den <= high * den


@lru_cache(maxsize=1024)
def _bounds(name: str, unit: str) -> tuple[tuple[int, int], tuple[int, int], bool] | None:
    """What a parameter can be at least and at most, each as numerator and denominator, and
    whether it lies above the least.
    """
    kind = parameter_kinds().get(name)
    bounds = kind.bounds(unit) if kind is not None else None
    if kind is None or bounds is None:
        return None
    low, high = (bound.as_integer_ratio() for bound in bounds)
    return low, high, kind.above_least
