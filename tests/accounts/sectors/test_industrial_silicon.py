"""Industrial silicon: no equation of its standard is held; what all have in common stands in."""

from __future__ import annotations

from tests.accounts.sectors.month import TO_CO2, F, grams, month_of
from tests.accounts.tiny import stream

from celadon.records.period import Period

COKE = stream("coke", "coke", "outside", "mill", carbon="combustion")
FAMILY = "industrial-silicon"


def test_the_edition_in_force_is_named_and_the_common_part_stands_in() -> None:
    """From 2025-04-01; 1,000 t of coke x 28.447 GJ/t x 29.50 tC/TJ x 93 % x 44/12."""
    made = month_of(FAMILY, [COKE], {"coke": "1000"}, period=Period.parse("2025-04"))
    (found,) = made.found("edition_not_loaded")
    assert found.numbers["name"] == "gbt-32151-41-2024"
    assert {leaf["method"] for leaf in made.of(account="carbon")} == {"general-industry-2015"}
    expected = 1000 * F("28.447") * F("0.0295") * F("0.93") * TO_CO2
    assert made.total(account="carbon") == grams(expected)


def test_before_it_was_in_force_nothing_is_marked() -> None:
    made = month_of(FAMILY, [COKE], {"coke": "1000"}, period=Period.parse("2025-03"))
    assert not made.found("edition_not_loaded")
    assert made.total(account="carbon") > 0
