"""The parameter ladder: measured, then certified, then declared, then the method's default.

Every value that a leaf uses is quantised here, half to even, and kept as a record that names its
rung and its source. What has no value refuses; nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from celadon.accounts.samples import Mean, Sample, Samples, weighted_mean
from celadon.errors import LookupRefused
from celadon.exact import from_count, quantise
from celadon.records.finding import Finding
from celadon.records.period import Period
from celadon.records.site import Site, Stream
from celadon.reference import Record

DECIMALS: dict[str, int] = {
    "net_calorific_value": 3,
    "carbon_content": 4,
    "carbon_content_per_heat": 4,
    "oxidation_rate": 4,
    "specific_enthalpy": 2,
    "medium_energy": 9,
}
"""Decimals to which a derived value of each parameter is quantised, in its own unit."""


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

    def row(self) -> dict[str, Any]:
        """As a row of the table ``parameter``."""
        return {
            "parameter": self.id, "site": self.site, "stream": self.stream,
            "account": self.account, "name": self.name, "from_day": self.period.from_day,
            "to_day": self.period.to_day, "count": self.count, "decimals": self.decimals,
            "unit": self.unit, "rung": self.rung, "factor": self.factor,
            "confidence": self.confidence,
        }  # fmt: skip


class NoParameterError(Exception):
    """A parameter has no value for a stretch of days; carries why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name
        self.why = why


@dataclass(slots=True)
class Ladder:
    """Chooses and keeps the parameters of one site."""

    site: Site
    samples: Samples
    deliveries: Callable[[str, Period], list[tuple[dt.date, int]]]
    parameters: dict[str, Parameter] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def observed(self, stream: Stream, account: str, name: str, period: Period) -> Parameter | None:
        """The measured or certified value of a stream for a stretch of days, if there is one.

        The laboratory's results of the days come first, as their weighted mean; then the
        certificate that holds on each day, as the mean over the days if it changes within them.
        """
        place = stream.sampled_at or stream.id
        measured = [s for s in self.samples.measured(place, name, period) if self._fits(stream, s)]
        if measured and len({s.unit for s in measured}) == 1:
            mean = weighted_mean(measured)
            return self._keep_mean(stream, account, name, period, mean, "measured")
        return self._certified(stream, account, name, period)

    def from_record(
        self,
        stream_id: str,
        account: str,
        name: str,
        period: Period,
        record: Record,
        letter: str = "",
    ) -> Parameter:
        """A reference record as the parameter of a stretch of days, as printed."""
        count, decimals = printed(record.value_text)
        return self._keep(
            stream_id, account, name, period, count, decimals, record.unit, "default",
            record.record, letter or record.confidence,
        )  # fmt: skip

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
    ) -> Parameter:
        """A value computed from the account itself, quantised."""
        decimals = DECIMALS[name]
        return self._keep(
            stream_id, account, name, period, quantise(value, decimals), decimals, unit, "derived",
            by, None,
        )  # fmt: skip

    def cuts(self, stream: Stream, names: tuple[str, ...], period: Period) -> list[dt.date]:
        """Days within a period at which a certificate of a metered stream changes."""
        place = stream.sampled_at or stream.id
        return sorted(
            {day for name in names for day in self.samples.certificate_changes(place, name, period)}
        )

    def _certified(
        self, stream: Stream, account: str, name: str, period: Period
    ) -> Parameter | None:
        """The certificates that held, weighted by what was delivered under each.

        A stock-balance stream weighs by its dated deliveries; others by days, which for a metered
        stream are all under one certificate because its lines are cut where that changes.
        """
        place = stream.sampled_at or stream.id
        weights = self.deliveries(stream.id, period) or [(day, 1) for day in period.days]
        held = [(self.samples.certificate(place, name, day), amount) for day, amount in weights]
        found = [(s, amount) for s, amount in held if s is not None and self._fits(stream, s)]
        total = sum(amount for _, amount in found)
        if len(found) < len(held) or not total or len({s.unit for s, _ in found}) > 1:
            return None
        value = sum((s.value * amount for s, amount in found), Fraction(0)) / total
        mean = Mean(value, found[0][0].unit, tuple(dict.fromkeys(s for s, _ in found)))
        return self._keep_mean(stream, account, name, period, mean, "certificate")

    def _fits(self, stream: Stream, sample: Sample) -> bool:
        if sample.basis in ("", stream.basis):
            return True
        numbers = {"basis": sample.basis, "expected": stream.basis}
        found = Finding(self.site.id, "basis_mismatch", stream.id, sample.place, numbers)
        self.findings.append(found)
        return False

    def _keep_mean(
        self, stream: Stream, account: str, name: str, period: Period, mean: Mean, rung: str
    ) -> Parameter:
        decimals = DECIMALS.get(name, 6)
        places = "; ".join(s.place for s in mean.samples)
        return self._keep(
            stream.id, account, name, period, quantise(mean.value, decimals), decimals, mean.unit,
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
        key = f"{self.site.id}/{stream_id}/{account}/{name}/{period.from_day}"
        parameter = Parameter(
            key, self.site.id, stream_id, account, name, period,
            count, decimals, unit, rung, factor, confidence,
        )  # fmt: skip
        self.parameters[key] = parameter
        return parameter


def printed(text: str) -> tuple[int, int]:
    """A printed decimal as count and decimals, exactly as it stands.

    Examples
    --------
    >>> printed("29.50")
    (2950, 2)
    """
    whole, _, decimals = text.strip().partition(".")
    return int(whole + decimals), len(decimals)


def refusal_reason(error: LookupRefused) -> str:
    """A look-up's refusal in one line, for the text of a finding."""
    near = f" (near: {'; '.join(error.near[:2])})" if error.near else ""
    return f"{error.summary}{near}"
