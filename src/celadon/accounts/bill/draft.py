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
_PRICE = Phrase("CNY/kWh", "元/千瓦时")
_PER_KWH = {"CNY/kWh": Fraction(1), "CNY/MWh": Fraction(1, 1000)}


WORDS: dict[str, Phrase] = {
    "draft": Phrase(
        "A draft: fill in what is empty, and check the rest, whose source stands beside it. "
        "docs/tariff.md has every field.",
        "草稿：填写空缺处，并核对其余数值，来源列于其后。全部字段见 docs/tariff.md。",
    ),
    "use": Phrase(
        "A line that is commented out is taken into use by removing its first #.",
        "以 # 开头的数据行，删去首个 # 即启用。",
    ),
    "source": Phrase(
        "the notices and tables that the figures were read from", "数值所据文件与价目表"
    ),
    "confidence": Phrase(
        "A official text, B two sources, C one, D unconfirmed",
        "A 正式文本，B 两个来源，C 一个来源，D 未经证实",
    ),
    "perhaps": Phrase(
        "perhaps {value} {unit}, {voltage}: {source}",
        "可能为 {value} {unit}（{voltage}）：{source}",
    ),
    "every_voltage": Phrase("every voltage", "各电压等级"),
    "large industrial": Phrase("large industrial", "大工业"),
    "varies": Phrase(
        "true where the ratio of the hour multiplies it: by province",
        "分时比价乘以该价格时为 true：各省不同",
    ),
    "no_ratios": Phrase(
        "No ratios of hours are known here: declare [ratios] and [[hours]] if they apply.",
        "参考表无峰谷比价：如适用，请声明 [ratios] 与 [[hours]]。",
    ),
    "ratios": Phrase(
        "Ratios are known, their hours are not: take both into use together.",
        "已知比价，未知时段：请将二者一并启用。",
    ),
    "hours": Phrase("an entry for each band and each of its stretches", "每个时段各写一项"),
    "per_kva": Phrase("CNY/kVA and month", "元/千伏安·月"),
    "per_kw": Phrase("CNY/kW and month", "元/千瓦·月"),
    "contract": Phrase(
        "CNY/kW and month of a demand that is declared; remove the line where there is none",
        "元/千瓦·月，按合同需量计收时的价格；不适用则删去本行",
    ),
    "discount": Phrase(
        "price then, times the price; remove both lines where no such discount is granted",
        "达到后价格的倍数；无此折扣则删去这两行",
    ),
    "part": Phrase(
        "a part of a month: in_full or by_days, as the supplier charges it; see docs/bill.md",
        "不足整月时 in_full（全额）或 by_days（按日），依供电方规定；见 docs/bill.md",
    ),
    "factor": Phrase(
        "The power factor's standard and steps stand in no table of the reference: declare "
        "[power_factor] from the contract, as docs/tariff.md shows, or leave it out.",
        "参考表无力率标准与调整档：请按 docs/tariff.md 依合同声明 [power_factor]，或从略。",
    ),
}
"""What the comments of a draft say."""


def draft_text(
    name: str, parts: Iterable[Part], rules: Iterable[Record], on: dt.date, *, two_part: bool,
    language: str = "en",
) -> str:  # fmt: skip
    """The text of a tariff file; an empty ``""`` is a figure that the tables do not have.

    Parameters
    ----------
    name : id of the tariff.
    parts : of the province, at the user's voltage.
    rules : of bills in all provinces.
    language : of the comments, ``zh`` or ``en``.
    """
    known = {part.name: part.records for part in parts}
    lines = [
        f"# {_word('draft', language)}",
        f"# {_word('use', language)}",
        f"id = {_quoted(name)}",
        'name_zh = ""',
        f"valid_from = {on}",
        f'source = ""  # {_word("source", language)}',
        f'confidence = ""  # {_word("confidence", language)}',
    ]
    grid_kind = "grid_energy_fee_two_part" if two_part else "grid_energy_fee_single"
    for part, (phrase, adjusted) in RATES.items():
        rows = [r for r in known.get(part, ()) if part != "grid" or r.subject == grid_kind]
        lines += ["", *_rate(part, phrase, rows, language, adjusted=adjusted)]
    lines += ["", *_bands(known.get("ratios", ()), language)]
    if two_part:
        lines += ["", *_basic(known.get("basic", ()), list(rules), language)]
    lines += ["", f"# {_word('factor', language)}"]
    return "\n".join(lines) + "\n"


