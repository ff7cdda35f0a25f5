"""The client's door: the same key and the same request are one command, whatever became of the first answer."""

from typing import ClassVar

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cause import Cause, Idempotency
from chassis.kernel import Refusal

# A concurrent first request holds its row's lock: the insert waits for its end, within the command timeout.
_ADMIT = text(
    "insert into idempotency (actor, key, operation, request_hash) values (:actor, :key, :operation, :request_hash) "
    "on conflict do nothing returning true"
)
_EARLIER = text("select operation, request_hash, result from idempotency where actor = :actor and key = :key")
_REMEMBER = text("update idempotency set result = :result where actor = :actor and key = :key")


class AlreadyDone(Exception):  # an answer, not an error
    """The same request was done before; `result` is what it answered."""

    def __init__(self, result: msgspec.Raw) -> None:
        super().__init__("already done")
        self.result = result


class IdempotencyKeyReused(Refusal):
    """The key was used for another request."""

    slug: ClassVar[str] = "idempotency-key-reused"
    title_zh: ClassVar[str] = "该幂等键已用于另一请求"
    title_en: ClassVar[str] = "This idempotency key was used for another request"


async def admit(connection: AsyncConnection, cause: Cause, idempotency: Idempotency) -> None:
    """Takes the key for this transaction.

    Raises:
        AlreadyDone: the same request was committed before.
        IdempotencyKeyReused: another request was committed under the key.
    """
    row = {"actor": cause.subject.user_id, "key": idempotency.key}
    asked = {"operation": cause.operation, "request_hash": idempotency.request_hash}
    if (await connection.execute(_ADMIT, row | asked)).scalar_one_or_none():
        return
    earlier = (await connection.execute(_EARLIER, row)).mappings().one()
    if {"operation": earlier["operation"], "request_hash": earlier["request_hash"]} != asked:
        raise IdempotencyKeyReused
    raise AlreadyDone(msgspec.Raw(earlier["result"] or b"null"))


async def remember(connection: AsyncConnection, cause: Cause, idempotency: Idempotency, result: object) -> None:
    """Keeps the answer beside the key."""
    row = {"actor": cause.subject.user_id, "key": idempotency.key, "result": msgspec.json.encode(result)}
    await connection.execute(_REMEMBER, row)
