"""Meters against meters: amounts, what is judged, the reconciled split, and the findings."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.records.build import compiled_of, site_of

from celadon.engine import Engine
from celadon.errors import TableError
from celadon.exact import largest_remainder
from celadon.records.balances.balance import Balances, meter_balances, meter_families
from celadon.records.balances.balance_rules import family_findings, is_judged
from celadon.records.compiled import compile_sites
from celadon.records.finding import Finding
from celadon.records.period import Period, month_after
from celadon.records.site import Site
from celadon.records.tables import METER_DAY, SHARED_DAY
from celadon.reference import load_registry

Day = tuple[int, int, int]
"""Measured, estimated, seconds missing."""
FIRST = dt.date(2025, 1, 1)
YEAR = "2025"


def meter(name: str, parent: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": name, "kind": "interval", "measure": "kg", **({"parent": parent} if parent else {}),
        **more,
    }  # fmt: skip


def family(children: int = 2, **more: Any) -> Site:
    return site_of(meter("p"), *(meter(f"c{n}", "p") for n in range(children)), **more)


def days_of(site: Site, days: Mapping[str, Mapping[dt.date, Day]]) -> list[dict[str, Any]]:
    return [
        {
            "site": site.id, "meter": name, "day": day,
            "measured": measured, "estimated": estimated, "seconds_missing": missing,
        }
        for name, listed in days.items()
        for day, (measured, estimated, missing) in listed.items()
    ]  # fmt: skip


def year_of(amount: Callable[[dt.date], Day], days: int = 365) -> dict[dt.date, Day]:
    every = [FIRST + dt.timedelta(days=n) for n in range(days)]
    return {day: amount(day) for day in every}


def steady(amount: int) -> dict[dt.date, Day]:
    return year_of(lambda _: (amount, 0, 0))


def balanced(
    site: Site,
    days: Mapping[str, Mapping[dt.date, Day]],
    period: str = YEAR,
    shared: Iterable[Mapping[str, Any]] = (),
) -> tuple[Balances, list[Finding]]:
    compiled = compiled_of(site, period)
    with Engine(1) as engine:
        engine.load(METER_DAY, METER_DAY.from_rows(days_of(site, days)))
        engine.load(SHARED_DAY, SHARED_DAY.from_rows(list(shared)))
        found = meter_balances(engine, compiled, {site.id: site})
    return found, family_findings(found, compiled, {site.id: site})


def months(found: Balances) -> list[dict[str, Any]]:
    """Rows of single months, in order."""
    rows = found.balances.to_pylist()
    return [row for row in rows if (row["to_day"] - row["from_day"]).days <= 31]


def rules(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


def test_a_month_and_the_whole_period() -> None:
    found, findings = balanced(family(), {"p": steady(1000), "c0": steady(600), "c1": steady(380)})
    rows = found.balances.to_pylist()
    assert len(rows) == 13
    (march,) = [row for row in months(found) if row["from_day"] == dt.date(2025, 3, 1)]
    assert march == {
        "site": "pots", "parent": "p",
        "from_day": dt.date(2025, 3, 1), "to_day": dt.date(2025, 4, 1),
        "parent_amount": 31_000, "children_amount": 30_380, "difference": 620,
        "parent_estimated": 0, "children_estimated": 0,
        "seconds_missing_parent": 0, "seconds_missing_children": 0,
        "children": 2, "child_days": 62,
        "days_judged": 31, "parent_judged": 31_000, "children_judged": 30_380,
    }  # fmt: skip
    (year,) = [row for row in rows if row not in months(found)]
    assert year["difference"] == sum(row["difference"] for row in months(found)) == 20 * 365
    assert findings == []


def test_a_period_of_one_month_is_told_once() -> None:
    site = family()
    days = {"p": steady(10), "c0": steady(4), "c1": steady(5)}
    days = {
        name: {d: v for d, v in listed.items() if d.month == 3} for name, listed in days.items()
    }
    found, _ = balanced(site, days, "2025-03")
    assert len(found.balances) == 1


def test_each_level_is_balanced_on_its_own() -> None:
    site = site_of(meter("p"), meter("hall", "p"), meter("line", "hall"), meter("oven", "hall"))
    days = {"p": steady(100), "hall": steady(95), "line": steady(50), "oven": steady(40)}
    found, _ = balanced(site, days)
    year = [row for row in found.balances.to_pylist() if row not in months(found)]
    assert {(row["parent"], row["difference"]) for row in year} == {
        ("p", 5 * 365), ("hall", 5 * 365),
    }  # fmt: skip


def test_what_is_missing_is_told_and_its_days_are_not_judged() -> None:
    lost = dt.date(2025, 3, 5)
    child = steady(600) | {lost: (100, 20, 70_000)}
    found, findings = balanced(family(1), {"p": steady(610), "c0": child})
    (march,) = [row for row in months(found) if row["from_day"].month == 3]
    assert (march["difference"], march["seconds_missing_children"]) == (490 + 30 * 10, 70_000)
    assert (march["children_estimated"], march["days_judged"]) == (20, 30)
    assert march["parent_judged"] - march["children_judged"] == 300
    assert findings == []


def test_a_month_with_too_little_known_cannot_be_judged() -> None:
    child = year_of(lambda day: (900, 0, 0) if day.month != 3 or day.day < 10 else (0, 0, 86_400))
    _, findings = balanced(family(1), {"p": steady(800), "c0": child})
    assert rules(findings) == [
        "balance_unknown",
        "children_exceed_parent",
        "children_exceed_parent",
    ]
    assert findings[0].place == "p › 2025-03-01/2025-04-01"
    assert findings[0].numbers == {"months": 1, "days": 9}


def test_a_month_that_is_much_estimated_is_not_judged() -> None:
    found, findings = balanced(
        family(1), {"p": steady(800), "c0": year_of(lambda _: (700, 200, 0))}
    )
    assert not any(is_judged(row) for row in months(found))
    assert rules(findings) == ["balance_unknown"]
    assert findings[0].numbers == {"months": 12, "days": 365}


def test_a_month_read_by_hand_at_its_ends_is_judged() -> None:
    """Its days are shares of what two readings measured; together they are no estimate."""
    child = year_of(lambda _: (0, 900, 0))
    shared = [
        {"site": "pots", "meter": "c0", "day": day, "amount": 900,
         "from_day": day.replace(day=1), "to_day": month_after(day)}
        for day in child
    ]  # fmt: skip
    found, findings = balanced(family(1), {"p": steady(800), "c0": child}, shared=shared)
    assert all(is_judged(row) for row in months(found))
    assert rules(findings) == ["children_exceed_parent"]
    over_new_year = [row | {"from_day": FIRST, "to_day": dt.date(2026, 1, 1)} for row in shared]
    _, doubted = balanced(family(1), {"p": steady(800), "c0": child}, shared=over_new_year)
    assert rules(doubted) == ["balance_unknown"]  # nobody read how much passed in which month


@pytest.mark.parametrize(
    ("child", "rule"),
    [
        (1019, None),
        (1030, "children_slightly_exceed_parent"),
        (1049, "children_slightly_exceed_parent"),
        (1052, "children_exceed_parent"),
    ],
)
def test_children_above_their_parent(child: int, rule: str | None) -> None:
    _, findings = balanced(family(1), {"p": steady(1000), "c0": steady(child)})
    assert rules(findings) == ([rule] if rule else [])
    for finding in findings:
        assert finding.subject == "p"
        assert finding.place == "p › 2025-01-01/2026-01-01"
        assert finding.numbers == {
            "months": 12,
            "parent": "365000 kg",
            "children": f"{child * 365} kg",
            "share": f"{(child - 1000) / 10:.1f} %",
        }
        assert all(finding.text(language) for language in ("zh", "en"))


def test_rounding_to_the_resolution_is_no_fault() -> None:
    """One count of each meter: a parent that shows nothing and a child that shows one."""
    child = year_of(lambda day: (1, 0, 0) if day.day == 1 else (0, 0, 0))
    assert balanced(family(1), {"p": steady(0), "c0": child})[1] == []
    _, findings = balanced(family(1), {"p": steady(0), "c0": steady(1)})
    assert rules(findings) == ["children_exceed_parent"]
    assert findings[0].numbers["share"] == "–"


def test_an_unusual_difference_is_told_of_its_month() -> None:
    leak = year_of(lambda day: (1060 if day.month == 8 else 1000 + day.month % 3, 0, 0))
    _, findings = balanced(family(), {"p": leak, "c0": steady(600), "c1": steady(390)})
    (finding,) = findings
    assert (finding.rule, finding.place) == ("unusual_difference", "p › 2025-08-01/2025-09-01")
    assert finding.numbers == {"difference": "2170 kg", "share": "6.6 %", "usual": "1.1 %"}


def test_a_difference_that_always_varies_is_usual() -> None:
    varying = year_of(lambda day: (1000 + 20 * day.month, 0, 0))
    assert balanced(family(1), {"p": varying, "c0": steady(900)})[1] == []


def test_a_child_that_comes_later_changes_what_is_usual() -> None:
    site = site_of(meter("p"), meter("c0", "p"), meter("c1", "p", from_day=dt.date(2025, 6, 16)))
    late = {day: value for day, value in steady(400).items() if day >= dt.date(2025, 6, 16)}
    found, findings = balanced(site, {"p": steady(1000), "c0": steady(590), "c1": late})
    assert [row["child_days"] for row in months(found)][4:7] == [31, 45, 62]
    assert findings == []


def test_a_child_counted_otherwise_is_left_out_and_told() -> None:
    site = site_of(
        meter("p"),
        meter("c0", "p"),
        meter("water", "p", measure="m3"),
        meter("hot", "p", kind="state", measure="degC"),
        meter("coke", "p", carrier="coke"),
        meter("sinter", "coke", carrier="sinter"),
    )
    compiled = compile_sites({site.id: site}, Period.parse(YEAR), load_registry().carriers)
    families, findings = meter_families(compiled, {site.id: site})
    assert [(r["parent"], r["child"]) for r in families.to_pylist()] == [("p", "c0"), ("p", "coke")]
    assert [(f.rule, f.place, f.numbers["child_is"]) for f in findings] == [
        ("family_mixed", "p › water", "m3"),
        ("family_mixed", "p › hot", "state"),
        ("family_mixed", "coke › sinter", "sinter"),
    ]
    assert "sinter (sinter) is declared a part of coke (coke)" in findings[2].text("en")


def test_multiples_of_one_small_unit_are_comparable() -> None:
    """kWh behind a transformer and MWh both count Wh."""
    site = site_of(
        meter("p", measure="MWh", resolution="0.001"),
        meter("c0", "p", measure="kWh", resolution="0.1", multiplier="120"),
    )
    found, _ = balanced(site, {"p": steady(10), "c0": steady(9)})
    assert len(found.families) == 1
    assert found.findings == ()


def test_a_site_without_parents_has_no_balance() -> None:
    found, findings = balanced(site_of(meter("a"), meter("b")), {"a": steady(1), "b": steady(2)})
    assert (len(found.balances), len(found.reconciled), findings) == (0, 0, [])


def test_sums_beyond_64_bits_are_refused_with_a_remedy() -> None:
    days = {"p": steady(1), "c0": steady(2**62), "c1": steady(2**62)}
    with pytest.raises(TableError, match="too large"):
        balanced(family(), days)


def test_a_split_adds_to_the_parent_and_names_its_adjustment() -> None:
    days = {"p": steady(1000), "c0": steady(600), "c1": steady(300), "c2": steady(0)}
    found, _ = balanced(family(3), days, YEAR)
    march = [r for r in found.reconciled.to_pylist() if r["from_day"] == dt.date(2025, 3, 1)]
    assert [(r["meter"], r["amount"], r["adjustment"]) for r in march] == [
        ("c0", 20_667, 2_067), ("c1", 10_333, 1_033), ("c2", 0, 0),
    ]  # fmt: skip


def test_there_is_no_split_where_something_is_missing() -> None:
    child = steady(600) | {dt.date(2025, 3, 5): (0, 0, 86_400)}
    found, _ = balanced(family(1), {"p": steady(700), "c0": child})
    assert {row["from_day"].month for row in found.reconciled.to_pylist()} == {*range(1, 13)} - {3}


@given(seed=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_every_cell_is_that_of_plain_loops(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  the seed is drawn by Hypothesis
    site, children = family(3), ("c0", "c1", "c2")
    top = draw.choice([3, 1000, 10**14])

    def day(_: dt.date) -> Day:
        lost = draw.choice([0, 0, 0, 0, 0, 900])
        return draw.randint(-1 if draw.random() < 0.01 else 0, top), draw.choice([0, 7]), lost

    days = {name: year_of(day, 90) for name in ("p", *children)}
    for name in children:
        first = FIRST + dt.timedelta(days=draw.choice([0, 0, 40]))
        days[name] = {d: v for d, v in days[name].items() if d >= first}
    found, _ = balanced(site, days, "2025-01-01/2025-04-01")
    expected, split = plain_balances(days, children)
    told = {
        (row["from_day"], row["to_day"]): tuple(row.values())[4:]
        for row in found.balances.to_pylist()
    }
    assert told == expected
    shares = {
        (row["from_day"], row["meter"]): (row["amount"], row["adjustment"])
        for row in found.reconciled.to_pylist()
    }
    assert shares == split


def plain_balances(
    days: Mapping[str, Mapping[dt.date, Day]], children: tuple[str, ...]
) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Balances and splits once more, in plain loops."""
    stretches: dict[Any, list[dt.date]] = defaultdict(list)
    for day in sorted(days["p"]):
        if any(day in days[child] for child in children):
            stretches[day.month].append(day)
            stretches[None].append(day)
    rows, split = {}, {}
    for month, listed in stretches.items():
        present = [[days[c][day] for c in children if day in days[c]] for day in listed]
        own = [days["p"][day] for day in listed]
        whole = [
            (sum(o[:2]), sum(sum(v[:2]) for v in p))
            for o, p in zip(own, present, strict=True)
            if not o[2] and not any(v[2] for v in p)
        ]
        parent = sum(sum(o[:2]) for o in own)
        together = sum(sum(v[:2]) for p in present for v in p)
        missing = (sum(o[2] for o in own), sum(v[2] for p in present for v in p))
        rows[listed[0], listed[-1] + dt.timedelta(days=1)] = (
            parent, together, parent - together,
            sum(o[1] for o in own), sum(v[1] for p in present for v in p), *missing,
            max(map(len, present)), sum(map(len, present)),
            len(whole), sum(w[0] for w in whole), sum(w[1] for w in whole),
        )  # fmt: skip
        used = [c for c in children if any(day in days[c] for day in listed)]
        amounts = [sum(sum(days[c][day][:2]) for day in listed if day in days[c]) for c in used]
        if month and missing == (0, 0) and parent > 0 and together > 0 and min(amounts) >= 0:
            for child, amount, share in zip(
                used, amounts, largest_remainder(parent, amounts), strict=True
            ):
                split[listed[0], child] = (share, share - amount)
    return rows, split
