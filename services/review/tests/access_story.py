"""An applicant and a reviewer, told through review's own doors."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx2

from chassis.cause import Subject
from review.tests.access_fakes import ProcessStopped
from review.tests.harness import REVIEWER, Review

APPLICANT = Subject(user_id="sun", roles=frozenset({"AP"}), participant_id="p-sun", name="孙丽")
STATEMENT: dict[str, Any] = {
    "applicant": {
        "kind": "person",
        "name": "孙丽",
        "document_type": "id_card",
        "document_number": "110101199001010011",
    },
    "category": "lender",
    "purpose": "以自有资金融出",
    "contact_person": "孙丽",
    "contact_channel": "010-55550000",
}
PDF = b"%PDF-1.7 an identity document"
OWN = "/api/v1/my/access-application"


@dataclass
class AccessStory:
    """What most tests of applications begin with."""

    review: Review

    async def state(self, subject: Subject = APPLICANT, **changes: Any) -> httpx2.Response:
        return await self.review.call(subject).put(OWN, json=STATEMENT | changes)

    async def attach(
        self, content: bytes = PDF, *, media_type: str = "application/pdf", kind: str = "identity"
    ) -> httpx2.Response:
        return await self.review.call(APPLICANT).post(
            f"{OWN}/attachments",
            params={"kind": kind, "file_name": "身份证.pdf"},
            content=content,
            headers={"Content-Type": media_type},
        )

    async def file(self) -> httpx2.Response:
        return await self.review.call(APPLICANT).post(f"{OWN}/filing")

    async def filed(self) -> str:
        """A complete application that waits for a reviewer; returns its id."""
        await self.state()
        await self.attach()
        answer = await self.file()
        assert answer.status_code == 202, answer.text
        return str(answer.json()["application_id"])

    async def claimed(self) -> str:
        application_id = await self.filed()
        answer = await self.tell(application_id, "claim")
        assert answer.status_code == 200, answer.text
        return application_id

    async def tell(
        self, application_id: str, verb: str, body: dict[str, Any] | None = None, by: Subject = REVIEWER
    ) -> httpx2.Response:
        return await self.review.call(by).post(f"/api/v1/access-applications/{application_id}/{verb}", json=body)

    async def read(self, application_id: str, by: Subject = REVIEWER) -> httpx2.Response:
        return await self.review.call(by).get(f"/api/v1/access-applications/{application_id}")

    async def own(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.review.call(APPLICANT).get(OWN)).json()
        return found

    async def clock(self) -> None:
        """Runs what is due; a provider that is away, or a process that stops, leaves it due."""
        with suppress(OSError, ProcessStopped):
            await self.review.run_due()

    async def said(self) -> list[str]:
        every = [type(one).type for one in await self.review.said()]
        return [one.removeprefix("review.access.").removesuffix(".v1") for one in every if "review.access." in one]
