"""A firm's records through the real broker and the real database: every one gets its outcome, once."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256

import pytest

from chassis.cause import Subject
from monitoring.tests.intake_world import FirmClient, IntakeWorld
from submissions.conservation import tiles
from submissions.outcome import Outcome
from submissions.tests.builders import a_contract, a_line
from testkit.eventually import eventually
from testkit.world import World

pytestmark = pytest.mark.integration
STEWARD = Subject(user_id="ds-1", roles=frozenset({"DS"}))
# Reported long after its day: each is warned of (V030) and taken all the same.
TAKEN = Outcome.ACCEPTED_WARN
ON_LOAD = {"load_id": "L-1"}


@pytest.fixture
async def intake(world: World) -> AsyncIterator[IntakeWorld]:
    async with IntakeWorld.started(world) as made:
        yield made


@pytest.fixture
async def firm(intake: IntakeWorld) -> FirmClient:
    await intake.knows_securities()
    return await intake.firm("F001")


def contract(number: int, **changes: object) -> dict[str, object]:
    return a_contract(contract_id=f"C-{number}", **{"sequence": number, **changes})


class TestOutcomes:
    async def test_r1_every_record_and_every_unreadable_message_has_one(self, firm: FirmClient) -> None:
        await firm.send(
            [contract(1), a_line()],
            contract(2, firm_id="F002"),
            contract(1),
            b"no json",
            b"\xff\xfe",
            contract(3, warning_line="1.1", liquidation_line="1.3"),
            contract(4, initial_security="601318"),
        )

        outcomes = [one.outcome for one in await firm.items(until=7)]

        assert outcomes == [
            TAKEN,
            TAKEN,
            Outcome.QUARANTINED,
            Outcome.DUPLICATE,
            Outcome.REJECTED,
            Outcome.QUARANTINED,
            Outcome.REJECTED,
            Outcome.PENDING_REFERENCE,
        ]

    async def test_r2_frames_are_numbered_without_gap_and_tile_the_offsets(self, firm: FirmClient) -> None:
        for number in range(1, 6):
            await firm.send(contract(number))
            await firm.frames(until=number)

        frames = await firm.frames(until=5)

        assert [one.sequence for one in frames] == list(range(1, len(frames) + 1))
        assert tiles([(one.start or 0, one.end or 0) for one in frames], start=0, end=5)

    async def test_r6_the_same_again_names_the_first_accession_and_outcome(self, firm: FirmClient) -> None:
        await firm.send(contract(1), contract(1))

        first, again = await firm.items(until=2)

        assert (again.outcome, again.first_accession, again.first_outcome) == (
            Outcome.DUPLICATE,
            first.accession,
            first.outcome,
        )

    async def test_r6_an_older_sequence_after_a_newer_one_is_superseded_and_changes_nothing(
        self, intake: IntakeWorld, firm: FirmClient
    ) -> None:
        await firm.send(contract(1))
        await firm.send(a_contract(contract_id="C-1", sequence=5, action="MODIFY", borrower_id="B-5"))
        await firm.send(a_contract(contract_id="C-1", sequence=3, action="MODIFY", borrower_id="B-3"))

        items = await firm.items(until=3)

        assert items[2].outcome is Outcome.SUPERSEDED
        assert [row["borrower_id"] for row in await intake.rows("select borrower_id from monitoring.contract")] == [
            "B-5"
        ]

    async def test_r7_a_gap_is_told_and_closed_while_streaming_goes_on(self, firm: FirmClient) -> None:
        await firm.send(contract(1))
        await firm.send(contract(4))
        await firm.send(contract(2))

        frames = await firm.frames(until=3)

        told = [(gap.kind, gap.first, gap.last) for one in frames for gap in one.gaps]
        assert told == [("GAP", 2, 3), ("GAP_CLOSED", 2, 2)]

    async def test_v020_a_sequence_used_with_other_content_is_rejected(self, firm: FirmClient) -> None:
        await firm.send(contract(1), contract(1, borrower_id="B-9"))

        assert [one.outcome for one in await firm.items(until=2)] == [TAKEN, Outcome.REJECTED]

    async def test_r8_waiting_records_are_released_in_order_by_the_security_they_wait_for(
        self, intake: IntakeWorld, firm: FirmClient
    ) -> None:
        await firm.send(
            contract(1, initial_security="601318"),
            a_contract(contract_id="C-1", sequence=2, action="MODIFY", borrower_id="B-2"),
        )
        waiting = await firm.items(until=2)
        assert [one.outcome for one in waiting] == [Outcome.PENDING_REFERENCE] * 2

        await intake.knows_securities("600000", "601318")
        assert await intake.release("F001") == 2

        released = next(one for one in await firm.all_frames(count=2) if one.kind == "update")
        assert [one.accession for one in released.items] == [one.accession for one in waiting]
        assert [one.outcome for one in released.items] == [TAKEN, TAKEN]
        assert [row["borrower_id"] for row in await intake.rows("select borrower_id from monitoring.contract")] == [
            "B-2"
        ]

    async def test_e4_a_first_day_load_has_no_lateness(self, firm: FirmClient) -> None:
        await firm.send(contract(1, action="SNAPSHOT", **ON_LOAD))

        item = (await firm.items(until=1))[0]

        assert "V030" not in {finding.rule for finding in item.errors}


class TestPoison:
    async def test_what_the_store_refuses_is_quarantined_and_its_neighbours_are_taken(self, firm: FirmClient) -> None:
        refused = contract(2, agreement_no="A\x00")

        await firm.send([contract(1), refused, contract(3)], contract(4))

        items = await firm.items(until=2)
        assert [one.outcome for one in items] == [TAKEN, Outcome.QUARANTINED, TAKEN, TAKEN]
        assert (items[1].reason or "").startswith("REFUSED:data")

    async def test_one_firms_poison_delays_no_other(self, intake: IntakeWorld, firm: FirmClient) -> None:
        other = await intake.firm("F002")
        poison = [contract(number, agreement_no="A\x00") for number in range(1, 31)]

        await firm.send(*poison)
        await other.send(contract(1, firm_id="F002"))

        items = await other.items(until=1)
        assert items[0].outcome is TAKEN
        assert {one.outcome for one in await firm.items(until=30)} == {Outcome.QUARANTINED}

    async def test_t3_a_foreign_record_is_kept_with_its_bytes(self, intake: IntakeWorld, firm: FirmClient) -> None:
        await firm.send(contract(1, firm_id="F002"))
        await firm.items(until=1)

        kept = await intake.rows("select outcome, content from monitoring.submission_record")

        assert [row["outcome"] for row in kept] == ["QUARANTINED"]
        assert b'"F002"' in kept[0]["content"]


class TestStates:
    async def test_a_value_record_changes_its_values_alone(self, intake: IntakeWorld, firm: FirmClient) -> None:
        value = {
            name: a_contract()[name]
            for name in ("record_type", "spec_version", "firm_id", "business_date", "reported_at", "contract_id")
        }
        await firm.send(
            [
                contract(1),
                {**value, "action": "VALUE", "sequence": 2, "record_key": "C-1", "principal_repaid": "1000.00"},
            ]
        )
        items = await firm.items(until=1)
        assert [one.outcome for one in items] == [TAKEN, TAKEN], items

        (row,) = await intake.rows("select principal_repaid_fen, borrower_id, sequence from monitoring.contract")
        assert (row["principal_repaid_fen"], row["borrower_id"], row["sequence"]) == (100_000, "B-1", 2)

    async def test_a_change_of_terms_keeps_what_was_in_force_before(
        self, intake: IntakeWorld, firm: FirmClient
    ) -> None:
        await firm.send(contract(1, business_date="2026-03-30"))
        await firm.send(a_contract(contract_id="C-1", sequence=2, action="MODIFY", rate="0.07"))
        await firm.items(until=2)

        rows = await intake.rows("select from_date::text, rate_e6 from monitoring.contract_terms order by from_date")

        assert [tuple(row) for row in rows] == [("2026-03-30", 65_000), ("2026-03-31", 70_000)]

    async def test_every_contract_touched_is_told_to_valuation(self, intake: IntakeWorld, firm: FirmClient) -> None:
        await firm.send([contract(1), contract(2), a_line(contract_id="C-2")])
        await firm.items(until=1)

        rows = await intake.rows("select contract_id from monitoring.book_change order by contract_id")

        assert [row["contract_id"] for row in rows] == ["C-1", "C-2"]
        assert intake.changed == ["F001"]


class TestDiscovery:
    async def test_a_firm_that_comes_on_board_later_is_read_without_a_restart(
        self, intake: IntakeWorld, firm: FirmClient
    ) -> None:
        await firm.send(contract(1))
        await firm.items(until=1)

        later = await intake.firm("F003")
        await later.send(contract(1, firm_id="F003"))

        assert (await later.items(until=1))[0].outcome is TAKEN

    async def test_a_topic_of_a_firm_that_nobody_knows_waits_until_it_is_on_board(self, intake: IntakeWorld) -> None:
        await intake.knows_securities()
        await asyncio.to_thread(intake.world.kafka_admin.onboard_firm, "F009")
        unknown = FirmClient("F009", intake.world, intake.world.addresses.kafka)
        await unknown.send(contract(1, firm_id="F009"))

        async def blocked() -> str:
            return intake.consumer.condition().detail

        await eventually(blocked, within=20, until=lambda detail: "F009 is not on board" in detail)
        await asyncio.sleep(6)  # longer than any number of attempts that would halt the partition
        await intake.on_board("F009")

        assert (await unknown.items(until=1))[0].outcome is TAKEN


class TestOverHttp:
    async def test_r9_conservation_is_shown_against_the_topics_offsets(
        self, intake: IntakeWorld, firm: FirmClient
    ) -> None:
        await firm.send([contract(1), contract(2)], contract(1), b"\xff", contract(3, firm_id="F002"))
        await firm.items(until=4)

        async with intake.caller(STEWARD) as steward:
            shown = (await steward.get("/api/v1/firms/F001/conservation")).json()

        assert (shown["holds"], shown["lost"], shown["behind"], shown["topic_end"]) == (True, 0, 0, 4), shown
        (day,) = shown["days"]
        assert (day["messages"], day["unreadable"], day["records"]) == (4, 1, 4)
        assert day["outcomes"] == {"ACCEPTED_WARN": 2, "DUPLICATE": 1, "QUARANTINED": 2}

    async def test_a_record_is_found_by_its_accession_and_by_its_outcome(
        self, intake: IntakeWorld, firm: FirmClient
    ) -> None:
        await firm.send(contract(1, fund_account="6222000000000000"), b"no json")
        first = (await firm.items(until=2))[0]

        async with intake.caller(STEWARD) as steward:
            opened = (await steward.get(f"/api/v1/submissions/{first.accession}")).json()
            rejected = (await steward.get("/api/v1/firms/F001/submissions?outcome=REJECTED")).json()
            missing = await steward.get("/api/v1/submissions/F001-0-99-0-0")

        assert opened["content"]["contract_id"] == "C-1"
        assert opened["content"]["fund_account"] == "***"
        assert [one["offset"] for one in rejected["items"]] == [1]
        assert missing.status_code == 404

    async def test_r10_the_quarantine_shows_size_hash_and_reason_and_never_a_body(
        self, intake: IntakeWorld, firm: FirmClient
    ) -> None:
        unreadable, foreign = b"\xff\xfe secret", contract(1, firm_id="F002")
        await firm.send(unreadable, foreign, contract(2))
        await firm.items(until=3)

        async with intake.caller(Subject(user_id="sre-1", roles=frozenset({"SR"}))) as reliability:
            answer = await reliability.get("/api/v1/quarantine", params={"firm_id": firm.firm_id})
            first = (await reliability.get("/api/v1/quarantine", params={"limit": 1})).json()
            second = (
                await reliability.get("/api/v1/quarantine", params={"limit": 1, "cursor": first["next_cursor"]})
            ).json()

        shown = {one["reason"]: one for one in answer.json()["items"]}
        (undecoded,) = (one for reason, one in shown.items() if reason.startswith("UNREADABLE"))
        assert len(shown) == 2
        assert "V014" in shown
        assert undecoded["content_bytes"] == len(unreadable)
        assert undecoded["content_sha256"] == sha256(unreadable).hexdigest()
        assert "secret" not in answer.text
        assert {first["items"][0]["accession"], second["items"][0]["accession"]} == {
            one["accession"] for one in shown.values()
        }
        assert second["next_cursor"] is None

    async def test_a_firm_sees_itself_and_no_other(self, intake: IntakeWorld, firm: FirmClient) -> None:
        await firm.send(contract(1))
        item = (await firm.items(until=1))[0]
        own = Subject(user_id="fc-1", roles=frozenset({"FC"}), firm_id="F001")
        other = Subject(user_id="fc-2", roles=frozenset({"FC"}), firm_id="F002")

        async with intake.caller(own) as mine, intake.caller(other) as theirs:
            assert (await mine.get(f"/api/v1/submissions/{item.accession}")).status_code == 200
            assert (await theirs.get(f"/api/v1/submissions/{item.accession}")).status_code == 404
            assert (await theirs.get("/api/v1/firms/F001/conservation")).status_code == 404
