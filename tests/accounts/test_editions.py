"""A family of editions: the one in force on each day, and what stands in for a text not loaded."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.accounts.tiny import account, make_site, stream, used

from celadon.accounts.segment import reference_changes
from celadon.errors import LookupRefused
from celadon.records.period import Period
from celadon.reference import load_registry
from celadon.reference.families import Edition, MethodByDay, families, find_method_by_day
from celadon.reference.methods import methods

SOURCES = load_registry().sources
AUTUMN = Period.parse("2026-09-01/2026-12-01")
STEEL = {"carbon_method": "iron-and-steel"}
OLD = "iron-and-steel-ndrc-2013"


def test_every_edition_has_a_method_or_a_source_that_is_known() -> None:
    for family in families().values():
        for edition in family.editions:
            assert edition.method in methods() or not edition.method
            assert edition.dated_by in SOURCES
        loaded = [e.method for e in family.editions if e.method]
        assert loaded
        assert len(set(loaded)) == len(loaded)


def test_editions_stand_in_the_order_in_which_they_began() -> None:
    for family in families().values():
        begun = [SOURCES[e.dated_by].validity.certain_from for e in family.editions]
        known = [day for day in begun if day is not None]
        assert known == sorted(known)


def test_the_day_chooses_the_edition() -> None:
    steel = find_method_by_day("iron-and-steel", "carbon", SOURCES)
    before = steel.on(dt.date(2026, 9, 1), dt.date(2026, 10, 1))
    after = steel.on(dt.date(2026, 10, 1), dt.date(2026, 11, 1))
    assert (before.method, before.missing) == (methods()[OLD], "")
    assert (after.method, after.missing) == (methods()[OLD], "gbt-32151-5-2026")
    across = steel.on(dt.date(2026, 9, 1), dt.date(2026, 11, 1))
    assert across.method is None
    assert "not cut" in across.why


def test_days_before_every_edition_have_none() -> None:
    steel = find_method_by_day("iron-and-steel", "carbon", SOURCES)
    assert "not yet in force" in steel.on(dt.date(2010, 1, 1), dt.date(2010, 2, 1)).why


def test_of_two_loaded_editions_each_holds_on_its_days() -> None:
    """The general method of 2015 after that of 2013, as if it were its next edition."""
    both = MethodByDay(
        "both", (Edition(method=OLD), Edition(method="general-industry-2015")), SOURCES
    )
    first = both.on(dt.date(2014, 5, 1), dt.date(2014, 6, 1)).method
    second = both.on(dt.date(2020, 5, 1), dt.date(2020, 6, 1)).method
    assert (first, second) == (methods()[OLD], methods()["general-industry-2015"])
    # in 2015 the second is known to the year alone: no edition is certain
    assert both.on(dt.date(2015, 5, 1), dt.date(2015, 6, 1)).method is None


def test_the_edition_not_loaded_is_named_and_the_last_known_stands_in() -> None:
    site = make_site([stream("coke", "coke", "outside", "mill", carbon="combustion")],
                     accounting=STEEL)  # fmt: skip
    rows = [used("coke", 1000, month) for month in ("2026-09", "2026-10", "2026-11")]
    made = account(site, AUTUMN, rows)
    leaves = made.of(account="carbon")
    assert [leaf["method"] for leaf in leaves] == [OLD] * 3
    (found,) = made.found("edition_not_loaded")
    assert found.numbers["name"] == "gbt-32151-5-2026"
    assert (found.numbers["first"], found.numbers["last"]) == ("2026-10-01", "2026-11-30")


def test_a_metered_stream_is_cut_where_the_edition_changes() -> None:
    """Of a family whose editions change within a month each part has its own leaf."""
    coking = MethodByDay(
        "both",
        (Edition(method=OLD), Edition(source="gbt-32150-2025"), Edition(source="mee-nbs-2024-12")),
        SOURCES,
    )
    changes = reference_changes(load_registry(), [coking], Period.parse("2024"))
    assert dt.date(2024, 4, 12) in changes


def test_a_name_that_is_neither_lists_methods_and_families() -> None:
    with pytest.raises(LookupRefused, match="iron-and-steel"):
        find_method_by_day("steel", "carbon", SOURCES)
