"""Differential and tiered prices of electricity: which surcharge falls due, by which clause.

Steel plants with eliminated or restricted equipment pay a differential price, other steel plants
a tiered one by their process energy; electrolytic aluminium by its electricity per t. The rates
are rows of the table ``surcharges``. A rule that was never read in print is held as a draft: what
it would cost is shown and nothing is judged by it. A surcharge is the purchased electricity times
the rate, rounded once to 0.01 CNY.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.assess.actual import Actual, nothing
from celadon.assess.against import Row
from celadon.assess.facts import plain_text
from celadon.assess.history import value_of
from celadon.assess.limits import Limits
from celadon.assess.machines import Piece
from celadon.assess.reasons import Reason, cited, reason
from celadon.assess.verdicts import CANNOT_TELL, Place, doubts_of_force, verdict_row
from celadon.exact import round_half_even
from celadon.records.site import Site
from celadon.reference import Record, Registry, lowest_confidence

TABLE, INDICATOR = "surcharges", "electricity_price"
"""The reference table of rates, and the indicator that a surcharge is told under."""

DIFFERENTIAL, TIERED = "differential-price", "tiered-price"
"""The rules: by listed equipment, and by step."""

DUE, NOT_DUE, DRAFT = "due", "not_due", "draft"
"""The outcomes: it falls due, it does not, or the rule was never read in print."""

_STEEL, _ALUMINIUM = "iron_and_steel", "aluminium_liquid"
_CLASSES = ("eliminated", "restricted")


@dataclass(frozen=True, slots=True)
class Purchased:
    """Electricity that a site bought in a period, in Wh; None where none is booked."""

    watt_hours: int | None
    seconds_missing: int = 0


def purchased_electricity(leaves: pa.Table, registry: Registry, place: Place) -> Purchased:
    """The leaves of purchased electricity that lie in the period of a place, added up."""
    electric = [c.id for c in registry.carriers.values() if c.kind == "electricity"]
    chosen = leaves.filter(
        (pc.field("account") == "energy")
        & (pc.field("measure") == "calorific_value")
        & (pc.field("scope") == "purchased")
        & pc.field("carrier").isin(electric)
        & (pc.field("from_day") >= pa.scalar(place.from_day))
        & (pc.field("to_day") <= pa.scalar(place.to_day))
    ).select(["count", "seconds_missing"])
    rows = chosen.to_pylist()
    if not rows:
        return Purchased(None)
    missing = sum(row["seconds_missing"] for row in rows)
    return Purchased(sum(row["count"] for row in rows), missing)


def price_rows(
    site: Site,
    pieces: Sequence[Piece],
    purchased: Purchased,
    verdicts: Iterable[Row],
    registry: Registry,
    place: Place,
) -> list[Row]:
    """The verdicts on the price of electricity; none for a site of another industry.

    Parameters
    ----------
    verdicts : those on the site's products, from which electricity per tonne is taken.
    """
    subject = subject_of(site.industry)
    here = Place(place.site, site.id, INDICATOR, place.from_day, place.to_day)
    if subject == _STEEL:
        rates = rates_of(registry, subject, site.region)
        if not rates:
            unknown = reason(
                "price_rule_unknown", industry=site.industry, region=site.region or "-"
            )
            return [_row(here, DIFFERENTIAL, (), CANNOT_TELL, (unknown,), None)]
        first = _differential(here, rates, pieces, purchased)
        return [first, _steps(here, rates, first["outcome"], purchased)]
    if subject == _ALUMINIUM:
        return [_aluminium(here, registry, purchased, verdicts)]
    return []


def subject_of(industry: str) -> str:
    """The subject of the rules of prices for an industry of GB/T 4754-2017; empty: none.

    Examples
    --------
    >>> subject_of("3120"), subject_of("3216"), subject_of("3140")
    ('iron_and_steel', 'aluminium_liquid', '')
    """
    if industry == "3216":
        return _ALUMINIUM
    ferroalloys = industry.startswith("314")
    return _STEEL if industry.startswith("31") and not ferroalloys else ""


def rates_of(registry: Registry, subject: str, region: str) -> Mapping[str, Record]:
    """The rates of a subject in a province by what they are for; drafts left out."""
    return {
        record.parameter: record
        for record in registry.of_table(TABLE)
        if record.subject == subject and record.area == region and record.source.status != "draft"
    }


def surcharge(watt_hours: int, rate: Fraction) -> int:
    """A surcharge in 0.01 CNY: electricity in Wh times CNY/kWh, rounded once, half to even.

    Examples
    --------
    >>> surcharge(1_000_000_000, Fraction("0.05"))
    5000000
    """
    return round_half_even(Fraction(watt_hours, 1000) * rate * 100)


def _differential(
    place: Place, rates: Mapping[str, Record], pieces: Sequence[Piece], purchased: Purchased
) -> Row:
    """By the equipment: the dearest class that any piece of it belongs to."""
    used = [rates[name] for name in _CLASSES if name in rates]
    doubts = _doubts(used, place)
    for name in _CLASSES:
        listed = [p for p in pieces if p.listed == name and p.form.in_use]
        if listed and name in rates:
            told = tuple(
                reason("price_listed", machine=p.number, listed=name, document=p.document)
                for p in listed
            )
            return _charged(place, DIFFERENTIAL, rates[name], (*doubts, *told), purchased, used)
    in_use = [piece for piece in pieces if piece.form.in_use]
    open_ones = [piece for piece in in_use if not piece.listed]
    if not in_use:
        return _row(place, DIFFERENTIAL, used, CANNOT_TELL, (reason("price_no_machines"),), None)
    if open_ones:
        missing = reason("price_listing_missing", machines=len(in_use), open=len(open_ones))
        return _row(place, DIFFERENTIAL, used, CANNOT_TELL, (*doubts, missing), None)
    none = reason("price_none_listed", machines=len(in_use))
    outcome = CANNOT_TELL if doubts else NOT_DUE
    return _row(place, DIFFERENTIAL, used, outcome, (*doubts, none), 0)


def _steps(
    place: Place, rates: Mapping[str, Record], differential: str, purchased: Purchased
) -> Row:
    """By process energy: which step is open while the standard is; what each would cost is told."""
    steps = [rates[name] for name in sorted(rates) if name.startswith("step_")]
    if differential == DUE:
        return _row(place, TIERED, steps, NOT_DUE, (reason("price_under_differential"),), 0)
    doubts = _doubts(steps, place)
    criterion = steps[0].basis if steps else ""
    is_standard = any(letter.isdigit() for letter in criterion)
    open_by = reason("price_steps_open", criterion=criterion) if is_standard else None
    told = [*doubts, open_by or reason("price_steps_unread")]
    if purchased.watt_hours is None:
        told.append(reason("price_no_energy"))
    else:
        told += [_would(step, purchased.watt_hours) for step in steps]
    return _row(place, TIERED, steps, CANNOT_TELL, tuple(told), None)


def _would(step: Record, watt_hours: int) -> Reason:
    rate = step.value or Fraction(0)
    return reason(
        "price_would", step=step.parameter.removeprefix("step_"), rate=plain_text(rate),
        amount=yuan(surcharge(watt_hours, rate)),
    )  # fmt: skip


def _charged(
    place: Place,
    rule: str,
    rate: Record,
    because: tuple[Reason, ...],
    purchased: Purchased,
    used: Sequence[Record],
) -> Row:
    if purchased.watt_hours is None:
        return _row(place, rule, used, CANNOT_TELL, (*because, reason("price_no_energy")), None)
    amount = surcharge(purchased.watt_hours, rate.value or Fraction(0))
    told = reason(
        "price_surcharge", rate=plain_text(rate.value or Fraction(0)),
        energy=plain_text(Fraction(purchased.watt_hours, 1000)), amount=yuan(amount),
    )  # fmt: skip
    missing = Actual(None, None, None, purchased.seconds_missing, None).missing
    outcome = CANNOT_TELL if _doubts(used, place) else DUE
    return _row(place, rule, used, outcome, (*because, told, *missing), amount)


def _aluminium(
    place: Place, registry: Registry, purchased: Purchased, verdicts: Iterable[Row]
) -> Row:
    """Shown as the draft has it, and judged by nobody: a begun step may count or may not."""
    records = [r for r in registry.of_table(TABLE) if r.subject == _ALUMINIUM]
    source = records[0].source
    draft = reason("price_draft", letter=source.confidence, standard=cited(source))
    year = str(place.last_day.year)
    figures = {(r.parameter, r.data_year): r.value or Fraction(0) for r in records}
    base = figures.get(("reference", year))
    found = (value_of(row) for row in verdicts if row["indicator"] == "ac_electricity")
    value = next((each for each in found if each is not None), None)
    lacks = [] if base is not None else [reason("price_year_open", year=year)]
    lacks += [] if value is not None else [reason("price_no_intensity")]
    lacks += [] if purchased.watt_hours is not None else [reason("price_no_energy")]
    if base is None or value is None or purchased.watt_hours is None:
        return _row(place, TIERED, records, CANNOT_TELL, (draft, *lacks), None)
    if value <= base:
        within = reason("price_within", value=plain_text(value), base=plain_text(base))
        return _row(place, TIERED, records, DRAFT, (draft, within), 0)
    told = _steps_over(value, base, figures, purchased.watt_hours)
    return _row(place, TIERED, records, DRAFT, (draft, *told), None)


def _steps_over(
    value: Fraction, base: Fraction, figures: Mapping[tuple[str, str], Fraction], watt_hours: int
) -> list[Reason]:
    """Whole steps and begun ones: what was read does not say whether a begun step counts."""
    width, each = figures["width", ""], figures["step_each", ""]
    over = value - base
    least, most = math.floor(over / width), math.ceil(over / width)
    told = [
        reason(
            "price_steps_over", value=plain_text(value), over=plain_text(over),
            base=plain_text(base), least=str(least), most=str(most), width=plain_text(width),
        )
    ]  # fmt: skip
    for steps in dict.fromkeys((least, most)):
        rate = steps * each
        amount = yuan(surcharge(watt_hours, rate))
        told.append(reason("price_would", step=str(steps), rate=plain_text(rate), amount=amount))
    return told


def _doubts(records: Sequence[Record], place: Place) -> tuple[Reason, ...]:
    if not records:
        return ()
    source = records[0].source
    return doubts_of_force(cited(source), records[0].validity, place.last_day)


def _row(
    place: Place,
    rule: str,
    records: Sequence[Record],
    outcome: str,
    because: tuple[Reason, ...],
    amount: int | None,
) -> dict[str, Any]:
    """A verdict in CNY: the surcharge of the period, where it is known."""
    values = {r.parameter: r.value for r in records if r.value is not None and not r.data_year}
    letters = [letter for r in records for letter in (r.confidence, r.source.confidence)]
    letter = lowest_confidence(*letters) if letters else None
    actual = nothing(because[0]) if amount is None else Actual(amount, 100, None, 0, None)
    limits = Limits(values, "CNY", confidence=letter)
    standard = records[0].source.id if records else ""
    return verdict_row(place, rule, standard, actual, limits, outcome, because, "CNY")


def yuan(amount: int) -> str:
    """An amount of 0.01 CNY as CNY.

    Examples
    --------
    >>> yuan(-5)
    '-0.05'
    """
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"
