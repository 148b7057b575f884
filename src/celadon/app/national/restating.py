"""Parts kept over a change of the reference tables: whole, or without the sites that it touches."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from celadon.accounts.answers import Answers
from celadon.app.national.asked import Asked
from celadon.app.national.parts import Part, commit_part, drop_part, write_part
from celadon.app.national.tables import SITE_RUN
from celadon.reference import Registry
from celadon.tables import Schema, read_parquet


@dataclass(slots=True)
class Restating:
    """Finds what of earlier parts still holds under the reference tables of now.

    Parameters
    ----------
    basis : what parts rest on beside their sites and what these asked.
    """

    folder: Path
    basis: str
    registry: Registry
    schemas: Mapping[str, Schema]
    _answers: Answers | None = None

    def is_current(self, part: Part) -> bool:
        """Whether a part was made, or has been looked at, under these tables."""
        return part.reference == self.registry.digest

    def touched(self, part: Part) -> set[str]:
        """The sites of a part that these tables answer otherwise; all, where that is not known."""
        if part.basis != self.basis:
            return set(part.states)
        if self.is_current(part):
            return set()
        asked = Asked.read(part.asked)
        if asked.sites.keys() != part.states.keys():
            return set(part.states)
        if self._answers is None:
            self._answers = Answers(self.registry)
        return asked.changed(self._answers)

    def kept(self, part: Part, gone: Collection[str]) -> Part:
        """A whole part without some of its sites, under these tables; it is committed."""
        if not gone:
            if self.is_current(part):
                return part
            renewed = replace(part, reference=self.registry.digest)
            commit_part(self.folder, renewed)
            return renewed
        names = pa.array(sorted(gone), pa.string())
        tables, readings = {}, part.readings
        for name in part.files:
            schema = self.schemas[name]
            # texts stay codes of a dictionary: rows are passed over, and none is looked at
            table = read_parquet(part.path(self.folder, name), coded=_texts(schema))
            is_gone = pc.is_in(table["site"], names)
            tables[schema] = table.filter(pc.invert(is_gone))
            if schema is SITE_RUN:
                readings -= pc.sum(table["readings"].filter(is_gone)).as_py() or 0
        states = {site: state for site, state in part.states.items() if site not in gone}
        asked = Asked.read(part.asked).without(gone).text()
        made = write_part(
            self.folder, self.basis, states, tables, readings, part.seconds,
            reference=self.registry.digest, asked=asked, write=_write_coded,
        )  # fmt: skip
        drop_part(self.folder, part)
        return made


def _texts(schema: Schema) -> list[str]:
    return [column.name for column in schema.columns if column.type == "text"]


def _write_coded(schema: Schema, table: pa.Table, path: Path) -> None:
    """Write rows of a checked file whose texts are codes; as texts they are read again."""
    numbers = [c.name for c in schema.columns if c.type in ("bigint", "timestamp")]
    pq.write_table(
        table.combine_chunks(),
        path,
        compression="zstd",
        compression_level=3,
        use_dictionary=_texts(schema),
        column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED") or None,
        data_page_version="2.0",
        row_group_size=1_000_000,
        store_schema=False,
    )
