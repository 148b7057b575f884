"""Verdicts from hand-made leaves.

The energies are the worked checks of the notes on process energy of steelworks: typical inputs,
not a real plant, with electricity 0.1229, oxygen 0.0713, nitrogen 0.0169 and steam 0.0929 kgce a
unit and 29.3076 MJ a kgce.
"""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from celadon.accounts.tables import LEAF
from celadon.assess import VERDICT, correction_texts, judge, obstacles_text, reason_text
from celadon.exact import decimal_text
from celadon.records.site import Site, site_from_plain
from celadon.reference import Registry, load_registry

FROM, TO = dt.date(2025, 1, 1), dt.date(2026, 1, 1)
MADE = 1_000_000  # kg of each product

GJ = Fraction(10_000_000, 293_076)  # kgce
ELECTRICITY, OXYGEN, NITROGEN, STEAM = (
    Fraction(text) for text in ("0.1229", "0.0713", "0.0169", "0.0929")
)
F = Fraction
ENERGY: dict[str, list[Fraction]] = {  # kgce per t of product; minus is sent out
    "sintering": [50 * F("0.90"), F("0.07") * GJ, 48 * ELECTRICITY, -60 * STEAM],
    "pelletising": [F("0.55") * GJ, 38 * ELECTRICITY],
    "blast_furnace": [
        365 * F("0.9714"), 148 * F("0.90"), F("1.95") * GJ, 95 * ELECTRICITY, 45 * ELECTRICITY,
        50 * OXYGEN, 40 * NITROGEN, -1620 * F("0.0033") * GJ, -40 * ELECTRICITY,
    ],
    "converter": [
        35 * ELECTRICITY, 52 * OXYGEN, 25 * NITROGEN, F("0.10") * GJ, -115 * F("0.0072") * GJ,
        -95 * STEAM,
    ],
    "electric_arc_furnace": [
        380 * ELECTRICITY, 38 * OXYGEN, 5 * F("1.2143"), 12 * F("0.90"),
    ],
    "coking_top_charged": [F("112.755")],
}  # fmt: skip
PRINTED = {
    "sintering": "47.714",
    "pelletising": "23.437",
    "blast_furnace": "388.418",
    "converter": "-25.234",
    "electric_arc_furnace": "66.283",
    "coking_top_charged": "112.755",
}
FACTS: dict[str, dict[str, str]] = {
    "blast_furnace": {
        "feed_grade": "58.5",
        "rare_earth_ore_share": "0",
        "vanadium_titanium_magnetite_share": "0",
        "laterite_nickel_ore_share": "0",
    },
    "converter": {
        "scrap_ratio": "12",
        "steel_class": "plain carbon steel",
        "converter_type": "ordinary",
    },
    "electric_arc_furnace": {
        "capacity_t": "100",
        "steel_class": "plain carbon steel",
        "hot_metal_ratio": "0",
    },
    "coking_top_charged": {
        "mixed_gas_time_share": "0",
        "dry_volatile_matter": "23",
        "total_moisture": "10",
        "oven_age": "12",
        "quenching": "dry",
    },
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry()


def slug(process: str) -> str:
    return process.replace("_", "-")


def site_of(*processes: str, facts: dict[str, dict[str, str]] = FACTS) -> Site:
    """A site with one unit for each process, each with its own product."""
    return site_from_plain(
        {
            "site": {"id": "works", "simulated": True, "country": "XX", "zone": "Asia/Shanghai",
                     "owner": {"name": "模拟企业"}},
            "unit": [
                {"id": slug(process), "process": process, "product": f"of-{slug(process)}",
                 "facts": facts.get(process, {})}
                for process in processes
            ],
            "product": [
                {"id": f"of-{slug(process)}", "monthly": "production"} for process in processes
            ],
        },
        Path("site.toml"),
    )  # fmt: skip


def leaf(**changed: Any) -> dict[str, Any]:
    row = {
        "leaf": "", "site": "works", "unit": "", "stream": "", "carrier": "", "month": FROM,
        "from_day": FROM, "to_day": TO, "account": "", "measure": "", "scope": "", "method": "",
        "clause": "", "count": 0, "num": 1, "den": 1, "value": 0, "estimated": 0,
        "seconds_missing": 0, "confidence": None,
    }  # fmt: skip
    return {**row, **changed}


def energy_leaf(
    process: str, kgce_per_t: Fraction, number: int = 0, **changed: Any
) -> dict[str, Any]:
    return leaf(
        leaf=f"{process}-{number}", unit=slug(process), stream=f"s{number}",
        account="process_energy", measure="calorific_value",
        value=round(kgce_per_t * MADE), **changed,
    )  # fmt: skip


def production_leaf(process: str, kilograms: int = MADE, **changed: Any) -> dict[str, Any]:
    return leaf(
        leaf=f"{process}-made", unit=slug(process), stream=f"of-{slug(process)}",
        account="production", measure="amount", count=kilograms, value=kilograms, **changed,
    )  # fmt: skip


def leaves_of(*processes: str) -> list[dict[str, Any]]:
    rows = [production_leaf(process) for process in processes]
    for process in processes:
        rows += [energy_leaf(process, part, n) for n, part in enumerate(ENERGY[process])]
    return rows


def verdicts(
    site: Site,
    rows: list[dict[str, Any]],
    registry: Registry,
    from_day: dt.date = FROM,
    to_day: dt.date = TO,
) -> dict[tuple[str, str, str], dict[str, Any]]:
    table = judge(site, LEAF.from_rows(rows), registry, from_day, to_day)
    assert isinstance(table, pa.Table)
    assert table.schema == VERDICT.arrow()
    return {(row["subject"], row["rule"], row["standard"]): row for row in table.to_pylist()}


def only(found: dict[tuple[str, str, str], dict[str, Any]], rule: str) -> dict[str, Any]:
    (row,) = (row for (_, of_rule, _), row in found.items() if of_rule == rule)
    return row


def words(row: dict[str, Any], language: str = "en") -> str:
    return reason_text(row["because"], language)


@pytest.mark.parametrize("process", ENERGY)
def test_worked_checks(registry: Registry, process: str) -> None:
    for row in verdicts(site_of(process), leaves_of(process), registry).values():
        assert decimal_text(Fraction(row["num"], row["den"]), 3) == PRINTED[process]
        assert row["unit"] == "kgce/t" or row["limits"] == "{}"


@pytest.mark.parametrize(
    ("process", "outcome", "because"),
    [
        ("blast_furnace", "between", "388.418 > 361 (benchmark level), ≤ 435 (baseline level)"),
        ("converter", "between", "−25.234 > −30 (benchmark level), ≤ −10 (baseline level)"),
        ("electric_arc_furnace", "between", "66.283 > 61 (benchmark level), ≤ 72 (baseline level)"),
        (
            "coking_top_charged",
            "between",
            "112.755 > 110 (benchmark level), ≤ 135 (baseline level)",
        ),
    ],
)
def test_levels_of_2023(registry: Registry, process: str, outcome: str, because: str) -> None:
    row = only(verdicts(site_of(process), leaves_of(process), registry), "levels-2023")
    assert (row["outcome"], words(row)) == (outcome, because)
    assert row["standard"] == "levels-2023"
    assert set(json.loads(row["limits"])) == {"benchmark", "baseline"}
    assert row["confidence"] in ("C", "D")


@pytest.mark.parametrize(
    ("kgce_per_t", "outcome"),
    [
        ("361", "benchmark"),
        ("361.000001", "between"),
        ("435", "between"),
        ("435.000001", "below_baseline"),
    ],
)
def test_the_limit_itself_passes(registry: Registry, kgce_per_t: str, outcome: str) -> None:
    rows = [production_leaf("blast_furnace"), energy_leaf("blast_furnace", F(kgce_per_t))]
    row = only(verdicts(site_of("blast_furnace"), rows, registry), "levels-2023")
    assert row["outcome"] == outcome
    if kgce_per_t == "361.000001":
        assert words(row).startswith("361.000001 > 361 (benchmark level)")


@pytest.mark.parametrize(
    ("kgce_per_t", "outcome"),
    [("-31", "benchmark"), ("-30", "benchmark"), ("-20", "between"), ("0", "below_baseline")],
)
def test_negative_energy_is_never_clipped(
    registry: Registry, kgce_per_t: str, outcome: str
) -> None:
    rows = [production_leaf("converter"), energy_leaf("converter", F(kgce_per_t))]
    row = only(verdicts(site_of("converter"), rows, registry), "levels-2023")
    assert row["outcome"] == outcome
    assert row["num"] == int(kgce_per_t) * MADE


def test_the_norm_in_force_that_is_not_loaded_is_named(registry: Registry) -> None:
    row = only(verdicts(site_of("sintering"), leaves_of("sintering"), registry), "norm")
    assert (row["outcome"], row["standard"]) == ("cannot_tell", "GB 21256-2013")
    assert "GB 21256-2013 was in force on 2025-12-31" in words(row)
    assert "none of the limits of GB 21256-2013 is loaded" in words(row)
    assert (row["limits"], row["confidence"]) == ("{}", None)


def test_sintering_has_no_level(registry: Registry) -> None:
    found = verdicts(site_of("sintering"), leaves_of("sintering"), registry)
    assert not any(rule == "levels-2023" for _, rule, _ in found)


def test_the_coming_norm_is_shown_with_corrected_limits(registry: Registry) -> None:
    row = only(
        verdicts(site_of("blast_furnace"), leaves_of("blast_furnace"), registry), "norm-coming"
    )
    assert (row["outcome"], row["standard"], row["confidence"]) == ("shown", "GB 21256-2025", "C")
    # feed grade 58.5: 3.61 x 3.5 = 12.635
    assert json.loads(row["limits"]) == {
        "grade_1": "373.635",
        "grade_2": "382.635",
        "grade_3": "427.635",
        "corrections": [
            {
                "reason": "added",
                "numbers": {
                    "fact": "feed_grade",
                    "declared": "58.5",
                    "unit": "%",
                    "change": "12.635",
                    "grades": ["1", "2", "3"],
                },
            }
        ],
    }
    assert correction_texts(row["limits"], "zh") == ("入炉品位 58.5%：+12.635（1、2、3 级）",)
    assert words(row).startswith(
        "in force from 2026-07-01, and would then give: grade 3; 388.418 > 373.635"
    )
    assert words(row, "zh").startswith(
        "2026-07-01 起实施，按其判定为：3 级；388.418 > 373.635（1 级），> 382.635（2 级）"
    )


def test_the_coming_norm_of_a_converter(registry: Registry) -> None:
    row = only(verdicts(site_of("converter"), leaves_of("converter"), registry), "norm-coming")
    assert json.loads(row["limits"])["grade_2"] == "-25.24"
    assert "would then give: grade 3; −25.234 > −27.24 (grade 1), > −25.24 (grade 2)" in words(row)


def test_a_missing_fact_is_named_with_its_unit(registry: Registry) -> None:
    site = site_of("blast_furnace", facts={"blast_furnace": {"feed_grade": "60"}})
    row = only(verdicts(site, leaves_of("blast_furnace"), registry), "norm-coming")
    assert row["outcome"] == "cannot_tell"
    assert (
        "share of laterite nickel ore (fact laterite_nickel_ore_share, %) is not declared"
        in words(row)
    )
    assert "limits before correction: 361 (grade 1)" in words(row)
    assert row["limits"] == "{}"


def test_the_fact_that_chooses_a_band(registry: Registry) -> None:
    rows = leaves_of("electric_arc_furnace")
    found = verdicts(site_of("electric_arc_furnace", facts={}), rows, registry)
    assert "(fact capacity_t) is not declared" in words(only(found, "levels-2023"))
    small = {"electric_arc_furnace": {**FACTS["electric_arc_furnace"], "capacity_t": "40"}}
    found = verdicts(site_of("electric_arc_furnace", facts=small), rows, registry)
    assert only(found, "levels-2023")["outcome"] == "benchmark"  # 66.283 <= 67
    assert "grade_2" not in json.loads(only(found, "norm-coming")["limits"])
    tiny = {"electric_arc_furnace": {**FACTS["electric_arc_furnace"], "capacity_t": "20"}}
    found = verdicts(site_of("electric_arc_furnace", facts=tiny), rows, registry)
    assert "no limits for nominal capacity 20" in words(only(found, "levels-2023"))


def test_coke_whose_norm_has_no_known_date(registry: Registry) -> None:
    found = verdicts(site_of("coking_top_charged"), leaves_of("coking_top_charged"), registry)
    row = only(found, "norm")
    assert (row["outcome"], row["standard"]) == ("cannot_tell", "GB 21342-2025")
    assert "the date in force of GB 21342-2025 is not known" in words(row)
    assert "by the numbers: grade 3; 112.755 > 110" in words(row)
    assert obstacles_text(row["because"], "zh") == (
        "GB 21342-2013 的实施日期不明；GB 21342-2025 的实施日期不明"
    )
    assert json.loads(row["limits"])["grade_3"] == "135"


def test_in_force_the_norm_judges(registry: Registry) -> None:
    from_day, to_day = dt.date(2027, 1, 1), dt.date(2028, 1, 1)
    rows = [{**row, "from_day": from_day, "to_day": to_day} for row in leaves_of("blast_furnace")]
    found = verdicts(site_of("blast_furnace"), rows, registry, from_day, to_day)
    row = only(found, "norm")
    assert (row["outcome"], row["standard"]) == ("grade_3", "GB 21256-2025")
    assert not any(rule == "norm-coming" for _, rule, _ in found)


def test_a_norm_that_began_within_the_period_says_so(registry: Registry) -> None:
    from_day, to_day = dt.date(2026, 1, 1), dt.date(2027, 1, 1)
    rows = [{**row, "from_day": from_day, "to_day": to_day} for row in leaves_of("blast_furnace")]
    row = only(verdicts(site_of("blast_furnace"), rows, registry, from_day, to_day), "norm")
    assert "GB 21256-2025 is in force since 2026-07-01, within the period" in words(row)


def test_levels_are_uncertain_in_their_year_of_issue(registry: Registry) -> None:
    from_day, to_day = dt.date(2023, 1, 1), dt.date(2024, 1, 1)
    rows = [{**row, "from_day": from_day, "to_day": to_day} for row in leaves_of("blast_furnace")]
    row = only(verdicts(site_of("blast_furnace"), rows, registry, from_day, to_day), "levels-2023")
    assert row["outcome"] == "cannot_tell"
    assert "it is uncertain whether “Benchmark and baseline levels" in words(row)
    assert words(row, "zh").startswith(
        "不能确定《工业重点领域能效标杆水平和基准水平（2023年版）》在 2023-12-31 是否有效"
        "（2023 年起实施）；仅按数值判断：介于标杆与基准之间；"
    )


@pytest.mark.parametrize(
    ("rows", "because"),
    [
        ([], "no process energy is booked to it"),
        ([energy_leaf("blast_furnace", F(380))], "no production is recorded"),
        (
            [energy_leaf("blast_furnace", F(380)), production_leaf("blast_furnace", 0)],
            "production of the period is 0 kg",
        ),
        (
            [energy_leaf("blast_furnace", F(380)),
             production_leaf("blast_furnace", to_day=dt.date(2026, 2, 1))],
            "lies across an end of the period",
        ),
    ],
)  # fmt: skip
def test_without_a_quotient_it_cannot_tell(
    registry: Registry, rows: list[dict[str, Any]], because: str
) -> None:
    row = only(verdicts(site_of("blast_furnace"), rows, registry), "levels-2023")
    assert row["outcome"] == "cannot_tell"
    assert because in words(row)


def test_missing_time_is_told_and_decides_where_it_could_matter(registry: Registry) -> None:
    site = site_of("blast_furnace")

    def outcome(kgce: str, seconds: int) -> tuple[str, str]:
        rows = [production_leaf("blast_furnace"),
                energy_leaf("blast_furnace", F(kgce), seconds_missing=seconds)]  # fmt: skip
        row = only(verdicts(site, rows, registry), "levels-2023")
        return row["outcome"], words(row)

    found, because = outcome("388", 7200)
    assert found == "between"
    assert "2.0 h of meter time without any value are not in it" in because
    found, because = outcome("360.99", 7200)  # 360.99 x 8760 / 8758 is above 361
    assert found == "cannot_tell"
    assert (
        "the missing time could change the outcome; by the numbers: at benchmark level" in because
    )
    assert outcome("300", 365 * 86_400)[0] == "cannot_tell"


def test_units_that_share_a_product_cannot_be_divided(registry: Registry) -> None:
    plain = site_of("blast_furnace", "converter").model_dump()
    units = tuple({**unit, "product": "of-converter"} for unit in plain["units"])
    site = Site.model_validate({**plain, "units": units})
    rows = leaves_of("blast_furnace", "converter")
    found = verdicts(site, rows, registry)
    assert all(row["outcome"] == "cannot_tell" for row in found.values())
    because = [words(row) for (_, rule, _), row in found.items() if rule == "levels-2023"]
    assert all("share the product of-converter: blast-furnace, converter" in one for one in because)


def test_an_unknown_process_is_said(registry: Registry) -> None:
    row = only(verdicts(site_of("blast_furnance"), [], registry), "norm")
    assert "process blast_furnance is not in the reference tables" in words(row)


def test_a_process_without_limits_is_not_judged(registry: Registry) -> None:
    row = only(verdicts(site_of("cold_rolling"), [], registry), "norm")
    assert words(row) == "no norm of the process cold rolling is held"


def water_leaf(litres: int) -> dict[str, Any]:
    return leaf(leaf="water", unit="works", stream="river", account="water", measure="volume",
                scope="intake", value=litres)  # fmt: skip


@pytest.mark.parametrize(
    ("besides", "limits"),
    [
        ((), {"general": "3.6", "advanced": "2.1"}),
        (("cold_rolling",), {"general": "4.2", "advanced": "2.2"}),
        (("coking_top_charged",), {"general": "4.5", "advanced": "2.4"}),
        (("coking_top_charged", "cold_rolling"), {"general": "4.8", "advanced": "3.1"}),
    ],
)
def test_water_intake_takes_the_row_of_the_works(
    registry: Registry, besides: tuple[str, ...], limits: dict[str, str]
) -> None:
    rows = [*leaves_of("blast_furnace", "converter"), water_leaf(2_850_000)]
    row = only(
        verdicts(site_of("blast_furnace", "converter", *besides), rows, registry), "water-norm"
    )
    assert json.loads(row["limits"]) == limits
    assert (row["subject"], row["standard"]) == ("works", "GB/T 18916.2-2022")
    assert row["outcome"] == "cannot_tell"
    assert "the date in force of GB/T 18916.2-2022 is not known" in words(row)
    assert "by the numbers: norm met; 2.850 " in words(row)


def test_a_site_that_is_not_integrated_has_no_water_norm(registry: Registry) -> None:
    rows = [*leaves_of("converter"), water_leaf(1)]
    found = verdicts(site_of("converter"), rows, registry)
    assert not any(rule == "water-norm" for _, rule, _ in found)


def test_leaf_order_does_not_change_a_verdict(registry: Registry) -> None:
    site, rows = site_of("blast_furnace", "converter"), leaves_of("blast_furnace", "converter")
    once = judge(site, LEAF.from_rows(rows), registry, FROM, TO)
    table = LEAF.from_rows(rows)
    backwards = table.take(pa.array(range(table.num_rows - 1, -1, -1)))
    assert VERDICT.digest(judge(site, backwards, registry, FROM, TO)) == VERDICT.digest(once)
