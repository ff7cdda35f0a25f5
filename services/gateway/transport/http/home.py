"""The home page of whoever is signed in, composed of what several services say."""

import contextlib
from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import Request, Response
from pydantic import BaseModel, Field

from chassis.http import QueryCause, Routes
from gateway.application.commands.ensure_registration import EnsureRegistration
from gateway.application.ports import NeighbourUnavailable
from gateway.application.queries.compose_home import ComposeHome
from gateway.application.use_cases import UseCases
from gateway.transport.http.limits import Limits, within


class HomePage(BaseModel):
    """Parts are the answers of the services' own routes, by name; only those the reader may see."""

    parts: dict[str, Any] = Field(
        description=(
            "For a participant: published, under_review, returned, drafts, board, notifications, conversations and "
            "notices. For the regulator: indicators with their freshness, open alerts, firms and their intake."
        ),
        examples=[{"published": {"items": [], "next_cursor": None}, "notifications": {"items": [], "unread": 0}}],
    )
    problems: dict[str, Any] = Field(description="Parts a service refused, with its problem.", examples=[{}])
    degraded: list[str] = Field(description="Services that could not answer just now.", examples=[["review"]])


def routes(use_cases: UseCases, limits: Limits) -> Routes:
    """The home page's route."""
    home = Routes(service="gateway", tags=["home"], dependencies=[within(limits)])

    @home.get("/home", operation="notification.own", response_model=HomePage)
    async def read_home(request: Request, cause: QueryCause) -> Response:
        """Everything at once; a service that is away is named instead of waited for."""
        authorization = request.headers["authorization"]
        language = request.headers.get("accept-language", "zh-CN")
        register = EnsureRegistration(authorization=authorization, language=language)
        # Without listing the rest of the page still stands; its own parts will be named as degraded.
        with contextlib.suppress(NeighbourUnavailable):
            await use_cases.ensure_registration(register, cause)
        composed = await use_cases.compose_home(ComposeHome(authorization=authorization, language=language), cause)
        # The parts are JSON already: they are joined, not read and written again.
        page = {"parts": _as_they_are(composed.parts), "problems": _as_they_are(composed.problems)}
        return Response(msgspec.json.encode({**page, "degraded": composed.degraded}), media_type="application/json")

    return home


def _as_they_are(parts: Mapping[str, bytes]) -> dict[str, msgspec.Raw]:
    return {name: msgspec.Raw(part) for name, part in parts.items()}
