"""Encodes blocks of reference rows as they travel; account numbers leave as their keyed references only."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from events.reference.v1 import ROW_CLASSES, add_hashes, encode_rows, row_hashes
from events.reference.v1 import Row as EventRow
from finance.identifiers import account_ref
from review.domain.reference_columns import Row
from review.domain.reference_load import EncodedBlock


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
        number = row.get("unified_account")
        if number is None:
            return row
        rest = {name: value for name, value in row.items() if name != "unified_account"}
        return {"share_class": None, **rest, "account_ref": account_ref(str(number), self._account_key)}
