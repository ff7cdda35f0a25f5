"""What the stories of the ladder begin with: a published listing, a notice on it, a deadline that passes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import httpx2

from chassis.cause import Subject
from chassis.kernel import SHANGHAI
from events.base import Event
from events.listing import v1 as listing
from review.tests.harness import MODERATOR, MONDAY, NOON, OWNER, REF, REVIEWER, SUPERVISOR, Story

E = TypeVar("E", bound=Event)
# Three trading days after Monday end with Thursday.
AFTER_THE_DEADLINE = datetime(2026, 3, 6, 0, 0, 30, tzinfo=SHANGHAI)


@dataclass
class Ladder:
    """The ladder as its people climb it, over HTTP."""

    story: Story

    async def known(self) -> None:
        """The owner's participant has registered, with one login."""
        review = self.story.review
        await review.hear(
            listing.ParticipantRegistered(
                participant_id="p-1", kind="person", access="granted", account_refs=[REF], registered_at=NOON
            )
        )
        await review.hear(listing.UserJoined(participant_id="p-1", user_id="u-1", function="person", joined_at=NOON))

    async def published(self) -> UUID:
        """A listing that stands on the board."""
        listing_id = await self.story.submit()
        await self.story.publish(listing_id)
        return listing_id

    async def issue(
        self, subject: dict[str, Any], *, by: Subject = REVIEWER, kind: str = "field", code: str = "field_untrue",
        **more: Any,
    ) -> httpx2.Response:  # fmt: skip
        """A person demands a correction."""
        body = {"subject": subject, "ground": {"kind": kind, "code": code}, "evidence": "材料", **more}
        return await self.story.review.call(by).post("/api/v1/notices", json=body)

    async def overdue(self, listing_id: UUID, **more: Any) -> str:
        """A notice on a listing whose deadline has passed."""
        issued = await self.issue({"kind": "listing", "id": str(listing_id)}, **more)
        assert issued.status_code == 201, issued.text
        await self.pass_deadline()
        return str(issued.json()["id"])

    async def pass_deadline(self) -> None:
        """The third trading day is over, and the clock does its work."""
        await self.story.review.set_now(AFTER_THE_DEADLINE)
        await self.story.review.run_due()

    async def propose(self, notice_id: str, step: str, *, by: Subject = REVIEWER, **more: Any) -> httpx2.Response:
        """A person proposes a step."""
        body = {"notice_id": notice_id, "step": step, "statement": "期限届满未更正", **more}
        return await self.story.review.call(by).post("/api/v1/sanctions", json=body)

    async def decide(self, sanction_id: str, *, by: Subject = SUPERVISOR, approved: bool = True) -> httpx2.Response:
        """Another decides it."""
        path = f"/api/v1/sanctions/{sanction_id}/decision"
        return await self.story.review.call(by).post(path, json={"approved": approved})

    async def taken(self, notice_id: str, step: str, **more: Any) -> str:
        """A step that two people have decided."""
        proposed = await self.propose(notice_id, step, **more)
        assert proposed.status_code == 201, proposed.text
        decided = await self.decide(proposed.json()["id"])
        assert decided.status_code == 200, decided.text
        return str(proposed.json()["id"])

    async def appealed(self, sanction_id: str) -> httpx2.Response:
        """The participant appeals."""
        path = f"/api/v1/my/sanctions/{sanction_id}/appeal"
        return await self.story.review.call(OWNER).post(path, json={"text": "已更正"})

    async def outcome(self, sanction_id: str, outcome: str = "reversed", *, by: Subject = MODERATOR) -> httpx2.Response:
        """The first of two says how the appeal should end."""
        path = f"/api/v1/sanctions/{sanction_id}/appeal/outcome"
        return await self.story.review.call(by).post(path, json={"outcome": outcome, "reason": "证据不足"})

    async def agree(self, sanction_id: str, *, by: Subject) -> httpx2.Response:
        """The second agrees."""
        path = f"/api/v1/sanctions/{sanction_id}/appeal/decision"
        return await self.story.review.call(by).post(path, json={"approved": True})

    async def own(self, path: str) -> list[dict[str, Any]]:
        """What the owner is told."""
        answer = await self.story.review.call(OWNER).get(f"/api/v1/my/{path}")
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def said(self, event_class: type[E]) -> list[E]:
        """What was said of a kind."""
        return [one for one in await self.story.review.said() if isinstance(one, event_class)]

    async def later(self, day: date) -> None:
        """A day begins, and the clock does its work."""
        await self.story.review.set_now(datetime(day.year, day.month, day.day, 0, 0, 30, tzinfo=SHANGHAI))
        await self.story.review.run_due()


TOMORROW = MONDAY + timedelta(days=1)
