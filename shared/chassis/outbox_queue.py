"""The outbox as the relay sees it: the unsent rows of keys that are not parked, oldest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import msgspec

from chassis.lease import Lease

ROWS_MAX = 500
BYTES_MAX = 8 * 1024 * 1024

# Never "id > last": a transaction that drew its id early and committed late would be lost.
_READ = """
with next as materialized (
    select id, day, sum(octet_length(body)) over (order by id) - octet_length(body) as before
    from (select id, day, body from outbox o where sent_at is null and topic <> all($3::text[]) and not exists
            (select from outbox_parked_key p where p.topic = o.topic and p.key = coalesce(o.key, ''))
          order by id limit $1) as unsent
)
select o.id, o.day, o.topic, o.key, o.partition, o.headers::text as headers, o.body,
       extract(epoch from clock_timestamp() - o.created_at)::float8 as age
from next join outbox o using (day, id) where next.before < $2 order by o.id
"""
_MARK = "update outbox set sent_at = clock_timestamp() where day = any($1::date[]) and id = any($2::bigint[])"
_PARK = (
    "insert into outbox_parked_key (topic, key, outbox_id, reason) values ($1, coalesce($2, ''), $3, $4) "
    "on conflict do nothing"
)
_PARKED = "select count(*) from outbox_parked_key"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One unsent record."""

    id: int
    day: date
    topic: str
    key: str | None
    partition: int | None
    headers: list[tuple[str, bytes]]
    body: bytes


class OutboxQueue:
    """Reads, marks and parks through the session that holds the lock, and through nothing else."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self.parked = 0
        self.oldest_age_s = 0.0

    async def read(self, *, without: Collection[str] = ()) -> list[Row]:
        """The oldest unsent rows, within bounds of number and size; always at least one if there is any.

        Rows of the topics named in `without` stay where they are and take no other's place.
        """
        found = await self._lease.fetch(_READ, ROWS_MAX, BYTES_MAX, list(without))
        self.oldest_age_s = found[0]["age"] if found else 0.0
        return [
            Row(
                id=one["id"],
                day=one["day"],
                topic=one["topic"],
                key=one["key"],
                partition=one["partition"],
                headers=[
                    (name, value.encode())
                    for name, value in msgspec.json.decode(one["headers"], type=list[tuple[str, str]])
                ],
                body=one["body"],
            )
            for one in found
        ]

    async def mark_sent(self, rows: list[Row]) -> None:
        """These have been acknowledged by all replicas."""
        await self._lease.execute(_MARK, sorted({one.day for one in rows}), [one.id for one in rows])

    async def park(self, row: Row, reason: str) -> None:
        """Nothing more of this key is sent until a person has looked."""
        await self._lease.execute(_PARK, row.topic, row.key, row.id, reason)
        self.parked = await self._lease.fetchval(_PARKED)

    async def count_parked(self) -> None:
        """Counts the parked keys: a person may have released some."""
        self.parked = await self._lease.fetchval(_PARKED)

    async def keep_house(self, *, ahead: int, keep_days: int) -> None:
        """Makes tomorrow's partitions, drops old ones that hold no unsent row."""
        await self._lease.fetchval("select ensure_outbox_partitions($1)", ahead)
        await self._lease.fetchval("select drop_sent_outbox_partitions($1)", keep_days)
