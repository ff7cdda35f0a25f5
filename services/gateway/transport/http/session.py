"""Sign in, stay signed in, sign out. The gateway keeps nothing of a session: the client holds its credentials."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from chassis.cause import LoginFunction
from chassis.http import CommandCause, Routes
from gateway.application.commands.close_session import CloseSession
from gateway.application.commands.open_session import OpenSession
from gateway.application.commands.renew_session import RenewSession
from gateway.application.ports import Credentials
from gateway.application.use_cases import UseCases
from gateway.transport.http.limits import Limits, within

Opaque = Annotated[str, Field(min_length=1, max_length=4096)]


class SignIn(BaseModel):
    """What the identity provider gave the client, and the proof that it is the client's."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "code": "SplxlOBeZQQYbYS6WxSbIA",
                "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                "redirect_uri": "http://127.0.0.1:8080/callback",
            }
        },
    )

    code: Opaque
    code_verifier: Annotated[str, Field(min_length=43, max_length=128)]
    redirect_uri: Opaque


class Renewal(BaseModel):
    """The refresh token; it is spent by this."""

    model_config = ConfigDict(extra="forbid")

    refresh_token: Opaque = Field(examples=["8xLOxBtZp8Lq2u5r9vYw"])


class Farewell(BaseModel):
    """The refresh token whose chain is to end."""

    model_config = ConfigDict(extra="forbid")

    refresh_token: Opaque | None = Field(default=None, examples=["8xLOxBtZp8Lq2u5r9vYw"])


class Tokens(BaseModel):
    """Send `access_token` as `Authorization: Bearer`."""

    access_token: str
    refresh_token: str | None
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # the type, not a token
    expires_in: int = Field(description="Seconds")


class User(BaseModel):
    """Who is signed in, as the access token says."""

    user_id: str
    name: str | None
    roles: list[str]
    participant_id: str | None
    function: LoginFunction
    firm_id: str | None


class OpenedSession(Tokens):
    """Credentials and whose they are; `degraded` names what is made up for later."""

    user: User
    degraded: list[str]


def routes(use_cases: UseCases, limits: Limits) -> Routes:
    """The session's routes."""
    session = Routes(service="gateway", tags=["session"], dependencies=[within(limits)])

    @session.post("/session", operation="session.own", status_code=201, idempotent=False)
    async def open_session(body: SignIn, cause: CommandCause) -> OpenedSession:
        """Exchanges an authorization code for credentials and registers the participant."""
        command = OpenSession(code=body.code, verifier=body.code_verifier, redirect_uri=body.redirect_uri)
        opened = await use_cases.open_session(command, cause)
        subject = opened.subject
        return OpenedSession(
            **_tokens(opened.credentials).model_dump(),
            user=User(
                user_id=subject.user_id,
                name=subject.name,
                roles=sorted(subject.roles),
                participant_id=subject.participant_id,
                function=subject.function,
                firm_id=subject.firm_id,
            ),
            degraded=list(opened.degraded),
        )

    @session.post("/session/renewal", operation="session.own", idempotent=False)
    async def renew_session(body: Renewal, cause: CommandCause) -> Tokens:
        """Spends a refresh token for fresh credentials."""
        return _tokens(await use_cases.renew_session(RenewSession(refresh_token=body.refresh_token), cause))

    @session.delete("/session", operation="session.own", status_code=204)
    async def close_session(cause: CommandCause, body: Farewell | None = None) -> None:
        """Ends the chain of the refresh token; access tokens run out by themselves."""
        await use_cases.close_session(CloseSession(refresh_token=body.refresh_token if body else None), cause)

    return session


def _tokens(credentials: Credentials) -> Tokens:
    return Tokens(
        access_token=credentials.access_token,
        refresh_token=credentials.refresh_token,
        expires_in=credentials.expires_in,
    )
