"""The meters of an enterprise: a main one for each metered carrier, and parts of electricity.

A main meter is as large as its carrier's year; the part meters of electricity add to it, less a
small part that none of them sees.
"""

from __future__ import annotations

from dataclasses import dataclass

from celadon.simulate.nation.books import WATER, Books, stream_of
from celadon.simulate.nation.draws import draws
from celadon.simulate.nation.enterprise import Enterprise
from celadon.simulate.nation.figures import assumed

ELECTRICITY = "electricity"
"""The carrier that part meters count."""

SLOTS_A_DAY = 96
"""Quarter hours in a day."""

_MEASURES = {ELECTRICITY: ("kWh", 1000), "natural_gas": ("Nm3", 1000), "heat": ("GJ", 10**6),
             "fresh_water": ("m3", 1000)}  # fmt: skip
_STEPS = (
    ("0.001", "1"), ("0.01", "1"), ("0.1", "1"), ("1", "1"), ("1", "10"), ("1", "100"),
    ("1", "1000"), ("1", "10000"),
)  # fmt: skip
_COUNTS_A_SLOT = 400
MODULUS = 10**9
"""Counts at which a register starts again."""


@dataclass(frozen=True, slots=True)
class SimulatedMeter:
    """A meter as it is declared, with its part of its carrier.

    Parameters
    ----------
    stream : the stream that it counts; empty for a part meter.
    size : small units of its carrier in one count.
    share : its part of the carrier.
    total : what it counts in the year, in small units.
    maximum : the most it can show in an hour, in its unit before the multiplier.
    """

    id: str
    carrier: str
    kind: str
    measure: str
    resolution: str
    multiplier: str
    parent: str
    stream: str
    share: float
    total: float
    size: float
    maximum: str


def plan_meters(seed: int, enterprise: Enterprise, books: Books) -> tuple[SimulatedMeter, ...]:
    """The meters of an enterprise, the main ones first; none where it has no meters."""
    if not enterprise.meters:
        return ()
    generator = draws(seed, enterprise.number, "meters")
    carriers = [use.carrier for use in enterprise.sector.uses if use.source == "meter"]
    mains = [*carriers, "fresh_water"]
    found = []
    for carrier in mains:
        stream = WATER if carrier == "fresh_water" else stream_of(carrier)
        kind = "register" if generator.random() < 0.5 else "interval"
        name = f"{_PREFIX[carrier]}-main"
        total = float(sum(books.used[stream]))
        found.append(_meter(name, carrier, kind, total, 1.0, stream=stream))
    parts = max(2, enterprise.meters - len(mains))
    seen = 1 - generator.uniform(assumed("unmetered_low"), assumed("unmetered_high"))
    weights = generator.dirichlet([2.0] * parts)
    electricity = float(sum(books.used[stream_of(ELECTRICITY)]))
    for number, weight in enumerate(weights * seen, start=1):
        kind = "register" if generator.random() < assumed("register_share") else "interval"
        part = _meter(
            f"el-{number:02d}", ELECTRICITY, kind, electricity * weight, float(weight),
            parent="el-main",
        )  # fmt: skip
        found.append(part)
    return tuple(found)


_PREFIX = {ELECTRICITY: "el", "natural_gas": "gas", "heat": "heat", "fresh_water": "water"}


def _meter(
    name: str, carrier: str, kind: str, total: float, share: float, *, stream: str = "",
    parent: str = "",
) -> SimulatedMeter:  # fmt: skip
    """A meter whose step is such that an average quarter hour shows some hundred counts."""
    measure, units = _MEASURES[carrier]
    slot = max(total, 1.0) / (365 * SLOTS_A_DAY)
    sizes = [float(resolution) * float(ratio) * units for resolution, ratio in _STEPS]
    fitting = [index for index, size in enumerate(sizes) if slot / size >= _COUNTS_A_SLOT]
    resolution, ratio = _STEPS[fitting[-1] if fitting else 0]
    size = float(resolution) * float(ratio) * units
    hourly = 4 * slot / size * float(resolution)
    maximum = max(1, round(hourly * 6))
    return SimulatedMeter(
        name, carrier, kind, measure, resolution, ratio, parent, stream, share, total, size,
        str(maximum),
    )  # fmt: skip
