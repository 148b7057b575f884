"""One cell in another unit is one finding, and its excess counts once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.assess.made import leaf, site_of

from celadon.accounts.tables import LEAF
from celadon.app.desk_check import _slip_of, _slip_questions
from celadon.assess.checks import Screening, screen
from celadon.assess.checks.national import given_hits, national_population
from celadon.assess.checks.slips import Slip
from celadon.assess.checks.telling import told_causes, told_reporters
from celadon.assess.reasons import encoded
from celadon.assess.verdicts import compared
from celadon.records.period import Period
from celadon.reference import load_registry

SITE = {"site": "works", "owner": "模拟", "credit_code": "", "region": "", "industry": ""}
EXCESS = 999 * 500_000  # gce that the cell brings in


def year(slip: dict[int, int], made: dict[int, int] | None = None) -> list[dict[str, Any]]:
    rows = []
    for number, month in enumerate(Period.parse("2025").months(), 1):
        days = {"from_day": month.from_day, "to_day": month.to_day, "month": month.from_day}
        times, lots = slip.get(number, 1), (made or {}).get(number, 1)
        wh, gce = 4_068_350 * times, 500_000 * times
        rows += [
            leaf(leaf=f"m{number}", unit="furnace", stream="soda", account="production",
                 measure="amount", count=10_000 * lots + number, value=10_000, **days),
            leaf(leaf=f"s{number}", unit="works", stream="grid", carrier="electricity",
                 account="supply", measure="amount", count=wh, value=wh, **days),
            leaf(leaf=f"e{number}", unit="works", stream="grid", carrier="electricity",
                 account="energy", measure="calorific_value", count=wh, value=gce, **days),
        ]  # fmt: skip
    return rows


def verdict(limit: int, num: int = 6_000_000 + EXCESS, den: int = 120_000) -> dict[str, Any]:
    limits = {"grade_3": Fraction(limit)}
    return {
        "site": "works", "subject": "soda", "standard": "GB 21257-2024", "rule": "norm",
        "outcome": "over_limit", "num": num, "den": den, "unit": "kgce/t",
        "limits": f'{{"grade_3":"{limit}"}}',
        "because": encoded([compared(Fraction(num, den), limits)]),
    }  # fmt: skip


def screened(slip: dict[int, int], verdicts: list[dict[str, Any]]) -> Screening:
    asked = national_population([SITE], LEAF.from_rows(year(slip)))
    return screen(asked, [given_hits(asked, [], verdicts)])


def test_one_cell_is_one_finding_and_counts_once() -> None:
    done = screened({7: 1000}, [verdict(60)])
    cause = told_causes(done, "en")[0]
    found = set(done.hits["rule"].to_pylist())
    assert found == {"unit_slip", "identity_missing", "month_repeated"}
    assert (cause.rule, cause.quantity, cause.pattern) == ("unit_slip", "electricity", "x1000")
    (first,) = told_reporters(done, "en", 5)
    assert first.title == "A month likely in another unit"
    assert first.expected == Fraction(EXCESS, 10**6) * 90 / 100
    (hit,) = [hit for hit in done.hits.to_pylist() if hit["rule"] == "unit_slip"]
    assert hit["size"] == EXCESS
    assert "GB 21257-2024" in hit["other"]
    assert "energy_per_output" in hit["other"]


def test_a_norm_that_is_broken_without_the_cell_too_stays() -> None:
    done = screened({7: 1000}, [verdict(40)])  # 50 kgce/t without the excess
    assert {"unit_slip", "norm_exceeded"} <= set(done.hits["rule"].to_pylist())


def test_no_slip_is_seen_where_a_month_is_merely_large() -> None:
    done = screened({7: 14}, [verdict(60)])
    assert done.slips == ()
    assert "month_jump" in done.hits["rule"].to_pylist()


def test_the_verdict_becomes_a_question_and_another_products_does_not() -> None:
    slips = screened({7: 1000}, []).slips
    row = verdict(60)
    assert _slip_of(site_of(), row, slips) is not None
    (asked,) = _slip_questions(site_of(), [row], slips, load_registry(), "en")
    assert asked.startswith("electricity of 2025-07 stands x1000 from the other months")
    other = verdict(60, num=8_000_000)  # its own energy holds no such excess
    assert _slip_of(site_of(), other, slips) is None
    assert _slip_of(site_of(), verdict(40), slips) is None


def test_a_month_of_output_too_small() -> None:
    leaves = LEAF.from_rows(year({}))
    rows = leaves.to_pylist()
    rows[18]["count"] = 10
    asked = national_population([SITE], LEAF.from_rows(rows))
    done = screen(asked)
    (slip,) = done.slips
    assert (slip.quantity, slip.factor, slip.excess) == ("output", "/1000", None)
    low = verdict(52, num=6_000_000, den=110_000)
    assert _slip_of(site_of(), low, done.slips) is not None


def test_the_output_of_one_product_leaves_the_verdict_of_another() -> None:
    products = [{"id": name, "monthly": "production"} for name in ("soda", "alloy")]
    site = site_of(product=products)
    slip = Slip(who=0, year=2025, month=7, quantity="output alloy", power=-3, beyond=-9_990,
                excess=None)  # fmt: skip
    low = verdict(52, num=6_000_000, den=110_000)
    assert low["subject"] == "soda"
    assert _slip_of(site, low, [slip]) is None
    assert _slip_of(site, low | {"subject": "alloy"}, [slip]) is slip
