from datetime import datetime, timedelta
from uuid import UUID

import pytest

from chassis.kernel import SHANGHAI, new_id
from events.identity.v1 import ParticipantChanged
from events.review import v1 as review
from listing.tests.builders import NOON
from listing.tests.harness import (
    ANALYST,
    APPLICANT,
    LAST_TRADING_DAY,
    LI,
    REVIEWER,
    VIEWER,
    WITHOUT_ACCOUNT,
    ZHANG,
    Board,
    Story,
)

# Tokens carry the real clock: the provider's word is newer than any sign-in of today.
ID = UUID(int=9)
LONG_AFTER = datetime(2100, 1, 1, tzinfo=SHANGHAI)


# A real clock runs on while a story is told.
A_WHILE = timedelta(minutes=1)


def is_about(text: str, moment: datetime) -> bool:
    return timedelta(0) <= datetime.fromisoformat(text) - moment <= 2 * A_WHILE


class TestRegistration:
    async def test_p6_1_access_comes_with_the_first_sign_in_and_the_first_request_works(self, board: Board) -> None:
        story = Story(board=board)

        registered = await story.sign_in(ZHANG)
        first = await board.call(ZHANG).get("/api/v1/my/pledgeable-holdings")

        assert registered.json() == {
            "participant_id": "P1", "kind": "person", "access": "granted", "reason": None, "way": None,
        }  # fmt: skip
        assert first.status_code == 200
        assert await story.types_said() == [
            "participant.registered",
            "participant.user_joined",
            "participant.standing_changed",
        ]

    async def test_p6_1_any_number_of_sign_ins_say_it_once(self, board: Board) -> None:
        story = Story(board=board)

        for _ in range(3):
            await story.sign_in(ZHANG)

        assert await story.types_said() == [
            "participant.registered",
            "participant.user_joined",
            "participant.standing_changed",
        ]

    async def test_p6_1_an_institution_is_known_by_its_logins_functions(self, board: Board) -> None:
        assert (await Story(board=board).sign_in(VIEWER)).json()["kind"] == "institution"

    async def test_p6_4_without_an_account_there_is_no_access_and_the_way_is_named(self, board: Board) -> None:
        story = Story(board=board)

        registered = await story.sign_in(WITHOUT_ACCOUNT)
        refused = await board.call(WITHOUT_ACCOUNT).get("/api/v1/listings")

        assert registered.json()["access"] == "none"
        assert refused.status_code == 403
        assert refused.json()["type"] == "urn:pledgeboard:problem:access-missing"
        assert (refused.json()["reason"], refused.json()["way"]) == (
            "no_securities_account",
            "open_an_account_or_apply",
        )

    async def test_p6_4_who_never_registered_is_told_to_sign_in_again(self, board: Board) -> None:
        refused = await board.call(ZHANG).get("/api/v1/my/listings")

        assert (refused.status_code, refused.json()["reason"]) == (403, "not_registered")

    async def test_p6_4_staff_are_no_participants(self, board: Board) -> None:
        refused = await Story(board=board).sign_in(REVIEWER)

        assert (refused.status_code, refused.json()["reason"]) == (403, "no_participant")

    async def test_p7_1_the_identity_provider_brings_accounts_and_with_them_access(self, board: Board) -> None:
        story = Story(board=board)
        await story.sign_in(WITHOUT_ACCOUNT)

        await board.hear(
            ParticipantChanged(
                participant_id="P4",
                name="赵六",
                kind="person",
                document_type="id_card",
                document_number_masked="**************1234",
                registered_contact="138****0000",
                unified_accounts=["100000000004"],
                changed_at=LONG_AFTER,
            )
        )
        known = await board.call(WITHOUT_ACCOUNT).get("/api/v1/my/business-information")

        assert known.status_code == 200
        assert known.json()["basic"]["document_number"] == "**************1234"

    async def test_p7_1_a_later_sign_in_with_older_claims_takes_nothing_back(self, board: Board) -> None:
        story = Story(board=board)
        await story.sign_in(ZHANG)
        await board.hear(
            ParticipantChanged(
                participant_id="P1",
                name="张三丰",
                kind="person",
                document_type="id_card",
                document_number_masked="**************1234",
                registered_contact="138****0000",
                unified_accounts=["100000000001", "100000000009"],
                changed_at=LONG_AFTER,
            )
        )

        await story.sign_in(ZHANG)

        known = (await board.call(ZHANG).get("/api/v1/my/business-information")).json()
        assert (known["basic"]["name"], len(known["basic"]["accounts"])) == ("张三丰", 2)


