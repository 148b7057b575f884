"""The same account by a plain Python script: a loop over sites, items, months and lines.

What an engineer would write who wants the same numbers: factors looked up once and kept in a
dictionary, rows of the books and samples in dictionaries by item and month, ``Fraction`` for all
that is multiplied, each line and each thing that it rests on a row of a CSV file. It knows the kind
of works of this benchmark alone: no other equation, no check, no finding, no change of edition.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from benchmarks.plain_nation import MONTHS, Enterprise
from celadon.accounts.activity import Row
from celadon.accounts.parameters import Parameter
from celadon.accounts.samples import Sample
from celadon.records.period import Period
from celadon.records.site import Stream
from celadon.reference import Record, Registry
from celadon.units import parse_unit

_SET = "NDRC-2013-2015"
_KJ_PER_KGCE = Fraction(293_076, 10)
_ENERGY = (("energy", "purchased", "calorific_value"), ("energy", "purchased", "equivalent_value"))
_SHORT = {"calorific_value": "cal", "equivalent_value": "eqv"}
_ONE = Fraction(1)

Used = tuple[Parameter, ...]
Line = tuple[str, str, str, str, Fraction, Used]
"""Account, place, scope, measure, ratio and parameters."""


class Script:
    """The script with the factors that it has looked up, and the files that it writes."""

    def __init__(self, registry: Registry, folder: Path) -> None:
        self._registry = registry
        self._folder = folder
        self._known: dict[tuple[str, ...], Record] = {}

    def run(self, enterprises: Iterable[Enterprise]) -> int:
        """Write the three files; gives how many lines there are."""
        lines = 0
        with (
            (self._folder / "leaf.csv").open("w", encoding="utf-8", newline="") as leaf,
            (self._folder / "leaf_input.csv").open("w", encoding="utf-8", newline="") as inputs,
            (self._folder / "parameter.csv").open("w", encoding="utf-8", newline="") as parameters,
        ):
            out = csv.writer(leaf), csv.writer(inputs), csv.writer(parameters)
            for enterprise in enterprises:
                lines += self._site(enterprise, *out)
        return lines

    def _site(self, enterprise: Enterprise, leaf: Any, inputs: Any, parameters: Any) -> int:
        site, number = enterprise.site.id, 0
        booked: dict[tuple[str, Any], list[Row]] = defaultdict(list)
        stock: dict[tuple[str, Any], Row] = {}
        for row in enterprise.rows:
            if row.kind == "opening_stock":
                stock[row.stream, row.from_day] = row
            elif row.kind == "closing_stock":
                stock.setdefault((row.stream, row.to_day), row)
            else:
                booked[row.stream, row.from_day].append(row)
        found = {(s.stream, s.parameter, s.from_day): s for s in enterprise.samples}
        written: dict[str, Parameter] = {}
        for item in (*enterprise.site.streams, *enterprise.site.products):
            for month in MONTHS:
                rows = booked[item.id, month.from_day]
                count = sum(row.count for row in rows)
                if isinstance(item, Stream) and item.stock:
                    ends = [stock[item.id, day] for day in (month.from_day, month.to_day)]
                    count += ends[0].count - ends[1].count
                    rows = [*rows, *ends]
                carrier = item.carrier if isinstance(item, Stream) else item.id
                for account, place, scope, measure, ratio, used in (
                    self._lines(site, item, found, month)
                    if isinstance(item, Stream)
                    else [("production", "plant", "made", "amount", _ONE, ())]
                ):
                    place = site if account == "production" else place  # noqa: PLW2901
                    name = f"{account}/{place}/{item.id}/{scope}/{_SHORT.get(measure, measure)}/"
                    name += f"{month.from_day:%Y-%m}"
                    leaf.writerow((
                        name, site, place, item.id, carrier, month.from_day, month.to_day, account,
                        measure, scope, count, ratio.numerator, ratio.denominator,
                        round(count * ratio),
                    ))  # fmt: skip
                    number += 1
                    days = month.from_day, month.to_day
                    for parameter in used:
                        written[parameter.id] = parameter
                        inputs.writerow(
                            (site, name, parameter.name, "parameter", parameter.id, *days)
                        )
                    for row in rows:
                        ref = f"{row.kind} › {row.source_name} › {row.sheet} › row {row.source_row}"
                        span = row.from_day, row.to_day
                        inputs.writerow((site, name, row.kind, "activity", ref, *span))
        for p in written.values():
            parameters.writerow((
                p.id, site, p.stream, p.account, p.name, p.count, p.decimals, p.unit, p.rung,
                p.factor, p.confidence,
            ))  # fmt: skip
        return number

    def _lines(
        self, site: str, stream: Stream, found: dict[Any, Sample], month: Period
    ) -> Iterator[Line]:
        home = stream.destination
        yield "supply", home, "purchased", "amount", _ONE, ()
        if stream.water:
            yield "water", home, "intake", "volume", _ONE, ()
            return
        ratio, used = self._carbon(site, stream, found, month)
        scopes = {"combustion": "direct_combustion"}
        scope = scopes.get(stream.carbon, f"purchased_{stream.carbon}")
        yield "carbon", home, scope, "co2", ratio, used
        ratio, used = self._energy(site, stream, found, month)
        yield "flow", home, "flow", "calorific_value", ratio, used
        for unit in dict.fromkeys((home, "plant")):
            yield "process_energy", unit, "in", "calorific_value", ratio, used
        for account, where, measure in _ENERGY:
            if measure == "equivalent_value" and stream.id == "power":
                equivalent = self._parameter(
                    site, stream.id, "energy", "electricity_equivalent", month, 3, 1, "kgce/kWh",
                    "declared", "site.toml › [accounting] electricity_equivalent › simulated", None,
                )  # fmt: skip
                ratio, used = equivalent.size * parse_unit("Wh").size, (equivalent,)
            yield account, home, where, measure, ratio, used

    def _carbon(
        self, site: str, stream: Stream, found: dict[Any, Sample], month: Period
    ) -> tuple[Fraction, Used]:
        def of(name: str) -> Parameter:
            return self._one(site, stream, "carbon", name, found, month)

        small = parse_unit(self._registry.carriers[stream.carrier].count_unit).size
        if stream.carbon == "electricity":
            year = month.from_day.year
            choice = self._registry.electricity("enterprise_gbt32150", year)
            factor = self._tabled(site, stream.id, "carbon", "co2_factor", month, choice.record,
                                  choice.confidence)  # fmt: skip
            return factor.size * small, (factor,)
        if stream.carbon == "heat":
            factor = self._tabled(site, stream.id, "carbon", "co2_factor", month,
                                  self._record("heat", "heat", "co2_factor", month))  # fmt: skip
            return factor.size * small, (factor,)
        used = tuple(
            of(name)
            for name in ("net_calorific_value", "carbon_content_per_heat", "oxidation_rate")
        )
        ratio = used[0].size * used[1].size * used[2].size * Fraction(44, 12) * small
        return ratio, used

    def _energy(
        self, site: str, stream: Stream, found: dict[Any, Sample], month: Period
    ) -> tuple[Fraction, Used]:
        carrier = self._registry.carriers[stream.carrier]
        small = parse_unit(carrier.count_unit)
        if (stream.id, "net_calorific_value", month.from_day) in found:
            heat = self._one(site, stream, "energy", "net_calorific_value", found, month)
            return heat.size * small.size / _KJ_PER_KGCE * 1000, (heat,)
        record = self._record("coal_equivalents", carrier.coal_equivalent, "coal_equivalent", month)
        tabled = self._tabled(site, stream.id, "energy", "coal_equivalent", month, record)
        return tabled.size * small.size, (tabled,)

    def _one(
        self, site: str, stream: Stream, account: str, name: str, found: dict[Any, Sample],
        month: Period,
    ) -> Parameter:  # fmt: skip
        """What the laboratory found, else the default."""
        sample = found.get((stream.id, name, month.from_day))
        if sample is not None:
            decimals = 4 if name == "carbon_content_per_heat" else 3
            place = f"{sample.source_name} › {sample.sheet} › row {sample.source_row}"
            return self._parameter(
                site, stream.id, account, name, month, round(sample.value * 10**decimals), decimals,
                sample.unit, "measured", f"{place} › {sample.document}", None,
            )  # fmt: skip
        fuel = self._registry.carriers[stream.carrier].fuel_ids[_SET]
        record = self._record("fuels", fuel, name, month)
        return self._tabled(site, stream.id, account, name, month, record)

    def _record(self, table: str, subject: str, name: str, month: Period) -> Record:
        key = table, subject, name
        if key not in self._known:
            family = None if table == "coal_equivalents" else _SET
            self._known[key] = self._registry.look_up(
                table, subject, name, set=family, on=month.from_day
            )
        return self._known[key]

    def _tabled(
        self, site: str, item: str, account: str, name: str, month: Period, record: Record,
        letter: str = "",
    ) -> Parameter:  # fmt: skip
        digits = record.value_text
        decimals = len(digits.partition(".")[2])
        return self._parameter(
            site, item, account, name, month, int(digits.replace(".", "")), decimals, record.unit,
            "default", record.record, letter or record.confidence,
        )  # fmt: skip

    def _parameter(
        self, site: str, item: str, account: str, name: str, month: Period, count: int,
        decimals: int, unit: str, rung: str, factor: str, letter: str | None,
    ) -> Parameter:  # fmt: skip
        key = f"{site}/{item}/{account}/{name}/{month.from_day:%Y-%m}"
        return Parameter(
            key, site, item, account, name, month, count, decimals, unit, rung, factor, letter
        )
