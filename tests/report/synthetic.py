"""A made-up works for the tests of the report: small, deterministic, and every figure invented.

No number here says anything about the real world; the references are named test tables.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from tests.report.made_up_works import (
    CARBON,
    CARRIERS,
    FIRST,
    LAST,
    MONTHS,
    NETWORKS,
    PRODUCTS,
    ROLES,
    SMALL,
    STREAMS,
    UNITS,
    MadeUpReferences,
    site,
)

from celadon.accounts.tables import LEAF, LEAF_INPUT, PARAMETER
from celadon.assess.reasons import Reason, encoded
from celadon.assess.tables import VERDICT
from celadon.exact import decimal_text, leaf_value
from celadon.languages import Phrase
from celadon.records.finding import Rule
from celadon.records.tables import FINDING, METER_DAY
from celadon.report.content import (
    MISSING,
    KnownAt,
    LoadProfile,
    ReportContent,
    SourceFile,
    YearFigures,
)
from celadon.report.tables import FLOW
from celadon.units import parse_unit


def _wave(month: dt.date, phase: int = 0) -> Fraction:
    """A made-up season: 91 to 106 percent."""
    steps = (100, 91, 104, 103, 106, 102, 97, 95, 101, 105, 100, 98)
    return Fraction(steps[(month.month - 1 + phase) % 12], 100)


def _next(month: dt.date) -> dt.date:
    return dt.date(month.year + month.month // 12, month.month % 12 + 1, 1)


class Maker:
    """Collects rows; ids count up."""

    def __init__(self) -> None:
        self.leaves: list[dict[str, Any]] = []
        self.inputs: list[dict[str, Any]] = []
        self.parameters: dict[str, dict[str, Any]] = {}

    def leaf(
        self,
        unit: str,
        stream: str,
        carrier: str,
        month: dt.date,
        account: str,
        measure: str,
        scope: str,
        count: int,
        ratio: Fraction,
        **more: Any,
    ) -> str:
        leaf = f"{account}-{measure}-{scope}-{unit}-{stream}-{month:%m}"
        value = leaf_value(count, ratio)
        self.leaves.append({
            "leaf": leaf, "site": "works", "unit": unit, "stream": stream, "carrier": carrier,
            "month": month, "from_day": month, "to_day": _next(month), "account": account,
            "measure": measure, "scope": scope,
            "method": {"carbon": "GB/T 32151.5-2015"}.get(account, "GB/T 2589-2020"),
            "clause": "5.2", "count": count, "num": ratio.numerator, "den": ratio.denominator,
            "value": value, "estimated": more.get("estimated", 0),
            "seconds_missing": more.get("seconds_missing", 0),
            "confidence": more.get("confidence"),
            "method_confidence": more.get("method_confidence"),
        })  # fmt: skip
        return leaf


def _small(carrier: str) -> tuple[str, int]:
    return SMALL[CARRIERS[carrier].account_unit]


def _energy(maker: Maker) -> Iterator[dict[str, Any]]:
    sums: dict[tuple[str, str, str], int] = {}
    for stream, origin, destination, carrier, monthly, tce in STREAMS:
        ratio = Fraction(tce) * 1_000_000 / _small(carrier)[1]
        for month in MONTHS:
            count = int(monthly * _wave(month) * _small(carrier)[1])
            gce = leaf_value(count, ratio)
            sums[origin, destination, carrier] = sums.get((origin, destination, carrier), 0) + gce
            estimated = gce // 250 if carrier == "electricity" else 0
            scope = {"outside": "purchased"}.get(origin) or (
                "sold" if destination == "outside" else ""
            )
            if scope:
                sign = 1 if scope == "purchased" else -1
                more = {"estimated": sign * estimated, "confidence": "A"}
                args = (origin if sign < 0 else destination, stream, carrier, month, "energy")
                maker.leaf(*args, "calorific_value", scope, sign * count, ratio, **more)
                equivalent = ratio * Fraction(5, 2) if carrier == "electricity" else ratio
                maker.leaf(*args, "equivalent_value", scope, sign * count, equivalent, **more)
            units = {unit for unit, *_ in UNITS}
            for unit, sign in ((destination, 1), (origin, -1)):
                if unit in units:
                    maker.leaf(unit, stream, carrier, month, "process_energy", "calorific_value",
                               "in" if sign > 0 else "out", sign * count, ratio)  # fmt: skip
            for node, sign in ((destination, 1), (origin, -1)):
                if node in {network for network, *_ in NETWORKS}:
                    maker.leaf(node, stream, carrier, month, "carrier", "amount",
                               "in" if sign > 0 else "out", sign * count, Fraction(1))  # fmt: skip
    for (origin, destination, carrier), gce in sums.items():
        yield {"origin": origin, "destination": destination, "carrier": carrier, "gce": gce}


def _carbon(maker: Maker) -> None:
    monthly = {stream: (carrier, amount) for stream, _, _, carrier, amount, _ in STREAMS}
    monthly |= {"limestone-in": ("limestone", 34_000), "steel-out": ("pig_iron", 320_000)}
    place = {stream: (a if a != "outside" else b) for stream, a, b, *_ in STREAMS}
    for stream, (scope, sign, values) in CARBON.items():
        carrier, amount = monthly[stream]
        ratio = Fraction(
            parse_unit(CARRIERS[carrier].account_unit).size,
            SMALL[CARRIERS[carrier].account_unit][1],
        )
        roles = ROLES[len(values)]
        for role, (value, unit) in zip(roles, values, strict=True):
            ratio *= Fraction(value) * parse_unit(unit).size
            decimals = len(value.partition(".")[2])
            name = f"{stream}/{role}"
            measured = role == "net_calorific_value" and stream == "coal-in"
            maker.parameters[name] = {
                "parameter": name, "site": "works", "stream": stream, "account": "carbon",
                "name": role, "from_day": FIRST, "to_day": LAST,
                "count": int(value.replace(".", "")), "decimals": decimals, "unit": unit,
                "rung": "measured" if measured else "default",
                "factor": "laboratory.xlsx › row 31" if measured else f"{carrier}/{role}",
                "confidence": None if measured else ("B" if role == "carbon_content" else "A"),
            }  # fmt: skip
        if "tC/" in " ".join(unit for _, unit in values):
            ratio *= Fraction(44, 12)
        for month in MONTHS:
            count = sign * int(amount * _wave(month) * _small(carrier)[1])
            letter = "B" if len(values) == 3 else "A"
            leaf = maker.leaf(place.get(stream, "converter"), stream, carrier, month, "carbon",
                              "co2", scope, count, ratio, confidence=letter)  # fmt: skip
            common = {"site": "works", "leaf": leaf}
            activity = {"role": "activity", "kind": "activity", "ref": "purchase"}
            maker.inputs.append({**common, **activity, "from_day": month, "to_day": _next(month)})
            maker.inputs += [
                {**common, "role": role, "kind": "parameter", "ref": f"{stream}/{role}",
                 "from_day": FIRST, "to_day": LAST}
                for role in roles
            ]  # fmt: skip


def _rest(maker: Maker) -> None:
    for month in MONTHS:
        for scope, amount, stream in (
            ("intake", 760_000, "water-in"), ("reuse", 21_400_000, "water-in"),
            ("discharge", 190_000, "water-out"),
        ):  # fmt: skip
            maker.leaf("converter", stream, "fresh_water", month, "water", "volume", scope,
                       int(amount * _wave(month, 5)) * 1000, Fraction(1),
                       seconds_missing=5400 if month.month == 7 else 0)  # fmt: skip
        units = {product: unit for unit, _, _, product, _ in UNITS if product}
        for product, _, _, amount in PRODUCTS:
            maker.leaf(units[product], product, "pig_iron", month, "production", "amount", "made",
                       int(amount * _wave(month)) * 1000, Fraction(1))  # fmt: skip


RULES = {
    "meter.gap": Rule(
        "meter.gap", "warning",
        {"en": "Gap in the readings", "zh": "读数缺口"},
        {"en": "{slots} readings of {subject} are missing", "zh": "{subject} 缺 {slots} 个读数"},
        {"en": "obtain the readings from the metering system", "zh": "向计量系统补取读数"},
    ),
    "meter.stuck": Rule(
        "meter.stuck", "warning",
        {"en": "Meter that stands still", "zh": "表计停走"},
        {"en": "{slots} equal readings in a row", "zh": "连续 {slots} 个读数相同"},
        {"en": "inspect the meter", "zh": "检查表计"},
    ),
    "balance.open": Rule(
        "balance.open", "error",
        {"en": "Balance that does not close", "zh": "平衡不闭合"},
        {"en": "{subject} is open by {percent} %", "zh": "{subject} 差额 {percent} %"},
        {"en": "compare the meters on both sides", "zh": "核对两侧计量"},
    ),
    "parameter.default": Rule(
        "parameter.default", "note",
        {"en": "Default where a measured value is wanted", "zh": "应实测而取缺省值"},
        {"en": "{subject} uses the default {value}", "zh": "{subject} 取缺省值 {value}"},
        {"en": "send laboratory results", "zh": "补充化验数据"},
    ),
}  # fmt: skip


def _findings() -> list[dict[str, Any]]:
    rows = []
    for k in range(140):
        day = FIRST + dt.timedelta(days=(k * 37) % 365)
        rule = ("meter.gap", "meter.stuck")[k % 3 == 0]
        rows.append(
            (rule, f"m{k % 20 + 1:02d}", f"{day} 08:00 – {day} 14:00", {"slots": k % 24 + 4})
        )
    rows.append(("balance.open", "furnace-gas", "2025-03", {"percent": "3.1"}))
    rows.append(("parameter.default", "anthracite-in", "carbon_content", {"value": "0.0270 tC/GJ"}))
    return [
        {"finding": f"F-{k:06d}", "site": "works", "severity": RULES[rule].severity, "rule": rule,
         "subject": subject, "place": place, "numbers": json.dumps(numbers),
         "remedy": RULES[rule].remedy["en"]}
        for k, (rule, subject, place, numbers) in enumerate(rows)
    ]  # fmt: skip


CORRECTION = {
    "reason": "added",
    "numbers": {"change": "0.4", "declared": "21.5", "fact": "scrap_ratio",
                "grades": ["1", "2", "3"], "unit": "%"},
}  # fmt: skip


def _because(num: int | None, limits: dict[str, Any], standard: str) -> str:
    if num is None:
        return encoded([Reason("limits_not_loaded", {"standard": standard})])
    value = Fraction(num, 1000)
    told = [
        {"name": name, "limit": limit, "kept": value <= Fraction(limit)}
        for name, limit in limits.items()
        if isinstance(limit, str)
    ]
    numbers = {"value": decimal_text(value, 3), "comparisons": told}
    return encoded([Reason("comparison", numbers)])


def _verdicts() -> list[dict[str, Any]]:
    """Limits are invented; the names are those of the schema."""
    levels, coming = "TEST notice 2023", "TEST 21256-2025"
    rows: list[tuple[str, str, str, int | None, str, dict[str, Any], str]] = [
        ("blast-furnace", "levels-2023", levels, 372_400, "kgce/t",
         {"benchmark": "361", "baseline": "435"}, "between"),
        ("converter", "levels-2023", levels, -25_234, "kgce/t",
         {"benchmark": "-30", "baseline": "-10"}, "between"),
        ("coking", "levels-2023", levels, 108_100, "kgce/t",
         {"benchmark": "110", "baseline": "140"}, "benchmark"),
        ("sintering", "norm", "TEST 21256-2013", None, "kgce/t", {}, "cannot_tell"),
        ("blast-furnace", "norm-coming", coming, 372_400, "kgce/t",
         {"grade_1": "361", "grade_2": "370", "grade_3": "415"}, "shown"),
        ("sintering", "norm-coming", coming, 54_100, "kgce/t",
         {"grade_1": "43", "grade_2": "46", "grade_3": "52"}, "shown"),
        ("converter", "norm-coming", coming, -25_234, "kgce/t",
         {"grade_1": "-30", "grade_2": "-28", "grade_3": "-12", "corrections": [CORRECTION]},
         "shown"),
        ("works", "water-norm", "TEST 18916.2-2022", 2_850, "m3/t",
         {"advanced": "2.4", "general": "4.5"}, "met"),
    ]  # fmt: skip
    return [
        {"site": "works", "subject": subject,
         "indicator": "water_intake" if rule == "water-norm" else "process_energy",
         "rule": rule, "standard": standard, "from_day": FIRST, "to_day": LAST, "num": num,
         "den": None if num is None else 1_000, "unit": unit, "limits": json.dumps(limits),
         "outcome": outcome, "because": _because(num, limits, standard),
         "confidence": None if num is None else "C"}
        for subject, rule, standard, num, unit, limits, outcome in rows
    ]  # fmt: skip


def _meter_days() -> list[dict[str, Any]]:
    rows = []
    for k in range(1, 21):
        for n in range(365):
            estimated = 40_000 if (n * 7 + k * 13) % 61 == 0 else 0
            missing = 7_200 if (n * 11 + k * 29) % 173 == 0 else 0
            if k == 7 and 200 <= n < 204:
                missing = 86_400
            rows.append({"site": "works", "meter": f"m{k:02d}", "day": FIRST + dt.timedelta(days=n),
                         "measured": 2_000_000 - estimated, "estimated": estimated,
                         "seconds_missing": missing})  # fmt: skip
    return rows


def _load() -> LoadProfile:
    days = tuple(FIRST + dt.timedelta(days=n) for n in range(365))
    hour = np.arange(96) / 4
    shape = 1 + 0.10 * np.sin((hour - 8) / 24 * 2 * np.pi) + 0.05 * (hour > 18)
    season = 1 + 0.06 * np.cos(np.arange(365) / 365 * 2 * np.pi)
    dip = np.where((np.arange(365) % 30) == 14, 0.6, 1.0)
    drawn = (28_000_000 * season[:, None] * dip[:, None] * shape[None, :]).astype(np.int64)
    drawn[201, 20:60] = MISSING
    return LoadProfile(days, drawn)


def make_content(**changes: Any) -> ReportContent:
    """The whole content; fields can be replaced by name."""
    maker = Maker()
    flows = list(_energy(maker))
    _carbon(maker)
    _rest(maker)
    fields: dict[str, Any] = {
        "site": site(),
        "period_from": FIRST,
        "period_to": LAST,
        "mode": "working",
        "known_at": KnownAt(41, 41),
        "account_hash": "c0ffee" * 10 + "beef",
        "methods": {
            "GB/T 2589-2020": Phrase(
                en="General rules for energy consumption (test title)",
                zh="综合能耗计算通则（测试标题）",
            ),
            "GB/T 32151.5-2015": Phrase(
                en="Greenhouse gas accounting, iron and steel (test title)",
                zh="温室气体排放核算：钢铁（测试标题）",
            ),
        },
        "leaves": LEAF.from_rows(maker.leaves),
        "leaf_inputs": LEAF_INPUT.from_rows(maker.inputs),
        "parameters": PARAMETER.from_rows(maker.parameters.values()),
        "findings": FINDING.from_rows(_findings()),
        "verdicts": VERDICT.from_rows(_verdicts()),
        "meter_days": METER_DAY.from_rows(_meter_days()),
        "flows": FLOW.from_rows(flows),
        "load": _load(),
        "rules": RULES,
        "registry": MadeUpReferences(),
        "files": tuple(
            SourceFile(name, f"{k:064x}", rows, dt.datetime(2026, 1, 9, 10, k))
            for k, (name, rows) in enumerate(
                [("meters-2025.csv", 700_800), ("purchases.xlsx", 412), ("laboratory.xlsx", 96)], 1
            )
        ),
        "code_version": "0.1.0",
        "last_year": YearFigures(energy=2_700_000_000_000, carbon=6_900_000_000_000,
                                 water=9_400_000_000, production={"crude-steel": 3_700_000_000}),
    }  # fmt: skip
    return ReportContent(**{**fields, **changes})
