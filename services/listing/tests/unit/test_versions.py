from collections.abc import Callable
from datetime import timedelta

import pytest

from listing.domain.boxes import boxes_of
from listing.domain.content import Form, content_hash
from listing.domain.declaration import DeclarationGiven, DeclarationRefused, declare
from listing.domain.listing import (
    AreaCannotChange,
    Listing,
    ListingChangedMeanwhile,
    ListingDeletedForGood,
    ListingNotEditable,
    ListingNotUnderReview,
    ListingUnderReview,
    NothingToSubmit,
)
from listing.domain.version import (
    DecisionOutOfDate,
    RecheckAsked,
    VersionPublished,
    VersionReturned,
    VersionSubmitted,
    VersionWithdrawn,
)
from listing.tests.builders import (
    MONDAY,
    NOON,
    SHARE,
    a_declaration,
    a_draft,
    a_pledgee_form,
    a_pledgor_form,
    a_published_listing,
    a_reason,
    a_submitted_listing,
    an_approval,
)


def submit(listing: Listing, form: Form | None = None) -> None:
    if form is not None:
        listing.edit(form)
    assert listing.draft is not None
    listing.submit(a_declaration(listing.draft), (SHARE,), at=NOON)


class TestSubmission:
    def test_makes_the_draft_the_next_version_and_says_it(self) -> None:
        listing = a_submitted_listing()

        (fact,) = listing.facts
        assert isinstance(fact, VersionSubmitted)
        assert (fact.version, fact.area, fact.content_hash) == (1, "pledgor", content_hash(a_pledgor_form()))
        assert (listing.publication, listing.draft) == ("under_review", None)

    def test_needs_a_draft(self) -> None:
        listing = a_published_listing()

        with pytest.raises(NothingToSubmit):
            listing.submit(a_declaration(a_pledgor_form()), (), at=NOON)

    def test_is_refused_while_a_version_is_under_review(self) -> None:
        with pytest.raises(ListingUnderReview):
            a_submitted_listing().edit(a_pledgor_form())

    def test_after_withdrawal_is_a_new_version(self) -> None:
        listing = a_submitted_listing()
        listing.withdraw(at=NOON)

        submit(listing)

        assert listing.last_version == 2

    def test_stays_in_its_area(self) -> None:
        with pytest.raises(AreaCannotChange):
            a_draft().edit(a_pledgee_form())


class TestWithdrawal:
    def test_gives_the_content_back_as_a_draft(self) -> None:
        listing = a_submitted_listing()
        listing.facts.clear()

        listing.withdraw(at=NOON)

        assert (listing.publication, listing.draft) == ("draft", a_pledgor_form())
        assert listing.facts == [VersionWithdrawn(listing_id=listing.id, version=1, at=NOON)]

    def test_needs_a_version_under_review(self) -> None:
        with pytest.raises(ListingNotUnderReview):
            a_draft().withdraw(at=NOON)


class TestReview:
    def test_p11_1_an_approval_publishes_on_its_day(self) -> None:
        listing = a_submitted_listing()
        listing.facts.clear()

        listing.approve(an_approval(publishable_on=MONDAY), today=MONDAY, at=NOON)

        (fact,) = listing.facts
        assert isinstance(fact, VersionPublished)
        assert fact.first
        assert (listing.publication, listing.state) == ("published", "open")

    @pytest.mark.parametrize("days", [-1, 1])
    def test_p11_1_an_approval_for_another_day_asks_for_a_recheck_and_publishes_nothing(self, days: int) -> None:
        listing = a_submitted_listing()
        listing.facts.clear()

        listing.approve(an_approval(publishable_on=MONDAY), today=MONDAY + timedelta(days=days), at=NOON)

        assert listing.facts == [RecheckAsked(listing_id=listing.id, version=1, at=NOON)]
        assert listing.publication == "under_review"

    def test_p11_5_a_pledgee_approval_names_no_day_and_publishes_today(self) -> None:
        listing = a_submitted_listing(form=a_pledgee_form())

        listing.approve(an_approval(publishable_on=None), today=MONDAY, at=NOON)

        assert listing.state == "open"

    def test_p12_2_a_version_whose_validity_ended_while_it_waited_goes_back(self) -> None:
        listing = a_submitted_listing(form=a_pledgor_form(valid_until=MONDAY))

        listing.approve(an_approval(publishable_on=None), today=MONDAY + timedelta(days=1), at=NOON)

        assert listing.publication == "returned"
        assert listing.returned is not None
        assert [one.code for one in listing.returned.reasons] == ["validity-over"]

    def test_p11_8_a_returned_version_keeps_its_reasons_beside_the_draft(self) -> None:
        listing = a_submitted_listing()

        listing.send_back(1, (a_reason(),), at=NOON)

        assert listing.facts[-1] == VersionReturned(listing_id=listing.id, version=1, at=NOON)
        assert listing.returned is not None
        assert listing.returned.reasons == (a_reason(),)
        assert listing.draft == a_pledgor_form()

    @pytest.mark.parametrize("version", [0, 2])
    def test_a_decision_about_another_version_changes_nothing(self, version: int) -> None:
        listing = a_submitted_listing()

        with pytest.raises(DecisionOutOfDate):
            listing.approve(an_approval(version=version), today=MONDAY, at=NOON)

        assert listing.publication == "under_review"

    def test_p11_1_a_missing_snapshot_is_said_to_the_owner(self) -> None:
        listing = a_submitted_listing()

        listing.wait_for_snapshot(1, MONDAY)

        assert listing.under_review is not None
        assert (listing.under_review.progress, listing.under_review.waits_for) == ("waiting_for_snapshot", MONDAY)


