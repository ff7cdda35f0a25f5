"""The whole of review as its neighbours meet it: over HTTP, by events, by the clock. In memory, or on Postgres."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar
from uuid import UUID

import httpx2

from chassis.cause import Subject
from chassis.kernel import SHANGHAI, new_id
from events.base import Event
from events.listing import v1 as listing
from events.review import v1 as review
from finance.identifiers import account_ref
from review.tests.access_fakes import ProviderInMemory
from testkit.http import Caller

ACCOUNT_KEY = b"a key of tests, long enough"
ACCOUNT = "123456789012"
OTHER_ACCOUNT = "123456789013"
REF = account_ref(ACCOUNT, ACCOUNT_KEY)

FRIDAY = date(2026, 2, 27)
MONDAY = date(2026, 3, 2)
TUESDAY = date(2026, 3, 3)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI)

STEWARD = Subject(user_id="ds-1", roles=frozenset({"DS"}))
REVIEWER = Subject(user_id="rv-1", roles=frozenset({"RV"}))
MODERATOR = Subject(user_id="mo-1", roles=frozenset({"MO"}))
SUPERVISOR = Subject(user_id="su-1", roles=frozenset({"SU"}), second_factor_at=datetime.now(SHANGHAI))  # noqa: TID251  # step-up follows the real clock
ANOTHER_REVIEWER = Subject(user_id="rv-2", roles=frozenset({"RV"}))
OWNER = Subject(user_id="u-1", roles=frozenset({"PL"}), participant_id="p-1")
STRANGER = Subject(user_id="u-2", roles=frozenset({"PL"}), participant_id="p-2")

E = TypeVar("E", bound=Event)


class Review(Protocol):
    """One review service under test."""

    def call(self, subject: Subject) -> Caller:
        """A client signed in as somebody."""

    provider: ProviderInMemory

    async def hear(self, event: Event) -> None:
        """Delivers an event as the consumer would: a refusal is settled and moves on."""

    async def said(self) -> Sequence[Event]:
        """Everything said so far, in order."""

    async def project(self) -> None:
        """Hears the reference data said since the last time, as the slice consumer would."""

    async def run_due(self) -> None:
        """Runs the clocked work that is due, until none is."""

    async def set_now(self, now: datetime) -> None:
        """Moves the business clock."""


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=one) for one in range((last - first).days + 1)]


def is_weekday(day: date) -> bool:
    return day.weekday() < 5


@dataclass
class Story:
    """What most tests begin with, told through review's own doors."""

    review: Review

    async def begin(self, *, holdings: bool = True) -> None:
        """A calendar, one share with seven days of closes at 10.00 and, if wanted, Friday's holdings."""
        calendar = [f"{day},{str(is_weekday(day)).lower()}" for day in days(date(2026, 1, 1), date(2026, 6, 30))]
        await self.load("calendar", date(2026, 1, 1), ["day,is_trading_day", *calendar])
        await self.load(
            "security",
            date(2026, 1, 1),
            ["market,security,name,asset_class,board,a_capital,net_income_last_year",
             "SSE,600000,浦发银行,a_share,main,1000000000,1000000"],
        )  # fmt: skip
        for day in days(date(2026, 2, 19), FRIDAY):
            if is_weekday(day):
                await self.load("price", day, ["market,security,close", "SSE,600000,10.00"])
        if holdings:
            await self.load_holdings(FRIDAY)

    async def load(self, kind: str, day: date, lines: list[str], **fields: str) -> httpx2.Response:
        """Loads a file through the front door, and lets review hear what it said."""
        answer = await self.review.call(STEWARD).post(
            f"/api/v1/reference/{kind}/loads",
            data={"business_date": day.isoformat(), **fields},
            files={"file": (f"{kind}.csv", "\n".join(lines).encode() + b"\n", "text/csv")},
        )
        await self.review.project()
        await self.review.run_due()
        return answer

    async def load_holdings(self, day: date, *rows: str, **fields: str) -> httpx2.Response:
        """Holdings; by default the owner's account holds two million units, a tenth of them frozen."""
        header = (
            "unified_account,market,security,share_class,held,frozen_quantity,pledged,settlement_collateral,"
            "other_restricted"
        )
        default = f"{ACCOUNT},SSE,600000,unrestricted,2000000,200000,0,0,0"
        return await self.load("holding", day, [header, *(rows or (default,))], **fields)

    async def submit(self, *, quantity: str = "1000000", version: int = 1, listing_id: UUID | None = None,
                     **changes: Any) -> UUID:  # fmt: skip
        """A pledgor's version is submitted; returns its listing."""
        identity = listing_id or new_id()
        await self.review.hear(a_submission(identity, quantity=quantity, version=version, **changes))
        return identity

    async def publish(self, listing_id: UUID, *, version: int = 1, at: datetime = NOON) -> None:
        """The board publishes what review approved."""
        await self.review.hear(
            listing.ListingPublished(
                listing_id=listing_id,
                version=version,
                participant_id="p-1",
                published_at=at,
                valid_until=date(2026, 6, 30),
                snapshot_date=FRIDAY,
                snapshot_revision=1,
            )
        )

    async def of(self, listing_id: UUID) -> list[Event]:
        """What review has said about the verification of a listing."""
        said = await self.review.said()
        return [one for one in said if isinstance(one, review.CaseEvent) and one.key == str(listing_id)]

    async def last(self, listing_id: UUID, event_class: type[E]) -> E:
        """The last thing review has said about a listing, which is of this class."""
        found = (await self.of(listing_id))[-1]
        assert isinstance(found, event_class), found
        return found

    async def own(self, listing_id: UUID, subject: Subject = OWNER) -> httpx2.Response:
        """What the owner sees."""
        return await self.review.call(subject).get(f"/api/v1/my/cases/{listing_id}")

    async def queued(self) -> UUID:
        """A listing whose owner is a bank: it waits for a person. Returns its case."""
        listing_id = await self.submit(institution_category="bank")
        return (await self.last(listing_id, review.CaseNeedsPerson)).case_id