class TestApplications:
    def granted(self) -> review.AccessGranted:
        return review.AccessGranted(participant_id="P4", application_id=new_id(), granted_at=LONG_AFTER)

    async def test_p6_3_access_appears_without_a_new_sign_in(self, board: Board) -> None:
        await Story(board=board).enter(WITHOUT_ACCOUNT)

        await board.hear(self.granted())

        assert (await board.call(WITHOUT_ACCOUNT).get("/api/v1/listings")).status_code == 200

    async def test_bx6_the_certified_registrant_is_the_first_administrator(self, board: Board) -> None:
        story = Story(board=board)
        await story.enter(WITHOUT_ACCOUNT)
        granted = review.AccessGranted(
            participant_id="P4", application_id=ID, granted_at=LONG_AFTER, kind="institution", user_id="zhao"
        )
        await board.hear(granted)

        invited = await board.call(WITHOUT_ACCOUNT).post(
            "/api/v1/my/users", json={"user_id": "clerk", "function": "operator"}
        )
        published = await board.call(WITHOUT_ACCOUNT).post("/api/v1/listings", json=story.pledgee())

        assert (invited.status_code, published.status_code) == (201, 403)

    async def test_p5_3_who_has_no_account_holds_nothing_and_may_lend(self, board: Board) -> None:
        story = Story(board=board)
        await board.load_holdings(LAST_TRADING_DAY, [])
        await story.enter(WITHOUT_ACCOUNT)
        await board.hear(self.granted())
        await story.inform(WITHOUT_ACCOUNT)

        lending = await story.submit(await story.draft(WITHOUT_ACCOUNT, story.pledgee()), WITHOUT_ACCOUNT)
        empty = await board.call(WITHOUT_ACCOUNT).post("/api/v1/listings", json={"pledgor": {"lines": []}})
        pledging = await story.submit(empty.json(), WITHOUT_ACCOUNT)

        assert lending.status_code == 202
        assert (pledging.status_code, pledging.json()["type"]) == (409, "urn:pledgeboard:problem:no-holding")

    @pytest.mark.parametrize(
        ("event", "reason"),
        [
            (review.AccessApplied(participant_id="P4", application_id=ID, applied_at=LONG_AFTER), "under_review"),
            (review.AccessMoreAsked(participant_id="P4", application_id=ID, asked_at=LONG_AFTER), "more_asked"),
            (
                review.AccessRefused(participant_id="P4", application_id=ID, reasons=["x"], refused_at=LONG_AFTER),
                "refused",
            ),
        ],
        ids=["under review", "more asked", "refused"],
    )
    async def test_p6_4_until_then_the_reason_says_how_it_stands(
        self, board: Board, event: review.AccessDecidedEvent, reason: str
    ) -> None:
        await Story(board=board).enter(WITHOUT_ACCOUNT)
        await board.hear(event)

        refused = await board.call(WITHOUT_ACCOUNT).get("/api/v1/listings")

        assert (refused.status_code, refused.json()["reason"]) == (403, f"application_{reason}")
        assert refused.json()["way"] == "read_own_application"

    async def test_p6_1_who_has_access_keeps_it(self, story: Story) -> None:
        refused = review.AccessRefused(participant_id="P1", application_id=ID, reasons=["x"], refused_at=LONG_AFTER)

        await story.board.hear(refused)

        assert (await story.board.call(ZHANG).get("/api/v1/listings")).status_code == 200


