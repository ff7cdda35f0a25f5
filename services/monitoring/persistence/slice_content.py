"""The bytes of usual records, kept once for their slice: messages as they came, packed together.

The records of one firm resemble each other, so together they take a small part of what they take one by one; and they
are written once, as one value. Whoever asks for a record's bytes gets them unaltered (M20.1).
"""

from collections.abc import Collection, Iterable
from typing import Final

import cramjam
import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from submissions.decode import lines_of
from submissions.outcome import Message

_LEVEL: Final = 1
_SLICES = text(
    'select s.content, asked.at as "offset" from unnest(cast(:offsets as bigint[])) as asked (at) '
    'join lateral (select content, "end" from intake_slice where firm_id = :firm_id and start <= asked.at '
    'order by start desc limit 1) as s on s."end" > asked.at'
)
Place = tuple[int, int]


def packed(messages: Iterable[Message]) -> bytes:
    """The messages' bytes with their offsets."""
    plain = msgspec.msgpack.encode([(one.offset, one.value) for one in messages])
    return bytes(cramjam.zstd.compress(plain, level=_LEVEL))


async def kept_lines(connection: AsyncConnection, firm_id: str, places: Collection[Place]) -> dict[Place, bytes]:
    """The bytes of records by their message's offset and their line in it."""
    offsets = sorted({offset for offset, _ in places})
    rows = await connection.execute(_SLICES, {"firm_id": firm_id, "offsets": offsets})
    values: dict[int, bytes] = {}
    unpacked: dict[bytes, dict[int, bytes]] = {}
    for row in rows:
        if row.content not in unpacked:
            unpacked[row.content] = _unpacked(row.content)
        values[row.offset] = unpacked[row.content][row.offset]
    return {(offset, line): lines_of(values[offset])[line] for offset, line in places}


def _unpacked(content: bytes) -> dict[int, bytes]:
    plain = bytes(cramjam.zstd.decompress(content))
    return dict(msgspec.msgpack.decode(plain, type=list[tuple[int, bytes]]))
