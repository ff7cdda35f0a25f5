from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chassis.cause import Subject
from events.listing import v1 as listing
from review.domain.attachment import MEDIA_TYPES
from review.tests.access_story import APPLICANT, OWN, PDF, STATEMENT, AccessStory
from review.tests.harness import ANOTHER_REVIEWER, NOON, REVIEWER, Review
from testkit.eventually import eventually


@pytest.fixture
def told(review: Review) -> AccessStory:
    return AccessStory(review)


class TestApplying:
    async def test_p6_2_an_applicant_states_attaches_files_and_reads_the_own_case(self, told: AccessStory) -> None:
        await told.filed()

        own = await told.own()

        assert (own["state"], own["statement"]["category"]) == ("filed", "lender")
        assert own["statement"]["applicant"]["document_number"] == "**************0011"
        assert [(one["kind"], one["size"], len(one["sha256"])) for one in own["attachments"]] == [
            ("identity", len(PDF), 64)
        ]
        assert await told.said() == ["applied"]

    @pytest.mark.parametrize(
        ("changes", "attached", "missing"),
        [
            ({"purpose": " "}, True, ["purpose"]),
            ({"category": "nobody"}, True, ["category"]),
            ({"contact_person": "", "contact_channel": ""}, True, ["contact_person", "contact_channel"]),
            ({"applicant": {"kind": "person", "name": "孙丽"}}, True, ["applicant/document_type",
                                                                      "applicant/document_number"]),
            ({}, False, ["attachments"]),
        ],
    )  # fmt: skip
    async def test_p6_2_what_is_missing_is_named_before_a_reviewer_sees_it(
        self, told: AccessStory, changes: dict[str, Any], missing: list[str], *, attached: bool
    ) -> None:
        await told.state(**changes)
        if attached:
            await told.attach()

        refused = await told.file()

        assert (refused.status_code, refused.json()["missing"]) == (409, missing)
        assert await told.said() == []

    @pytest.mark.parametrize(
        ("content", "media_type", "rule"),
        [
            (b"MZ executable", "application/x-msdownload", "media_type"),
            (b"MZ executable", "application/pdf", "content"),
            (b"%PDF-" + b"x" * 2_000_000, "application/pdf", "size"),
            (b"", "image/png", "size"),
        ],
    )
    async def test_p6_2_a_file_of_another_kind_or_size_is_refused(
        self, told: AccessStory, content: bytes, media_type: str, rule: str
    ) -> None:
        await told.state()

        refused = await told.attach(content, media_type=media_type)

        assert refused.status_code == 422
        assert rule in {one["rule"] for one in refused.json()["errors"]}
        assert (await told.own())["attachments"] == []

    async def test_p6_2_there_are_not_more_files_than_the_data_of_the_day_say(self, told: AccessStory) -> None:
        await told.state()

        answers = [(await told.attach()).status_code for _ in range(7)]

        assert answers == [201] * 6 + [422]

    async def test_who_has_access_has_nothing_to_apply_for(self, told: AccessStory) -> None:
        open_already = replace(APPLICANT, roles=frozenset({"PL", "LE"}))

        assert (await told.state(open_already)).status_code == 409

    async def test_an_application_is_one_until_it_has_ended(self, told: AccessStory) -> None:
        first = (await told.state()).json()["application_id"]

        assert (await told.state(purpose="另一个用途")).json()["application_id"] == first
        assert (await told.own())["statement"]["purpose"] == "另一个用途"

    async def test_another_participant_has_no_application(self, told: AccessStory) -> None:
        await told.filed()

        other = await told.review.call(replace(APPLICANT, user_id="qian", participant_id="p-qian")).get(OWN)

        assert other.status_code == 404


class TestReviewing:
    async def test_p6_3_the_queue_names_no_applicant(self, told: AccessStory) -> None:
        application_id = await told.filed()

        queue = await told.review.call(REVIEWER).get("/api/v1/access-applications")

        assert [one["application_id"] for one in queue.json()["items"]] == [application_id]
        assert "孙丽" not in queue.text

    async def test_p6_3_only_who_has_claimed_it_reads_and_decides(self, told: AccessStory) -> None:
        application_id = await told.claimed()
        paper = (await told.own())["attachments"][0]["attachment_id"]
        path = f"/api/v1/access-applications/{application_id}/attachments/{paper}"

        mine, others = await told.read(application_id), await told.read(application_id, ANOTHER_REVIEWER)
        content = await told.review.call(REVIEWER).get(path)

        assert mine.json()["statement"]["applicant"]["document_number"] == "110101199001010011"
        assert others.status_code == 403
        assert (content.content, content.headers["content-type"]) == (PDF, MEDIA_TYPES[0])
        assert content.headers["content-disposition"].startswith("attachment;")
        assert (await told.review.call(ANOTHER_REVIEWER).get(path)).status_code == 403
        assert (await told.tell(application_id, "approval", by=ANOTHER_REVIEWER)).status_code == 403
        assert (await told.tell(application_id, "claim", by=ANOTHER_REVIEWER)).status_code == 409

    async def test_p6_3_a_claim_lapses_after_half_an_hour(self, told: AccessStory) -> None:
        application_id = await told.claimed()

        await told.review.set_now(NOON + timedelta(minutes=31))

        assert (await told.tell(application_id, "approval")).status_code == 403
        assert (await told.tell(application_id, "claim", by=ANOTHER_REVIEWER)).status_code == 200

    async def test_p6_3_a_refusal_names_coded_reasons_and_a_new_application_may_follow(self, told: AccessStory) -> None:
        application_id = await told.claimed()

        unknown = await told.tell(application_id, "refusal", {"reasons": ["because"]})
        await told.tell(application_id, "refusal", {"reasons": ["data_differ"]})

        own = await told.own()
        assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/reasons/0")
        assert (own["state"], own["reasons"][0]["code"]) == ("refused", "data_differ")
        assert own["reasons"][0]["fix_zh"]
        assert (await told.state()).json()["application_id"] != application_id
        assert await told.said() == ["applied", "refused"]

    async def test_p6_3_more_is_asked_and_answered(self, told: AccessStory) -> None:
        application_id = await told.claimed()

        await told.tell(application_id, "question", {"question": "资金从何而来？"})
        asked = await told.own()
        await told.attach(kind="other")
        answered = await told.review.call(APPLICANT).post(f"{OWN}/answer", json={"answer": "工资"})

        own = await told.own()
        assert (asked["state"], asked["exchanges"][0]["answer"]) == ("more_asked", None)
        assert (answered.status_code, own["state"]) == (202, "filed")
        assert (own["exchanges"][0]["answer"], len(own["attachments"])) == ("工资", 2)
        assert await told.said() == ["applied", "more_asked", "applied"]

    async def test_what_is_filed_is_not_changed_under_the_reviewers_eyes(self, told: AccessStory) -> None:
        await told.filed()

        assert (await told.state(purpose="别的")).status_code == 409
        assert (await told.attach()).status_code == 409

    async def test_nobody_reviews_their_own_application(self, told: AccessStory) -> None:
        application_id = await told.filed()
        both = Subject(user_id="sun", roles=frozenset({"RV"}), participant_id="p-sun")

        assert (await told.tell(application_id, "claim", by=both)).status_code == 403

    async def test_nothing_an_applicant_wrote_is_said(self, told: AccessStory) -> None:
        await told.claimed()

        said = str(await told.review.said())

        assert not [word for word in (*STATEMENT["applicant"].values(), "010-55550000") if word in said]