class TestMatrix:
    @pytest.mark.parametrize("path", ["/api/v1/listings", "/api/v1/my/listings", "/api/v1/my/pledgeable-holdings"])
    async def test_nobody_reads_without_signing_in(self, board: Board, path: str) -> None:
        assert (await board.call(None).get(path)).status_code == 401

    @pytest.mark.parametrize("subject", [APPLICANT, ANALYST], ids=["applicant", "regulator"])
    async def test_others_are_denied_the_board(self, story: Story, subject: object) -> None:
        assert (await story.board.call(subject).get("/api/v1/listings")).status_code == 403  # type: ignore[arg-type]  # a subject

    async def test_a_reviewer_searches_summaries(self, story: Story) -> None:
        listing_id = await story.published()

        found = await story.board.call(REVIEWER).get("/api/v1/listings")

        assert [one["id"] for one in found.json()["items"]] == [listing_id]

    async def test_a_reviewer_reads_details_in_the_case_and_not_here(self, story: Story) -> None:
        listing_id = await story.published()

        assert (await story.board.call(REVIEWER).get(f"/api/v1/listings/{listing_id}")).status_code == 404

    async def test_a_viewer_reads_and_does_not_act(self, story: Story) -> None:
        await story.enter(VIEWER)

        assert (await story.board.call(VIEWER).get("/api/v1/my/listings")).status_code == 200
        assert (await story.board.call(VIEWER).post("/api/v1/listings", json=story.pledgor())).status_code == 403


class TestGuide:
    async def test_p19_1_the_guide_is_read_without_signing_in(self, board: Board) -> None:
        answer = await board.call(None).get("/api/v1/guide")

        assert answer.status_code == 200
        assert {"version", "effective_from", "interpreter_zh", "text_zh", "text_en"} <= answer.json().keys()


class TestBusinessInformation:
    async def test_p7_2_each_change_is_a_version_and_the_same_again_is_not(self, story: Story) -> None:
        first = await story.inform(ZHANG, region="北京")
        same = await story.inform(ZHANG, region="北京")

        assert (first.json()["version"], same.json()["version"]) == (2, 2)

    async def test_p7_2_a_submission_names_what_is_missing(self, story: Story) -> None:
        await story.inform(ZHANG, contact_person=None, channels=[])

        refused = await story.submit(await story.draft())

        assert refused.status_code == 409
        assert refused.json()["missing"] == ["contact_person", "channels"]

    async def test_p7_1_basic_information_cannot_be_typed(self, story: Story) -> None:
        refused = await story.inform(ZHANG, name="别名")

        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/name")

    async def test_p7_2_a_change_on_an_older_version_is_refused(self, story: Story) -> None:
        refused = await story.board.call(ZHANG).put(
            "/api/v1/my/business-information", json={"region": "北京"}, headers={"If-Match": '"7"'}
        )

        assert refused.status_code == 412

    async def test_p7_2_what_one_says_is_not_said_to_the_world(self, story: Story) -> None:
        await story.inform(LI, region="秘密地区")

        assert "秘密地区" not in str(await story.board.said())

    async def test_p7_3_a_year_later_it_is_asked_to_be_confirmed(self, story: Story) -> None:
        before = await story.board.call(ZHANG).get("/api/v1/my/business-information")

        await story.board.set_now(NOON.replace(year=NOON.year + 1) + A_WHILE)
        await story.board.run_due()
        asked = (await story.types_said()).count("participant.confirmation_asked")
        confirmed = await story.board.call(ZHANG).post("/api/v1/my/business-information/confirmation")

        assert is_about(before.json()["confirm_by"], NOON.replace(year=NOON.year + 1))
        assert asked == 2  # of both participants
        assert (confirmed.status_code, confirmed.json()["version"]) == (200, 1)
        assert is_about(confirmed.json()["confirm_by"], NOON.replace(year=NOON.year + 2))

    async def test_p7_3_what_was_changed_or_confirmed_meanwhile_is_not_asked_about(self, story: Story) -> None:
        await story.board.set_now(NOON + timedelta(days=200))
        await story.inform(ZHANG, region="北京")
        await story.board.call(LI).post("/api/v1/my/business-information/confirmation")

        await story.board.set_now(NOON.replace(year=NOON.year + 1))
        await story.board.run_due()

        assert "participant.confirmation_asked" not in await story.types_said()

    async def test_p7_3_what_is_incomplete_cannot_be_confirmed(self, story: Story) -> None:
        await story.inform(ZHANG, region=None)

        refused = await story.board.call(ZHANG).post("/api/v1/my/business-information/confirmation")

        assert (refused.status_code, refused.json()["missing"]) == (409, ["region"])
