"""A board with a pledgor and a pledgee, each with a listing in force, and people who call messaging over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from chassis.cause import Status, Subject
from messaging.application.commands.note_standing import NoteStanding
from messaging.tests.builders import BANK, BANK_COLLEAGUE, BANKS_LISTING, CHEN, CHENS_LISTING, a_cause, a_listing
from messaging.tests.fakes import World
from messaging.wiring import application
from testkit.http import Caller, KeptTrail, an_edge, calling
from testkit.tokens import TokenIssuer

API = "/api/v1"


@dataclass
class Talk:
    """Two sides, and what they do to one another."""

    world: World
    caller: Caller
    trail: KeptTrail

    def as_(self, subject: Subject) -> Caller:
        """Somebody else calls."""
        return self.caller.signed_in(subject)

    async def opened(self, *, by: Subject = BANK, listing: object = CHENS_LISTING) -> str:
        """A conversation about a listing."""
        answer = await self.as_(by).post(f"{API}/conversations", json={"listing_id": str(listing)})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def said(self, conversation: str, text: str, *, by: Subject = BANK) -> dict[str, Any]:
        """A message."""
        answer = await self.as_(by).post(f"{API}/conversations/{conversation}/messages", json={"text": text})
        assert answer.status_code == 201, answer.text
        sent: dict[str, Any] = answer.json()
        return sent

    async def stands(self, participant_id: str, status: Status) -> None:
        """The board says how a participant stands."""
        command = NoteStanding(participant_id=participant_id, no_access=None, status=status, logins=())
        await self.world.use_cases.note_standing(command, a_cause())

    async def seen(self, conversation: str, *, by: Subject) -> dict[str, Any]:
        """The conversation as somebody sees it."""
        found: dict[str, Any] = (await self.as_(by).get(f"{API}/conversations/{conversation}")).json()
        return found


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    world, issuer, trail = World(), TokenIssuer(), KeptTrail()
    world.shelf.listings[CHENS_LISTING] = a_listing()
    world.shelf.listings[BANKS_LISTING] = a_listing(BANKS_LISTING, owner="P-BANK", area="pledgee")
    world.shelf.users = {"P-CHEN": [CHEN.user_id], "P-BANK": [BANK.user_id, BANK_COLLEAGUE.user_id]}
    app = application(world.use_cases, an_edge(service="messaging", issuer=issuer, trail=trail))
    async with calling(app, issuer) as caller:
        yield Talk(world, caller, trail)
