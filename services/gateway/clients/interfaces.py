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
    """What is known stays known while a neighbour is away; what is missing is asked for again each second."""

    def __init__(
        self, names: tuple[str, ...], neighbours: Neighbours, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._names = names
        self._neighbours = neighbours
        self._monotonic = monotonic
        self._documents: dict[str, Mapping[str, Any]] = {}
        self._asked_at: dict[str, float] = {}
        self._table = RouteTable(())
        self._lock = asyncio.Lock()

    async def published(self) -> Published:
        """The interfaces as known now."""
        if self._due():
            async with self._lock:
                if due := self._due():
                    await asyncio.gather(*(self._ask(name) for name in due))
        missing = frozenset(self._names) - self._documents.keys()
        return Published(documents=dict(self._documents), missing=missing, table=self._table)

    def _due(self) -> list[str]:
        now = self._monotonic()
        patience = {name: KNOWN_SECONDS_MAX if name in self._documents else MISSING_SECONDS_MAX for name in self._names}
        return [name for name in self._names if now - self._asked_at.get(name, float("-inf")) > patience[name]]

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
