"""The rows of an enterprise that show a finding, each with the hash that it stands under.

A row is told as ``TABLE/SITE/KEY@SHA-256``: of a leaf or a verdict the hash is that of the site's
account, of a piece of equipment or a row of a file that of the file it came in, of a declaration
that of its file, and where nothing stands that of the last line of the ledger that was read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from celadon.accounts.tables import LEAF
from celadon.app.national.nation import NationRun
from celadon.app.national.tables import SITE_RUN
from celadon.app.workspace import Workspace
from celadon.chain import sha256_file
from celadon.records.ledger.batches import read_batch
from celadon.records.tables import EQUIPMENT
from celadon.tables import read_parquet

_COLUMNS = ("site", "leaf", "unit", "stream", "carrier", "month", "account", "measure")


@dataclass(frozen=True, slots=True)
class Cells:
    """What of a site's returns shows a finding.

    Parameters
    ----------
    cells : quantities of the checks with their month, 1 to 12; 0 is all of the year.
    declarations : sites whose declaration shows it.
    places : in files of its ledger, such as ``books.xlsx › row 12``; other places show nothing.
    """

    cells: tuple[tuple[str, int], ...] = ()
    declarations: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


class OwnRows:
    """The rows of the sites of a national run, told so that they can be looked up.

    Parameters
    ----------
    wanted : the cells whose leaves will be asked for, by site; each part is read once for them.
    """

    def __init__(
        self, workspace: Workspace, run: NationRun, wanted: Mapping[str, Iterable[Cells]]
    ) -> None:
        self._workspace = workspace
        self._runs: dict[str, dict[str, Any]] = {}
        self._leaves: dict[str, dict[tuple[str, int], list[str]]] = {}
        asked = {site: {cell for each in cells for cell in each.cells}
                 for site, cells in wanted.items()}  # fmt: skip
        for part in run.parts:
            rows = read_parquet(part.path(run.folder, SITE_RUN.name)).to_pylist()
            self._runs |= {row["site"]: row for row in rows if row["site"] in part.states}
            sites = [site for site in part.states if asked.get(site)]
            if sites:
                path = part.path(run.folder, LEAF.name)
                leaf = read_parquet(path, list(_COLUMNS))
                leaf = leaf.filter(pc.is_in(leaf["site"], pa.array(sites)))
                for site in sites:
                    own = leaf.filter(pc.equal(leaf["site"], site))
                    self._leaves[site] = _by_cell(own, asked[site])

    def verdict(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """The row of a verdict, under the account that it was judged by."""
        key = "/".join(row[name] for name in ("subject", "indicator", "rule", "standard"))
        return (f"verdict/{row['site']}/{key}@{self._account(row['site'])}",)

    def of(self, site: str, cells: Cells) -> tuple[str, ...]:
        """The leaves of cells, declarations and places; else the end of a ledger without them."""
        known = self._leaves.get(site, {})
        account = self._account(site)
        found = [f"leaf/{site}/{leaf}@{account}"
                 for cell in cells.cells for leaf in known.get(cell, ())]  # fmt: skip
        found += [self._declaration(each) for each in cells.declarations]
        found += self._sources(site, cells.places)
        return tuple(dict.fromkeys(found)) or (self._end(site),)

    def machine(self, site: str, number: str) -> tuple[str, ...]:
        """The rows of a machine: in the list of equipment, and in the declaration of its site."""
        batches = self._workspace.ledger(site).batches(EQUIPMENT.name)
        listed = [each for each in batches if _lists(read_batch(each), number)]
        return (
            *(f"{EQUIPMENT.name}/{site}/{number}@{each.source}" for each in listed[-1:]),
            self._declaration(site, f"[[machine]] {number}"),
        )

    def _account(self, site: str) -> str:
        return str(self._runs[site]["hash"])

    def _declaration(self, site: str, place: str = "site.toml") -> str:
        path = self._workspace.site_file(site)
        return f"declaration/{site}/{place}@{sha256_file(path)}"

    def _end(self, site: str) -> str:
        position = self._runs[site]["position"]
        last = self._workspace.ledger(site).lines(position)[-1]
        return f"ledger/{site}/{position}@{last['hash']}"

    def _sources(self, site: str, places: Sequence[str]) -> Iterator[str]:
        if not places:
            return
        lines = self._workspace.ledger(site).lines(self._runs[site]["position"])
        files = {line["source_name"]: line["source"] for line in lines if "source_name" in line}
        for place in places:
            name = place.partition(" › ")[0]
            if name in files:
                yield f"source/{site}/{place}@{files[name]}"


def _lists(table: pa.Table, number: str) -> bool:
    return bool(pc.any(pc.equal(table["equipment"], number)).as_py())


def _by_cell(leaf: pa.Table, asked: set[tuple[str, int]]) -> dict[tuple[str, int], list[str]]:
    """The leaves of one site by quantity and month, as far as asked."""
    names, months = {name for name, _ in asked}, {month for _, month in asked}
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for row, quantity in quantities_of(leaf):
        if quantity in names:
            for month in {0, row["month"].month} & months:
                if (quantity, month) in asked:
                    found[quantity, month].append(row["leaf"])
    return {cell: sorted(leaves) for cell, leaves in found.items()}


def quantities_of(leaf: pa.Table) -> Iterator[tuple[dict[str, Any], str]]:
    """The leaves of one site, each with a quantity of the checks that it is a part of.

    These are the quantities of ``national_amount``; a leaf of a process may be a part of two.
    """
    rows = leaf.to_pylist()
    made: dict[str, set[str]] = defaultdict(set)
    bring: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["account"] == "production":
            made[row["unit"]].add(row["stream"])
        elif row["account"] == "supply":
            bring[row["carrier"]].add(row["stream"])
    is_single = len(set().union(*made.values())) == 1 if made else False
    for row in rows:
        account, stream, carrier = row["account"], row["stream"], row["carrier"]
        if account == "energy" and row["measure"] == "calorific_value":
            yield row, "energy"
        elif account == "production":
            yield row, "output" if is_single else f"output {stream}"
        elif account == "process_energy" and row["measure"] == "calorific_value":
            products = made.get(row["unit"], set()) if row["unit"] and not is_single else set()
            if len(products) == 1:
                yield row, f"energy {next(iter(products))}"
        elif account == "supply":
            is_alone = len(bring[carrier]) == 1 or stream == carrier
            yield row, carrier if is_alone else f"{carrier} {stream}"
