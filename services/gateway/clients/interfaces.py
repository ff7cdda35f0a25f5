"""The neighbours' published OpenAPI documents: fetched when first needed, fetched again now and then."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from chassis.logs import logger
from gateway.application.ports import Neighbours, NeighbourUnavailable, Outgoing, Published
from gateway.application.route_table import RouteTable, operations_of

DOCUMENT = "/api/v1/openapi.json"
KNOWN_SECONDS_MAX = 60.0
MISSING_SECONDS_MAX = 1.0
_OK = 200


class PublishedInterfaces:
    """What is known stays known while a neighbour is away; who was never heard of is asked again each second.

    Nobody waits for a neighbour whose interface is not needed: what is known is answered at once.
    """

    def __init__(
        self, names: tuple[str, ...], neighbours: Neighbours, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._names = names
        self._neighbours = neighbours
        self._monotonic = monotonic
        self._documents: dict[str, Mapping[str, Any]] = {}
        self._asked_at: dict[str, float] = {}
        self._table = RouteTable(())
        self._asking: asyncio.Task[None] | None = None

    def known(self) -> Published:
        """The interfaces as known now; asks anew behind the scenes when it is time to."""
        due = self._due()
        if due and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._ask_all(due))
        missing = frozenset(self._names) - self._documents.keys()
        return Published(documents=dict(self._documents), missing=missing, table=self._table)

    async def complete(self) -> Published:
        """The same after having asked those never heard of."""
        published = self.known()
        if published.missing and self._asking is not None:
            # One request that is given up must not take the answer from the others.
            await asyncio.shield(self._asking)
            published = self.known()
        return published

    def _due(self) -> list[str]:
        now = self._monotonic()
        patience = {name: KNOWN_SECONDS_MAX if name in self._documents else MISSING_SECONDS_MAX for name in self._names}
        return [name for name in self._names if now - self._asked_at.get(name, float("-inf")) > patience[name]]

    async def _ask_all(self, names: list[str]) -> None:
        await asyncio.gather(*(self._ask(name) for name in names))

    async def _ask(self, name: str) -> None:
        self._asked_at[name] = self._monotonic()
        outgoing = Outgoing(neighbour=name, method="GET", target=DOCUMENT)
        try:
            answer = await self._neighbours.send(outgoing)
        except NeighbourUnavailable:
            return
        if answer.status != _OK or not isinstance(answer.body, bytes):
            logger("interfaces").warning("no interface published", neighbour=name, status=answer.status)
            return
        self._documents[name] = json.loads(answer.body)
        self._table = RouteTable(
            operation for known, document in self._documents.items() for operation in operations_of(known, document)
        )
