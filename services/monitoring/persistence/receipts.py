"""Receipt frames: kept as bytes, and said to the firm's topic with the commit."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.outbox import Outbox
from monitoring.application.intake_ports import ReceiptFrame
from monitoring.domain.firm import FirmEnvironment, receipts_topic
from monitoring.persistence.tables import intake as tables

CONTENT_TYPE = "application/json"
_RECEIPTS_PARTITION = 0  # each firm's topic has one


class PostgresReceipts:
    """`Receipts` on Postgres and the outbox."""

    def __init__(self, connection: AsyncConnection, outbox: Outbox, environment: FirmEnvironment = "PROD") -> None:
        self._connection = connection
        self._outbox = outbox
        self._environment = environment

    async def say(self, frame: ReceiptFrame, *, at: datetime) -> None:
        """Keeps a frame's bytes, and says it with the commit. Said again, it is these bytes."""
        for number, body in enumerate(frame.parts, start=1):
            self._outbox.say_raw(
                topic=receipts_topic(frame.firm_id, self._environment),
                key=None,
                body=body,
                headers={
                    "content-type": CONTENT_TYPE,
                    "frame": str(frame.sequence),
                    "part": f"{number}/{len(frame.parts)}",
                },
                partition=_RECEIPTS_PARTITION,
            )
        await self._connection.execute(
            insert(tables.frame),
            [
                {
                    "firm_id": frame.firm_id,
                    "sequence": frame.sequence,
                    "part": number,
                    "kind": frame.kind,
                    "body": body,
                    "said_at": at,
                }
                for number, body in enumerate(frame.parts, start=1)
            ],
        )
