"""The ladder in memory, with the same rules as the real one: own rows only, saves guarded by what was read."""

from collections.abc import Collection, Sequence
from copy import deepcopy
from uuid import UUID

from chassis.unit_of_work import VersionConflict
from review.application.ladder_ports import Notices, NoticeSearch, Party, Sanctions, SanctionSearch
from review.domain.ladder import Matter
from review.domain.notice import Notice, NoticeNotFound
from review.domain.sanction import Sanction, SanctionNotFound


class FakeParties:
    def __init__(self, parties: dict[str, tuple[frozenset[str], frozenset[str]]]) -> None:
        self._parties = parties

    async def get(self, participant_id: str) -> Party | None:
        if participant_id not in self._parties:
            return None
        account_refs, user_ids = self._parties[participant_id]
        return Party(participant_id=participant_id, account_refs=account_refs, user_ids=user_ids)

    async def note_participant(self, participant_id: str, account_refs: Collection[str]) -> None:
        _, users = self._parties.get(participant_id, (frozenset(), frozenset()))
        self._parties[participant_id] = (frozenset(account_refs), users)

    async def note_user(self, participant_id: str, user_id: str) -> None:
        refs, users = self._parties.get(participant_id, (frozenset(), frozenset()))
        self._parties[participant_id] = (refs, users | {user_id})


class FakeNotices:
    def __init__(self, notices: dict[UUID, Notice], owner: str | None) -> None:
        self._notices = notices
        self._owner = owner

    async def add(self, notice: Notice) -> None:
        notice.row_version = 1
        self._notices[notice.notice_id] = _kept(notice)

    async def get(self, notice_id: UUID) -> Notice:
        found = self._notices.get(notice_id)
        if found is None or self._owner not in (None, found.matter.participant_id):
            raise NoticeNotFound
        return deepcopy(found)

    async def standing_on(self, listing_ids: Collection[UUID]) -> Sequence[Notice]:
        wanted = {str(one) for one in listing_ids}
        found = [one for one in self._notices.values() if one.stands and one.matter.id in wanted]
        return [deepcopy(one) for one in sorted(found, key=lambda one: (one.issued_at, one.notice_id))]

    async def save(self, notice: Notice) -> None:
        if self._notices[notice.notice_id].row_version != notice.row_version:
            raise VersionConflict
        notice.row_version += 1
        self._notices[notice.notice_id] = _kept(notice)


class FakeSanctions:
    def __init__(self, sanctions: dict[UUID, Sanction], owner: str | None) -> None:
        self._sanctions = sanctions
        self._owner = owner

    async def add(self, sanction: Sanction) -> None:
        sanction.row_version = 1
        self._sanctions[sanction.sanction_id] = deepcopy(sanction)

    async def get(self, sanction_id: UUID) -> Sanction:
        found = self._sanctions.get(sanction_id)
        if found is None or self._owner not in (None, found.matter.participant_id):
            raise SanctionNotFound
        return deepcopy(found)

    async def in_force_on(self, matter: Matter) -> Sequence[Sanction]:
        return [
            deepcopy(one)
            for one in self._sanctions.values()
            if one.state == "in_force" and (one.matter.kind, one.matter.id) == (matter.kind, matter.id)
        ]

    async def save(self, sanction: Sanction) -> None:
        if self._sanctions[sanction.sanction_id].row_version != sanction.row_version:
            raise VersionConflict
        sanction.row_version += 1
        self._sanctions[sanction.sanction_id] = deepcopy(sanction)
        self._sanctions[sanction.sanction_id].facts.clear()


class FakeLadderReading:
    """The ladder's part of a read."""

    def __init__(self, notices: dict[UUID, Notice], sanctions: dict[UUID, Sanction]) -> None:
        self._found_notices, self._found_sanctions = notices, sanctions
        self.notices: Notices = FakeNotices(notices, None)
        self.sanctions: Sanctions = FakeSanctions(sanctions, None)

    async def find_notices(self, search: NoticeSearch) -> Sequence[Notice]:
        found = [
            one
            for one in self._found_notices.values()
            if search.state in (None, one.state)
            and search.participant_id in (None, one.matter.participant_id)
            and (search.after is None or (one.issued_at, one.notice_id) < search.after)
        ]
        return sorted(found, key=lambda one: (one.issued_at, one.notice_id), reverse=True)[: search.limit]

    async def find_sanctions(self, search: SanctionSearch) -> Sequence[Sanction]:
        found = [
            one
            for one in self._found_sanctions.values()
            if search.state in (None, one.state)
            and (search.participant_id is None or _told(one, search.participant_id))
            and (search.after is None or (one.proposed_at, one.sanction_id) < search.after)
        ]
        return sorted(found, key=lambda one: (one.proposed_at, one.sanction_id), reverse=True)[: search.limit]


def _told(sanction: Sanction, participant_id: str) -> bool:
    return sanction.matter.participant_id == participant_id and sanction.state in ("in_force", "ended")


def _kept(notice: Notice) -> Notice:
    kept = deepcopy(notice)
    kept.facts.clear()
    return kept
