"""Monitored outlets: which of them can be counted, and the mass that their meters show by day.

Mass is concentration times flow times time, on one state of the gas: milligrams per normal cubic
metre go with normal cubic metres, dry with dry. Concentrations are never corrected to a reference
oxygen content here: that is for comparing them with a limit, and would change the mass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa

from celadon.accounts.pollutants.tables import (
    MONITOR,
    MONITORED_DAY,
    MONITORED_UNIT,
    item_of,
)
from celadon.chain import canonical_json, sha256_text
from celadon.engine import Engine
from celadon.exact import is_storable
from celadon.records.finding import Finding
from celadon.records.quality.state import state_holds
from celadon.records.site import FLOW, Meter, Outlet, Site
from celadon.records.tables import METER_DAY
from celadon.units import count_unit, parse_unit

_PACKAGE = "celadon.accounts.pollutants"

_HEX = 12
"""Digits of a hash that a number is made of: it fits an integer of 64 bits."""

_VOLUME = {"air": "normal_volume", "water": "volume"}
_SHOWN = {"air": ("mg/Nm3", "Nm3/h or Nm3"), "water": ("mg/L", "m3/h or m3")}


@dataclass(frozen=True, slots=True)
class Monitored:
    """A pollutant that can be counted from its meters.

    ``ratio`` is the mass in milligrams of one count of either meter, in one second where the flow
    is a rate.
    """

    site: str
    outlet: str
    pollutant: str
    concentration: str
    flow: str
    ratio: Fraction

    @property
    def item(self) -> str:
        """What its lines are counted from."""
        return item_of(self.outlet, self.pollutant)

    @property
    def meters(self) -> tuple[str, str]:
        """The meters that it rests on."""
        return self.concentration, self.flow


def monitored(site: Site) -> list[Monitored]:
    """The pollutants of a site that its monitors can count."""
    return [found for found in _examined(site) if isinstance(found, Monitored)]


def monitor_findings(site: Site) -> list[Finding]:
    """What keeps monitored pollutants from being counted."""
    return [found for found in _examined(site) if isinstance(found, Finding)]


def monitor_meters(sites: Iterable[Site]) -> dict[str, dict[str, int]]:
    """The meters of each site whose single values are wanted for the mass that they show.

    Each has a number that is another one where the site counts anything else from its meters.
    """
    wanted = {}
    for site in sites:
        found = monitored(site) if site.outlets else []
        if found:
            plain = [[each.item, *each.meters, str(each.ratio)] for each in found]
            number = int(sha256_text(canonical_json(plain))[:_HEX], 16)
            wanted[site.id] = {meter: number for each in found for meter in each.meters}
    return wanted


def monitored_days(engine: Engine, sites: Sequence[Site]) -> pa.Table:
    """The table ``monitored_day`` of sites whose monitors have just been judged.

    Reads ``slot``, ``interval``, ``channel`` and ``site_day`` of the engine.
    """
    if any(monitored(site) for site in sites):
        state_holds(engine)
    return count_monitors(engine, sites)


def count_monitors(engine: Engine, sites: Sequence[Site]) -> pa.Table:
    """The same where the engine knows already what state meters hold (``state_hold``)."""
    rows = [
        {
            "site": site.id, "stream": each.item, "concentration": each.concentration,
            "flow": each.flow, "num": each.ratio.numerator, "den": each.ratio.denominator,
        }
        for site in sites
        for each in monitored(site)
    ]  # fmt: skip
    if not rows:
        return MONITORED_DAY.from_rows([])
    engine.load(MONITOR, MONITOR.from_rows(rows))
    engine.define(_PACKAGE, MONITORED_DAY)
    return engine.fetch(MONITORED_DAY)


def as_meter_days(days: pa.Table) -> pa.Table:
    """Monitored days as days of a meter that has the outlet's and the pollutant's name."""
    columns = [days["stream" if name == "meter" else name] for name in METER_DAY.names]
    return METER_DAY.check(pa.table(columns, METER_DAY.names))


def negative_findings(days: pa.Table) -> list[Finding]:
    """Outlets and months in which a concentration below zero was read."""
    hours: dict[tuple[str, str, str], int] = {}
    for row in days.to_pylist():
        if row["seconds_negative"]:
            key = row["site"], row["stream"], f"{row['day']:%Y-%m}"
            hours[key] = hours.get(key, 0) + row["seconds_negative"]
    return [
        Finding(
            site, "monitor_negative", item.partition(".")[0], f"{item} › {month}",
            {"item": item, "month": month, "minutes": seconds // 60},
        )
        for (site, item, month), seconds in sorted(hours.items())
    ]  # fmt: skip


def _examined(site: Site) -> Iterator[Monitored | Finding]:
    """Each monitored pollutant, or why it cannot be counted; the meters named are declared."""
    meters = {meter.id: meter for meter in site.meters}
    for outlet in site.outlets:
        for pollutant, name in outlet.monitors.items():
            if pollutant != FLOW:
                yield _one(site, outlet, pollutant, meters[name], meters)


def _one(
    site: Site, outlet: Outlet, pollutant: str, concentration: Meter, meters: Mapping[str, Meter]
) -> Monitored | Finding:
    def fault(rule: str, **numbers: Any) -> Finding:
        place = f"site.toml › [[outlet]] {outlet.id} › {pollutant}"
        return Finding(site.id, rule, outlet.id, place, {"pollutant": pollutant, **numbers})

    if FLOW not in outlet.monitors:
        return fault("monitor_without_flow")
    flow = meters[outlet.monitors[FLOW]]
    volume, shown = _VOLUME[outlet.medium], _SHOWN[outlet.medium]
    content = parse_unit(concentration.measure)
    if concentration.kind != "state" or content.dimension != f"mass/{volume}":
        return fault("monitor_unit", meter=concentration.id, found=_told(concentration),
                     expected=shown[0], kind="state")  # fmt: skip
    passed = parse_unit(flow.measure)
    if passed.dimension != (f"{volume}/time" if flow.kind == "state" else volume):
        return fault("monitor_unit", meter=flow.id, found=_told(flow), expected=shown[1],
                     kind="state or interval")  # fmt: skip
    wet = sorted({pollutant, FLOW} & set(outlet.wet))
    if len(wet) == 1:
        return fault("monitor_basis", wet=wet[0], dry=({pollutant, FLOW} - set(wet)).pop())
    amount = passed.size * flow.count_size
    if flow.kind != "state":  # its intervals are counted in small units already
        amount = parse_unit(count_unit(flow.measure)).size
    ratio = content.size * concentration.count_size * amount / parse_unit(MONITORED_UNIT).size
    if not is_storable(ratio):
        return fault("monitor_ratio", ratio=str(ratio))
    return Monitored(site.id, outlet.id, pollutant, concentration.id, flow.id, ratio)


def _told(meter: Meter) -> str:
    return f"{meter.kind}, {meter.measure}"
