"""Checks of tariffs: cheaper at higher voltage, single tariffs dearer, figures where fees lie."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from celadon.reference.lint.finding import LintFinding, shown
from celadon.reference.lint.rows import Book, Row, grouped

_FEES = ("grid_energy_fee_single", "grid_energy_fee_two_part")

_BOUNDS: Mapping[str, tuple[str, str]] = {
    "grid_energy_fee_single": ("0.03", "0.6"),
    "grid_energy_fee_two_part": ("0.01", "0.4"),
    "grid_loss_rate_in_province": ("1", "10"),
    "government_funds_surcharges": ("10", "80"),
    "line_loss_fee": ("0.003", "0.1"),
    "agent_purchase_price": ("0.1", "1"),
    "demand_charge": ("10", "80"),
    "capacity_charge": ("8", "60"),
    "shenzhen_tiered": ("0.01", "0.4"),
    "tou_ratio_flat": ("1", "1"),
    "tou_ratio_sharp": ("1", "5"),
    "tou_ratio_peak": ("1", "4"),
    "tou_ratio_high": ("1", "4"),
    "tou_ratio_low": ("0.1", "1"),
    "tou_ratio_valley": ("0.1", "1"),
    "tou_ratio_deep_valley": ("0.05", "1"),
    "demand_contract_floor": ("10", "100"),
    "demand_over_contract": ("100", "200"),
}
"""Where figures of a kind lie: the spread of the shipped grids, widened by a third to a half.

The ratios of time of use are to the flat price: the flat one is 1, peaks lie above and valleys
below; a floor is a share of the whole, and what is more than declared is above it.
"""


def tariffs_are_in_order(book: Book) -> Iterator[LintFinding]:
    """Fees fall with voltage; the single tariff's fee is not below the two-part one."""
    rows = [r for r in book.rows("tariffs") if r.value is not None]
    for row in rows:
        bounds = _BOUNDS.get(row.text("kind"))
        if bounds and not Fraction(bounds[0]) <= (row.value or 0) <= Fraction(bounds[1]):
            yield LintFinding("tariff_far", row, "value", {"low": bounds[0], "high": bounds[1]})
    fees = [r for r in rows if r.text("kind") in _FEES]
    for same in grouped(
        fees,
        lambda r: (r.text("kind"), r.text("province"), r.text("valid_from"), r.text("condition")),
    ).values():
        ladder = sorted(same, key=voltage)
        for low, high in itertools.pairwise(ladder):
            if voltage(low) < voltage(high) and (low.value or 0) < (high.value or 0):
                yield from _both("dearer_at_higher_voltage", low, high)
    for same in grouped(fees, lambda r: (
        r.text("province"), r.text("voltage_kV"), r.text("valid_from"), r.text("condition"))
    ).values():  # fmt: skip
        kinds = {r.text("kind"): r for r in same}
        if len(kinds) == 2:
            single, two = (kinds[k] for k in _FEES)
            if (single.value or 0) < (two.value or 0):
                yield from _both("single_below_two_part", single, two)


def _both(rule: str, one: Row, other: Row) -> Iterator[LintFinding]:
    for row, beside in ((one, other), (other, one)):
        numbers = {"other": shown(beside.value or 0), "at": beside.text("voltage_kV")}
        yield LintFinding(rule, row, "value", numbers, (beside.id,))


def voltage(row: Row) -> float:
    """The lowest voltage of a band in kV; ``<1`` is below 1.

    Examples
    --------
    >>> voltage(Row("tariffs", "", 1, {"voltage_kV": "1-10(20)"}))
    1.0
    """
    text = row.text("voltage_kV")
    found = re.search(r"\d+(\.\d+)?", text)
    if found is None:
        return 0.0
    return 0.0 if text.startswith("<") else float(found.group())
