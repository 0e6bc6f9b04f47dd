"""The RFC 6962 tree over the blocks of the sealed log: roots, and what proves that one head extends another. Pure."""

import hashlib
from collections.abc import Iterator, Sequence

# Of one block: its leaves are so many times halved (sql/seal.sql).
DEPTH = 40


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(nodes: Sequence[bytes]) -> bytes:
    """The root over subtrees of one size. Raises ValueError for none."""
    if not nodes:
        raise ValueError("There is no root of nothing.")
    if len(nodes) == 1:
        return nodes[0]
    half = _half(len(nodes))
    return node(root(nodes[:half]), root(nodes[half:]))


def path(index: int, nodes: Sequence[bytes]) -> list[bytes]:
    """The hashes beside the way from a subtree up to the root, the nearest first (RFC 6962 §2.1.1)."""
    if len(nodes) <= 1:
        return []
    half = _half(len(nodes))
    if index < half:
        return [*path(index, nodes[:half]), root(nodes[half:])]
    return [*path(index - half, nodes[half:]), root(nodes[:half])]


def consistency(first: int, nodes: Sequence[bytes]) -> list[bytes]:
    """What proves that the tree of all subtrees extends that of the first few (RFC 6962 §2.1.2). Raises ValueError for
    a number that is no part of them."""
    if not 0 < first <= len(nodes):
        raise ValueError("It is of at least one, and of no more than there are.")
    return list(_consistency(first, nodes, whole=True))


def _consistency(first: int, nodes: Sequence[bytes], *, whole: bool) -> Iterator[bytes]:
    if first == len(nodes):
        # The asker holds the root of the first tree itself.
        if not whole:
            yield root(nodes)
        return
    half = _half(len(nodes))
    if first <= half:
        yield from _consistency(first, nodes[:half], whole=whole)
        yield root(nodes[half:])
    else:
        yield from _consistency(first - half, nodes[half:], whole=False)
        yield root(nodes[:half])


def _half(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1
