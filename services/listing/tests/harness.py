"""The whole board as its neighbours meet it: over HTTP, by events, by the clock. In memory, or on real servers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

import httpx2

from chassis.cause import Subject
from chassis.kernel import new_id
from events.base import Event
from events.review import v1 as review
from listing.domain.eligibility import Instrument
from listing.domain.registration import Registration
from listing.domain.unit_holds import Holding, UnitKey
from listing.tests.builders import MONDAY, SHARE
from testkit.http import Caller

LAST_TRADING_DAY = MONDAY - timedelta(days=3)
ZHANG = Subject(
    user_id="zhang", roles=frozenset({"PL", "LE"}), participant_id="P1", accounts=("100000000001",), name="张三"
)
LI = Subject(user_id="li", roles=frozenset({"PL", "LE"}), participant_id="P2", accounts=("100000000002",), name="李四")
APPLICANT = Subject(user_id="wang", roles=frozenset({"AP"}), participant_id="P3", name="王五")
WITHOUT_ACCOUNT = Subject(user_id="zhao", roles=frozenset({"PL"}), participant_id="P4", name="赵六")
VIEWER = Subject(
    user_id="viewer", roles=frozenset({"PL"}), participant_id="P1", function="viewer", accounts=("100000000001",)
)
REVIEWER = Subject(user_id="reviewer", roles=frozenset({"RV"}))
ANALYST = Subject(user_id="analyst", roles=frozenset({"RA"}))


class Board(Protocol):
    """One board under test."""

    def call(self, subject: Subject | None) -> Caller:
        """A client signed in as somebody, or nobody."""

    async def hear(self, event: Event) -> None:
        """Delivers an event as the consumer would: a refusal is settled and moves on."""

    async def said(self) -> Sequence[Event]:
        """Everything said so far, in order."""

    async def run_due(self) -> None:
        """Runs the clocked work that is due."""

    async def set_now(self, now: datetime) -> None:
        """Moves the business clock."""

    async def load_holdings(self, day: date, holdings: Sequence[Holding]) -> None:
        """A complete end-of-day snapshot."""

    async def load_securities(self, instruments: Sequence[Instrument]) -> None:
        """A complete security master."""

    async def load_closes(self, day: date, closes: dict[tuple[str, str], Decimal]) -> None:
        """A complete day of prices."""

    async def load_registrations(self, day: date, registrations: Sequence[Registration]) -> None:
        """A complete day of registrations, and the clocked work that follows it."""

    def ref(self, subject: Subject) -> str:
        """The reference of a subject's account."""


def a_key(account_ref: str, *, security: str = SHARE.security, share_class: str | None = "unrestricted") -> UnitKey:
    return UnitKey(account_ref=account_ref, market=SHARE.market, security=security, share_class=share_class)


