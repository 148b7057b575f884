"""Working media of own plants: one factor for plant and users, and when there is none."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.accounts.tiny import (
    MARCH,
    Made,
    account,
    make_site,
    meter,
    meter_days,
    stream,
    used,
)

from celadon.records.period import Period

OWN = {"media": "own_plant"}
UNITS = (
    {"id": "plant", "makes": "oxygen"},
    {"id": "station", "makes": "compressed_air"},
    {"id": "furnace"},
    {"id": "mill"},
)
NETWORKS = (
    {"id": "o2", "carrier": "oxygen"},
    {"id": "air", "carrier": "compressed_air"},
    {"id": "power", "carrier": "electricity"},
)
STREAMS = [
    stream("power-plant", "electricity", "power", "plant"),
    stream("o2-made", "oxygen", "plant", "o2"),
    stream("o2-furnace", "oxygen", "o2", "furnace"),
    stream("o2-mill", "oxygen", "o2", "mill"),
]
ROWS = [used("power-plant", 580_146), used("o2-made", 10**6)]


def oxygen_site(*more: dict[str, object], streams: list[dict[str, object]] = STREAMS, **rest):
    return make_site([*streams, *more], units=UNITS, networks=NETWORKS, accounting=OWN, **rest)


def energies(made: Made) -> dict[str, int]:
    """Process energy by unit."""
    units = {leaf["unit"] for leaf in made.of(account="process_energy")}
    return {unit: made.total(account="process_energy", unit=unit) for unit in units}


@settings(max_examples=25, deadline=None)
@given(
    power=st.integers(1, 10**12),
    users=st.lists(st.integers(1, 10**12), min_size=2, max_size=2),
)
@example(150_095_557_962, [1, 1])
def test_users_carry_what_the_plant_used(power: int, users: list[int]) -> None:
    rows = [
        used("power-plant", power), used("o2-made", sum(users)),
        used("o2-furnace", users[0]), used("o2-mill", users[1]),
    ]  # fmt: skip
    made = account(oxygen_site(), rows=rows)
    shares = energies(made)
    plant = made.total(account="process_energy", unit="plant", carrier="electricity")
    if "furnace" not in shares:  # so much power for so little gas that no column holds the ratio
        assert made.found("no_parameter")
        return
    # the factor is kept to 9 decimals of kgce per Nm3, so a share is off by half of one at most
    slack = 3 + Fraction(sum(users), 10**6) / 2 / 1000
    if plant and plant * 10**9 >= sum(users):
        assert abs(shares["furnace"] + shares["mill"] - plant) <= slack
        assert abs(shares["plant"]) <= slack


def test_what_a_plant_uses_of_its_own_medium_is_not_made_for_others() -> None:
    own_use = stream("o2-own", "oxygen", "o2", "plant")
    rows = [*ROWS, used("o2-own", 200_000), used("o2-furnace", 800_000), used("o2-mill", 0)]
    made = account(oxygen_site(own_use), rows=rows)
    shares = energies(made)
    power = made.total(account="process_energy", unit="plant", carrier="electricity")
    assert abs(shares["furnace"] - power) <= 1
    assert abs(shares["plant"]) <= 1


def test_two_plants_of_one_medium_have_one_factor() -> None:
    units = (*UNITS, {"id": "second", "makes": "oxygen"})
    site = make_site(
        [
            *STREAMS, stream("power-second", "electricity", "power", "second"),
            stream("o2-second", "oxygen", "second", "o2"),
        ],
        units=units, networks=NETWORKS, accounting=OWN,
    )  # fmt: skip
    rows = [*ROWS, used("power-second", 419_854), used("o2-second", 10**6)]
    made = account(site, rows=[*rows, used("o2-furnace", 1_500_000), used("o2-mill", 500_000)])
    factors = {p["count"] for p in made.parameters(name="medium_energy")}
    assert factors == {122_900 * 10**9 // 2_000_000}  # 1 MWh for 2,000 Nm3
    shares = energies(made)
    assert shares["furnace"] + shares["mill"] == 122_900


def test_a_medium_made_of_another_comes_after_it() -> None:
    site = oxygen_site(
        stream("air-power", "electricity", "power", "station"),
        stream("air-made", "compressed_air", "station", "air"),
        stream("air-to-plant", "compressed_air", "air", "plant"),
    )
    rows = [
        *ROWS, used("air-power", 100_000), used("air-made", 10**6), used("air-to-plant", 10**6),
        used("o2-furnace", 10**6), used("o2-mill", 0),
    ]  # fmt: skip
    shares = energies(account(site, rows=rows))
    assert abs(shares["furnace"] - Fraction("122.9") * (580_146 + 100_000) / 1000) <= 2


def test_plants_that_use_each_other_s_media_are_refused_and_named() -> None:
    site = oxygen_site(
        stream("air-made", "compressed_air", "station", "air"),
        stream("air-to-plant", "compressed_air", "air", "plant"),
        stream("o2-to-station", "oxygen", "o2", "station"),
    )
    rows = [*ROWS, used("air-made", 10**6), used("air-to-plant", 10), used("o2-to-station", 10)]
    made = account(site, rows=[*rows, used("o2-furnace", 10), used("o2-mill", 10)])
    assert [f.subject for f in made.found("circular_media")] == ["compressed_air, oxygen"]
    assert {f.subject for f in made.found("no_parameter")} == {
        "o2-made", "o2-furnace", "o2-mill", "o2-to-station", "air-made", "air-to-plant",
    }  # fmt: skip
    assert {leaf["carrier"] for leaf in made.of(account="process_energy")} == {"electricity"}


def test_a_medium_that_is_bought_and_made_is_refused() -> None:
    bought = stream("o2-bought", "oxygen", "outside", "o2")
    rows = [*ROWS, used("o2-bought", 10), used("o2-furnace", 10), used("o2-mill", 10)]
    made = account(oxygen_site(bought), rows=rows)
    assert made.total(account="energy") == 0
    reasons = {f.numbers["why"] for f in made.found("no_parameter")}
    assert reasons == {"it is bought and made: two families would mix in one medium"}


@pytest.mark.parametrize("lost", ["power-plant", "o2-made"])
def test_a_month_without_the_plant_s_energy_or_output_has_no_factor(lost: str) -> None:
    rows = [used("power-plant", 580_146, f"2025-0{m}") for m in (3, 4)]
    rows += [used("o2-made", 10**6, f"2025-0{m}") for m in (3, 4)]
    rows += [used(f"o2-{user}", 10, f"2025-0{m}") for user in ("furnace", "mill") for m in (3, 4)]
    kept = [r for r in rows if (r.stream, r.from_day.month) != (lost, 4)]
    made = account(oxygen_site(), Period.parse("2025-03-01/2025-05-01"), rows=kept)
    assert [f.place for f in made.found("derived_incomplete")] == ["oxygen › 2025-04"]
    months = {x["month"].month for x in made.of(account="process_energy", carrier="oxygen")}
    assert months == {3}
    assert {f.numbers["first"] for f in made.found("no_parameter")} == {"2025-04-01"}


def test_a_plant_that_uses_what_has_no_coefficient_has_no_factor() -> None:
    argon = stream("argon", "argon", "outside", "plant")
    rows = [*ROWS, used("argon", 10), used("o2-furnace", 10), used("o2-mill", 10)]
    made = account(oxygen_site(argon), rows=rows)
    assert {leaf["carrier"] for leaf in made.of(account="process_energy")} == {"electricity"}
    why = {f.numbers["why"] for f in made.found("no_parameter") if f.subject == "o2-mill"}
    assert why == {"plant used argon, whose energy is not known"}


def test_a_factor_from_an_incomplete_month_is_told() -> None:
    streams = [STREAMS[0] | {"meters": ["e"], "monthly": None}, *STREAMS[1:]]
    site = oxygen_site(streams=streams, meters=[meter("e")])
    days = meter_days("e", MARCH, 18_000, seconds_missing=900)
    rows = [used("o2-made", 10**6), used("o2-furnace", 10**6), used("o2-mill", 0)]
    made = account(site, rows=rows, days=days)
    (found,) = made.found("derived_partial")
    assert found.numbers == {"month": "2025-03", "hours": "7.8"}
    assert len(made.parameters(name="medium_energy")) == 3


def test_a_medium_s_factor_bears_the_weakest_letter_of_its_plant() -> None:
    made = account(oxygen_site(), rows=[*ROWS, used("o2-furnace", 10**6), used("o2-mill", 0)])
    (power,) = {p["confidence"] for p in made.parameters(name="coal_equivalent")}
    assert {p["confidence"] for p in made.parameters(name="medium_energy")} == {power}
    assert {x["confidence"] for x in made.of(carrier="oxygen", account="process_energy")} == {power}


def test_bought_media_take_the_national_table() -> None:
    site = make_site([stream("o2", "oxygen", "outside", "mill")])
    made = account(site, rows=[used("o2", 10**6)])
    assert made.total(account="energy", measure="calorific_value") == 400_000  # 0.4000 kgce/Nm3
