"""What stands on a home page: parts of several neighbours, asked at the same time, each allowed by the matrix.

What a neighbour cannot give is named in `degraded`; a part that must leave a trace is answered whole or not at all.
The parts are passed on as the neighbours wrote them.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from chassis.cause import Cause, Subject
from gateway.application.ports import Incoming, May, Neighbours, NeighbourUnavailable, Outgoing

PART_SECONDS_MAX = 3.7
FIRMS_MAX = 24
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

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


def _box(name: str) -> Part:
    query = {"box": name, "limit": "10"}
    return Part(
        name=name, neighbour="listing", operation="listing.read", path="/api/v1/my/listings", query=query, own=True
    )


_TEN = {"limit": "10"}
FIRMS = Part(name="firms", neighbour="monitoring", operation="submission.read", path="/api/v1/firms")
PARTS = (
    *(_box(name) for name in ("published", "under_review", "returned", "drafts")),
    Part(name="board", neighbour="listing", operation="listing.search", path="/api/v1/listings", query=_TEN),
    Part(
        name="notifications",
        neighbour="messaging",
        operation="notification.own",
        path="/api/v1/my/notifications",
        query=_TEN,
    ),
    Part(
        name="conversations",
        neighbour="messaging",
        operation="conversation.own",
        path="/api/v1/conversations",
        query=_TEN,
        own=True,
    ),
    Part(name="notices", neighbour="review", operation="notice.answer", path="/api/v1/my/notices", own=True),
    Part(name="review_queue", neighbour="review", operation="verification_queue.read", path="/api/v1/review/queue"),
    Part(name="reference_loads", neighbour="review", operation="reference_data.load", path="/api/v1/reference/loads"),
    Part(
        name="alerts",
        neighbour="monitoring",
        operation="indicator.read",
        path="/api/v1/alerts",
        query={"state": "open", "limit": "20"},
    ),
    Part(name="indicators", neighbour="monitoring", operation="indicator.read", path="/api/v1/indicators"),
    FIRMS,
)


def intake_of(firm_id: str) -> Part:
    """Whether everything one firm submitted is in exactly one outcome: asked for each firm of the list."""
    path = f"{FIRMS.path}/{quote(firm_id, safe='')}/conservation"
    return Part(name="intake", neighbour=FIRMS.neighbour, operation=FIRMS.operation, path=path)


@dataclass(frozen=True, kw_only=True)
class ComposeHome:
    """Whose home is asked for, and in which language."""

    authorization: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Home:
    """Parts and refusals of neighbours, by the part's name and as JSON; neighbours that could not answer."""

    parts: Mapping[str, bytes]
    problems: Mapping[str, bytes]
    degraded: tuple[str, ...]


class ComposeHomeHandler:
    """Asks every part at once; all of them together wait no longer than their deadline."""

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
        until = asyncio.get_running_loop().time() + PART_SECONDS_MAX
        home = self._composed(await self._all(offered, query, until))
        if FIRMS.name not in home.parts:
            return home
        intake = await self._all([intake_of(one) for one in _firms(home.parts[FIRMS.name])], query, until)
        return _with_intake(home, [self._composed([one]) for one in intake])

    def _offers(self, part: Part, subject: Subject) -> bool:
        if part.own and subject.participant_id is None:
            return False
        return self._may(subject, part.operation)

    async def _all(self, parts: Iterable[Part], query: ComposeHome, until: float) -> list[tuple[Part, Incoming | None]]:
        asked = list(parts)
        answers = await asyncio.gather(*(self._ask(part, query, until) for part in asked))
        return list(zip(asked, answers, strict=True))

    async def _ask(self, part: Part, query: ComposeHome, until: float) -> Incoming | None:
        headers = {"authorization": query.authorization, "accept-language": query.language}
        outgoing = Outgoing(neighbour=part.neighbour, method="GET", target=part.target, headers=headers)
        try:
            async with asyncio.timeout_at(until):
                return await self._neighbours.send(outgoing)
        except (NeighbourUnavailable, TimeoutError):
            return None

    def _composed(self, answers: Iterable[tuple[Part, Incoming | None]]) -> Home:
        parts: dict[str, bytes] = {}
        problems: dict[str, bytes] = {}
        degraded: set[str] = set()
        for part, answer in answers:
            if answer is not None and answer.status in _OK:
                parts[part.name] = _body(answer)
            elif answer is not None and answer.status in _REFUSED:
                problems[part.name] = _body(answer)
            elif part.operation in self._traced:
                raise NeighbourUnavailable(neighbour=part.neighbour)
            else:
                degraded.add(part.neighbour)
        return Home(parts=parts, problems=problems, degraded=tuple(sorted(degraded)))


def _body(answer: Incoming) -> bytes:
    assert isinstance(answer.body, bytes)  # noqa: S101  # parts are never streamed
    return answer.body


def _firms(answer: bytes) -> list[str]:
    """The first firms of the list; the others are looked at on a page of their own."""
    return [one["firm_id"] for one in json.loads(answer)["items"][:FIRMS_MAX]]


def _with_intake(home: Home, intake: Iterable[Home]) -> Home:
    said = b",".join(one.parts["intake"] for one in intake if "intake" in one.parts)
    parts = {**home.parts, "intake": b'{"items":[' + said + b'],"firms_max":%d}' % FIRMS_MAX}
    return Home(parts=parts, problems=home.problems, degraded=home.degraded)
