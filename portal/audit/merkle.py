"""The Merkle tree of RFC 9162 section 2.1 over SHA-256: a frontier that grows by one leaf, roots, inclusion proofs."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


class BadFrontier(ValueError):
    """A frontier whose hashes do not fit the size of its tree."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf: a 0x00 byte in front keeps leaves and nodes apart."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: a 0x01 byte in front."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the perfect subtrees of a tree, largest first: one for each bit that is set in the size.

    Raises:
        BadFrontier: if the number or the length of the hashes does not fit ``size``.
    """

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if size < 0 or len(self.peaks) != size.bit_count() or any(len(peak) != HASH_BYTES for peak in self.peaks):
            raise BadFrontier(f"{len(self.peaks)} hashes do not make a tree of {size}")

    def append(self, leaf: bytes) -> None:
        """Grow by one leaf hash, in at most log2(size) hashes."""
        node, size = leaf, self.size
        while size & 1:
            node = node_hash(self.peaks.pop(), node)
            size >>= 1
        self.peaks.append(node)
        self.size += 1

    def grown(self, leaf: bytes) -> "Frontier":
        """A copy that is one leaf larger."""
        copy = Frontier(self.size, self.peaks)
        copy.append(leaf)
        return copy

    def root(self) -> bytes:
        """The Merkle tree hash of all leaves so far."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root(leaves: Iterable[bytes]) -> bytes:
    """The Merkle tree hash of these leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of the leaf at ``index`` (from 0) in the tree of these leaf hashes (RFC 9162 2.1.3.1).

    Raises:
        IndexError: if there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    left, right = leaves[:split], leaves[split:]
    if index < split:
        return [*inclusion_proof(left, index), root(right)]
    return [*inclusion_proof(right, index - split), root(left)]


def inclusion_proofs(leaves: Sequence[bytes], indexes: Iterable[int]) -> dict[int, list[bytes]]:
    """:func:`inclusion_proof` of several leaves, each hash of the tree computed once.

    Raises:
        IndexError: if there is no such leaf.
    """
    paths: dict[int, list[bytes]] = {index: [] for index in indexes}
    if any(not 0 <= index < len(leaves) for index in paths):
        raise IndexError(sorted(paths))
    _gather(leaves, 0, len(leaves), sorted(paths), paths)
    return paths


def _gather(leaves: Sequence[bytes], start: int, end: int, wanted: list[int], paths: dict[int, list[bytes]]) -> bytes:
    """The root of ``leaves[start:end]``; each wanted leaf in it gets the hashes beside its way up."""
    if not wanted:
        return root(leaves[start:end])
    if end - start == 1:
        return leaves[start]
    middle = start + (1 << ((end - start - 1).bit_length() - 1))
    in_left = [index for index in wanted if index < middle]
    in_right = [index for index in wanted if index >= middle]
    left = _gather(leaves, start, middle, in_left, paths)
    right = _gather(leaves, middle, end, in_right, paths)
    for index in in_left:
        paths[index].append(right)
    for index in in_right:
        paths[index].append(left)
    return node_hash(left, right)


def includes(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """Whether ``proof`` shows that ``leaf`` stands at ``index`` in the tree of ``size`` (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            result = node_hash(result, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and result == root_hash
