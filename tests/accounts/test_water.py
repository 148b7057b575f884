"""Water by its use, in litres, at the place where it is used."""

from __future__ import annotations

import pytest
from tests.accounts.tiny import account, make_site, stream, used

NETWORKS = [{"id": "main", "carrier": "fresh_water"}]


@pytest.mark.parametrize(
    ("carrier", "origin", "destination", "use", "home"),
    [
        ("fresh_water", "outside", "main", "intake", "main"),
        ("fresh_water", "outside", "mill", "intake", "mill"),
        ("circulating_water", "mill", "oven", "reuse", "oven"),
        ("waste_water", "mill", "drain", "discharge", "mill"),
        ("waste_water", "mill", "outside", "discharge", "mill"),
        ("fresh_water", "outside", "drain", "intake", "works"),
    ],
)
def test_water_is_booked_where_it_is_used(
    carrier: str, origin: str, destination: str, use: str, home: str
) -> None:
    site = make_site(
        [stream("water", carrier, origin, destination, water=use, energy=False)],
        units=[{"id": "mill"}, {"id": "oven"}], networks=NETWORKS,
    )  # fmt: skip
    made = account(site, rows=[used("water", 12_345)])
    (leaf,) = made.of(account="water")
    assert (leaf["unit"], leaf["scope"], leaf["measure"]) == (home, use, "volume")
    assert (leaf["count"], leaf["value"]) == (12_345, 12_345)  # litres, whatever the direction
    assert leaf["method"] == "own records"
