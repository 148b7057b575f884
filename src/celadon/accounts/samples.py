"""Laboratory results and certificates of a site, asked for by stream, parameter and days."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from statistics import median_low

from celadon.exact import from_count
from celadon.records.period import Period
from celadon.units import parse_unit


@dataclass(frozen=True, slots=True)
class Sample:
    """One measured or certified value with the place in the chain and the file that gave it."""

    stream: str
    parameter: str
    basis: str
    from_day: dt.date
    to_day: dt.date | None
    value: Fraction
    unit: str
    weight: int | None
    origin: str
    document: str
    source_row: int
    position: int
    source_name: str
    sheet: str = ""

    @property
    def place(self) -> str:
        """Where it stands: file, sheet, row and document."""
        sheet = f" › {self.sheet}" if self.sheet else ""
        named = f" › {self.document}" if self.document else ""
        return f"{self.source_name}{sheet} › row {self.source_row}{named}"

    def value_in(self, unit: str) -> Fraction:
        """The value in another unit of the same dimension."""
        if unit == self.unit:
            return self.value
        return self.value * parse_unit(self.unit).size / parse_unit(unit).size


OUT_OF_LINE = 10
"""How many times a sample may lie above or below the usual one; a unit error is a thousand."""

_FEWEST = 3

Fits = Callable[[Sample], bool]
"""Whether a sample can be used for what is asked: its basis and its unit."""


@dataclass(frozen=True, slots=True)
class Mean:
    """The value of several samples together: their mean by weight, and the samples.

    ``is_weighted`` is False where some have a weight and others lack it: then the plain mean.
    """

    value: Fraction
    unit: str
    samples: tuple[Sample, ...]
    is_weighted: bool = True


class Samples:
    """All samples of a site; a later file replaces what it repeats for the same days.

    ``conflicts`` are certificates of which one file gives two different values for the same days;
    none of them is used.
    """

    def __init__(self, samples: Iterable[Sample]) -> None:
        groups: dict[tuple[str, str, str], dict[tuple[object, ...], list[Sample]]] = defaultdict(
            dict
        )
        for sample in sorted(samples, key=lambda s: (s.position, s.source_row)):
            same = (sample.from_day, sample.to_day, sample.basis)
            known = groups[sample.stream, sample.parameter, sample.origin].setdefault(same, [])
            if known and known[0].position != sample.position:
                known.clear()
            known.append(sample)
        self.conflicts = tuple(
            sample
            for key, by_days in sorted(groups.items())
            if key[2] == "certificate"
            for group in by_days.values()
            if len({s.value_in(group[0].unit) for s in group}) > 1
            for sample in group
        )
        self._streams = {stream for stream, _, _ in groups}
        refused = set(self.conflicts)
        self._groups = {
            # only where some are refused is a sample looked for: its fraction is slow to hash
            key: [s for group in by_days.values() for s in group if not refused or s not in refused]
            for key, by_days in groups.items()
        }

    def out_of_line(self) -> Iterator[tuple[Sample, Fraction]]:
        """Samples that cannot be of the same material as the others, each with their usual value.

        The usual value is the median of at least three; out of line is what lies
        :data:`OUT_OF_LINE` times above or below it, or at zero beside values that are not.
        """
        for group in filter(None, self._groups.values()):  # none is left where all are in conflict
            dimension = _dimension(group[0])
            alike = [s for s in group if s.unit == group[0].unit or _dimension(s) == dimension]
            if len(alike) < _FEWEST:
                continue
            unit = alike[0].unit
            if _are_close(alike):
                continue
            usual = median_low(s.value_in(unit) for s in alike)
            for sample in alike:
                value = sample.value_in(unit)
                if usual > 0 and not usual <= value * OUT_OF_LINE <= usual * OUT_OF_LINE**2:
                    yield sample, usual

    def all(self) -> Iterator[Sample]:
        """Every sample that could be used."""
        for group in self._groups.values():
            yield from group

    def speaks_of(self, stream: str) -> bool:
        """Whether there is any sample of a stream."""
        return stream in self._streams

    def measured(self, stream: str, parameter: str, period: Period) -> list[Sample]:
        """Laboratory results whose days touch a period."""
        return [
            s
            for s in self._groups.get((stream, parameter, "laboratory"), [])
            if period.overlaps(s.from_day, s.to_day)
        ]

    def certificate(
        self, stream: str, parameter: str, day: dt.date, fits: Fits = lambda _sample: True
    ) -> Sample | None:
        """The certificate that holds on a day: of those that fit, the one that began last."""
        holding = [
            s
            for s in self._groups.get((stream, parameter, "certificate"), [])
            if s.from_day <= day and (s.to_day is None or day < s.to_day) and fits(s)
        ]
        return max(holding, key=lambda s: (s.from_day, s.position, s.source_row), default=None)

    def has_certificate(self, stream: str, parameter: str) -> bool:
        """Whether there is any certificate of a parameter, whenever it holds."""
        return bool(self._groups.get((stream, parameter, "certificate")))

    def certificate_changes(self, stream: str, parameter: str, period: Period) -> list[dt.date]:
        """The days within a period on which a certificate begins or ends."""
        days = {
            day
            for s in self._groups.get((stream, parameter, "certificate"), [])
            for day in (s.from_day, s.to_day)
            if day is not None
        }
        return sorted(day for day in days if period.from_day < day < period.to_day)


def _are_close(samples: list[Sample]) -> bool:
    """Whether none can lie out of line: those of one unit whose largest is near the smallest."""
    if any(sample.unit != samples[0].unit for sample in samples):
        return False
    # in whole parts of 10^-9: a fraction is slow to compare, and this is asked of every site
    parts = [s.value.numerator * 10**9 // s.value.denominator for s in samples]
    return min(parts) > 0 and max(parts) < min(parts) * OUT_OF_LINE


def _dimension(sample: Sample) -> str:
    return parse_unit(sample.unit).dimension


def weighted_mean(samples: list[Sample]) -> Mean:
    """The mean by weight where every sample has one, else the plain mean, in the first one's unit.

    All samples must be of one dimension; the caller sees to it. A weight of zero counts for
    nothing; weights that are all zero are none.
    """
    unit = samples[0].unit
    if len(samples) == 1:
        return Mean(samples[0].value, unit, tuple(samples))
    values = [s.value_in(unit) for s in samples]
    weights = [s.weight for s in samples if s.weight is not None and s.weight >= 0]
    total = sum(weights)
    if len(weights) == len(samples) and total:
        products = (v * w for v, w in zip(values, weights, strict=True))
        return Mean(sum(products, Fraction(0)) / total, unit, tuple(samples))
    return Mean(
        sum(values, Fraction(0)) / len(samples), unit, tuple(samples), is_weighted=not total
    )


def sample_from_row(row: dict[str, object], position: int, source_name: str) -> Sample:
    """A sample from a row of the table ``sample``."""
    count, decimals = row["count"], row["decimals"]
    assert isinstance(count, int)  # noqa: S101  the schema holds it
    assert isinstance(decimals, int)  # noqa: S101
    plain = {name: row[name] for name in ("stream", "parameter", "from_day", "to_day", "unit")}
    return Sample(
        **plain,  # type: ignore[arg-type]
        basis=str(row["basis"] or ""),
        value=from_count(count, decimals),
        weight=row["weight"],  # type: ignore[arg-type]
        origin=str(row["origin"]),
        document=str(row["document"] or ""),
        source_row=row["source_row"],  # type: ignore[arg-type]
        position=position,
        source_name=source_name,
        sheet=str(row["sheet"] or ""),
    )