def _condition(text: str, language: str) -> str:
    """What a row holds for, before its source; empty where it holds for all."""
    told = _word(text, language) if text in WORDS else text
    return f"{told}: " if text else ""


def _word(key: str, language: str, **values: object) -> str:
    return WORDS[key].text(language, **values)


def _rate(
    part: str, phrase: Phrase, rows: list[Record], language: str, *, adjusted: bool
) -> Iterator[str]:
    fitting = [r for r in rows if r.unit in _PER_KWH]
    yield "[[rates]]"
    yield f"id = {_quoted(part)}"
    yield f"name_zh = {_quoted(phrase.zh)}"
    yield f"name_en = {_quoted(phrase.en)}"
    if len(fitting) == 1 and fitting[0].value is not None:
        yield f"price = {_quoted(_per_kwh(fitting[0]))}  # {_source(fitting[0], language)}"
    else:
        yield f'price = ""  # {_PRICE.text(language)}'
        for row in rows:
            given = _per_kwh(row) if row in fitting and row.value is not None else ""
            volts = dict(row.coordinates)["voltage_kV"]
            voltage = _word("every_voltage", language) if volts == "all" else f"{volts} kV"
            told = _word(
                "perhaps", language, value=row.value_text, unit=row.unit, voltage=voltage,
                source=_source(row, language),
            )  # fmt: skip
            yield f"# price = {_quoted(given)}  # {told}"
    if part in ("purchase", "grid"):
        yield f"varies = false  # {_word('varies', language)}"
    if not adjusted:
        yield "factor_adjusted = false"


def _per_kwh(row: Record) -> str:
    return _plain((row.value or Fraction(0)) * _PER_KWH[row.unit])


def _bands(rows: Iterable[Record], language: str) -> Iterator[str]:
    listed = list(rows)
    if not listed:
        yield f"# {_word('no_ratios', language)}"
        return
    yield f"# {_word('ratios', language)}"
    yield "# [ratios]"
    for row in listed:
        condition = dict(row.coordinates)["condition"]
        told = _condition(condition, language)
        source = f"{told}{_source(row, language)}"
        yield f"# {_BANDS[row.subject]} = {_quoted(row.value_text)}  # {source}"
    yield f"# [[hours]]  # {_word('hours', language)}"
    for key in ("band", "start", "end"):
        yield f'# {key} = ""'


def _basic(rows: Iterable[Record], rules: list[Record], language: str) -> Iterator[str]:
    yield "[basic]"
    listed = list(rows)
    for kind, key in _BASIC.items():
        found = [r for r in listed if r.subject == kind]
        if len(found) == 1:
            condition = dict(found[0].coordinates)["condition"]
            told = _condition(condition, language)
            yield f"{key} = {_quoted(found[0].value_text)}  # {told}{_source(found[0], language)}"
        else:
            unit = "per_kva" if kind == "capacity_charge" else "per_kw"
            yield f'{key} = ""  # {_word(unit, language)}'
    yield f'contract_price = ""  # {_word("contract", language)}'
    yield f'# part_month = "by_days"  # {_word("part", language)}'
    for rule in rules:
        if rule.subject == "demand_contract_floor":
            yield f"contract_floor = {_quoted(_share(rule))}  # {_source(rule, language)}"
        if rule.subject == "demand_over_contract":
            yield f"overrun_from = {_quoted(_share(rule))}  # {_source(rule, language)}"
        if rule.subject == "demand_discount":
            yield f"discount_from = {_quoted(rule.value_text)}  # {_source(rule, language)}"
            told = _word("discount", language)
            yield f'discount_times = ""  # {told if language == "zh" else rule.note}'


def _share(rule: Record) -> str:
    return _plain((rule.value or Fraction(0)) / 100)


def _plain(value: Fraction) -> str:
    """A decimal without zeros at its end."""
    text = decimal_text(value, 10).rstrip("0").rstrip(".")
    return text or "0"


def in_force_words(record: Record, language: str) -> str:
    """When a row is in force, in words of a language."""
    valid = record.validity
    if language == "en":
        return valid.words()
    if not (valid.from_text or valid.to_text):
        return "施行日期不详" if valid.dated else "始终有效"
    start = f"自 {valid.from_text} 起施行" if valid.from_text else "起始日期不详"
    return f"{start}，至 {valid.to_text} 止" if valid.to_text else start


def _source(record: Record, language: str) -> str:
    number = record.source.number or record.source.id
    comma = "，" if language == "zh" else ", "
    return comma.join((number, in_force_words(record, language), record.confidence))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
