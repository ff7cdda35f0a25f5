"""The legal texts a login accepts before its first use, and how it stands (P4.5, BX9)."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints

from chassis.http import CommandCause, QueryCause, Routes, command
from listing.application.commands.accept_terms import Acceptance, AcceptTerms
from listing.application.queries.ask_standing import AskStanding
from listing.application.queries.list_terms import ListTerms
from listing.application.use_cases import UseCases
from listing.domain.legal_text import AcceptedKind, Term, TextKind
from listing.domain.user import LoginFunction, LoginStanding, Status
from listing.transport.http.contents import Strict

ACCEPT = "terms.accept"


class TermView(BaseModel):
    """A text in effect; `accepted_at` is empty while this login has not accepted this version."""

    kind: TextKind
    version: str
    effective_from: date
    title_zh: str
    title_en: str
    accepted_at: datetime | None

    @classmethod
    def of(cls, term: Term) -> Self:
        """As it is shown."""
        text = term.text
        return cls(
            kind=text.kind,
            version=text.version,
            effective_from=text.effective_from,
            title_zh=text.title_zh,
            title_en=text.title_en,
            accepted_at=term.accepted_at,
        )


class TermsView(BaseModel):
    """One text of each kind; the texts themselves are under `/guide?kind=`."""

    items: list[TermView]


class AcceptanceBody(Strict):
    """The version that was read."""

    kind: AcceptedKind = Field(examples=["guide"])
    version: Annotated[str, StringConstraints(min_length=1, max_length=40)] = Field(examples=["1"])


class AcceptanceView(BaseModel):
    """As it is kept."""

    kind: AcceptedKind
    version: str
    accepted_at: datetime

    @classmethod
    def of(cls, acceptance: Acceptance) -> Self:
        """As it is shown."""
        return cls.model_validate(acceptance, from_attributes=True)


class LoginStandingView(BaseModel):
    """How the login of the token stands; `known` is false for a participant that never registered."""

    known: bool
    no_access: str | None = None
    status: Status = "active"
    function: LoginFunction | None = None
    ended: bool = False
    unaccepted: list[str] = Field(default_factory=list)

    @classmethod
    def of(cls, standing: LoginStanding | None) -> Self:
        """As the gateway reads it."""
        if standing is None:
            return cls(known=False)
        return cls(
            known=True,
            no_access=standing.no_access,
            status=standing.status,
            function=standing.function,
            ended=standing.ended,
            unaccepted=sorted(standing.unaccepted),
        )


def terms_routes(use_cases: UseCases) -> Routes:
    """What is open before anything else is."""
    routes = Routes(service="listing", tags=["terms"])

    @routes.get("/my/terms", operation=ACCEPT)
    async def list_terms(cause: QueryCause) -> TermsView:
        """The texts in effect, and which of them this login has accepted."""
        return TermsView(items=[TermView.of(one) for one in await use_cases.list_terms(ListTerms(), cause)])

    @routes.post("/my/terms/acceptances", operation=ACCEPT, status_code=201)
    async def accept_terms(body: AcceptanceBody, cause: CommandCause) -> AcceptanceView:
        """Accepts the version in effect; again is the same acceptance."""
        asked = AcceptTerms(kind=body.kind, version=body.version)
        return AcceptanceView.of(await command(use_cases.accept_terms, asked, cause))

    @routes.get("/session/standing", operation="session.own", internal=True)
    async def read_standing(cause: QueryCause) -> LoginStandingView:
        """What the board knows of the login beyond its token."""
        return LoginStandingView.of(await use_cases.ask_standing(AskStanding(), cause))

    return routes
