"""Balances of carriers at the networks that gather them: what came in, what went out, what is left.

What is unaccounted is shown, never forced to zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from celadon.accounts.book import Book
from celadon.exact import decimal_text
from celadon.records.finding import Finding
from celadon.units import conversion

TOLERANCE = Fraction(3, 100)
"""Share of what a network received above which an unaccounted rest becomes a finding."""


@dataclass(frozen=True, slots=True)
class Balance:
    """A network's carrier over a period, in the carrier's small unit."""

    network: str
    carrier: str
    received: int
    given: int

    @property
    def unaccounted(self) -> int:
        """What was received and not given; below zero where more went out than came in."""
        return self.received - self.given

    @property
    def share(self) -> Fraction:
        """The unaccounted part of what was received; 0 where nothing was."""
        return Fraction(self.unaccounted, self.received) if self.received else Fraction(0)


def balances(leaves: pa.Table) -> list[Balance]:
    """The balance of every network and carrier, from the leaves of account ``carrier``."""
    sums: dict[tuple[str, str], list[int]] = {}
    for row in leaves.to_pylist():
        if row["account"] == "carrier":
            both = sums.setdefault((row["unit"], row["carrier"]), [0, 0])
            # what is drawn from stock may be below zero: then it was put there
            is_received = row["scope"] == "in"
            both[0 if is_received else 1] += row["value"] if is_received else -row["value"]
    return [Balance(*key, *both) for key, both in sorted(sums.items())]


def balance_findings(book: Book, leaves: pa.Table) -> list[Finding]:
    """A finding for each network whose balance leaves more than the tolerance unaccounted."""
    findings = []
    for balance in balances(leaves):
        if abs(balance.share) <= TOLERANCE and (balance.received or not balance.given):
            continue
        carrier = book.registry.carriers[balance.carrier]
        size = conversion(carrier.count_unit, carrier.account_unit)
        numbers = {
            "received": f"{decimal_text(balance.received * size, 0)} {carrier.account_unit}",
            "given": f"{decimal_text(balance.given * size, 0)} {carrier.account_unit}",
            "share": f"{decimal_text(balance.share * 100, 1)} %",
        }
        place = f"{balance.network} › {balance.carrier} › {book.period}"
        findings.append(Finding(book.site.id, "carrier_gap", balance.network, place, numbers))
    return findings
