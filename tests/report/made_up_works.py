"""The made-up works of the tests: what it is, what it moves, and the tables it refers to.

No number here says anything about the real world; the references are named test tables.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from celadon.records.site import Site, site_from_plain

FIRST, LAST = dt.date(2025, 1, 1), dt.date(2026, 1, 1)
MONTHS = [dt.date(2025, month, 1) for month in range(1, 13)]


@dataclass(frozen=True)
class MadeUpCarrier:
    zh: str
    en: str
    account_unit: str

    def name(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class MadeUpSource:
    title_zh: str = "测试用表（非真实来源）"
    title_en: str = "Test table (not a real source)"
    number: str = "TEST 1"
    edition: str = "2025"


@dataclass(frozen=True)
class MadeUpRecord:
    record: str
    subject: str
    parameter: str
    value_text: str
    unit: str
    locator: str
    confidence: str
    source: MadeUpSource = MadeUpSource()


CARRIERS = {
    "cleaned_coal": MadeUpCarrier("洗精煤", "washed coal", "t"),
    "anthracite": MadeUpCarrier("无烟煤", "anthracite", "t"),
    "coke": MadeUpCarrier("焦炭", "coke", "t"),
    "electricity": MadeUpCarrier("电力", "electricity", "kWh"),
    "natural_gas": MadeUpCarrier("天然气", "natural gas", "Nm3"),
    "coke_oven_gas": MadeUpCarrier("焦炉煤气", "coke-oven gas", "Nm3"),
    "blast_furnace_gas": MadeUpCarrier("高炉煤气", "blast-furnace gas", "Nm3"),
    "converter_gas": MadeUpCarrier("转炉煤气", "converter gas", "Nm3"),
    "coal_tar": MadeUpCarrier("煤焦油", "coal tar", "t"),
    "diesel": MadeUpCarrier("柴油", "diesel", "t"),
    "limestone": MadeUpCarrier("石灰石", "limestone", "t"),
    "pig_iron": MadeUpCarrier("生铁", "pig iron", "t"),
    "fresh_water": MadeUpCarrier("新水", "fresh water", "m3"),
    "steam_low_pressure": MadeUpCarrier("低压蒸汽", "low-pressure steam", "t"),
}
"""Names as in the glossary; amounts below are invented."""


class MadeUpReferences:
    carriers = CARRIERS
    sources: ClassVar[dict[str, MadeUpSource]] = {}

    def describe(self, record_id: str) -> MadeUpRecord:
        subject, _, parameter = record_id.partition("/")
        confidence = "B" if parameter == "carbon_content" else "A"
        return MadeUpRecord(record_id, subject, parameter, "", "", "表 1，第 3 页", confidence)


UNITS = [
    ("coking", "焦化", "Coking", "coke-product", "coking"),
    ("sintering", "烧结", "Sintering", "sinter", "sintering"),
    ("blast-furnace", "高炉", "Blast furnace", "hot-metal", "blast_furnace"),
    ("converter", "转炉", "Converter", "crude-steel", "converter"),
    ("hot-rolling", "热轧", "Hot rolling", "hot-coil", "rolling"),
    ("power-plant", "自备电厂", "Captive power plant", None, "power"),
]
NETWORKS = [
    ("coal-yard", "cleaned_coal", "煤场", "Coal yard"),
    ("coke-yard", "coke", "焦炭库", "Coke yard"),
    ("coke-oven-gas", "coke_oven_gas", "焦炉煤气管网", "Coke-oven gas network"),
    ("furnace-gas", "blast_furnace_gas", "高炉煤气管网", "Blast-furnace gas network"),
    ("converter-gas", "converter_gas", "转炉煤气管网", "Converter gas network"),
    ("busbar", "electricity", "总降变电站", "Main substation"),
]
PRODUCTS = [
    ("coke-product", "焦炭", "coke", 130_000),
    ("sinter", "烧结矿", "sinter", 420_000),
    ("hot-metal", "铁水", "hot metal", 300_000),
    ("crude-steel", "粗钢", "crude steel", 320_000),
    ("hot-coil", "热轧卷", "hot-rolled coil", 305_000),
]
# stream: origin, destination, carrier, amount a month in the account unit, tce per account unit
STREAMS = [
    ("coal-in", "outside", "coal-yard", "cleaned_coal", 182_000, "0.90"),
    ("coal-charged", "coal-yard", "coking", "cleaned_coal", 181_000, "0.90"),
    ("anthracite-in", "outside", "blast-furnace", "anthracite", 44_000, "0.85"),
    ("breeze-in", "outside", "sintering", "anthracite", 19_000, "0.85"),
    ("coke-made", "coking", "coke-yard", "coke", 130_000, "0.97"),
    ("coke-in", "outside", "coke-yard", "coke", 9_000, "0.97"),
    ("coke-charged", "coke-yard", "blast-furnace", "coke", 118_000, "0.97"),
    ("coke-fines", "coke-yard", "sintering", "coke", 6_500, "0.97"),
    ("coke-sold", "coke-yard", "outside", "coke", 14_000, "0.97"),
    ("tar-sold", "coking", "outside", "coal_tar", 6_000, "1.14"),
    ("cog-made", "coking", "coke-oven-gas", "coke_oven_gas", 55_000_000, "0.00059"),
    ("cog-coking", "coke-oven-gas", "coking", "coke_oven_gas", 18_000_000, "0.00059"),
    ("cog-rolling", "coke-oven-gas", "hot-rolling", "coke_oven_gas", 15_000_000, "0.00059"),
    ("cog-power", "coke-oven-gas", "power-plant", "coke_oven_gas", 20_500_000, "0.00059"),
    ("cog-sinter", "coke-oven-gas", "sintering", "coke_oven_gas", 1_000_000, "0.00059"),
    ("bfg-made", "blast-furnace", "furnace-gas", "blast_furnace_gas", 480_000_000, "0.000112"),
    ("bfg-stoves", "furnace-gas", "blast-furnace", "blast_furnace_gas", 170_000_000, "0.000112"),
    ("bfg-coking", "furnace-gas", "coking", "blast_furnace_gas", 60_000_000, "0.000112"),
    ("bfg-power", "furnace-gas", "power-plant", "blast_furnace_gas", 215_000_000, "0.000112"),
    ("bfg-flared", "furnace-gas", "flare", "blast_furnace_gas", 20_000_000, "0.000112"),
    ("ldg-made", "converter", "converter-gas", "converter_gas", 36_000_000, "0.00025"),
    ("ldg-rolling", "converter-gas", "hot-rolling", "converter_gas", 30_000_000, "0.00025"),
    ("ldg-flared", "converter-gas", "flare", "converter_gas", 4_500_000, "0.00025"),
    ("gas-in", "outside", "hot-rolling", "natural_gas", 2_600_000, "0.0012143"),
    ("diesel-in", "outside", "converter", "diesel", 60, "1.4571"),
    ("grid-in", "outside", "busbar", "electricity", 82_000_000, "0.0001229"),
    ("own-power", "power-plant", "busbar", "electricity", 108_000_000, "0.0001229"),
    ("power-coking", "busbar", "coking", "electricity", 12_000_000, "0.0001229"),
    ("power-sinter", "busbar", "sintering", "electricity", 38_000_000, "0.0001229"),
    ("power-furnace", "busbar", "blast-furnace", "electricity", 52_000_000, "0.0001229"),
    ("power-steel", "busbar", "converter", "electricity", 31_000_000, "0.0001229"),
    ("power-rolling", "busbar", "hot-rolling", "electricity", 50_000_000, "0.0001229"),
    ("power-sold", "busbar", "outside", "electricity", 2_000_000, "0.0001229"),
]
SMALL = {"t": ("kg", 1000), "kWh": ("Wh", 1000), "Nm3": ("NL", 1000), "m3": ("L", 1000)}
# stream: scope, sign, (role, value, unit) ...
CARBON = {
    "coal-in": ("direct_combustion", 1, [("27.0", "GJ/t"), ("0.0260", "tC/GJ"), ("0.93", "1")]),
    "anthracite-in": (
        "direct_combustion", 1, [("26.0", "GJ/t"), ("0.0270", "tC/GJ"), ("0.94", "1")],
    ),
    "breeze-in": ("direct_combustion", 1, [("26.0", "GJ/t"), ("0.0270", "tC/GJ"), ("0.94", "1")]),
    "gas-in": (
        "direct_combustion", 1, [("380", "GJ/1e4Nm3"), ("0.0150", "tC/GJ"), ("0.99", "1")],
    ),
    "diesel-in": ("direct_combustion", 1, [("43.0", "GJ/t"), ("0.0200", "tC/GJ"), ("0.98", "1")]),
    "limestone-in": ("process", 1, [("0.440", "tCO2/t")]),
    "grid-in": ("purchased_electricity", 1, [("0.6", "tCO2/MWh")]),
    "power-sold": ("exported_electricity", -1, [("0.6", "tCO2/MWh")]),
    "tar-sold": ("carbon_stored", -1, [("0.8", "tC/t")]),
    "steel-out": ("carbon_stored", -1, [("0.002", "tC/t")]),
}  # fmt: skip
ROLES = {
    3: ("net_calorific_value", "carbon_content", "oxidation_factor"),
    1: ("emission_factor",),
}


def site() -> Site:
    plain: dict[str, Any] = {
        "site": {
            "id": "works", "name_zh": "模拟联合钢铁厂",
            "name_en": "Simulated integrated steelworks",
            "simulated": True, "country": "CN", "region": "CN-HE", "industry": "3110",
            "zone": "Asia/Shanghai", "boundary_zh": "厂界内全部生产系统",
        },
        "owner": {"name": "模拟企业（非真实单位）", "credit_code": "91110000000000000X",
                  "credit_code_exception": "simulated"},
        "unit": [
            {"id": u, "name_zh": zh, "name_en": en, "process": process,
             **({"product": product} if product else {})}
            for u, zh, en, product, process in UNITS
        ],
        "network": [
            {"id": n, "carrier": c, "name_zh": zh, "name_en": en} for n, c, zh, en in NETWORKS
        ],
        "product": [
            {"id": p, "name_zh": zh, "name_en": en, "monthly": "production"}
            for p, zh, en, _ in PRODUCTS
        ],
        "meter": [
            {"id": f"m{k:02d}", "kind": "interval", "measure": "kWh", "carrier": "electricity",
             "name_zh": f"{k} 号电表", "name_en": f"Electricity meter {k}"}
            for k in range(1, 21)
        ],
        "stream": [
            {"id": s, "carrier": c, "from": a, "to": b, "monthly": "purchase",
             "name_zh": CARRIERS[c].zh, "name_en": CARRIERS[c].en}
            for s, a, b, c, _, _ in STREAMS
        ]
        + [
            {"id": "limestone-in", "carrier": "limestone", "from": "outside", "to": "sintering",
             "monthly": "consumption", "name_zh": "石灰石熔剂", "name_en": "Limestone flux"},
            {"id": "water-in", "carrier": "fresh_water", "from": "outside", "to": "converter",
             "monthly": "purchase", "water": "intake"},
            {"id": "water-out", "carrier": "fresh_water", "from": "converter", "to": "drain",
             "monthly": "discharge", "water": "discharge"},
        ],
    }  # fmt: skip
    return site_from_plain(plain, Path("site.toml"))
