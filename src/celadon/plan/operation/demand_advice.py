"""The basis to be billed on and the demand to declare, before the peaks of the months are known.

Only the second part of the bill is looked at: energy costs the same on every basis. Each charge is
that of :mod:`celadon.accounts.bill.demand`, the function that the bill itself is made by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from celadon.accounts.bill import Basis, MonthDrawn, Tariff
from celadon.accounts.bill.choice import best_contract
from celadon.accounts.bill.demand import demand_charges, offered
from celadon.accounts.bill.tariff import Basic, price
from celadon.errors import Fault, InputError
from celadon.exact import quantise
from celadon.plan.operation.peaks_to_come import Run
from celadon.records.period import Period


@dataclass(frozen=True, slots=True)
class Terms:
    """What the supply and its contract leave open.

    Attributes
    ----------
    capacity : of transformers and motors connected to the grid, kVA.
    hold : months that a declared demand stands before another can be declared.
    notice : months until a declaration takes effect; until then the present one stands.
    basis, contract : how the supply is billed at present, and the demand in kW that is declared.
    earlier_peaks : W, of the months before the first, the latest last; for a ratchet.
    """

    capacity: Fraction
    hold: int = 1
    notice: int = 0
    basis: Basis | None = None
    contract: Fraction | None = None
    earlier_peaks: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class MonthAdvice:
    """What a month to come is expected to cost, in 0.01 CNY.

    Attributes
    ----------
    ways : how many ways it may go rest on what is known.
    peak : kW: the least, the mean and the highest of them.
    contract : kW; None where the tariff has no price of a declared demand.
    at_floor : whether the floor asks for more than would be declared without it.
    is_held : whether it is the present declaration that still stands.
    overrun : share of the ways in which the peak lies above the free margin.
    expected : by basis, the mean charge.
    hindsight : mean charge of the declared demand had each peak been known.
    """

    month: Period
    ways: int
    peak: tuple[Fraction, Fraction, Fraction]
    contract: Fraction | None
    at_floor: bool
    is_held: bool
    overrun: Fraction
    expected: dict[Basis, Fraction]
    hindsight: Fraction | None

    @property
    def quarter(self) -> str:
        """The calendar quarter of the month, for which a basis is chosen."""
        first = self.month.from_day
        return f"{first.year} Q{(first.month + 2) // 3}"

    @property
    def regret(self) -> Fraction | None:
        """What not knowing the peak costs on the mean, in 0.01 CNY."""
        known = self.hindsight
        return None if known is None else self.expected["contract"] - known


@dataclass(frozen=True, slots=True)
class QuarterAdvice:
    """The basis of a calendar quarter, for which it is chosen, in 0.01 CNY."""

    quarter: str
    basis: Basis
    expected: dict[Basis, Fraction]


@dataclass(frozen=True, slots=True)
class DemandAdvice:
    """What to declare, and on which basis to be billed.

    Attributes
    ----------
    unknown : months of which nothing is known, and that are left out.
    present : mean cost of all months as the supply is billed at present, in 0.01 CNY; None where
        that is not known.
    """

    months: tuple[MonthAdvice, ...]
    quarters: tuple[QuarterAdvice, ...]
    unknown: tuple[Period, ...]
    present: Fraction | None

    @property
    def expected(self) -> Fraction:
        """Mean cost of all months on the basis advised, in 0.01 CNY."""
        return sum((each.expected[each.basis] for each in self.quarters), Fraction(0))


def advise_demand(
    tariffs: Sequence[Tariff], coming: Sequence[Period], runs: Sequence[Run], terms: Terms
) -> DemandAdvice:
    """The least expected second part of the bill of months to come.

    The cost is convex in what is declared and bends only at the floor and where a peak begins to
    overrun: the best declaration stands at one of these bends, and is found among them exactly.

    Parameters
    ----------
    coming : whole months that follow each other.

    Raises
    ------
    InputError
        If a month has no tariff with a second part, or the present declaration is needed and not
        known.
    """
    basics = _basics(tariffs, coming)
    _refuse_unknown_present(terms, basics)
    odds = {month: _odds(month, runs, coming, terms) for month in coming}
    known = [month for month in coming if odds[month]]
    if not known:
        _refuse_nothing_known(coming, runs)
    _refuse_unknown_energy(known, basics, odds)
    declared = _declarations(known, coming, basics, odds, terms)
    months = tuple(_advice(m, basics[m], odds[m], declared, terms, coming) for m in known)
    quarters = tuple(_quarters(months))
    present = None
    if terms.basis is not None and all(terms.basis in each.expected for each in months):
        present = sum(
            (_mean(basics[m], terms.basis, odds[m], terms.contract, terms) for m in known),
            Fraction(0),
        )
    return DemandAdvice(months, quarters, tuple(m for m in coming if not odds[m]), present)


@dataclass(frozen=True, slots=True)
class _Way:
    """A way in which a month may go: how likely, what is drawn, the peaks before it in W."""

    odds: Fraction
    month: MonthDrawn
    earlier: tuple[Fraction, ...]


def _odds(month: Period, runs: Sequence[Run], coming: Sequence[Period], terms: Terms) -> list[_Way]:
    """The ways of a month, their odds adding to one."""
    found = [run for run in runs if month.from_day in run.months]
    whole = sum((run.weight for run in found), Fraction(0))
    before = [each.from_day for each in coming if each.from_day < month.from_day]
    return [
        _Way(
            run.weight / whole,
            run.months[month.from_day],
            (*terms.earlier_peaks, *(run.months[d].peak for d in before if d in run.months)),
        )
        for run in found
    ]


def _declarations(
    known: Sequence[Period],
    coming: Sequence[Period],
    basics: dict[Period, Basic],
    odds: dict[Period, list[_Way]],
    terms: Terms,
) -> dict[Period, Fraction]:
    """The demand of each month: one for all months that a declaration stands for."""
    found: dict[Period, Fraction] = {}
    open_to_choice = list(coming[terms.notice :])
    for month in coming[: terms.notice]:
        if terms.contract is not None:
            found[month] = terms.contract
    for first in range(0, len(open_to_choice), terms.hold):
        block = [
            month
            for month in open_to_choice[first : first + terms.hold]
            if month in known and basics[month].contract_price is not None
        ]
        if block:
            best = _least([(basics[month], odds[month]) for month in block], terms)
            found |= dict.fromkeys(block, best)
    return found


def _least(months: Sequence[tuple[Basic, Sequence[_Way]]], terms: Terms) -> Fraction:
    """The declaration with the least mean cost over some months: a convex function at its bends."""
    bends = sorted({
        best_contract(basic, way.month, terms.capacity) for basic, ways in months for way in ways
    })  # fmt: skip

    def cost(contract: Fraction) -> Fraction:
        return sum(
            (
                way.odds * _exact(basic, "contract", way, contract, terms)
                for basic, ways in months
                for way in ways
            ),
            Fraction(0),
        )

    low, high = 0, len(bends) - 1
    while low < high:  # a convex function falls before its least and never after it
        middle = (low + high) // 2
        if cost(bends[middle]) <= cost(bends[middle + 1]):
            high = middle
        else:
            low = middle + 1
    return bends[low]


def _advice(
    month: Period,
    basic: Basic,
    ways: Sequence[_Way],
    declared: dict[Period, Fraction],
    terms: Terms,
    coming: Sequence[Period],
) -> MonthAdvice:
    contract = declared.get(month) if basic.contract_price is not None else None
    expected: dict[Basis, Fraction] = {
        basis: _mean(basic, basis, ways, contract, terms)
        for basis in offered(basic)
        if basis != "contract" or contract is not None
    }
    peaks = [way.month.peak / 1000 for way in ways]
    floor = price(basic.contract_floor) * terms.capacity
    margin = max(contract or Fraction(0), floor) * price(basic.overrun_from)
    hindsight = None
    if contract is not None:
        hindsight = sum(
            (
                way.odds * _charged(basic, "contract", way,
                                    best_contract(basic, way.month, terms.capacity), terms)
                for way in ways
            ),
            Fraction(0),
        )  # fmt: skip
    return MonthAdvice(
        month, len(ways), (min(peaks), _weighted(ways), max(peaks)), contract,
        contract is not None and contract <= floor and floor > 0,
        month in coming[: terms.notice],
        sum((way.odds for way in ways if way.month.peak / 1000 > margin), Fraction(0)),
        expected, hindsight,
    )  # fmt: skip


def _weighted(ways: Sequence[_Way]) -> Fraction:
    return sum((way.odds * way.month.peak / 1000 for way in ways), Fraction(0))


def _mean(
    basic: Basic, basis: Basis, ways: Sequence[_Way], contract: Fraction | None, terms: Terms
) -> Fraction:
    """Mean charge of a month on a basis, in 0.01 CNY."""
    return sum(
        (way.odds * _charged(basic, basis, way, contract, terms) for way in ways), Fraction(0)
    )


def _charged(basic: Basic, basis: Basis, way: _Way, contract: Fraction | None, terms: Terms) -> int:
    """The charge in 0.01 CNY, each line rounded once as in the bill."""
    lines = demand_charges(basic, basis, terms.capacity, contract, way.month, way.earlier)
    return sum(quantise(line.quantity * line.price * line.times, 2) for line in lines)


def _exact(
    basic: Basic, basis: Basis, way: _Way, contract: Fraction | None, terms: Terms
) -> Fraction:
    lines = demand_charges(basic, basis, terms.capacity, contract, way.month, way.earlier)
    return sum((line.quantity * line.price * line.times for line in lines), Fraction(0))


def _quarters(months: Sequence[MonthAdvice]) -> list[QuarterAdvice]:
    """For each calendar quarter the basis with the least mean cost; it is chosen by the quarter."""
    found = []
    for quarter, group in groupby(months, lambda each: each.quarter):
        listed = list(group)
        bases = [basis for basis in listed[0].expected if all(basis in m.expected for m in listed)]
        expected: dict[Basis, Fraction] = {
            basis: sum((each.expected[basis] for each in listed), Fraction(0)) for basis in bases
        }
        if expected:
            best = min(expected, key=lambda basis: expected[basis])
            found.append(QuarterAdvice(quarter, best, expected))
    return found


def _basics(tariffs: Sequence[Tariff], coming: Sequence[Period]) -> dict[Period, Basic]:
    """The second part that is in force in each month to come; all faults at once."""
    faults, found = [], {}
    for month in coming:
        on = [t for t in tariffs if all(t.in_force(day) for day in month.days)]
        if len(on) == 1 and on[0].basic is not None:
            found[month] = on[0].basic
            continue
        told = " and ".join(t.id for t in on) or "no tariff on all its days"
        rule = "one tariff with a second part is in force in each month to come"
        remedy = "give the tariff that follows, or look at fewer months: --months"
        faults.append(Fault((str(month), "tariff"), told, rule, remedy))
    if faults:
        raise InputError(f"{len(faults)} month(s) have no demand to declare", faults)
    return found


def _refuse_unknown_present(terms: Terms, basics: dict[Period, Basic]) -> None:
    contracted = any(basic.contract_price is not None for basic in basics.values())
    if terms.notice and terms.contract is None and contracted:
        fault = Fault(
            ("--notice",), f"{terms.notice} month(s), and no demand declared at present",
            "until a declaration takes effect the present one stands",
            "give it: contract_kw of the supply, or --contract-kw",
        )  # fmt: skip
        raise InputError("What is declared at present is not known", [fault])


def _refuse_nothing_known(coming: Sequence[Period], runs: Sequence[Run]) -> None:
    """Refuse months of which nothing is known, with those of which something is."""
    there = [f"{day:%Y-%m}" for day in sorted({day for run in runs for day in run.months})]
    asked = f"{coming[0]}" if len(coming) == 1 else f"{coming[0]} - {coming[-1]}"
    fault = Fault(
        ("--from",), asked, f"a month of which a peak is known: {_spans(there)}",
        "ask for those (--from, --months), or add a row for each month to come",
    )  # fmt: skip
    raise InputError("Nothing is known of the months to come", [fault])


def _spans(months: Sequence[str]) -> str:
    """Months in few words: those that follow each other as one span."""
    numbers = [12 * int(month[:4]) + int(month[5:]) for month in months]
    runs = groupby(zip(months, numbers, strict=True), _distance(numbers))
    spans = [[month for month, _ in run] for _, run in runs]
    return ", ".join(s[0] if len(s) == 1 else f"{s[0]} - {s[-1]}" for s in spans) or "none"


def _distance(numbers: Sequence[int]) -> Callable[[tuple[str, int]], int]:
    """How far each number is from its place: the same for all that follow each other."""
    places = {number: place for place, number in enumerate(numbers)}
    return lambda each: each[1] - places[each[1]]


def _refuse_unknown_energy(
    known: Sequence[Period], basics: dict[Period, Basic], odds: dict[Period, list[_Way]]
) -> None:
    asked = [m for m in known if basics[m].discount_from is not None]
    faults = [
        Fault((str(month), "energy_kWh"), "nothing drawn",
              "a well-used capacity has a discount: the energy of the month is asked for",
              "add the column energy_kWh to the forecast")
        for month in asked
        if not any(way.month.imported for way in odds[month])
    ]  # fmt: skip
    if faults:
        raise InputError("What the discount of the demand rests on is not known", faults)
