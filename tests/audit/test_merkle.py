"""The tree grown leaf by leaf is the tree of RFC 9162, which a naive recursion spells out here."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.audit import merkle

DATA = st.lists(st.binary(max_size=8), max_size=70)


def naive_root(data: list[bytes]) -> bytes:
    """RFC 9162 2.1.1, word for word."""
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    split = 1
    while split * 2 < len(data):
        split *= 2
    return sha256(b"\x01" + naive_root(data[:split]) + naive_root(data[split:])).digest()


@given(DATA)
def test_root_is_that_of_the_norm(data: list[bytes]) -> None:
    assert merkle.root(map(merkle.leaf_hash, data)) == naive_root(data)


@given(DATA, st.binary())
def test_frontier_can_be_kept_and_grown_on(data: list[bytes], more: bytes) -> None:
    frontier = merkle.Frontier()
    for item in data:
        frontier.append(merkle.leaf_hash(item))
    kept = merkle.Frontier(frontier.size, frontier.peaks)
    assert kept.grown(merkle.leaf_hash(more)).root() == naive_root([*data, more])
    assert kept.root() == naive_root(data)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70, unique=True), st.data())
def test_inclusion_proof_shows_the_leaf_at_its_place_only(data: list[bytes], draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, len(data) - 1))
    leaves = [merkle.leaf_hash(item) for item in data]
    proof = merkle.inclusion_proof(leaves, index)
    facts = {"size": len(data), "proof": proof, "root_hash": naive_root(data)}
    assert merkle.includes(leaf=leaves[index], index=index, **facts)
    assert not merkle.includes(leaf=merkle.leaf_hash(b"another leaf"), index=index, **facts)
    other = draw.draw(st.integers(0, len(data)))
    if other != index:
        assert not merkle.includes(leaf=leaves[index], index=other, **facts)
    assert not merkle.includes(leaf=leaves[index], index=index, **{**facts, "proof": [*proof, leaves[0]]})


@pytest.mark.parametrize(("size", "peaks"), [(1, []), (3, [b"x" * 32]), (2, [b"short"]), (-1, [])])
def test_frontier_that_does_not_fit_its_size(size: int, peaks: list[bytes]) -> None:
    with pytest.raises(merkle.BadFrontier):
        merkle.Frontier(size, peaks)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70, unique=True), st.data())
def test_proofs_of_several_leaves_are_those_of_each(data: list[bytes], draw: st.DataObject) -> None:
    wanted = draw.draw(st.sets(st.integers(0, len(data) - 1)))
    leaves = [merkle.leaf_hash(item) for item in data]
    together = merkle.inclusion_proofs(leaves, wanted)
    assert together == {index: merkle.inclusion_proof(leaves, index) for index in wanted}


def test_no_proof_of_a_leaf_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proofs([merkle.leaf_hash(b"one")], [1])