def a_submission(  # a keyword per difference
    listing_id: UUID,
    *,
    quantity: str = "1000000",
    version: int = 1,
    participant_id: str = "p-1",
    account: str = REF,
    financing_wanted: str = "4000000",
    institution_category: str | None = None,
    submitted_at: datetime = NOON,
) -> listing.ListingSubmitted:
    line = listing.CollateralLine(
        line_no=1,
        account_ref=account,
        market="SSE",
        security="600000",
        share_class="unrestricted",
        release_date=None,
        quantity=Decimal(quantity),
    )
    terms = listing.PledgorTerms(
        financing_wanted=Decimal(financing_wanted),
        lowest_pledge_rate=Decimal("0.3"),
        highest_annual_rate=Decimal("0.06"),
        months=12,
        warning_line=Decimal("1.5"),
        liquidation_line=Decimal("1.3"),
        valid_until=date(2026, 6, 30),
    )
    return listing.ListingSubmitted(
        listing_id=listing_id,
        version=version,
        participant_id=participant_id,
        area="pledgor",
        submitted_at=submitted_at,
        content_hash="0" * 64,
        lines=[line],
        pledgor=terms,
        pledgee=None,
        institution_category=institution_category,
    )


def a_pledgees_submission(listing_id: UUID, *, annual_rate_to: str = "0.08") -> listing.ListingSubmitted:
    terms = listing.PledgeeTerms(
        funds_from=Decimal(1_000_000),
        funds_to=Decimal(50_000_000),
        source="own",
        months_from=6,
        months_to=24,
        annual_rate_from=Decimal("0.05"),
        annual_rate_to=Decimal(annual_rate_to),
        highest_pledge_rates={"main": Decimal("0.5")},
        warning_line=Decimal("1.5"),
        liquidation_line=Decimal("1.3"),
        valid_until=date(2026, 6, 30),
    )
    return listing.ListingSubmitted(
        listing_id=listing_id,
        version=1,
        participant_id="p-1",
        area="pledgee",
        submitted_at=NOON,
        content_hash="0" * 64,
        lines=[],
        pledgor=None,
        pledgee=terms,
    )
