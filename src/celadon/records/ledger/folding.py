"""What the lines of a chain come to, remembered: only lines that are new are taken."""

from __future__ import annotations

from collections.abc import Sequence

from celadon.chain import Line
from celadon.records.ledger.heads import line_leaf
from celadon.records.ledger.in_force import Standing
from celadon.records.ledger.merkle import Tree


class Folding:
    """What is in force at the end of a chain, and the Merkle tree over its lines."""

    def __init__(self) -> None:
        self.standing = Standing()
        self.tree = Tree()
        self._last = ""

    def fold(self, lines: Sequence[Line]) -> Standing:
        """Take the lines that are new; all of them, should the chain be another than before."""
        done = self.standing.position
        if done and (done > len(lines) or lines[done - 1]["hash"] != self._last):
            self.standing, self.tree, done = Standing(), Tree(), 0
        for line in lines[done:]:
            self.standing.add(line)
            self.tree.add(line_leaf(line))
            self._last = line["hash"]
        return self.standing
