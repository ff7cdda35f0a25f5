"""What stands on a home page: parts of several neighbours, asked at the same time, each allowed by the matrix.

What a neighbour cannot give is named in `degraded`; a part that must leave a trace is answered whole or not at all.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from chassis.cause import Cause, Subject
from gateway.application.ports import Incoming, May, Neighbours, NeighbourUnavailable, Outgoing

PART_SECONDS_MAX = 3.7
_OK = range(200, 300)
_REFUSED = range(400, 500)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part. An `own` part is asked for participants only."""

    name: str
    neighbour: str
    operation: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    own: bool = False


_MINE = "/api/v1/my/listings"
PARTS = (
    Part(
        name="published",
        neighbour="listing",
        operation="listing.read",
        path=_MINE,
        query={"box": "published"},
        own=True,
    ),
    Part(
        name="returned", neighbour="listing", operation="listing.read", path=_MINE, query={"box": "returned"}, own=True
    ),
    Part(
        name="under_review",
        neighbour="listing",
        operation="listing.read",
        path=_MINE,
        query={"box": "under_review"},
        own=True,
    ),
    Part(name="board", neighbour="listing", operation="listing.search", path="/api/v1/listings", query={"limit": "10"}),
    Part(
        name="notifications",
        neighbour="messaging",
        operation="notification.own",
        path="/api/v1/my/notifications",
        query={"limit": "10"},
    ),
    Part(name="review_queue", neighbour="review", operation="verification_queue.read", path="/api/v1/review/queue"),
    Part(name="reference_loads", neighbour="review", operation="reference_data.load", path="/api/v1/reference/loads"),
    Part(name="alerts", neighbour="monitoring", operation="indicator.read", path="/api/v1/alerts"),
)


@dataclass(frozen=True, kw_only=True)
class ComposeHome:
    """Whose home is asked for, and in which language."""

    authorization: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Home:
    """Parts by name; refusals of a neighbour by the part's name; neighbours that could not answer."""

    parts: Mapping[str, Any]
    problems: Mapping[str, Any]
    degraded: tuple[str, ...]


class ComposeHomeHandler:
    """Asks every part at once; none waits longer than its deadline."""

    def __init__(self, *, neighbours: Neighbours, may: May, traced: frozenset[str]) -> None:
        self._neighbours = neighbours
        self._may = may
        self._traced = traced

    async def __call__(self, query: ComposeHome, cause: Cause) -> Home:
        """The home of the cause's subject.

        Raises:
            NeighbourUnavailable: a part that must leave a trace cannot be had.
        """
        offered = [part for part in PARTS if self._offers(part, cause.subject)]
        answers = await asyncio.gather(*(self._ask(part, query) for part in offered))
        return self._composed(zip(offered, answers, strict=True))

    def _offers(self, part: Part, subject: Subject) -> bool:
        if part.own and subject.participant_id is None:
            return False
        return self._may(subject, part.operation)

    async def _ask(self, part: Part, query: ComposeHome) -> Incoming | None:
        target = f"{part.path}?{urlencode(part.query)}" if part.query else part.path
        headers = {"authorization": query.authorization, "accept-language": query.language}
        outgoing = Outgoing(neighbour=part.neighbour, method="GET", target=target, headers=headers)
        try:
            return await asyncio.wait_for(self._neighbours.send(outgoing), PART_SECONDS_MAX)
        except (NeighbourUnavailable, TimeoutError):
            return None

    def _composed(self, answers: Iterable[tuple[Part, Incoming | None]]) -> Home:
        parts: dict[str, Any] = {}
        problems: dict[str, Any] = {}
        degraded: set[str] = set()
        for part, answer in answers:
            if answer is not None and answer.status in _OK:
                parts[part.name] = _decoded(answer)
            elif answer is not None and answer.status in _REFUSED:
                problems[part.name] = _decoded(answer)
            elif part.operation in self._traced:
                raise NeighbourUnavailable(neighbour=part.neighbour)
            else:
                degraded.add(part.neighbour)
        return Home(parts=parts, problems=problems, degraded=tuple(sorted(degraded)))


def _decoded(answer: Incoming) -> Any:  # whatever JSON the neighbour's interface describes
    assert isinstance(answer.body, bytes)  # noqa: S101  # parts are never streamed
    return json.loads(answer.body)
