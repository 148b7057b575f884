"""A process, a product or a machine that no norm judges: cannot tell, because none is held."""

from __future__ import annotations

from tests.assess.made import FROM, TO, energy, made, site_of

from celadon.accounts.tables import LEAF
from celadon.assess import judge, reason_text
from celadon.assess.checks.national import given_hits, national_population
from celadon.assess.norms import without_norm
from celadon.reference import load_registry

LEAVES = LEAF.from_rows([energy("furnace", 5_000_000), made("alloy", 100_000)])


def test_a_process_without_a_norm_says_so() -> None:
    site = site_of(unit=[{"id": "furnace", "process": "hot_rolling", "product": "alloy"}])
    (row,) = judge(site, LEAVES, load_registry(), FROM, TO).to_pylist()
    assert (row["subject"], row["rule"], row["outcome"]) == ("furnace", "norm", "cannot_tell")
    assert reason_text(row["because"], "en") == "no norm of the process hot rolling is held"
    assert "热轧" in reason_text(row["because"], "zh")
    assert without_norm([row]) == ("furnace",)
    assert (row["num"], row["den"]) == (5_000_000, 100_000)  # the figure is told all the same


def test_a_band_with_levels_alone_has_both_answers() -> None:
    furnace = {"id": "furnace", "process": "flat_glass", "product": "alloy",
               "facts": {"capacity_t_per_day": "900"}}  # fmt: skip
    rows = judge(site_of(unit=[furnace]), LEAVES, load_registry(), FROM, TO).to_pylist()
    told = {row["rule"]: row for row in rows}
    assert told["levels-2023"]["unit"] == "kgce/weight case"
    assert "2.500 ≤ 8 (benchmark level)" in reason_text(told["levels-2023"]["because"], "en")
    assert told["norm"]["outcome"] == "cannot_tell"
    assert "has no limits for daily capacity 900" in reason_text(told["norm"]["because"], "en")


def test_nobody_is_asked_for_a_norm_that_nobody_holds() -> None:
    site = site_of(unit=[{"id": "furnace", "process": "hot_rolling", "product": "alloy"}])
    rows = judge(site, LEAVES, load_registry(), FROM, TO).to_pylist()
    named = {"site": "works", "owner": "", "credit_code": "", "region": "", "industry": ""}
    assert given_hits(national_population([named], LEAVES), [], rows).num_rows == 0
