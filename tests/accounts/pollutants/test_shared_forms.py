"""Sites of a shard that share lines have the outlets that each would have had for itself."""

from __future__ import annotations

from typing import Any

from tests.accounts.pollutants.outlets import drain, site_with, slag, stack
from tests.accounts.tiny import MARCH, meter_days, row, sample, used

from celadon.accounts.account import compute_accounts
from celadon.accounts.book import open_book
from celadon.accounts.forms import Forms
from celadon.accounts.samples import Samples
from celadon.engine import Engine
from celadon.records.tables import METER_DAY, SHARED_DAY
from celadon.reference import load_registry

NAMES = ("one", "two")


def leaves(forms: Forms | None) -> list[dict[str, Any]]:
    outlet = stack(factors={"particulates": ["coal"]})
    sites = [site_with(outlet, drain(), slag(), name=name) for name in NAMES]
    rows = [used("coal", 4_000), row("slag", "production", "2025-03", 9_000)]
    samples = Samples([sample("coal", "particulates_factor", "0.1", "g/kg")])
    books = {
        site.id: open_book(site, load_registry(), MARCH, rows, samples, forms) for site in sites
    }
    days = [d for name in NAMES for d in meter_days("stack-1.so2", MARCH, 5_000, site=name)]
    with Engine(1) as engine:
        engine.load(METER_DAY, METER_DAY.from_rows(days))
        engine.load(SHARED_DAY, SHARED_DAY.from_rows([]))
        made = compute_accounts(engine, books, forms).leaves.to_pylist()
    return sorted(made, key=lambda leaf: (leaf["site"], leaf["leaf"]))


def test_sharing_lines_changes_no_leaf() -> None:
    alone = leaves(None)
    assert leaves(Forms()) == alone
    told = {(leaf["site"], leaf["measure"]): leaf["value"] for leaf in alone}
    for name in NAMES:
        assert told[name, "so2"] == 155  # 31 x 5 g
        assert told[name, "particulates"] == 400
        assert told[name, "generated"] == 9_000
