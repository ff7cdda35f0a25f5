"""The audit row: who did what through which door, in the transaction that did it. It only grows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cause import Cause
from chassis.telemetry import current_trace_id

Outcome = Literal["done", "refused", "read"]

_INSERT = text(
    "insert into audit (operation, actor, roles, participant_id, firm_id, door, door_ref, outcome, details, event_ids, "
    "trace_id) values (:operation, :actor, :roles, :participant_id, :firm_id, :door, :door_ref, :outcome, "
    "cast(:details as jsonb), :event_ids, :trace_id)"
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the trail. `event_ids` name the outbox rows of the same transaction."""

    cause: Cause
    outcome: Outcome
    details: Mapping[str, object] = field(default_factory=dict)
    event_ids: Sequence[UUID] = ()


async def write_entry(connection: AsyncConnection, entry: Entry) -> None:
    """Writes one line; it stands or falls with the transaction."""
    subject = entry.cause.subject
    door, reference = _door(entry.cause)
    await connection.execute(
        _INSERT,
        {
            "operation": entry.cause.operation,
            "actor": subject.user_id,
            "roles": sorted(subject.roles),
            "participant_id": subject.participant_id,
            "firm_id": subject.firm_id,
            "door": door,
            "door_ref": reference,
            "outcome": entry.outcome,
            "details": msgspec.json.encode(entry.details, enc_hook=str).decode(),
            "event_ids": list(entry.event_ids),
            "trace_id": _trace_id(entry.cause),
        },
    )


def _door(cause: Cause) -> tuple[str, str | None]:
    if cause.idempotency:
        return "command", cause.idempotency.key
    if cause.delivery:
        return "delivery", cause.delivery.event_id
    if cause.slice:
        return "slice", f"{cause.slice.topic}[{cause.slice.partition}] {cause.slice.start}-{cause.slice.end}"
    if cause.due:
        return "due", f"{cause.due.kind}:{cause.due.key}"
    return "none", None


def _trace_id(cause: Cause) -> str | None:
    current = current_trace_id()
    parent = cause.trace.get("traceparent")
    return current or (parent.split("-")[1] if parent else None)
