"""P12.3, P17: registrations move listings, cases are kept by both sides."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from chassis.cause import Subject
from chassis.kernel import new_id
from events.listing import v1 as listing
from events.messaging import v1 as messaging
from listing.domain.checklist import checklist
from listing.domain.registration import Registration
from listing.domain.unit_holds import UnitKey
from listing.tests.builders import MONDAY, NOON, SHARE
from listing.tests.harness import LI, ZHANG, Story, a_key

NUMBER = "ZY-2026-0001"
AUDITOR = Subject(user_id="auditor", roles=frozenset({"AU"}))


def a_registration(
    key: UnitKey,
    *more: UnitKey,
    quantity: str = "400000",
    number: str = NUMBER,
    on: date = MONDAY,
    released_on: date | None = None,
) -> Registration:
    quantities: Mapping[UnitKey, Decimal] = dict.fromkeys((key, *more), Decimal(quantity))
    return Registration(
        number=number, registered_on=on, released_on=released_on, quantities={} if released_on else quantities
    )


async def accepted(story: Story, pledgor_listing: str, pledgee_listing: str) -> str:
    """Both sides accept the same round; answers the case."""
    await story.board.hear(
        messaging.TermsAccepted(
            conversation_id=new_id(),
            recipients=["zhang", "li"],
            term_sheet_id=new_id(),
            round=2,
            listing_id=UUID(pledgee_listing),
            pledgor_listing_id=UUID(pledgor_listing),
            pledgee_listing_id=UUID(pledgee_listing),
            pledgor_participant_id="P1",
            pledgee_participant_id="P2",
            accepted_at=NOON,
        )
    )
    answer = await story.board.call(ZHANG).get("/api/v1/my/registration-cases")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["items"][0]["id"])


async def read_case(story: Story, case_id: str, subject: Subject = ZHANG) -> dict[str, Any]:
    answer = await story.board.call(subject).get(f"/api/v1/registration-cases/{case_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


class TestRegistrations:
    async def test_p12_3_one_that_covers_every_line_moves_the_listing(self, story: Story) -> None:
        mine, anothers = await story.published(), await story.published(LI)
        key = a_key(story.board.ref(ZHANG))

        await story.board.load_registrations(MONDAY, [a_registration(key)])

        assert [(await story.read(mine))["state"], (await story.read(anothers, LI))["state"]] == ["pledged", "open"]
        moves = [one for one in await story.board.said() if isinstance(one, listing.ListingStatusChanged)]
        assert [(one.source, one.target) for one in moves] == [("open", "pledged")]

    async def test_p12_3_the_same_again_changes_nothing_and_moves_no_other(self, story: Story) -> None:
        key = a_key(story.board.ref(ZHANG))
        await story.published()
        await story.board.load_registrations(MONDAY, [a_registration(key)])
        another = await story.published(body=story.pledgor(quantity="100000"))

        await story.board.load_registrations(MONDAY, [a_registration(key)])

        found = await story.read(another)
        assert (found["state"], found["registrations_asked"]) == ("open", [])

    async def test_p12_3_a_part_asks_the_owner_who_says_yes(self, story: Story) -> None:
        mine = await story.published()
        key = a_key(story.board.ref(ZHANG))

        await story.board.load_registrations(MONDAY, [a_registration(key, quantity="399999")])
        asked = await story.read(mine)
        path = f"/api/v1/listings/{mine}/registration-answers"
        anothers = await story.board.call(LI).post(path, json={"number": NUMBER, "is_it": True})
        answered = await story.board.call(ZHANG).post(path, json={"number": NUMBER, "is_it": True})
        again = await story.board.call(ZHANG).post(path, json={"number": NUMBER, "is_it": True})

        assert (asked["state"], asked["registrations_asked"][0]["coverage"]) == ("open", "part")
        assert "listing.registration_asked" in await story.types_said()
        assert [anothers.status_code, answered.status_code, again.status_code] == [404, 200, 409]
        assert (await story.read(mine))["state"] == "pledged"

    async def test_p12_3_the_owner_says_no_and_is_not_asked_again(self, story: Story) -> None:
        mine = await story.published()
        part = a_registration(a_key(story.board.ref(ZHANG)), quantity="1")
        await story.board.load_registrations(MONDAY, [part])

        await story.board.call(ZHANG).post(
            f"/api/v1/listings/{mine}/registration-answers", json={"number": NUMBER, "is_it": False}
        )
        await story.board.load_registrations(MONDAY + timedelta(days=1), [part])

        found = await story.read(mine)
        assert (found["state"], [one["answer"] for one in found["registrations_asked"]]) == ("open", ["no"])
        assert (await story.types_said()).count("listing.registration_asked") == 1

    async def test_p12_3_of_two_listings_the_one_named_exactly_is_meant(self, story: Story) -> None:
        smaller = await story.published(body=story.pledgor(quantity="100000"))
        exact = await story.published(body=story.pledgor(quantity="300000"))

        await story.board.load_registrations(MONDAY, [a_registration(a_key(story.board.ref(ZHANG)), quantity="300000")])

        assert [(await story.read(one))["state"] for one in (smaller, exact)] == ["open", "pledged"]

    async def test_p12_3_where_several_could_be_meant_each_owner_is_asked(self, story: Story) -> None:
        both = [await story.published(body=story.pledgor(quantity=one)) for one in ("100000", "200000")]

        await story.board.load_registrations(MONDAY, [a_registration(a_key(story.board.ref(ZHANG)), quantity="300000")])

        assert [len((await story.read(one))["registrations_asked"]) for one in both] == [1, 1]

    @pytest.mark.parametrize(
        "registration",
        [
            {"on": MONDAY - timedelta(days=1)},
            {"share_class": "restricted"},
            {"security": SHARE.security.replace("6", "7", 1)},
            {"released_on": MONDAY},
        ],
        ids=["made before it was published", "another class", "another security", "released"],
    )
    async def test_p12_3_what_is_not_about_it_leaves_it_alone(self, story: Story, registration: dict[str, Any]) -> None:
        mine = await story.published()
        units = {one: registration.pop(one) for one in ("share_class", "security") if one in registration}
        made = a_registration(a_key(story.board.ref(ZHANG), **units), **registration)

        await story.board.load_registrations(MONDAY, [made])

        found = await story.read(mine)
        assert (found["state"], found["registrations_asked"]) == ("open", [])

    async def test_p13_3_becoming_pledged_closes_a_version_under_review(self, story: Story) -> None:
        mine = await story.published()
        drafted = await story.board.call(ZHANG).put(f"/api/v1/listings/{mine}", json=story.pledgor(quantity="300000"))
        await story.submit(drafted.json())

        await story.board.load_registrations(MONDAY, [a_registration(a_key(story.board.ref(ZHANG)))])

        found = await story.read(mine)
        assert (found["state"], found["under_review"]) == ("pledged", None)
        assert "listing.withdrawn" in await story.types_said()


class TestCases:
    async def test_p17_1_an_accepted_term_sheet_opens_one_case_both_sides_see(self, story: Story) -> None:
        pledgor, pledgee = await story.published(), await story.published(LI, story.pledgee())

        case_id = await accepted(story, pledgor, pledgee)

        seen = [await read_case(story, case_id, one) for one in (ZHANG, LI)]
        assert [(one["stage"], one["variant"], one["round"]) for one in seen] == [("preparing", "SEC", 2)] * 2
        assert [one["id"] for one in seen[0]["checklist"]] == [one.id for one in checklist("SEC", on=MONDAY)]
        assert {one["evidence"] for one in seen[0]["checklist"]} == {"rule", "judgement", "to_confirm"}

    async def test_p17_1_nobody_else_sees_it_and_supervision_sees_metadata_alone(self, story: Story) -> None:
        case_id = await accepted(story, await story.published(), await story.published(LI, story.pledgee()))
        stranger = Subject(
            user_id="wu", roles=frozenset({"PL"}), participant_id="P9", accounts=("100000000009",), name="吴九"
        )
        await story.enter(stranger)

        refused = await story.board.call(stranger).get(f"/api/v1/registration-cases/{case_id}")
        audited = await read_case(story, case_id, AUDITOR)

        assert refused.status_code == 404
        assert (audited["view"], audited["stage"]) == ("metadata", "preparing")
        assert not {"number", "pledgor_participant_id", "pledgee_listing_id", "checklist"} & audited.keys()

    async def test_p17_1_a_tick_says_who_and_when_and_blocks_nothing(self, story: Story) -> None:
        case_id = await accepted(story, await story.published(), await story.published(LI, story.pledgee()))
        path = f"/api/v1/registration-cases/{case_id}/items"
        call = story.board.call

        ticked = await call(LI).put(f"{path}/C-SEC-2", json={"reference": "合同1号", "dated": "2026-03-01"})
        unknown = await call(LI).put(f"{path}/C-EQ-1", json={})
        seen = {one["id"]: one["tick"] for one in (await read_case(story, case_id))["checklist"]}
        await call(ZHANG).delete(f"{path}/C-SEC-2")
        filed = await call(ZHANG).post(f"/api/v1/registration-cases/{case_id}/stage", json={"stage": "filed"})

        assert [ticked.status_code, unknown.status_code] == [200, 404]
        assert (seen["C-SEC-2"]["by"], seen["C-SEC-2"]["participant_id"], seen["C-SEC-2"]["reference"]) == (
            "li", "P2", "合同1号",
        )  # fmt: skip
        assert filed.json()["stage"] == "filed"
        assert all(one["tick"] is None for one in (await read_case(story, case_id))["checklist"])

    async def test_p12_3_the_recorded_number_moves_both_listings_whatever_it_covers(self, story: Story) -> None:
        pledgor, pledgee = await story.published(), await story.published(LI, story.pledgee())
        case_id = await accepted(story, pledgor, pledgee)
        number = {"number": NUMBER}
        recorded = await story.board.call(LI).put(f"/api/v1/registration-cases/{case_id}/number", json=number)

        await story.board.load_registrations(MONDAY, [a_registration(a_key(story.board.ref(ZHANG)), quantity="1")])

        assert recorded.json()["stage"] == "filed"
        assert [(await story.read(pledgor))["state"], (await story.read(pledgee, LI))["state"]] == ["pledged"] * 2
        assert (await read_case(story, case_id, LI))["stage"] == "registered"

    async def test_p12_3_without_the_number_the_pledgees_listing_stays(self, story: Story) -> None:
        pledgor, pledgee = await story.published(), await story.published(LI, story.pledgee())
        await accepted(story, pledgor, pledgee)

        await story.board.load_registrations(MONDAY, [a_registration(a_key(story.board.ref(ZHANG)))])

        assert [(await story.read(pledgor))["state"], (await story.read(pledgee, LI))["state"]] == ["pledged", "open"]

    async def test_p17_2_a_number_that_arrived_before_it_was_entered_applies_at_once(self, story: Story) -> None:
        pledgor, pledgee = await story.published(), await story.published(LI, story.pledgee())
        case_id = await accepted(story, pledgor, pledgee)
        await story.board.load_registrations(MONDAY, [a_registration(a_key(story.board.ref(ZHANG)), quantity="1")])

        await story.board.call(ZHANG).put(f"/api/v1/registration-cases/{case_id}/number", json={"number": NUMBER})
        await story.board.run_due()

        assert (await story.read(pledgee, LI))["state"] == "pledged"

    async def test_p17_2_no_two_cases_carry_one_number(self, story: Story) -> None:
        pledgee = await story.published(LI, story.pledgee())
        first = await accepted(story, await story.published(body=story.pledgor(quantity="100000")), pledgee)
        second = await accepted(story, await story.published(body=story.pledgor(quantity="200000")), pledgee)
        call = story.board.call(ZHANG)

        await call.put(f"/api/v1/registration-cases/{first}/number", json={"number": NUMBER})
        taken = await call.put(f"/api/v1/registration-cases/{second}/number", json={"number": NUMBER})
        malformed = await call.put(f"/api/v1/registration-cases/{second}/number", json={"number": "zy 1"})
        await call.post(f"/api/v1/registration-cases/{first}/stage", json={"stage": "abandoned"})
        freed = await call.put(f"/api/v1/registration-cases/{second}/number", json={"number": NUMBER})

        assert [taken.status_code, malformed.status_code, freed.status_code] == [409, 422, 200]
        assert taken.json()["type"] == "urn:pledgeboard:problem:registration-number-taken"

    async def test_p12_3_a_release_reopens_nothing(self, story: Story) -> None:
        pledgor, pledgee = await story.published(), await story.published(LI, story.pledgee())
        case_id = await accepted(story, pledgor, pledgee)
        await story.board.call(LI).put(f"/api/v1/registration-cases/{case_id}/number", json={"number": NUMBER})
        key = a_key(story.board.ref(ZHANG))
        await story.board.load_registrations(MONDAY, [a_registration(key)])

        await story.board.load_registrations(
            MONDAY + timedelta(days=1), [a_registration(key, released_on=MONDAY + timedelta(days=1))]
        )

        found = await read_case(story, case_id)
        assert (found["stage"], found["released_on"]) == ("registered", "2026-03-03")
        assert [(await story.read(pledgor))["state"], (await story.read(pledgee, LI))["state"]] == ["pledged"] * 2
        assert [one for one in await story.types_said() if one.startswith("registration.")] == [
            "registration.opened", "registration.number_recorded", "registration.registered", "registration.released",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("variant", "present", "absent"),
        [
            ("SEC", "C-SEC-9", "C-NEEQ-1"),
            ("NEEQ", "C-NEEQ-1", "C-SEC-9"),
            ("FUND", "C-FUND-3", "C-SEC-7"),
            ("EQ", "C-EQ-18", "C-SEC-1"),
        ],
    )
    async def test_p17_3_checklists_are_public_and_that_of_unlisted_equity_only_informs(
        self, story: Story, variant: str, present: str, absent: str
    ) -> None:
        answer = await story.board.call(None).get(f"/api/v1/checklists/{variant}")

        ids = {one["id"] for one in answer.json()}
        assert present in ids
        assert absent not in ids
