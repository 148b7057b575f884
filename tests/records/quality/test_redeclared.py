"""A declaration may change what a meter counts in: what was recorded keeps its amount."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from tests.records.build import Judged, judge, series

from celadon.errors import ChainBroken, DeclarationError
from celadon.records.ledger.declared_counts import declared_counts
from celadon.records.ledger.ledger import Commit, Ledger
from celadon.records.site import Site, load_site
from celadon.records.tables import READING

START = dt.datetime(2025, 3, 2, 16)
COUNTS = [100 + n * 37 % 23 for n in range(96)]
TOML = """\
[site]
id = "pots"
country = "CN"
zone = "Asia/Shanghai"
[owner]
name = "模拟陶瓷厂"
credit_code = "91999999MA00FAKE83"
[[meter]]
id = "m"
kind = "interval"
measure = "{measure}"
resolution = "{resolution}"
"""


class World:
    """A site whose declaration changes, and its ledger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = Ledger(folder / "ledger")
        self.site: Site

    def declare(self, measure: str = "t", resolution: str = "1", more: str = "") -> None:
        path = self.folder / "site.toml"
        path.write_text(
            TOML.format(measure=measure, resolution=resolution) + more, encoding="utf-8"
        )
        self.site = load_site(path)
        self.ledger.commit_declaration(path)

    def deliver(self, counts: list[int], name: str = "a.csv") -> Commit:
        source = self.folder / name
        source.write_text(name, encoding="utf-8")
        rows = (
            {"meter": "m", "ts": ts, "count": count, "source_row": n + 2}
            for n, (ts, count) in enumerate(series(START, counts))
        )
        return self.ledger.commit("reading", READING.from_rows(rows), source, "p")

    def judge(self) -> Judged:
        return judge(self.site, self.ledger.batches("reading"), self.folder)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_finer_resolution_does_not_make_old_readings_smaller(world: World) -> None:
    world.declare(resolution="1")
    world.deliver(COUNTS)
    world.declare(resolution="0.1")
    result = world.judge()
    assert result.sums("m")["measured"] == sum(COUNTS) * 1000
    assert result.told("subject", "rule", "slots") == [("m", "redeclared", 96)]


def test_a_coarser_resolution_rounds_half_to_even(world: World) -> None:
    world.declare(resolution="0.1")
    world.deliver([995, 1005, 1015, 1006, *(10 * c for c in COUNTS[4:])])
    world.declare(resolution="1")
    found = [row[2] for row in world.judge().of("m")]
    assert found == [1000 * c for c in (100, 100, 102, 101, *COUNTS[4:])]


def test_another_unit_keeps_the_amount_until_the_file_is_read_again(world: World) -> None:
    world.declare(measure="kg")
    world.deliver(COUNTS)
    world.declare(measure="t")
    assert world.judge().sums("m")["measured"] == 0  # tenths of a tonne, rounded
    assert world.deliver(COUNTS).replayed is False  # the same counts, but now of tonnes
    result = world.judge()
    assert result.sums("m")["measured"] == sum(COUNTS) * 1000
    assert result.told("rule") == []
    assert world.deliver(COUNTS).replayed is True


def test_a_change_that_leaves_the_counts_alone_changes_nothing(world: World) -> None:
    world.declare(resolution="1")
    world.deliver(COUNTS)
    before = world.judge()
    world.declare(resolution="1.0", measure="吨", more='maximum = "900"\n')
    assert world.deliver(COUNTS).replayed is True
    after = world.judge()
    assert (after.digest, after.told("rule")) == (before.digest, [])


def test_what_was_read_again_counts_once(world: World) -> None:
    world.declare()
    world.deliver([c + 1 for c in COUNTS])
    world.declare(more="stuck_after = 30\n")
    world.deliver(COUNTS)
    result = world.judge()
    assert [row[2] for row in result.of("m")] == [c * 1000 for c in COUNTS]
    assert result.told("rule") == []
    assert result.readings == 96


def test_a_meter_that_becomes_another_is_refused(world: World) -> None:
    world.declare(measure="kg")
    world.deliver(COUNTS)
    world.declare(measure="kWh")
    with pytest.raises(DeclarationError, match="The meter m has become another") as caught:
        world.judge()
    assert "id of its own" in caught.value.faults[0].remedy


def test_a_meter_that_is_gone_is_passed_over(world: World) -> None:
    world.declare()
    world.deliver(COUNTS)
    world.declare(more='[[meter]]\nid = "n"\nkind = "interval"\nmeasure = "kg"\n')
    path = world.folder / "site.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"m"', '"k"'), encoding="utf-8")
    world.site = load_site(path)
    assert world.judge().told("subject", "rule") == [("k", "gap"), ("n", "gap")]


def test_a_changed_declaration_in_the_ledger_is_found(world: World) -> None:
    world.declare()
    world.deliver(COUNTS)
    path = world.ledger.declaration()
    assert path is not None
    assert declared_counts(path)["m"].measure == "t"
    path.write_text("id = 1", encoding="utf-8")
    with pytest.raises(ChainBroken):
        world.judge()
