"""A firm's records through the real broker and the real database: every one gets its outcome, once."""

from collections.abc import AsyncIterator

import pytest

from monitoring.tests.intake_world import IntakeWorld
from submissions.outcome import Outcome
from submissions.tests.builders import a_contract, a_line
from testkit.world import World

pytestmark = pytest.mark.integration


@pytest.fixture
async def intake(world: World) -> AsyncIterator[IntakeWorld]:
    async with IntakeWorld.started(world) as made:
        yield made


async def test_r1_every_record_of_a_slice_has_its_outcome_in_one_frame(intake: IntakeWorld) -> None:
    await intake.knows_securities()
    firm = await intake.firm("F001")

    await firm.send([a_contract(), a_line()], b"no json")

    items = await firm.items(until=2)
    assert [one.outcome for one in items] == [Outcome.ACCEPTED_WARN, Outcome.ACCEPTED_WARN, Outcome.REJECTED]
