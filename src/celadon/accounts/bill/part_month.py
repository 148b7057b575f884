"""A part of a month: what of its charges is known, and what is left out and told.

Tiers, demand, its discount and the power factor are of a calendar month. A part of one is charged
for them only where the month's other readings are there, and for the second part where the tariff
says how. What cannot be known is left out of the bill, never charged as if the days were a month.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from celadon.accounts.bill.demand import Basis, Demand, demand_charges
from celadon.accounts.bill.drawn import MonthDrawn
from celadon.accounts.bill.tariff import Basic, Tariff


@dataclass(frozen=True, slots=True)
class PartRead:
    """The readings of the month that the days of a bill are a part of.

    Parameters
    ----------
    days : what is billed.
    whole : the calendar month, as far as it is read.
    before : its days before those that are billed; None where they are its first.
    """

    days: MonthDrawn
    whole: MonthDrawn
    before: MonthDrawn | None

    @property
    def read_whole(self) -> bool:
        """Whether the other days of the month are read without a gap."""
        return self.whole.seconds_missing == self.days.seconds_missing

    @property
    def drawn_before(self) -> int | None:
        """Wh of the days before; None where a reading of them is missing."""
        if self.before is None:
            return 0
        return None if self.before.seconds_missing else self.before.imported

    @property
    def share(self) -> tuple[int, int]:
        """Days that are billed, and days of the month."""
        return len(self.days.period.days), len(self.whole.period.days)


def part_charges(
    basic: Basic,
    basis: Basis,
    capacity: Fraction,
    contract: Fraction | None,
    part: PartRead,
    earlier_peaks: Sequence[Fraction],
) -> list[Demand]:
    """The charges of the second part that are known of a part of a month, each for a whole month.

    The peak, the coincident peak and the energy of the discount are those of the calendar month.
    """
    if basic.part_month is None:
        return []
    charges = demand_charges(basic, basis, capacity, contract, part.whole, earlier_peaks)
    return [each for each in charges if part.read_whole or not _rests_on_readings(basic, each.id)]


def demand_left_out(basic: Basic, basis: Basis, part: PartRead) -> str | None:
    """The note that says why a charge of the second part is left out; None where none is."""
    if basic.part_month is None:
        return "part_unknown"
    charged = {"capacity"} if basis == "capacity" else {basis, "overrun"}
    if basic.coincident and part.whole.period.from_day.month in basic.coincident.months:
        charged.add("coincident")
    unread = not part.read_whole and any(_rests_on_readings(basic, each) for each in charged)
    return "part_unread" if unread else None


def part_notes(tariff: Tariff, part: PartRead, left_out: Sequence[str]) -> Iterator[str]:
    """The rules whose words tell how a part of a month is billed, but for what is left out."""
    yield "part_month"
    if tariff.basic is not None and tariff.basic.part_month is not None:
        yield f"part_{tariff.basic.part_month}"
    if tariff.tiers:
        yield "part_tiers_unread" if "tier" in left_out else "part_tiers"
    if tariff.power_factor is not None and part.days.reactive is not None:
        yield "part_factor_unread" if "power_factor" in left_out else "part_factor"


def _rests_on_readings(basic: Basic, charge: str) -> bool:
    return charge != "capacity" and (charge != "contract" or basic.discount_from is not None)