class TestChangingWhatIsPublished:
    def test_p13_1_the_published_version_stays_while_the_new_one_is_reviewed(self) -> None:
        listing = a_published_listing()

        submit(listing, a_pledgor_form(months=6))

        assert listing.publication == "published"
        assert listing.public is not None
        assert listing.public.form == a_pledgor_form()

    def test_p13_3_an_approved_new_version_keeps_the_state(self) -> None:
        listing = a_published_listing(state="negotiating")
        submit(listing, a_pledgor_form(months=6))
        listing.facts.clear()

        listing.approve(an_approval(version=2), today=MONDAY, at=NOON)

        assert (listing.state, listing.public.form.months) == ("negotiating", 6)  # type: ignore[union-attr]  # a pledgor's
        assert [one.first for one in listing.facts if isinstance(one, VersionPublished)] == [False]
        assert [one.status for one in listing.settled] == ["superseded"]

    def test_p13_1_a_returned_new_version_leaves_the_published_one(self) -> None:
        listing = a_published_listing()
        submit(listing, a_pledgor_form(months=6))

        listing.send_back(2, (a_reason(),), at=NOON)

        assert (listing.publication, listing.state) == ("published", "open")

    @pytest.mark.parametrize("state", ["pledged", "expired"])
    def test_p13_3_a_pledged_or_expired_listing_cannot_be_edited(self, state: str) -> None:
        with pytest.raises(ListingNotEditable):
            a_published_listing(state=state).edit(a_pledgor_form())

    def test_p13_2_a_deleted_listing_is_gone_for_every_act(self) -> None:
        listing = a_published_listing()
        listing.delete(at=NOON)

        acts: list[Callable[[], None]] = [
            lambda: listing.edit(a_pledgor_form()),
            lambda: listing.withdraw(at=NOON),
            lambda: listing.delete(at=NOON),
        ]
        for act in acts:
            with pytest.raises(ListingDeletedForGood):
                act()

    def test_a_client_that_read_an_older_revision_is_refused(self) -> None:
        listing = a_published_listing()
        listing.revision = 3

        with pytest.raises(ListingChangedMeanwhile):
            listing.require_revision(2)


class TestBoxes:
    def test_p11_8_each_listing_lies_in_the_box_of_its_publication(self) -> None:
        returned = a_submitted_listing()
        returned.send_back(1, (), at=NOON)
        deleted = a_published_listing()
        deleted.delete(at=NOON)

        boxes = [boxes_of(one) for one in (a_draft(), a_submitted_listing(), a_published_listing(), returned, deleted)]

        assert boxes == [{"drafts"}, {"under_review"}, {"published"}, {"returned"}, {"deleted"}]

    def test_p11_8_an_expired_listing_lies_in_its_own_box(self) -> None:
        assert boxes_of(a_published_listing(state="expired")) == {"expired"}

    def test_p13_1_an_update_under_review_lies_in_both(self) -> None:
        listing = a_published_listing()
        submit(listing, a_pledgor_form(months=6))

        assert boxes_of(listing) == {"published", "under_review"}


class TestDeclaration:
    FORM = a_pledgor_form()

    def declare(self, given: DeclarationGiven | None) -> None:
        declare(given, text_version="2", content_hash=content_hash(self.FORM), user_id="user-1", at=NOON)

    def test_p4_6_a_declaration_about_this_content_under_this_text_is_kept(self) -> None:
        given = DeclarationGiven(text_version="2", content_hash=content_hash(self.FORM), accepted=True)

        kept = declare(given, text_version="2", content_hash=content_hash(self.FORM), user_id="user-1", at=NOON)

        assert (kept.user_id, kept.declared_at, kept.text_version) == ("user-1", NOON, "2")

    @pytest.mark.parametrize(
        ("given", "pointer"),
        [
            (None, "/declaration/accepted"),
            (
                DeclarationGiven(text_version="2", content_hash=content_hash(FORM), accepted=False),
                "/declaration/accepted",
            ),
            (
                DeclarationGiven(text_version="1", content_hash=content_hash(FORM), accepted=True),
                "/declaration/text_version",
            ),
            (DeclarationGiven(text_version="2", content_hash="0", accepted=True), "/declaration/content_hash"),
        ],
    )
    def test_p4_6_anything_else_is_refused(self, given: DeclarationGiven | None, pointer: str) -> None:
        with pytest.raises(DeclarationRefused) as refused:
            self.declare(given)

        assert [one.pointer for one in refused.value.errors] == [pointer]

    def test_p4_6_equal_content_has_an_equal_hash_whatever_its_spelling(self) -> None:
        assert content_hash(a_pledgor_form(warning_line="1.50")) == content_hash(a_pledgor_form(warning_line="1.5"))
        assert content_hash(a_pledgor_form(warning_line="1.51")) != content_hash(a_pledgor_form(warning_line="1.5"))
