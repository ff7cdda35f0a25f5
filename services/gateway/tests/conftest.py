"""A gateway before four small neighbours, all in one process."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

from chassis.http import CommandCause, QueryCause, Routes, create_application, etag
from gateway.application.live_hub import LiveHub
from gateway.application.use_cases import UseCases
from gateway.settings import Settings
from gateway.tests.fakes import PLEDGOR, LogInMemory, NeighboursInMemory, ProviderInMemory, RedisInMemory, a_memory
from gateway.wiring import Clients, application, make_edge, make_use_cases
from testkit.http import Caller, KeptTrail, an_edge, calling
from testkit.tokens import TokenIssuer


class Draft(BaseModel):
    amount: int


@dataclass
class Gateway:
    """The gateway under test and what it stands before."""

    caller: Caller
    app: FastAPI
    neighbours: NeighboursInMemory
    redis: RedisInMemory
    log: LogInMemory
    hub: LiveHub
    use_cases: UseCases
    trails: dict[str, KeptTrail]
    issuer: TokenIssuer


def listing_routes() -> Routes:
    routes = Routes(service="listing", tags=["listings"])

    @routes.post("/session/registration", operation="session.own", internal=True)
    async def register(cause: CommandCause) -> dict[str, str]:
        return {"participant": cause.subject.participant_id or ""}

    @routes.get("/session/standing", operation="session.own", internal=True)
    async def read_standing(cause: QueryCause) -> dict[str, object]:
        """Everybody is known and well, but for whoever has accepted nothing."""
        return {"known": True, "unaccepted": ["guide"] if cause.subject.user_id == "u-newcomer" else []}

    @routes.get("/guide", operation="public.read")
    async def read_guide() -> dict[str, str]:
        return {"text": "guide"}

    @routes.get("/my/listings", operation="listing.read")
    async def my_listings(box: str, limit: str, cause: QueryCause) -> dict[str, str]:
        return {"box": box, "limit": limit, "participant": cause.subject.participant_id or ""}

    @routes.get("/listings", operation="listing.search")
    async def list_listings(cause: QueryCause) -> dict[str, list[int]]:
        return {"items": []}

    @routes.post("/listings", operation="listing.change", status_code=201)
    async def create_listing(
        body: Draft, cause: CommandCause, request: Request, response: Response
    ) -> dict[str, object]:
        response.headers["ETag"] = etag(1)
        response.headers["Location"] = "/api/v1/listings/7"
        assert cause.idempotency
        return {
            "amount": body.amount,
            "key": cause.idempotency.key,
            "language": request.headers.get("accept-language", ""),
            "traceparent": request.headers.get("traceparent", ""),
        }

    @routes.put("/listings/{listing_id}", operation="listing.change", versioned=True)
    async def edit_listing(listing_id: str, cause: CommandCause) -> dict[str, object]:
        return {"id": listing_id, "version": cause.expected_version}

    return routes


def review_routes() -> Routes:
    routes = Routes(service="review", tags=["review"])

    @routes.get("/review/queue", operation="verification_queue.read")
    async def read_queue(cause: QueryCause) -> dict[str, list[str]]:
        return {"items": ["case"]}

    @routes.post("/reference/{kind}/loads", operation="reference_data.load", streaming=True, body_bytes_max=5_000_000)
    async def load(kind: str, request: Request, cause: CommandCause) -> dict[str, object]:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
        return {"kind": kind, "size": size}

    @routes.get("/calendar", operation="calendar.read")
    async def read_calendar(cause: QueryCause) -> dict[str, list[str]]:
        return {"trading_days": ["2026-03-31"]}

    @routes.get("/reference/loads", operation="reference_data.load")
    async def list_loads(cause: QueryCause) -> dict[str, list[str]]:
        return {"items": []}

    @routes.get("/my/notices", operation="notice.answer")
    async def my_notices(cause: QueryCause) -> dict[str, list[str]]:
        return {"items": ["notice"]}

    return routes


def messaging_routes() -> Routes:
    routes = Routes(service="messaging", tags=["messaging"])

    @routes.get("/my/notifications", operation="notification.own")
    async def my_notifications(cause: QueryCause) -> dict[str, str]:
        return {"user": cause.subject.user_id}

    @routes.get("/conversations", operation="conversation.own")
    async def list_conversations(cause: QueryCause) -> dict[str, int]:
        return {"unread": 2}

    return routes


def monitoring_routes() -> Routes:
    routes = Routes(service="monitoring", tags=["monitoring"])

    @routes.get("/alerts", operation="indicator.read")
    async def list_alerts(cause: QueryCause) -> dict[str, list[str]]:
        cause.ticket.traced = True
        return {"items": ["alert"]}

    @routes.get("/indicators", operation="indicator.read")
    async def read_indicators(cause: QueryCause) -> dict[str, str]:
        cause.ticket.traced = True
        return {"as_of": "2026-03-31"}

    @routes.get("/firms", operation="submission.read")
    async def read_firms(cause: QueryCause) -> dict[str, list[dict[str, str]]]:
        cause.ticket.traced = True
        return {"items": [{"firm_id": "F001"}, {"firm_id": "F002"}]}

    @routes.get("/firms/{firm_id}/conservation", operation="submission.read")
    async def read_conservation(firm_id: str, cause: QueryCause) -> dict[str, str | bool]:
        cause.ticket.traced = True
        return {"firm_id": firm_id, "holds": True}

    return routes


@pytest.fixture
def issuer() -> TokenIssuer:
    return TokenIssuer()


@pytest.fixture
async def gateway(issuer: TokenIssuer) -> AsyncIterator[Gateway]:
    trails = {name: KeptTrail() for name in ("listing", "review", "messaging", "monitoring")}
    routes = (listing_routes(), review_routes(), messaging_routes(), monitoring_routes())
    neighbours = NeighboursInMemory(
        {
            one.service: create_application(
                edge=an_edge(service=one.service, issuer=issuer, trail=trails[one.service]),
                routes=[one],
                title=one.service,
            )
            for one in routes
        }
    )
    redis = RedisInMemory()
    log = LogInMemory()
    clients = Clients(
        identity=issuer.identity(),
        neighbours=neighbours,
        provider=ProviderInMemory(tokens={"good": issuer.token(PLEDGOR)}),
        memory=a_memory(redis),
        log=log,
        hub=LiveHub(log),
    )
    edge = make_edge(clients)
    use_cases = make_use_cases(clients, edge)
    app = application(Settings(environment="test", requests_per_minute_anonymous=50), clients, edge, use_cases)
    async with calling(app.state.hot_reads, issuer) as caller:
        yield Gateway(caller, app, neighbours, redis, log, clients.hub, use_cases, trails, issuer)
    await clients.hub.close()
