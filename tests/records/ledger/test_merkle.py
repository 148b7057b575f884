"""Merkle trees: the root of RFC 6962, however it is reached, and paths that prove one leaf."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celadon.records.ledger.merkle import Tree, leaf_hash, node_hash, path_of, root_by_path

leaves_of = st.lists(st.binary(max_size=4), min_size=1, max_size=40).map(
    lambda contents: [leaf_hash(content) for content in contents]
)


def defined_root(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962, section 2.1, defines it, by recursion."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(defined_root(leaves[:split]), defined_root(leaves[split:]))


# Published test vectors of RFC 6962 implementations (leaves "", 00, 10, 2021, 3031, 40414243,
# 5051525354555657, 606162636465666768696a6b6c6d6e6f): the definition above remakes them.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
          "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
ROOT_OF_EIGHT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_the_root_is_that_of_the_standard() -> None:
    leaves = [leaf_hash(bytes.fromhex(text)) for text in INPUTS]
    assert Tree(leaves).root() == ROOT_OF_EIGHT == defined_root(leaves).hex()
    assert Tree().root() == hashlib.sha256(b"").hexdigest()


@given(leaves_of)
def test_a_tree_that_grows_has_the_root_by_definition(leaves: list[bytes]) -> None:
    tree = Tree()
    for size, leaf in enumerate(leaves, start=1):
        tree.add(leaf)
        assert (tree.size, tree.root()) == (size, defined_root(leaves[:size]).hex())


@given(leaves_of, st.data())
def test_a_path_proves_its_leaf_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, root = path_of(leaves, index), Tree(leaves).root()
    assert root_by_path(leaves[index], index, len(leaves), path) == root
    assert root_by_path(leaf_hash(b"another"), index, len(leaves), path) != root
    for at in range(len(path)):
        changed = [*path[:at], "00" * 32, *path[at + 1 :]]
        assert root_by_path(leaves[index], index, len(leaves), changed) != root


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0), (5, 3)])
def test_a_place_that_is_not_there_proves_nothing(index: int, size: int) -> None:
    leaves = [leaf_hash(bytes([n])) for n in range(4)]
    assert root_by_path(leaves[0], index, size, path_of(leaves, 0)) is None


def test_a_path_of_another_length_proves_nothing() -> None:
    leaves = [leaf_hash(bytes([n])) for n in range(4)]
    path = path_of(leaves, 0)
    assert root_by_path(leaves[0], 0, 4, path[:-1]) is None
    assert root_by_path(leaves[0], 0, 4, [*path, path[0]]) is None


def test_a_leaf_is_no_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)
