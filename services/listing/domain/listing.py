"""A listing: one offer or demand on the board, its draft, its versions and its three axes (P12, P13)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from chassis.kernel import Fact, Refusal
from listing.domain.content import Area, Form, area_of, content_hash
from listing.domain.declaration import Declaration
from listing.domain.eligibility import Instrument
from listing.domain.restriction import ListingRestricted, ListingUnrestricted, Restriction
from listing.domain.states import IN_FORCE, LIVE, Publication, State, Visibility, end_of_validity, require_move
from listing.domain.version import (
    Approval,
    DecisionOutOfDate,
    Reason,
    RecheckAsked,
    Version,
    VersionPublished,
    VersionReturned,
    VersionSubmitted,
    VersionWithdrawn,
)


class ListingNotFound(Refusal):
    """No such listing for this reader; another's is not told apart, and both are kept in the trail of denials."""

    denial = True
    slug = "listing-not-found"
    title_zh = "没有此发布信息"
    title_en = "There is no such listing"


class ListingDeletedForGood(Refusal):
    """The owner's own listing was deleted; nothing restores it (P13.2)."""

    slug = "listing-deleted"
    title_zh = "该发布信息已删除"
    title_en = "This listing was deleted"


class ListingChangedMeanwhile(Refusal):
    """The reader's copy is older than the listing."""

    slug = "listing-changed-meanwhile"
    title_zh = "该发布信息已被更新，请重新读取"
    title_en = "The listing changed meanwhile; read it again"


class ListingUnderReview(Refusal):
    """A version is under review: it is withdrawn first."""

    slug = "listing-under-review"
    title_zh = "审核中的信息不能修改，请先撤回"
    title_en = "A version is under review; withdraw it first"


class ListingNotUnderReview(Refusal):
    """There is nothing to withdraw."""

    slug = "listing-not-under-review"
    title_zh = "没有审核中的版本"
    title_en = "No version is under review"


class ListingNotEditable(Refusal):
    """A pledged or expired listing cannot be edited; a new one is published (P13.3)."""

    slug = "listing-not-editable"
    title_zh = "已质押或失效的信息不能修改，请重新发布"
    title_en = "A pledged or expired listing cannot be edited; publish a new one"


class NothingToSubmit(Refusal):
    """No draft waits for submission."""

    slug = "nothing-to-submit"
    title_zh = "没有可提交的草稿"
    title_en = "There is no draft to submit"


class AreaCannotChange(Refusal):
    """A listing stays in the area it was drafted in."""

    slug = "area-cannot-change"
    title_zh = "发布信息不能更换区域"
    title_en = "A listing stays in its area"


ExpiredBy = Literal["clock", "owner", "operator"]


@dataclass(frozen=True, kw_only=True)
class StateMoved(Fact):
    """A move between two states; expiry is a fact of its own."""

    listing_id: UUID
    source: State
    target: State
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ListingExpired(Fact):
    """Validity ended, the owner ended it (P12.2), or the operator terminated the owner's access (P4.2)."""

    listing_id: UUID
    by: ExpiredBy
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ListingDeleted(Fact):
    """The owner deleted the listing."""

    listing_id: UUID
    at: datetime


