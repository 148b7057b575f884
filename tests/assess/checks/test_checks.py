"""Each rule on a list made for it: what breaks it is hit, what keeps it is not."""

from __future__ import annotations

import string
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from celadon.assess.checks import (
    CheckProfile,
    Screening,
    check_rules,
    load_check_profile,
    read_population,
    screen,
    shipped_check_profiles,
)
from celadon.assess.checks.answers import untold
from celadon.assess.checks.passes import part_sums, years_of
from celadon.assess.checks.rules import PACKAGE, factor_table, pattern_text
from celadon.assess.checks.screening import NEEDS
from celadon.assess.checks.telling import told_causes, told_needs, told_reporters
from celadon.engine import Engine
from celadon.errors import DeclarationError, InputError

HEADS = (
    "reporter", "year", "month", "name", "code", "sector", "region", "energy_tce", "output_t",
    "electricity_invoice_kwh", "electricity_meter_kwh", "coal_part_tce", "gas_part_tce",
)  # fmt: skip
GIVEN_BY_OTHERS = {
    "account_finding", "norm_exceeded", "norm_exceeded_by_numbers", "norm_not_told", "unit_slip",
}  # fmt: skip


OF_NO_QUANTITY = """\
id = "x"
name_en = "x"
name_zh = "y"
measure = "b"
[columns]
reporter = "r"
year = "y"
[[quantity]]
id = "a"
column = "a"
unit = "t"
"""


def row(reporter: str, year: int, energy: object, **other: object) -> dict[str, Any]:
    told = {"name": f"模拟 {reporter}", "code": f"C{reporter}", "sector": "3011", "region": "CN-HE"}
    return {"reporter": reporter, "year": year, "energy_tce": energy, **told, **other}


