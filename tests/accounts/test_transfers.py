"""Captured carbon dioxide: taken off only with its receiver, added where it was received."""

from __future__ import annotations

from typing import Any

import pytest
from tests.accounts.tiny import Made, account, make_site, sample, stream, used

METHOD = {"carbon_method": "chemicals-ndrc-2013"}


def moved(ends: tuple[str, str] = ("mill", "outside"), **rest: Any) -> Made:
    """1,000 Nm3 of pure carbon dioxide, 1.977 kg/Nm3 by the guideline."""
    one = stream("co2", "carbon_dioxide", *ends, carbon="co2_recovered", **rest)
    rows, samples = [used("co2", 1_000_000)], [sample("co2", "purity", "100", "%")]
    return account(make_site((one,), accounting=METHOD), rows=rows, samples=samples)


def test_what_is_passed_on_counts_off_with_receiver_and_document() -> None:
    made = moved(receiver="模拟接收方", transfer_document="T-1")
    assert made.total(account="carbon") == -1_977_000
    assert "capture_without_receiver" not in made.rules()


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({}, "receiver, transfer_document"),
        ({"receiver": "模拟接收方"}, "transfer_document"),
        ({"transfer_document": "T-1"}, "receiver"),
    ],
)
def test_without_either_nothing_is_taken_off_and_it_is_told(
    given: dict[str, str], lacking: str
) -> None:
    made = moved(**given)
    assert not made.of(account="carbon")
    (told,) = made.found("capture_without_receiver")
    assert told.numbers["lacking"] == lacking
    assert "1000000 NL" in told.text("en")
    assert "R_CO2" in told.text("zh")


def test_what_is_received_from_others_adds() -> None:
    assert moved(("outside", "mill")).total(account="carbon") == 1_977_000
