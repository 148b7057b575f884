"""Nothing comes from nothing: every network and every stock closes before any fault is planted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np
import pytest

from celadon.records.site import Site, Stream
from celadon.simulate.clock import Flow
from celadon.simulate.materials import Entry, keep_books, simulate_use
from celadon.simulate.works import Works

Balance = Callable[[str], tuple[Flow, Flow]]


@pytest.fixture(scope="module")
def network_balance(site: Site, stream_flow: Callable[[Stream], Flow]) -> Balance:
    """What enters and what leaves a network in each slot; all its streams must be metered."""

    def balance(network: str) -> tuple[Flow, Flow]:
        into = [stream_flow(s) for s in site.streams if s.destination == network]
        out = [stream_flow(s) for s in site.streams if s.origin == network]
        return np.sum(into, axis=0), np.sum(out, axis=0)

    return balance


@pytest.fixture(scope="module")
def entries(works: Works) -> list[Entry]:
    return keep_books(works.clock, simulate_use(works.clock, works.made))


@pytest.mark.parametrize(
    ("network", "least", "most"),
    [
        ("power", 0.008, 0.012),
        ("bfg", 0.0, 0.006),
        ("cog", 0.0, 0.006),
        ("steam", 0.019, 0.021),
        ("oxygen", 0.019, 0.021),
        ("nitrogen", 0.019, 0.021),
        ("compressed-air", 0.019, 0.021),
        ("water", 0.019, 0.021),
    ],
)
def test_a_network_loses_only_its_loss_in_every_slot(
    network_balance: Balance, network: str, least: float, most: float
) -> None:
    into, out = network_balance(network)
    lost = into - out
    assert lost.min() >= -1e-6 * into.max()
    assert least <= lost.sum() / into.sum() <= most
    flowing = into > 0.05 * into.mean()
    assert np.all(lost[flowing] <= (most + 0.001) * into[flowing])


def test_converter_gas_balances_through_its_holder(works: Works, network_balance: Balance) -> None:
    into, out = network_balance("ldg")
    assert (into - out).sum() == pytest.approx(0.005 * into.sum(), rel=0.05)
    level = works.states["ldg-holder-level"]
    assert level.min() >= 5
    assert level.max() <= 85
    assert np.diff(into).std() > 10 * np.diff(out).std()  # pulses in, evenness out


def test_electricity_is_bought_or_sold_never_both(works: Works) -> None:
    bought = works.flows["grid-line-1"] + works.flows["grid-line-2"]
    assert not np.any((bought > 0) & (works.flows["grid-export"] > 0))
    assert bought.sum() > works.flows["grid-export"].sum() > 0


def test_no_flow_is_negative(works: Works) -> None:
    assert all(flow.min() >= 0 for flow in works.flows.values())


def test_the_stop_of_the_furnace_shows(works: Works) -> None:
    clock = works.clock
    off = slice(clock.slot(8, 13), clock.slot(8, 16))
    for meter in ("bfg-made", "coke-charge", "trt-output", "ldg-made", "bfg-coking"):
        assert works.flows[meter][off].sum() == pytest.approx(0, abs=1e-6), meter
    assert works.flows["coke-belt"][off].mean() > 0.95 * works.flows["coke-belt"].mean()
    assert works.flows["cog-coking"][off].min() > 0  # the ovens go on, with their own gas


@pytest.mark.parametrize("yard", ["coke-yard", "tar-tank", "benzol-tank"])
def test_a_yard_closes_every_month(
    works: Works, site: Site, entries: list[Entry], yard: str
) -> None:
    balance: dict[int, float] = defaultdict(float)
    for stream in site.streams:
        if yard not in (stream.origin, stream.destination):
            continue
        sign = 1 if stream.destination == yard else -1
        for meter in stream.meters:
            for month, amount in enumerate(works.clock.by_month(works.flows[meter]), start=1):
                balance[month] += sign * amount
        for entry in entries:
            if entry.stream == stream.id:
                part = -1 if entry.kind == "期末库存" else 1
                balance[entry.first.month if part > 0 else entry.last.month] += (
                    sign * part * entry.quantity
                )
    assert sorted(balance) == list(range(1, 13))
    assert max(abs(rest) for rest in balance.values()) < 0.1  # t, of tens of thousands


def test_stocks_follow_each_other_and_never_run_out(entries: list[Entry]) -> None:
    stocks: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if "库存" in entry.kind:
            stocks[entry.stream].append(entry)
    assert len(stocks) == 8
    for stream, rows in stocks.items():
        assert len(rows) == 24, stream
        assert min(row.quantity for row in rows) > 0, stream
        closing, opening = rows[1:-1:2], rows[2::2]
        assert [row.quantity for row in closing] == [row.quantity for row in opening], stream


def test_deliveries_are_dated_and_several_a_month(entries: list[Entry]) -> None:
    for stream, number in (("coking-coal", 8), ("injection-coal", 6)):
        rows = [e for e in entries if e.stream == stream and e.kind == "购入"]
        assert len(rows) == 12 * number
        assert len({row.first for row in rows}) == len(rows)  # never two on one day
        assert all(row.first == row.last for row in rows)
