"""Emissions without and with electricity and heat, by location and by market: four figures each.

The location view is account ``carbon``, the market view account ``carbon_market``. They count the
same power twice over: they stand beside each other, and no sum or comparison mixes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from celadon.accounts.lacking import CARBON_FIGURE, MARKET_FIGURE
from celadon.errors import Fault, LookupRefused

VIEWS = (CARBON_FIGURE[0], MARKET_FIGURE[0])
"""The accounts of the two views: by location, by market."""

PARTS = ("direct", "purchased", "exported")
"""What a total is made of, in the order shown."""

_PURCHASED = (
    "purchased_electricity", "purchased_heat", "green_electricity", "own_use_electricity",
    "fossil_electricity",
)  # fmt: skip
_EXPORTED = ("exported_electricity", "exported_heat")


@dataclass(frozen=True, slots=True)
class View:
    """One view of emissions in g CO2; a part is None, never zero, where nothing of it is known."""

    account: str
    direct: int | None
    purchased: int | None
    exported: int | None

    @property
    def total(self) -> int | None:
        """With electricity and heat; None where nothing at all is known."""
        known = [part for part in (self.direct, self.purchased, self.exported) if part is not None]
        return sum(known) if known else None

    def change_from(self, earlier: View) -> int | None:
        """How much more it is than an earlier one of the same view; None where either is not known.

        Raises
        ------
        LookupRefused
            If the two are different views: their difference is no change of emissions.
        """
        if earlier.account != self.account:
            found = f"{earlier.account} and {self.account}"
            rule = "emissions by location and by market count the same power in two ways"
            fault = Fault((self.account,), found, rule, "compare each view with itself")
            raise LookupRefused("Two views of emissions are not compared", [fault])
        if self.total is None or earlier.total is None:
            return None
        return self.total - earlier.total

    def plain(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {
            "account": self.account, "direct": self.direct, "purchased": self.purchased,
            "exported": self.exported, "total": self.total,
        }  # fmt: skip


def part_of(scope: str) -> str:
    """The part of the total that a scope belongs to.

    Examples
    --------
    >>> part_of("purchased_heat"), part_of("exported_heat"), part_of("process_n2o")
    ('purchased', 'exported', 'direct')
    """
    if scope in _PURCHASED:
        return "purchased"
    return "exported" if scope in _EXPORTED else "direct"


def views_of(leaves: Iterable[Mapping[str, Any]]) -> list[View]:
    """The views that leaves give, that by location first.

    Parameters
    ----------
    leaves : rows of the table ``leaf`` of which something is known.
    """
    sums: dict[tuple[str, str], int] = {}
    for leaf in leaves:
        if leaf["account"] in VIEWS:
            key = leaf["account"], part_of(leaf["scope"])
            sums[key] = sums.get(key, 0) + leaf["value"]
    present = dict.fromkeys(account for account, _ in sums)
    return [
        View(account, *(sums.get((account, part)) for part in PARTS))
        for account in VIEWS
        if account in present
    ]
