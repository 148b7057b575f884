"""What a declaration may not ask of the accounts; every fault at once."""

from __future__ import annotations

from typing import Any

import pytest
from tests.accounts.tiny import account, make_site, stream

from celadon.errors import DeclarationError, LookupRefused
from celadon.records.site import Site

METHOD = {"carbon_method": "iron-and-steel-ndrc-2013"}


def faulty(*streams: dict[str, Any], **rest: Any) -> str:
    with pytest.raises(DeclarationError) as caught:
        account(make_site(streams, accounting=METHOD, **rest))
    return str(caught.value)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (stream("s", "coke", "outside", "mill", carbon="burning"), "does not know|knows:"),
        (stream("s", "coke", "mill", "gas", carbon="combustion"), "crosses the boundary"),
        (stream("s", "coke", "outside", "stock", carbon="combustion"), "crosses the boundary"),
        (stream("s", "heat", "outside", "mill", carbon="electricity"), "kind electricity"),
        (stream("s", "electricity", "outside", "mill", carbon="heat"), "kind heat"),
        (stream("s", "other_gas", "flare", "mill"), "never begins"),
        (stream("s", "waste_water", "drain", "mill"), "never begins"),
        (stream("s", "steam_low_pressure", "outside", "mill", water="intake"), "by volume"),
    ],
)
def test_a_stream_that_cannot_mean_what_it_says(bad: dict[str, Any], words: str) -> None:
    message = faulty(bad, networks=[{"id": "gas", "carrier": "other_gas"}])
    assert any(word in message for word in words.split("|"))
    assert "[[stream]] s" in message


def test_a_unit_that_makes_what_is_unknown() -> None:
    assert "makes 'phlogiston'" in faulty(units=[{"id": "mill", "makes": "phlogiston"}])


def test_all_faults_are_told_at_once() -> None:
    message = faulty(
        stream("a", "other_gas", "flare", "mill"),
        stream("b", "coke", "outside", "mill", carbon="burning"),
        units=[{"id": "mill", "makes": "phlogiston"}],
    )
    assert message.startswith("site.toml of works breaks 3 rule(s)")


@pytest.mark.parametrize("key", ["energy_method", "carbon_method"])
def test_a_method_that_is_not_known(key: str) -> None:
    site = make_site(accounting={key: "from-memory"})
    with pytest.raises(LookupRefused, match="from-memory") as caught:
        account(site)
    assert key in str(caught.value)


def test_an_energy_method_is_no_carbon_method() -> None:
    with pytest.raises(LookupRefused):
        account(make_site(accounting={"carbon_method": "gbt-2589-2020"}))


def sites() -> dict[str, Site]:
    return {country: make_site(country=country) for country in ("CN", "KR")}


def test_no_method_of_china_is_applied_elsewhere() -> None:
    found = {
        country: {f.numbers["account"] for f in account(site).found("no_method")}
        for country, site in sites().items()
    }
    assert found == {"CN": {"carbon"}, "KR": {"energy", "carbon"}}
