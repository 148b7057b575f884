"""Independent coking: the balance of carbon over the ovens, and own gas that is burnt.

Figures of activity are made up; defaults are written here again by hand, from the shipped tables.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.accounts.sectors.month import TO_CO2, F, grams, letters, month_of, rungs, unknown
from tests.accounts.tiny import sample, stream

from celadon.records.period import Period

METHOD = "independent-coking-gbt-32151-13-2023"
COAL = stream("coal", "cleaned_coal", "outside", "mill", carbon="coking_input")
OUTPUTS = [
    stream(name, carrier, "mill", "outside", carbon=kind)
    for name, carrier, kind in (
        ("coke", "coke", "coking_output"), ("tar", "coal_tar", "coking_output"),
        ("benzol", "crude_benzol", "coking_output"), ("gas", "coke_oven_gas", "coking_output"),
        ("dust", "carbon_dust", "coking_residue"),
    )
]  # fmt: skip
CONTENTS = {
    "coal": ("100000", "78.43", "%"), "coke": ("75123", "86.21", "%"), "tar": ("3456", "91.2", "%"),
    "benzol": ("987", "89.9", "%"), "gas": ("33210", "1.98", "tC/1e4Nm3"),
    "dust": ("123.4", "70.5", "%"),
}  # fmt: skip


def test_the_balance_of_a_month_by_measured_carbon() -> None:
    """(coal C in - coke, tar, benzol, gas, dust C out) x 44/12."""
    samples = [sample(n, "carbon_content", value, unit) for n, (_, value, unit) in CONTENTS.items()]
    amounts = {name: amount for name, (amount, _, _) in CONTENTS.items()}
    amounts["gas"] = "33210000"  # Nm3
    made = month_of(METHOD, [COAL, *OUTPUTS], amounts, samples)
    carbon = {
        name: F(amount) * (F(value) / 100 if unit == "%" else F(value) / 10)
        for name, (amount, value, unit) in CONTENTS.items()
    }
    lines = [grams(t * TO_CO2) if n == "coal" else -grams(t * TO_CO2) for n, t in carbon.items()]
    assert made.total(account="carbon") == sum(lines)
    assert made.total(account="carbon") > 0
    assert set(rungs(made).values()) == {"measured"}


def test_the_defaults_stand_in_where_carbon_was_not_measured() -> None:
    """Coke: 28.447 GJ/t x 29.50 tC/TJ x 44/12; nothing is oxidised in a balance."""
    made = month_of(METHOD, OUTPUTS[:1], {"coke": "1000"})
    assert made.total(account="carbon") == -grams(1000 * F("28.447") * F("0.0295") * TO_CO2)
    assert letters(made) == {"B"}


def test_on_the_days_of_the_guideline_before_it_the_figure_is_empty_and_names_it() -> None:
    """From 2015 to 2024-06 a guideline of 2014 was in force, whose text is not loaded."""
    before, after = (
        month_of("independent-coking", OUTPUTS[:1], {"coke": "1000"}, period=Period.parse(month))
        for month in ("2024-06", "2024-07")
    )
    assert not before.of(account="carbon")
    (found,) = before.found("method_not_in_force")
    assert "ndrc-coking-2014 is not loaded" in str(found.numbers["why"])
    assert {leaf["method"] for leaf in after.of(account="carbon")} == {METHOD}


def test_dust_must_be_measured() -> None:
    assert unknown(month_of(METHOD, OUTPUTS[4:], {"dust": "100"})) == "carbon_content"


def test_own_gas_that_is_burnt_is_combustion() -> None:
    """12,000 thousand Nm3 x 1.98 tC/1e4 Nm3 x 99 % x 44/12."""
    gas = stream("own", "coke_oven_gas", "network", "mill", carbon="own_gas")
    site = {"networks": [{"id": "network", "carrier": "coke_oven_gas"}]}
    samples = [sample("own", "carbon_content", "1.98", "tC/1e4Nm3"),
               sample("own", "oxidation_rate", "99", "%")]  # fmt: skip
    made = month_of(METHOD, [gas], {"own": "12000000"}, samples, tables=site)
    assert made.total(account="carbon") == grams(1200 * F("1.98") * F("0.99") * TO_CO2)
    assert {leaf["scope"] for leaf in made.of(account="carbon")} == {"direct_combustion"}


@settings(max_examples=30, deadline=None)
@given(
    parts=st.lists(st.integers(0, 50_000), min_size=3, max_size=3),
    lost=st.integers(0, 1000),
    percent=st.integers(1, 9900),
)
def test_carbon_that_leaves_is_not_emitted(parts: list[int], lost: int, percent: int) -> None:
    """Split coal of one carbon content: only what is in no output is emitted, to the last gram.

    Masses are multiples of 3 t, so that 44/12 leaves whole grams and no line is rounded.
    """
    names = ("coke", "tar", "benzol")
    amounts = {name: str(3 * part) for name, part in zip(names, parts, strict=True)}
    amounts["coal"] = str(3 * (sum(parts) + lost))
    samples = [sample(name, "carbon_content", f"{percent / 100}", "%") for name in amounts]
    made = month_of(METHOD, [COAL, *OUTPUTS[:3]], amounts, samples)
    assert made.total(account="carbon") == grams(3 * lost * F(percent, 10_000) * TO_CO2)