@dataclass
class Story:
    """What most tests begin with, told through the board's own doors."""

    board: Board

    async def begin(self) -> None:
        """Two participants with access, business information and a holding of one share."""
        await self.board.load_securities([SHARE])
        holdings = [
            Holding(key=a_key(self.board.ref(one)), held=Decimal(1_000_000), frozen=Decimal(100_000))
            for one in (ZHANG, LI)
        ]
        await self.board.load_holdings(LAST_TRADING_DAY, holdings)
        for one in (ZHANG, LI):
            await self.enter(one)
            await self.inform(one)

    async def enter(self, subject: Subject) -> None:
        """Signs in and accepts what is in effect."""
        await self.sign_in(subject)
        for term in (await self.board.call(subject).get("/api/v1/my/terms")).json()["items"]:
            if term["accepted_at"] is None:
                await self.accept(subject, term["kind"], term["version"])

    async def accept(self, subject: Subject, kind: str, version: str = "1") -> httpx2.Response:
        body = {"kind": kind, "version": version}
        return await self.board.call(subject).post("/api/v1/my/terms/acceptances", json=body)

    async def sign_in(self, subject: Subject) -> httpx2.Response:
        return await self.board.call(subject).post("/api/v1/session/registration")

    async def inform(self, subject: Subject, **changes: object) -> httpx2.Response:
        information = {
            "contact_person": subject.name,
            "channels": [{"kind": "phone", "value": "021-12345678"}],
            "region": "上海",
            **changes,
        }
        return await self.board.call(subject).put("/api/v1/my/business-information", json=information)

    def pledgor(self, subject: Subject = ZHANG, **changes: object) -> dict[str, Any]:
        line = {
            "account_ref": self.board.ref(subject),
            "market": SHARE.market,
            "security": SHARE.security,
            "share_class": "unrestricted",
            "quantity": str(changes.pop("quantity", "400000")),
        }
        return {
            "pledgor": {
                "lines": [line],
                "financing_wanted": "2000000.00",
                "lowest_pledge_rate": "0.4",
                "highest_annual_rate": "0.065",
                "months": 12,
                "purpose": "补充流动资金",
                "warning_line": "1.5",
                "liquidation_line": "1.3",
                "repayment_source": "经营收入",
                "valid_until": (MONDAY + timedelta(days=30)).isoformat(),
                **changes,
            }
        }

    def pledgee(self, **changes: object) -> dict[str, Any]:
        return {
            "pledgee": {
                "funds_from": "1000000.00",
                "funds_to": "20000000.00",
                "source": "own",
                "months_from": 6,
                "months_to": 24,
                "annual_rate_from": "0.055",
                "annual_rate_to": "0.08",
                "markets": ["SSE"],
                "asset_classes": ["a_share"],
                "boards": ["main"],
                "highest_pledge_rates": {"main": "0.5"},
                "warning_line": "1.5",
                "liquidation_line": "1.3",
                "region": "上海",
                "valid_until": (MONDAY + timedelta(days=30)).isoformat(),
                **changes,
            }
        }

    async def draft(self, subject: Subject = ZHANG, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = await self.board.call(subject).post("/api/v1/listings", json=body or self.pledgor(subject))
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def submit(self, standing: dict[str, Any], subject: Subject = ZHANG) -> httpx2.Response:
        declaration = {"accepted": True, "text_version": "1", "content_hash": standing["content_hash"]}
        return await self.board.call(subject).post(
            f"/api/v1/listings/{standing['id']}/submission", json={"declaration": declaration}
        )

    async def submitted(self, subject: Subject = ZHANG, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = await self.submit(await self.draft(subject, body), subject)
        assert answer.status_code == 202, answer.text
        standing: dict[str, Any] = answer.json()
        return standing

    async def approve(self, listing_id: str, *, version: int = 1, publishable_on: date | None = MONDAY) -> None:
        approved = review.CaseApproved(
            listing_id=UUID(listing_id),
            case_id=new_id(),
            version=version,
            by="rules",
            publishable_on=publishable_on,
            snapshot_date=LAST_TRADING_DAY,
            snapshot_revision=1,
            decided_at=datetime.fromisoformat("2026-03-02T12:00:00+08:00"),
        )
        await self.board.hear(approved)

    async def send_back(self, listing_id: str, *, version: int = 1) -> None:
        reason = review.Reason(
            code="quantity-unavailable",
            pointer="/lines/0/quantity",
            rule_id="P10.1",
            rule_version="1",
            message_zh="可用数量不足",
            message_en="Not enough is available",
            held=Decimal(1_000_000),
            available=Decimal(900_000),
            asked=Decimal(950_000),
            deductions={"frozen": Decimal(100_000)},
        )
        returned = review.CaseReturned(
            listing_id=UUID(listing_id),
            case_id=new_id(),
            version=version,
            by="rules",
            reasons=[reason],
            snapshot_date=LAST_TRADING_DAY,
            snapshot_revision=1,
            decided_at=datetime.fromisoformat("2026-03-02T12:00:00+08:00"),
        )
        await self.board.hear(returned)

    async def published(self, subject: Subject = ZHANG, body: dict[str, Any] | None = None) -> str:
        listing_id = str((await self.submitted(subject, body))["id"])
        await self.approve(listing_id)
        return listing_id

    async def read(self, listing_id: str, subject: Subject = ZHANG) -> dict[str, Any]:
        answer = await self.board.call(subject).get(f"/api/v1/listings/{listing_id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def move(
        self, listing_id: str, target: str, subject: Subject = ZHANG, headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        return await self.board.call(subject).post(
            f"/api/v1/listings/{listing_id}/state", json={"target": target}, headers=headers
        )

    async def types_said(self) -> list[str]:
        return [one.type.removeprefix("listing.").removesuffix(".v1") for one in await self.board.said()]
