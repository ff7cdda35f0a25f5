"""Encodes blocks of reference rows as they travel; account numbers leave as their keyed references only."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from events.reference.v1 import ROW_CLASSES, add_hashes, encode_rows, row_hashes
from events.reference.v1 import Row as EventRow
from finance.identifiers import account_ref
from review.domain.reference_columns import Row
from review.domain.reference_load import EncodedBlock

# What a file calls an account number, and what travels in its place.
_REFERENCES: Mapping[str, str] = {"unified_account": "account_ref", "pledgee_account": "pledgee_ref"}


class BlockEncoder:
    """Knows the key by which an account number becomes a reference."""

    def __init__(self, account_key: bytes) -> None:
        self._account_key = account_key

    def __call__(self, kind: str, rows: Sequence[Row]) -> EncodedBlock:
        """One block, with the sum of its rows' hashes."""
        row_class = cast("Callable[..., EventRow]", ROW_CLASSES[kind])
        encoded = encode_rows([row_class(**self._with_reference(row)) for row in rows])
        total = 0
        for one in row_hashes(encoded):
            total = add_hashes(total, one)
        return EncodedBlock(rows=bytes(encoded), count=len(rows), hash=total)

    def _with_reference(self, row: Row) -> Mapping[str, object]:
        """The row as it travels: each account number gives way to its reference."""
        if not row.keys() & _REFERENCES.keys():
            return row
        references = {
            reference: account_ref(str(row[column]), self._account_key)
            for column, reference in _REFERENCES.items()
            if column in row
        }
        rest = {name: value for name, value in row.items() if name not in _REFERENCES}
        return {"share_class": None, **rest, **references}
