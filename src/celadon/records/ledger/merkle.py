"""Merkle trees: one hash over many things, and a short proof that a thing is among them.

The tree is the one of RFC 6962, section 2.1: a leaf is the SHA-256 of a zero byte and its content,
a node that of a one byte and its two children; of n leaves the left child has as many as the
largest power of two below n.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf; holds one hash for each full subtree, the largest first."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        listed = list(leaves)
        self.size = len(listed)
        self._peaks: list[tuple[int, bytes]] = []
        first = 0
        while first < len(listed):  # the largest full subtree that is left
            width = 1 << ((len(listed) - first).bit_length() - 1)
            self._peaks.append((width, _full(listed[first : first + width])))
            first += width

    def add(self, leaf: bytes) -> None:
        """Put a leaf, by its hash, behind the others."""
        width = 1
        while self._peaks and self._peaks[-1][0] == width:
            leaf = node_hash(self._peaks.pop()[1], leaf)
            width *= 2
        self._peaks.append((width, leaf))
        self.size += 1

    def root(self) -> str:
        """The hash over all leaves, in hex; of no leaf, that of nothing.

        Examples
        --------
        >>> Tree().root()[:8]
        'e3b0c442'
        """
        if not self._peaks:
            return hashlib.sha256().hexdigest()
        folded = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            folded = node_hash(peak, folded)
        return folded.hex()


def _full(hashes: list[bytes]) -> bytes:
    """The hash over as many leaves as a power of two, level by level."""
    sha256 = hashlib.sha256
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [sha256(b"\1" + left + right).digest() for left, right in pairs]
    return hashes[0]


def path_of(leaves: Sequence[bytes], index: int) -> list[str]:
    """The hashes that lead from the leaf at ``index`` to the root, from the leaf upward."""
    path: list[str] = []
    rest = leaves
    while len(rest) > 1:
        split = _split(len(rest))
        if index < split:
            path.append(Tree(rest[split:]).root())
            rest = rest[:split]
        else:
            path.append(Tree(rest[:split]).root())
            rest, index = rest[split:], index - split
    return path[::-1]


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[str]) -> str | None:
    """The root to which a path leads from a leaf, in hex; None if the path has another length.

    Examples
    --------
    >>> leaves = [leaf_hash(text) for text in (b"coke", b"lime", b"ore")]
    >>> root_by_path(leaves[2], 2, 3, path_of(leaves, 2)) == Tree(leaves).root()
    True
    """
    sides: list[bool] = []
    width = size
    while width > 1:
        split = _split(width)
        sides.append(index < split)
        index, width = (index, split) if index < split else (index - split, width - split)
    if index != 0 or len(path) != len(sides):
        return None
    folded = leaf
    for is_left, other in zip(reversed(sides), path, strict=True):
        beside = bytes.fromhex(other)
        folded = node_hash(folded, beside) if is_left else node_hash(beside, folded)
    return folded.hex()


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << ((size - 1).bit_length() - 1)
