"""A draft of a tariff file: what the reference tables give of it, and gaps that a person fills."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from fractions import Fraction

from celadon.accounts.bill.known import Part
from celadon.exact import decimal_text
from celadon.languages import Phrase
from celadon.reference import Record

RATES: dict[str, tuple[Phrase, bool]] = {
    "purchase": (Phrase("energy purchase", "购电价格"), True),
    "grid": (Phrase("transmission and distribution", "输配电费"), True),
    "losses": (Phrase("line losses", "上网环节线损"), True),
    "system": (Phrase("system operation", "系统运行费"), True),
    "funds": (Phrase("government funds", "政府性基金及附加"), False),
}
"""The parts charged by the kWh: their names, and whether the power factor adjusts them."""

_BANDS = {
    "tou_ratio_sharp": "sharp", "tou_ratio_high": "high", "tou_ratio_peak": "high",
    "tou_ratio_flat": "flat", "tou_ratio_low": "low", "tou_ratio_valley": "low",
    "tou_ratio_deep_valley": "deep",
}  # fmt: skip
_BASIC = {"capacity_charge": "capacity_price", "demand_charge": "measured_price"}
_PER_KWH = {"CNY/kWh": Fraction(1), "CNY/MWh": Fraction(1, 1000)}


def draft_text(
    name: str, parts: Iterable[Part], rules: Iterable[Record], on: dt.date, *, two_part: bool
) -> str:
    """The text of a tariff file; an empty ``""`` is a figure that the tables do not have.

    Parameters
    ----------
    name : id of the tariff.
    parts : of the province, at the user's voltage.
    rules : of bills in all provinces.
    """
    known = {part.name: part.records for part in parts}
    lines = [
        "# A draft: fill in what is empty, and check the rest, whose source stands beside it.",
        f"id = {_quoted(name)}",
        'name_zh = ""',
        f"valid_from = {on}",
        'source = ""  # the notices and tables that the figures were read from',
        'confidence = ""  # A official text, B two sources, C one, D unconfirmed',
    ]
    grid_kind = "grid_energy_fee_two_part" if two_part else "grid_energy_fee_single"
    for part, (phrase, adjusted) in RATES.items():
        rows = [r for r in known.get(part, ()) if part != "grid" or r.subject == grid_kind]
        lines += ["", *_rate(part, phrase, rows, adjusted=adjusted)]
    lines += ["", *_bands(known.get("ratios", ()))]
    if two_part:
        lines += ["", *_basic(known.get("basic", ()), list(rules))]
    lines += [
        "", "# The power factor's standard and steps stand in no table of the reference: declare",
        "# [power_factor] from the contract, as docs/bill.md shows, or leave it out.",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _rate(part: str, phrase: Phrase, rows: list[Record], *, adjusted: bool) -> Iterator[str]:
    fitting = [r for r in rows if r.unit in _PER_KWH]
    yield "[[rates]]"
    yield f"id = {_quoted(part)}"
    yield f"name_zh = {_quoted(phrase.zh)}"
    yield f"name_en = {_quoted(phrase.en)}"
    if len(fitting) == 1 and fitting[0].value is not None:
        row = fitting[0]
        per_kwh = (row.value or Fraction(0)) * _PER_KWH[row.unit]
        yield f"price = {_quoted(_plain(per_kwh))}  # {_source(row)}"
    else:
        yield 'price = ""  # CNY/kWh'
        for row in rows:
            yield f"# perhaps {row.value_text} {row.unit}: {_source(row)}"
    if part in ("purchase", "grid"):
        yield "varies = false  # true where the ratio of the hour multiplies it: by province"
    if not adjusted:
        yield "factor_adjusted = false"


def _bands(rows: Iterable[Record]) -> Iterator[str]:
    listed = list(rows)
    if not listed:
        yield "# No ratios of hours are known here: declare [ratios] and [[hours]] if they apply."
        return
    yield "# Ratios are known, their hours are not: take both into use together."
    for row in listed:
        condition = dict(row.coordinates)["condition"]
        told = f" ({condition})" if condition else ""
        yield f"# {_BANDS[row.subject]} = {_quoted(row.value_text)}{told}  # {_source(row)}"


def _basic(rows: Iterable[Record], rules: list[Record]) -> Iterator[str]:
    yield "[basic]"
    listed = list(rows)
    for kind, key in _BASIC.items():
        found = [r for r in listed if r.subject == kind]
        if len(found) == 1:
            condition = dict(found[0].coordinates)["condition"]
            told = f"{condition}: " if condition else ""
            yield f"{key} = {_quoted(found[0].value_text)}  # {told}{_source(found[0])}"
        else:
            yield f'{key} = ""  # {"CNY/kVA" if kind == "capacity_charge" else "CNY/kW"} and month'
    for rule in rules:
        if rule.subject == "demand_contract_floor":
            yield f"contract_floor = {_quoted(_share(rule))}  # {_source(rule)}"
        if rule.subject == "demand_over_contract":
            yield f"overrun_from = {_quoted(_share(rule))}  # {_source(rule)}"
        if rule.subject == "demand_discount":
            yield f"discount_from = {_quoted(rule.value_text)}  # {_source(rule)}"
            yield f'discount_times = ""  # {rule.note}'


def _share(rule: Record) -> str:
    return _plain((rule.value or Fraction(0)) / 100)


def _plain(value: Fraction) -> str:
    """A decimal without zeros at its end."""
    text = decimal_text(value, 10).rstrip("0").rstrip(".")
    return text or "0"


def _source(record: Record) -> str:
    number = record.source.number or record.source.id
    return f"{number}, {record.validity.words()}, {record.confidence}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
