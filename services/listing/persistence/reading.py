"""One consistent read of the board; its door decides whose rows it sees."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.cause import Cause
from chassis.database import Database, Scope
from chassis.reading import ReadingSession
from chassis.snapshots import latest_complete_until
from listing.application.ports import Closes
from listing.domain.board_search import BoardPlace, BoardSearch
from listing.domain.boxes import Box
from listing.domain.business_information import BusinessInformationVersion
from listing.domain.legal_text import ACCEPTED_KINDS, LegalText, TextKind
from listing.domain.listing import Listing
from listing.domain.live_check import LiveCheck
from listing.domain.participant import Participant
from listing.domain.pledgeable import Pledgeable, PledgeablePosition
from listing.domain.registration import Question
from listing.domain.registration_case import RegistrationCase
from listing.domain.restriction import Demand
from listing.domain.states import IN_FORCE
from listing.domain.summary import Summary
from listing.domain.text_proposal import TextProposal
from listing.domain.unit_holds import NOTHING
from listing.domain.user import LoginStanding
from listing.persistence import tables
from listing.persistence.board import load_summaries, load_summary
from listing.persistence.catalogue import load_instruments
from listing.persistence.checks import load_check
from listing.persistence.demands import load_demands
from listing.persistence.holdings import holding_of, latest_snapshot
from listing.persistence.listings import load_listings
from listing.persistence.participants import load_business_information, load_participant
from listing.persistence.registration_cases import load_registration_case, load_registration_cases
from listing.persistence.registrations import load_questions
from listing.persistence.standings import load_standing
from listing.persistence.text_proposals import load_text_proposals
from listing.persistence.texts import load_acceptances, load_text

_LISTING = tables.listing
_PRESENT = _LISTING.c.publication != "deleted"
_NOT_EXPIRED = func.coalesce(_LISTING.c.state, "") != "expired"
# The rules of `domain.boxes`, as the database asks them; a test holds the two together.
_BOXES: dict[Box, ColumnElement[bool]] = {
    "published": and_(_LISTING.c.publication == "published", _NOT_EXPIRED),
    "returned": and_(_PRESENT, _LISTING.c.returned_version.is_not(None), _NOT_EXPIRED),
    "drafts": and_(_PRESENT, _LISTING.c.draft.is_not(None), _LISTING.c.returned_version.is_(None)),
    "under_review": and_(_PRESENT, _LISTING.c.review_version.is_not(None)),
    "expired": and_(_PRESENT, _LISTING.c.state == "expired"),
    "deleted": ~_PRESENT,
}


class ListingReading:
    """What queries know as `Reading`."""

    def __init__(self, session: ReadingSession) -> None:
        self._session = session
        self._connection: AsyncConnection = session.connection

    @property
    def now(self) -> datetime:
        """The moment it speaks of."""
        return self._session.now

    @property
    def today(self) -> date:
        """Its business day."""
        return self._session.today

    async def participant(self, participant_id: str) -> Participant | None:
        """A participant in scope."""
        return await load_participant(self._connection, participant_id)

    async def standing(self, participant_id: str, user_id: str) -> LoginStanding | None:
        """How a login stands today; None for a participant that never registered."""
        return await load_standing(
            self._connection,
            participant_id=participant_id,
            user_id=user_id,
            kinds=ACCEPTED_KINDS,
            today=self.today,
        )

    async def text_proposals(self, *, limit: int) -> Sequence[TextProposal]:
        """Proposed versions of legal texts, the newest first."""
        return await load_text_proposals(self._connection, limit=limit)

    async def acceptances(self, participant_id: str, user_id: str) -> Mapping[tuple[TextKind, str], datetime]:
        """What a login has accepted, by kind and version, and when."""
        return await load_acceptances(self._connection, participant_id, user_id)

    async def business_information(self, participant_id: str) -> BusinessInformationVersion | None:
        """Its latest business information."""
        return await load_business_information(self._connection, participant_id)

    async def listing(self, listing_id: UUID) -> Listing | None:
        """A listing in scope."""
        found = await load_listings(self._connection, [listing_id])
        return found[0] if found else None

    async def demands(self, listing_id: UUID) -> Sequence[Demand]:
        """What review demands of a listing in scope."""
        return await load_demands(self._connection, listing_id)

    async def questions(self, listing_id: UUID) -> Sequence[Question]:
        """What the owner of a listing in scope is asked."""
        return await load_questions(self._connection, listing_id)

    async def registration_case(self, case_id: UUID) -> RegistrationCase:
        """One in scope."""
        return await load_registration_case(self._connection, case_id)

    async def registration_cases(
        self, participant_id: str, *, after: UUID | None, limit: int
    ) -> Sequence[RegistrationCase]:
        """A participant's, the newest first."""
        return await load_registration_cases(self._connection, participant_id, after=after, limit=limit)

    async def check(self, listing_id: UUID) -> LiveCheck | None:
        """The last daily check of a listing."""
        return await load_check(self._connection, listing_id)

    async def closes(self, securities: Collection[tuple[str, str]]) -> Closes:
        """The prices of the latest complete day; a bond's is clean close and accrued interest (FIN4)."""
        snapshot = await latest_complete_until(self._connection, tables.snapshots, kind="price", until=self.today)
        if snapshot is None or not securities:
            return Closes(as_of=None, prices={})
        table = tables.price
        query = select(table).where(
            table.c.snapshot_id == snapshot.snapshot_id,
            tuple_(table.c.market, table.c.security).in_(sorted(securities)),
        )
        prices = {
            (row.market, row.security): row.close + (row.accrued_interest or NOTHING)
            for row in await self._connection.execute(query)
        }
        return Closes(as_of=snapshot.business_date, prices=prices)

    async def box(self, participant_id: str, box: Box, *, after: UUID | None, limit: int) -> Sequence[Listing]:
        """One box of a participant's listings, the newest first: ids grow with time."""
        query = select(_LISTING.c.id).where(_LISTING.c.participant_id == participant_id, _BOXES[box])
        if after is not None:
            query = query.where(_LISTING.c.id < after)
        ids = (await self._connection.execute(query.order_by(_LISTING.c.id.desc()).limit(limit))).scalars()
        return await load_listings(self._connection, list(ids))

    async def has_listing_in_force(self, participant_id: str) -> bool:
        """Whether the participant has a listing in force today (P14.2)."""
        found = select(
            select(_LISTING.c.id)
            .where(
                _LISTING.c.participant_id == participant_id,
                _LISTING.c.publication == "published",
                _LISTING.c.state.in_(IN_FORCE),
                _LISTING.c.visibility == "normal",
                _LISTING.c.valid_until >= self.today,
            )
            .exists()
        )
        return bool((await self._connection.execute(found)).scalar_one())

    async def summaries(self, search: BoardSearch, *, after: BoardPlace | None, limit: int) -> Sequence[Summary]:
        """Summaries on the board, the newest first."""
        return await load_summaries(self._connection, search, after=after, limit=limit, now=self.now)

    async def summary(self, listing_id: UUID) -> Summary | None:
        """One summary, if the board shows it."""
        return await load_summary(self._connection, listing_id, self.now)

    async def pledgeable(self, account_refs: Collection[str]) -> Pledgeable | None:
        """Positions of the accounts as of the latest complete snapshot; None while there is none."""
        snapshot = await latest_snapshot(self._connection, self.today)
        if snapshot is None:
            return None
        position, lock = tables.holding, tables.unit_lock
        same_units = and_(*(position.c[one.name] == lock.c[one.name] for one in lock.primary_key.columns))
        query = (
            select(position, lock.c.held_by_listings)
            .outerjoin(lock, same_units)
            .where(position.c.snapshot_id == snapshot.snapshot_id, position.c.account_ref.in_(account_refs))
            .order_by(position.c.account_ref, position.c.market, position.c.security, position.c.share_class)
        )
        rows = (await self._connection.execute(query)).all()
        known = await load_instruments(self._connection, {(row.market, row.security) for row in rows})
        instruments = {(one.market, one.security): one for one in known}
        positions = []
        for row in rows:
            instrument = instruments.get((row.market, row.security))
            positions.append(
                PledgeablePosition(
                    holding=holding_of(row),
                    name=instrument.name if instrument else None,
                    board=instrument.board if instrument else None,
                    asset_class=instrument.asset_class if instrument else None,
                    release_date=row.release_date,
                    held_by_listings=row.held_by_listings or NOTHING,
                )
            )
        return Pledgeable(as_of=snapshot.business_date, revision=snapshot.revision, positions=tuple(positions))

    async def text(self, kind: TextKind, on: date) -> LegalText:
        """The legal text in effect on a day."""
        return await load_text(self._connection, kind, on)


def reading_door(database: Database, *, scope: Scope) -> Callable[[Cause], AbstractAsyncContextManager[ListingReading]]:
    """A door to one consistent read: of the participant's own rows, or deliberately of the whole board's."""

    @asynccontextmanager
    async def read(cause: Cause) -> AsyncIterator[ListingReading]:
        async with database.reading(cause, scope=scope) as session:
            yield ListingReading(session)

    return read
