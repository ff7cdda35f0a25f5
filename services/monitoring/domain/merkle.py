"""One hash over everything a slice held and what became of it (M20.2), so that a single record can be proved later.

The tree is that of RFC 6962: leaves and nodes are hashed apart, and a lone node goes up unchanged.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from submissions.outcome import Received

_LEAF, _NODE = b"\x00", b"\x01"
EMPTY_ROOT = sha256(b"").digest()


def leaf_of(one: Received) -> bytes:
    """The leaf of a judged record."""
    return leaf(one.accession, str(one.outcome), one.raw)


def leaf(accession: str, outcome: str, raw: bytes) -> bytes:
    """The leaf of a record: its accession, its outcome and its bytes."""
    return sha256(b"%s%s\x1f%s\x1f%s" % (_LEAF, accession.encode(), outcome.encode(), raw)).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over the leaves, in order."""
    level: Sequence[bytes] = list(leaves)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        paired = [sha256(_NODE + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        level = paired if len(level) % 2 == 0 else [*paired, level[-1]]
    return level[0]