class TestCertifying:
    async def test_p6_3_approval_certifies_the_identity_and_access_is_granted(self, told: AccessStory) -> None:
        application_id = await told.claimed()

        approved = await told.tell(application_id, "approval")
        before = await told.said()
        await told.clock()

        (asked,) = told.review.provider.asked
        assert (approved.status_code, approved.json()["state"], before) == (202, "certifying", ["applied"])
        assert (str(asked.application_id), asked.user_id, asked.document_number) == (
            application_id, "sun", "110101199001010011",
        )  # fmt: skip
        assert ((await told.own())["state"], await told.said()) == ("approved", ["applied", "granted"])

    async def test_p6_3_while_the_provider_is_away_nothing_is_granted_and_the_work_waits(
        self, told: AccessStory
    ) -> None:
        application_id = await told.claimed()
        told.review.provider.away = True
        await told.tell(application_id, "approval")

        await told.clock()

        assert ((await told.own())["state"], await told.said()) == ("certifying", ["applied"])

    async def test_p6_3_stopped_between_certifying_and_noting_it_both_are_done_again(self, told: AccessStory) -> None:
        application_id = await told.claimed()
        told.review.provider.stopped_after = True
        await told.tell(application_id, "approval")
        await told.clock()
        between = await told.own(), await told.said()
        told.review.provider.stopped_after = False

        async def state() -> str:
            await told.clock()
            return str((await told.own())["state"])

        await eventually(state, within=10, until=lambda found: found == "approved")

        assert (between[0]["state"], between[1]) == ("certifying", ["applied"])
        assert {str(one.application_id) for one in told.review.provider.asked} == {application_id}
        assert len(told.review.provider.asked) == 2
        assert await told.said() == ["applied", "granted"]

    async def test_p6_3_the_providers_no_goes_back_to_the_reviewers(self, told: AccessStory) -> None:
        application_id = await told.claimed()
        told.review.provider.refuses = True
        await told.tell(application_id, "approval")

        await told.clock()
        await told.tell(application_id, "claim")

        found = (await told.read(application_id)).json()
        assert (found["state"], found["failure"]) == ("filed", "identity-provider-409")
        assert (await told.own())["failure"] is None
        assert "granted" not in await told.said()


class TestStandings:
    def standing(self, **changes: Any) -> listing.StandingChanged:
        told: dict[str, Any] = {
            "participant_id": "p-sun",
            "no_access": None,
            "status": "active",
            "logins": [listing.LoginStanding(user_id="sun", function=None, status="active", ended=False)],
            "changed_at": NOON,
            **changes,
        }
        return listing.StandingChanged(**told)

    async def test_p6_3_access_reaches_review_without_a_new_sign_in(self, told: AccessStory) -> None:
        await told.review.hear(self.standing())

        assert (await told.state()).json()["type"] == "urn:pledgeboard:problem:access-already-open"

    async def test_bx6_a_leaver_is_refused_here_too(self, told: AccessStory) -> None:
        left = listing.LoginStanding(user_id="sun", function="operator", status="active", ended=True)
        await told.review.hear(self.standing(logins=[left]))

        refused = await told.state()

        assert (refused.status_code, refused.json()["type"]) == (401, "urn:pledgeboard:problem:login-ended")

    async def test_p4_2_a_terminated_participant_keeps_what_the_matrix_leaves(self, told: AccessStory) -> None:
        await told.filed()
        await told.review.hear(self.standing(status="terminated", logins=[]))

        assert (await told.state()).status_code == 403
        assert (await told.review.call(APPLICANT).get(OWN)).status_code == 200

    async def test_the_newest_word_replaces_the_one_before(self, told: AccessStory) -> None:
        await told.review.hear(self.standing())
        await told.review.hear(self.standing(no_access="no_securities_account", logins=[]))

        assert (await told.state()).status_code == 200