def screened(folder: Path, rows: Iterable[dict[str, Any]]) -> Screening:
    path = folder / "returns.csv"
    lines = [",".join(HEADS)]
    lines += [",".join(str(each.get(head, "")) for head in HEADS) for each in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return screen(read_population(path, load_check_profile("plain")))


def found(done: Screening, rule: str) -> list[dict[str, Any]]:
    return [hit for hit in done.hits.to_pylist() if hit["rule"] == rule]


def rules_of(done: Screening) -> set[str]:
    return set(done.hits["rule"].to_pylist())


def months(energy: Iterable[object], output: Iterable[object]) -> list[dict[str, Any]]:
    pairs = enumerate(zip(energy, output, strict=True), start=1)
    return [row("a", 2025, e, month=month, output_t=p) for month, (e, p) in pairs]


def test_a_code_that_is_given_up_is_one_cause(tmp_path: Path) -> None:
    def of(year: int, sectors: str) -> list[dict[str, Any]]:
        return [row(f"r{n}", year, 5, sector=f"30{each}") for n, each in enumerate(sectors)]

    patterns = [hit["pattern"] for hit in
                found(screened(tmp_path, of(2022, "1111123334") + of(2023, "5555563337")),
                      "sector_changed")]  # fmt: skip
    assert patterns == ["recoded 2023"] * 7  # the ends of 302 and 304 in that year with it
    hits = found(screened(tmp_path, of(2022, "1111111134") + of(2023, "5555111137")),
                 "sector_changed")  # fmt: skip
    assert sorted({hit["pattern"] for hit in hits}) == ["301 > 305", "304 > 307"]


def test_a_sound_list_breaks_nothing(tmp_path: Path) -> None:
    rows = [row(name, year, 100 + year % 7) for name in "abc" for year in (2021, 2022, 2023)]
    done = screened(tmp_path, rows)
    assert done.hits.num_rows == done.causes.num_rows == done.triage.num_rows == 0


@pytest.mark.parametrize(
    ("rule", "rows", "pattern"),
    [
        ("identity_missing", [row("a", 2023, 5, sector="")], "sector"),
        ("value_missing", [row("a", 2023, "")], "not_said"),
        ("value_zero", [row("a", 2023, 0)], ""),
        ("negative_value", [row("a", 2023, -5)], ""),
        ("parts_differ", [row("a", 2023, 100, coal_part_tce=60, gas_part_tce=30)], "short"),
        ("parts_differ", [row("a", 2023, 100, coal_part_tce=60, gas_part_tce=70)], "over"),
        ("parts_differ", [row("a", 2023, 100, coal_part_tce=60000, gas_part_tce=40000)], "x1000"),
        ("parts_differ", [row("a", 2023, 907.18474, coal_part_tce=1000)], "short tons for tonnes"),
        ("return_repeated", [row("a", 2023, 5), row("a", 2023, 5)], "same"),
        ("return_repeated", [row("a", 2023, 5), row("a", 2023, 6)], "differs"),
        ("name_shared", [row("a", 2023, 5, name="x"), row("b", 2023, 5, name="x")], ""),
        ("code_shared", [row("a", 2023, 5, code="x"), row("b", 2023, 5, code="x")], ""),
        ("code_changed", [row("a", 2022, 5), row("a", 2023, 5, code="Cb")], ""),
        ("sector_changed", [row("a", 2022, 5), row("a", 2023, 5, sector="3012")], "3011 > 3012"),
        ("reporter_gap", [row("a", 2021, 5), row("b", 2022, 5), row("a", 2023, 5)], ""),
        ("year_missing", [row("a", 2021, 5), row("a", 2023, 5)], ""),
        ("year_jump", [row("a", 2022, 10), row("a", 2023, 25)], "above"),
        ("year_jump", [row("a", 2022, 10), row("a", 2023, 4)], "below"),
        ("year_jump", [row("a", 2022, 10), row("a", 2023, 9070)], "x1000"),
        ("invoice_against_meter", [row("a", 2023, 5, electricity_invoice_kwh=110,
                                       electricity_meter_kwh=100)], "above"),
        ("invoice_against_meter", [row("a", 2023, 5, electricity_invoice_kwh=3600,
                                       electricity_meter_kwh=1000)], "MJ for kWh"),
        ("output_without_energy", [row("a", 2023, 0, output_t=7)], "output_only"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_hit(
    rule: str, rows: list[dict[str, Any]], pattern: str, tmp_path: Path
) -> None:
    hits = found(screened(tmp_path, rows), rule)
    assert {hit["pattern"] for hit in hits} == {pattern}


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        ("parts_differ", [row("a", 2023, 100, coal_part_tce=60, gas_part_tce=39.6)]),
        ("year_jump", [row("a", 2022, 10), row("a", 2023, 20), row("a", 2024, 10)]),
        ("year_jump", [row("a", 2021, 10), row("a", 2023, 90)]),
        ("name_shared", [row("a", 2023, 5, name="x"),
                         row("b", 2023, 5, name="x", region="CN-SD")]),
        ("code_shared", [row("a", 2022, 5, code="x"), row("b", 2023, 5, code="x")]),
        ("invoice_against_meter", [row("a", 2023, 5, electricity_invoice_kwh=102,
                                       electricity_meter_kwh=100)]),
        ("value_zero", [row("a", 2023, "")]),
        ("reporter_gap", [row("a", 2021, 5), row("a", 2023, 5)]),
    ],
)  # fmt: skip
def test_what_keeps_a_rule_is_not(rule: str, rows: list[dict[str, Any]], tmp_path: Path) -> None:
    assert found(screened(tmp_path, rows), rule) == []


def test_months_out_of_line_copied_swapped_and_missing(tmp_path: Path) -> None:
    output = [1000 + 37 * n for n in range(12)]
    energy = [x / 10 for x in output]
    assert rules_of(screened(tmp_path, months(energy, output))) == set()
    (far,) = found(screened(tmp_path, months([e * (1000 if n == 4 else 1)
                                              for n, e in enumerate(energy)], output)),
                   "unit_slip")  # fmt: skip
    assert (far["month"], far["pattern"], far["quantity"]) == (5, "x1000", "energy")
    copied = [*output[:3], output[2], *output[4:]]
    (same,) = found(screened(tmp_path, months(energy, copied)), "month_repeated")
    assert (same["month"], same["other"]) == (4, "month 3")
    wide = [1000 + 400 * (n % 3) for n in range(12)]
    swapped = [*wide[:3], wide[4], wide[3], *wide[5:]]
    (pair,) = found(screened(tmp_path, months([x / 10 for x in wide], swapped)), "months_swapped")
    assert (pair["month"], pair["other"]) == (4, "month 5")
    gap = [each for each in months(energy, output) if each["month"] != 7]
    lacking = found(screened(tmp_path, [*gap, *({**each, "reporter": "b", "name": "y", "code": "y"}
                                                for each in months(energy, output))]),
                    "month_missing")  # fmt: skip
    assert [(hit["month"], hit["quantity"]) for hit in lacking] == [(7, "energy"), (7, "output")]


def test_energy_that_does_not_follow_output(tmp_path: Path) -> None:
    output = [1000 + 37 * n for n in range(12)]
    energy = [x / 10 * (2.5 if n == 6 else 1) for n, x in enumerate(output)]
    (hit,) = found(screened(tmp_path, months(energy, output)), "energy_against_output")
    assert (hit["month"], hit["pattern"]) == (7, "above")
    assert hit["size"] == pytest.approx(122_200 * 1.5, rel=0.01)  # 0.001 tce above the middle


def test_months_that_do_not_add_to_the_year(tmp_path: Path) -> None:
    rows = months([10 + n for n in range(12)], [100 + n for n in range(12)])
    whole = sum(10 + n for n in range(12))
    assert found(screened(tmp_path, [*rows, row("a", 2025, whole)]), "finer_sum") == []
    (hit,) = found(screened(tmp_path, [*rows, row("a", 2025, whole + 5)]), "finer_sum")
    assert (hit["quantity"], hit["pattern"], hit["size"]) == ("energy", "short", 5000)


def test_peers_by_median_and_mad(tmp_path: Path) -> None:
    rows = [row(f"p{n}", 2023, 100 + n, output_t=10) for n in range(9)]
    assert "peer_outlier" not in rules_of(screened(tmp_path, rows))
    (hit,) = found(screened(tmp_path, [*rows, row("far", 2023, 2000, output_t=10)]), "peer_outlier")
    assert (hit["pattern"], hit["other"]) == ("above", "3011: 10")
    few = screened(tmp_path, [*rows[:5], row("far", 2023, 2000, output_t=10)])
    assert "peer_outlier" not in rules_of(few)
    (reason,) = [one for one in untold(few) if one.rule == "peer_outlier"]
    assert (reason.asked, reason.cannot_tell, reason.because) == (0, 6, "few_peers")


def test_digits(tmp_path: Path) -> None:
    rounded = [row(f"r{n}", 2023, 500 + 1000 * (n % 4), name=f"n{n}") for n in range(400)]
    assert [hit["quantity"] for hit in found(screened(tmp_path, rounded), "digits_first")] == [
        "energy"
    ]
    benford = [row(f"r{n}", 2023, round(10 ** (n / 100), 3)) for n in range(100, 500)]
    assert found(screened(tmp_path, benford), "digits_first") == []
    years = [row("a", 1930 + n, 1000 + 10 * n) for n in range(70)]
    (hit,) = found(screened(tmp_path, years), "digits_last")
    assert hit["reported"] == 63_000  # 70 numbers of one digit: 10 x 70 - 70, in hundredths
    even = [row("a", 1930 + n, 1000 + n) for n in range(70)]
    assert found(screened(tmp_path, even), "digits_last") == []


def test_one_cause_however_often(tmp_path: Path) -> None:
    short = [row(f"s{n}", 2023, 100 + n, coal_part_tce=90) for n in range(20)]
    other = [row("x", 2023, 100, coal_part_tce=100000), row("y", 2023, 50, coal_part_tce=90)]
    sound = [row(f"o{n}", 2023, 100, coal_part_tce=100, region="CN-SD") for n in range(60)]
    done = screened(tmp_path, [*short, *other, *sound])
    causes = [one for one in told_causes(done, "en") if one.rule == "parts_differ"]
    assert {(one.pattern, one.hits) for one in causes} == {("short", 20), ("over", 2)}
    many = next(one for one in causes if one.pattern == "short")
    assert many.size == sum(10 + n for n in range(20))
    assert many.expected == many.size * Fraction(80, 100)
    assert many.examples[0] == "s19"
    assert many.traits == {"CN-HE": Fraction(2, 62)}


def test_who_is_asked_first(tmp_path: Path) -> None:
    rows = [
        row("small", 2023, 100, coal_part_tce=90), row("large", 2023, 9000, coal_part_tce=1000),
        row("fine", 2023, 10, coal_part_tce=10), row("unknown", 2023, 0),
    ]  # fmt: skip
    first = told_reporters(screened(tmp_path, rows), "en", 10)
    assert [(one.reporter, one.expected) for one in first] == [
        ("large", 6400), ("small", 8), ("unknown", 0),
    ]  # fmt: skip
    assert (first[2].unsized, first[2].unit) == (1, "tce")


def test_one_figure_is_counted_once(tmp_path: Path) -> None:
    done = screened(tmp_path, [row("a", 2022, 10), row("a", 2023, -30)])
    assert {"negative_value", "year_jump"} <= rules_of(done)
    (first,) = told_reporters(done, "en", 10)
    assert first.expected == 27  # 90 % of 30, and not 10 % of 40 besides


def test_what_cannot_be_read_is_told_and_the_rest_taken(tmp_path: Path) -> None:
    done = screened(tmp_path, [
        row("a", 2023, "12.5t"), row("b", 2023, 5), row("", 2023, 5), row("c", 23, 5),
        row("d", 2023, 5, month=13), row("e", 2023, "9" * 30),
    ])  # fmt: skip
    places = [fault.place for fault in done.population.refused]
    assert places == [
        "returns.csv › row 5 › year", "returns.csv › row 6 › month",
        "returns.csv › row 4 › reporter", "returns.csv › row 2 › energy_tce",
        "returns.csv › row 7 › energy_tce",
    ]  # fmt: skip
    assert done.population.returned["reporter"].to_pylist() == ["a", "b", "e"]
    assert done.population.reporters == 3
    assert len(found(done, "value_missing")) == 2


def test_a_ragged_row_is_refused_alone(tmp_path: Path) -> None:
    path = tmp_path / "returns.csv"
    path.write_text("reporter,year,energy_tce\na,2023,5\nb,2023\nc,2023,x\n", encoding="utf-8")
    population = read_population(path, load_check_profile("plain"))
    assert [fault.place for fault in population.refused] == [
        "returns.csv › row 3", "returns.csv › row 4 › energy_tce",
    ]  # fmt: skip
    assert population.returned["reporter"].to_pylist() == ["a", "c"]


@pytest.mark.parametrize(
    ("name", "content", "summary"),
    [
        ("empty.csv", b"", "empty.csv does not fit the profile plain"),
        ("heads.csv", b"reporter,year,energy_tce\n", "heads.csv holds no returns"),
        ("other.csv", b"id,year\n1,2023\n", "other.csv does not fit the profile plain"),
        ("bytes.csv", b"\xff\xfe\x00", "Cannot read bytes.csv"),
        ("not.parquet", b"reporter,year\n", "Cannot read not.parquet"),
        ("ragged.csv", b"reporter,year,energy_tce\na,2023\n", "ragged.csv holds no returns"),
    ],
)
def test_files_that_are_none(tmp_path: Path, name: str, content: bytes, summary: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_population(tmp_path / name, load_check_profile("plain"))
    assert refused.value.summary == summary
    assert refused.value.faults
    with pytest.raises(InputError, match="Cannot read absent"):
        read_population(tmp_path / "absent.csv", load_check_profile("plain"))


def test_every_rule_is_asked_or_says_what_it_needs(tmp_path: Path) -> None:
    assert set(NEEDS) | GIVEN_BY_OTHERS == set(check_rules())
    done = screened(tmp_path, [row("a", 2023, 5)])
    assert set(done.not_asked) >= {"year_jump", "month_jump", "place_coarse"}
    assert all(lacks for lacks in told_needs(done, "zh").values())


@pytest.mark.parametrize("rule", check_rules())
def test_a_rule_says_the_same_in_both_languages(rule: str) -> None:
    one = check_rules()[rule]
    assert one.severity in {"error", "warning", "note"}
    assert one.factor in {"exact", "coarse", "none"}
    assert 0 < one.likelihood <= 100
    for words in (one.title, one.text, one.remedy):
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(words[language]) if name}
            for language in ("en", "zh")
        ]
        assert fields[0] == fields[1] <= {"hits", "returns", "reporters", "quantity", "pattern"}


def test_factors_and_patterns() -> None:
    factors = {
        row["factor"]: Fraction(row["num"], row["den"]) for row in factor_table().to_pylist()
    }
    assert factors["short tons for tonnes"] == 1 / Fraction("0.90718474")
    assert factors["tonnes for long tons"] == Fraction("1.016046909")
    assert factors["MJ for kWh"] == Fraction("3.6")
    assert pattern_text("3011 > 3012", "zh") == "3011 > 3012"


@pytest.mark.parametrize("name", shipped_check_profiles())
def test_profiles_are_sound(name: str) -> None:
    profile = load_check_profile(name)
    assert profile.id == name
    assert profile.name("zh") != profile.name("en")


@pytest.mark.parametrize(
    ("text", "found_fault"),
    [
        ("id = ", "TOML"),
        ('id = "x"', "Field required"),
        (
            OF_NO_QUANTITY,
            "no quantity is called b",
        ),
    ],
)
def test_a_profile_with_faults_is_refused(tmp_path: Path, text: str, found_fault: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError) as refused:
        load_check_profile(str(path))
    assert found_fault in str(refused.value)
    with pytest.raises(DeclarationError, match="There is no profile 'none'"):
        load_check_profile("none")


def test_the_pass_over_parts_is_what_its_sql_defines(tmp_path: Path) -> None:
    draws = Random(7)  # noqa: S311  no secret
    rows = [
        row(
            f"r{n}", 2023, draws.choice(["", 0, 10, 25.5]),
            coal_part_tce=draws.choice(["", 0, 10, 5.5, -3]),
            gas_part_tce=draws.choice(["", 0, 15.5, 20]),
        )
        for n in range(300)
    ]  # fmt: skip
    population = screened(tmp_path, rows).population
    members = pa.table({"number": [1, 5, 6], "part_group": [1, 1, 1], "sign": [-1, 1, 1]})
    with Engine(threads=1) as engine:
        engine.take("reported", population.reported)
        engine.take("group_member", members)
        engine.step(PACKAGE, "part_sum")
        defined = engine.table("part_sum").sort_by(
            [("part_group", "ascending"), ("line", "ascending")]
        )
    assert defined.num_rows > 100
    assert defined.to_pylist() == part_sums(population.reported, members).to_pylist()


def test_the_pass_over_years_is_what_its_sql_defines() -> None:
    draws = Random(11)  # noqa: S311  no secret
    rows = [
        {
            "line": line, "who": line % 40, "series": line % 40,
            "year": draws.randrange(2015, 2024), "month": draws.choice([0, 0, 0, 3, 7]), "day": 0,
            "sector": draws.choice([None, 1, 2]), "code": draws.choice([None, None, 5, 6]),
        }
        for line in draws.sample(range(1, 2_000), 400)
    ]  # fmt: skip
    kinds = pa.schema([(name, pa.int64()) for name in rows[0]])
    for some in (rows, rows[:1], []):
        keys = pa.Table.from_pylist(some, kinds)
        with Engine(threads=1) as engine:
            engine.take("return_key", keys)
            engine.step(PACKAGE, "year_of")
            by = [("series", "ascending"), ("year", "ascending")]
            defined = engine.table("year_of").sort_by(by)
        passed = years_of(keys)
        assert defined.column_names == passed.column_names
        assert defined.to_pylist() == passed.to_pylist()


def own_profile(folder: Path, **changed: str) -> CheckProfile:
    quantity = {"id": "a", "column": "amount", "unit": "t", **changed}
    text = 'id = "own"\nname_en = "x"\nname_zh = "y"\nmeasure = "a"\n'
    text += '[columns]\nreporter = "who"\nyear = "year"\n[[quantity]]\n'
    text += "".join(f'{key} = "{value}"\n' for key, value in quantity.items())
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return load_check_profile(str(path))


def test_a_range_is_asked_where_the_profile_has_one(tmp_path: Path) -> None:
    path = tmp_path / "list.parquet"
    pq.write_table(pa.table({"who": [1, 2, 3], "year": [2023] * 3, "amount": [5, 70, 900]}), path)
    done = screen(read_population(path, own_profile(tmp_path, low="10", high="100")))
    hits = [(hit["pattern"], hit["size"]) for hit in found(done, "out_of_range")]
    assert hits == [("below", 5), ("above", 800)]


def test_columns_of_any_type_are_read_or_refused(tmp_path: Path) -> None:
    path, profile = tmp_path / "list.parquet", own_profile(tmp_path)
    who = pa.array(["a", "b"]).dictionary_encode()
    for amount, values in (
        (pa.array([3, None], pa.uint8()), [3]),
        (pa.array([2.6, float("nan")]), [3]),
        (pa.array([2.5, float("inf")]), [2]),
        (pa.array([Decimal("3.5"), Decimal(1)]), [4, 1]),
        (pa.array(["7", "x"], pa.large_string()), [7]),
        (pa.array([10**18, 5]), [5]),
        (pa.nulls(2), []),
    ):
        pq.write_table(pa.table({"who": who, "year": [2023, 2023], "amount": amount}), path)
        assert read_population(path, profile).reported["value"].to_pylist() == values
    nested = pa.array([[1], [2]])
    pq.write_table(pa.table({"who": who, "year": [2023, 2023], "amount": nested}), path)
    with pytest.raises(InputError, match=r"Cannot read list\.parquet"):
        read_population(path, profile)
    (tmp_path / "twice.csv").write_text("who,year,amount,amount\na,2023,1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="a heading twice"):
        read_population(tmp_path / "twice.csv", profile)
