"""Lines that sites share are the lines that each would have had for itself."""

from __future__ import annotations

from typing import Any

import pytest
from tests.accounts.tiny import MARCH, make_site, row, sample

from celadon.accounts.account import compute_accounts
from celadon.accounts.activity import Row
from celadon.accounts.book import open_book
from celadon.accounts.forms import Forms
from celadon.accounts.samples import Sample, Samples
from celadon.accounts.tables import LEAF
from celadon.engine import Engine
from celadon.records.site import Site
from celadon.records.tables import METER_DAY, SHARED_DAY
from celadon.reference import load_registry

MADE = [row("clinker", "production", "2025-03", 1_000_000)]
OXIDES = [sample("clinker", "cao_content", "65", "%"), sample("clinker", "mgo_content", "2", "%")]


def site_of(name: str, method: str, kind: str) -> Site:
    product = {"id": "clinker", "monthly": "production", "carbon": kind}
    return make_site(name=name, products=[product], accounting={"carbon_method": method})


def leaves(
    sites: list[tuple[Site, list[Row], list[Sample]]], forms: Forms | None
) -> list[dict[str, Any]]:
    registry = load_registry()
    books = {
        site.id: open_book(site, registry, MARCH, rows, Samples(samples), forms)
        for site, rows, samples in sites
    }
    with Engine(1) as engine:
        engine.load(METER_DAY, METER_DAY.from_rows([]))
        engine.load(SHARED_DAY, SHARED_DAY.from_rows([]))
        made = compute_accounts(engine, books, forms).leaves.to_pylist()
    return sorted(made, key=lambda leaf: (leaf["site"], leaf["leaf"]))


CEMENT, ALUMINIUM = "cement-mee-2022-2025", "electrolytic-aluminium-mee-2024"


@pytest.mark.parametrize(
    "sites",
    [
        pytest.param(
            [(site_of("one", ALUMINIUM, "anode"), MADE, []),
             (site_of("two", ALUMINIUM, "anode_effect"), MADE, [])],
            id="two kinds of one product",
        ),
        pytest.param(
            [(site_of("one", CEMENT, "calcination"), MADE, OXIDES),
             (site_of("two", CEMENT, "calcination"), MADE, [])],
            id="samples of one of them",
        ),
    ],
)  # fmt: skip
def test_products_of_sites_that_differ_share_no_lines(
    sites: list[tuple[Site, list[Row], list[Sample]]],
) -> None:
    apart = [leaf for site in sites for leaf in leaves([site], None)]
    assert leaves(sites, Forms()) == apart
    assert len({leaf["value"] for leaf in apart if leaf["account"] == "carbon"}) > 1
    assert all(name in apart[0] for name in LEAF.names)