@dataclass(kw_only=True)
class Listing:
    """The aggregate. `revision` counts its saved changes and is its ETag; `facts` wait for the unit of work."""

    id: UUID
    participant_id: str
    area: Area
    created_at: datetime
    publication: Publication = "draft"
    state: State | None = None
    revision: int = 0
    replaces: UUID | None = None
    draft: Form | None = None
    under_review: Version | None = None
    public: Version | None = None
    returned: Version | None = None
    restrictions: tuple[Restriction, ...] = ()
    last_version: int = 0
    published_at: datetime | None = None
    ended_at: datetime | None = None
    deleted_at: datetime | None = None
    settled: list[Version] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    def require_revision(self, expected: int | None) -> None:
        """Refuses when the client read another revision (If-Match)."""
        if expected is not None and expected != self.revision:
            raise ListingChangedMeanwhile(revision=self.revision)

    def edit(self, form: Form) -> None:
        """Replaces the draft; what is published stays as it is until a new version is approved (P13.1)."""
        self._require_editable()
        if area_of(form) != self.area:
            raise AreaCannotChange(area=self.area)
        self.draft = form

    def require_submittable(self) -> None:
        """Refuses while a version is under review, and once the listing has ended."""
        self._require_editable()

    def submit(
        self,
        declaration: Declaration,
        instruments: tuple[Instrument, ...],
        *,
        institution_category: str | None = None,
        at: datetime,
    ) -> None:
        """Hands the draft to review as the next version; the owner's category goes with it (FR08)."""
        self._require_editable()
        if self.draft is None:
            raise NothingToSubmit(listing_id=self.id)
        self.last_version += 1
        self.under_review = Version(
            number=self.last_version,
            form=self.draft,
            instruments=instruments,
            declaration=declaration,
            submitted_at=at,
        )
        self.draft = self.returned = None
        if self.public is None:
            self.publication = "under_review"
        self.facts.append(
            VersionSubmitted(
                listing_id=self.id,
                participant_id=self.participant_id,
                area=self.area,
                version=self.last_version,
                content_hash=content_hash(self.under_review.form),
                form=self.under_review.form,
                institution_category=institution_category,
                at=at,
            )
        )

    def withdraw(self, *, at: datetime) -> None:
        """Takes the version under review back; its content is the draft again."""
        self._require_present()
        if self.under_review is None:
            raise ListingNotUnderReview(listing_id=self.id)
        self.draft = self.under_review.form
        self._close_review(at)
        if self.public is None:
            self.publication = "draft"

    def approve(self, approval: Approval, *, today: date, at: datetime) -> None:
        """Publishes on the approved day only; on any other a recheck is asked (P11.1).

        A version whose validity ended while it waited goes back to its owner.
        """
        version = self._awaiting(approval.version)
        if version.valid_until < today:
            self.send_back(approval.version, (_VALIDITY_OVER,), at=at)
            return
        if approval.publishable_on not in (None, today):
            version.progress, version.waits_for = "rechecking", None
            self.facts.append(RecheckAsked(listing_id=self.id, version=version.number, at=at))
            return
        version.snapshot_date, version.snapshot_revision = approval.snapshot_date, approval.snapshot_revision
        self._publish(version, at)

    def send_back(self, number: int, reasons: tuple[Reason, ...], *, at: datetime) -> None:
        """Returns the version with its reasons; its content is the draft again."""
        version = self._awaiting(number)
        version.settle("returned", at, reasons)
        self.settled.append(version)
        self.returned, self.draft, self.under_review = version, version.form, None
        if self.public is None:
            self.publication = "returned"
        self.facts.append(VersionReturned(listing_id=self.id, version=number, at=at))

    def wait_for_snapshot(self, number: int, snapshot_date: date) -> None:
        """The check waits for a snapshot, and says for which."""
        version = self._awaiting(number)
        version.progress, version.waits_for = "waiting_for_snapshot", snapshot_date

    def wait_for_person(self, number: int, reasons: tuple[Reason, ...]) -> None:
        """A reviewer will decide; the reasons say why."""
        version = self._awaiting(number)
        version.progress, version.waits_for, version.reasons = "needs_person", None, reasons

    def move(self, target: State, *, at: datetime) -> None:
        """Moves between the four states by the table of P12.1."""
        self._require_present()
        require_move(self.publication, self.state, target)
        if target == "expired":
            self._expire("owner", at)
            return
        source, self.state = self.state, target
        if target == "pledged" and self.under_review is not None:
            self._close_review(at)
        if target == "pledged":
            self.draft = None
        if source is not None:
            self.facts.append(StateMoved(listing_id=self.id, source=source, target=target, at=at))

    def expire_by_clock(self, *, at: datetime) -> bool:
        """Ends the listing if its validity is over at the moment; says whether it did."""
        if self.publication != "published" or self.state not in IN_FORCE or self.public is None:
            return False
        if at < end_of_validity(self.public.valid_until):
            return False
        self._expire("clock", at)
        return True

    def end_by_operator(self, *, at: datetime) -> None:
        """Its owner's access was terminated: what is published expires, what is under review is closed (P4.2)."""
        if self.publication == "published" and self.state in IN_FORCE:
            self._expire("operator", at)
        elif self.under_review is not None:
            self.withdraw(at=at)

    def restrict(self, restriction: Restriction, *, at: datetime) -> None:
        """A step hides it from others; the same step twice is one."""
        self._require_present()
        if any(one.sanction_id == restriction.sanction_id for one in self.restrictions):
            return
        self.restrictions = (*self.restrictions, restriction)
        if len(self.restrictions) == 1:
            self.facts.append(ListingRestricted(listing_id=self.id, sanction_id=restriction.sanction_id, at=at))

    def unrestrict(self, sanction_id: UUID, *, at: datetime) -> None:
        """A step that hid it is over; another may hide it still."""
        self._require_present()
        rest = tuple(one for one in self.restrictions if one.sanction_id != sanction_id)
        if self.restrictions and not rest:
            self.facts.append(ListingUnrestricted(listing_id=self.id, sanction_id=sanction_id, at=at))
        self.restrictions = rest

    def delete(self, *, at: datetime) -> None:
        """Removes the listing for good (P13.2)."""
        self._require_present()
        if self.under_review is not None:
            self._close_review(at)
        self.publication, self.draft, self.deleted_at = "deleted", None, at
        self.facts.append(ListingDeleted(listing_id=self.id, at=at))

    @property
    def visibility(self) -> Visibility:
        """Restricted while a step hides it from others."""
        return "restricted" if self.restrictions else "normal"

    @property
    def live(self) -> bool:
        """Published, open or negotiating."""
        return self.publication == "published" and self.state in LIVE

    def in_force(self, today: date) -> bool:
        """Published, within validity, not expired, not restricted (owners' sanctions are tested by the caller)."""
        return (
            self.publication == "published"
            and self.state in IN_FORCE
            and self.visibility == "normal"
            and self.public is not None
            and self.public.valid_until >= today
        )

    def _publish(self, version: Version, at: datetime) -> None:
        first = self.public is None
        if self.public is not None:
            self.public.settle("superseded", at)
            self.settled.append(self.public)
        version.settle("published", at)
        self.public, self.under_review = version, None
        if first:
            self.publication, self.state, self.published_at = "published", "open", at
        self.facts.append(
            VersionPublished(
                listing_id=self.id,
                participant_id=self.participant_id,
                version=version.number,
                first=first,
                valid_until=version.valid_until,
                snapshot_date=version.snapshot_date,
                snapshot_revision=version.snapshot_revision,
                at=at,
            )
        )

    def _expire(self, by: ExpiredBy, at: datetime) -> None:
        if self.under_review is not None:
            self._close_review(at)
        self.state, self.draft, self.ended_at = "expired", None, at
        self.facts.append(ListingExpired(listing_id=self.id, by=by, at=at))

    def _close_review(self, at: datetime) -> None:
        version = self._awaiting(self.last_version)
        version.settle("withdrawn", at)
        self.settled.append(version)
        self.under_review = None
        self.facts.append(VersionWithdrawn(listing_id=self.id, version=version.number, at=at))

    def _awaiting(self, number: int) -> Version:
        if self.under_review is None or self.under_review.number != number:
            raise DecisionOutOfDate(listing_id=self.id, version=number)
        return self.under_review

    def _require_present(self) -> None:
        if self.publication == "deleted":
            raise ListingDeletedForGood(listing_id=self.id, deleted_at=self.deleted_at)

    def _require_editable(self) -> None:
        self._require_present()
        if self.under_review is not None:
            raise ListingUnderReview(listing_id=self.id)
        if self.state in {"pledged", "expired"}:
            raise ListingNotEditable(state=self.state)


_VALIDITY_OVER = Reason(
    code="validity-over",
    pointer="/valid_until",
    rule_id="P12.2",
    rule_version="1",
    message_zh="等待核验期间有效期已届满，请填写新的有效期后重新提交",
    message_en="Validity ended while the version waited; set a later date and submit again",
)
