"""What the door hears and whom it tells: every event by its example, as ids and nothing else."""

import json

import pytest

from chassis.authorization import load_matrix
from chassis.cause import SYSTEM, Cause, Delivery
from events.base import event_classes
from events.examples import example
from gateway.application.queries.follow_live import LIVE_OPERATIONS
from gateway.domain.live import Audience
from gateway.tests.conftest import Gateway
from gateway.wiring import subscriptions

# Their owners act on them, or hear of them by what follows; the live path has nobody to tell.
UNTOLD = {
    "listing.listing.v1",
    "review.case.v1",
}
REGULATORS = {Audience.operation("indicator.read")}


def a_cause() -> Cause:
    delivery = Delivery(
        consumer="c", topic="t", partition=0, offset=0, start=0, end=1, key="k", event_id="e-1", sequence=1
    )
    return Cause(subject=SYSTEM, operation="heard", delivery=delivery)


async def test_every_event_of_a_topic_that_is_heard_is_told_unless_its_topic_says_more_than_anybody_waits_for(
    gateway: Gateway,
) -> None:
    for hears in subscriptions(gateway.use_cases):
        of_topic = {one.type for one in event_classes() if one.topic == hears.topic}

        assert set(hears.handlers) <= of_topic
        assert hears.topic in UNTOLD or set(hears.handlers) == of_topic, hears.topic


async def test_what_is_told_is_ids_and_nothing_else(gateway: Gateway) -> None:
    for hears in subscriptions(gateway.use_cases):
        for event_class, handler in hears.handlers.values():
            event = example(event_class)
            await handler(event, a_cause())
            told = gateway.log.said[-1].event

            assert (told.id, told.type) == ("e-1", event_class.type)
            assert told.ids
            assert told.ids == {name: str(getattr(event, name)) for name in told.ids}
            assert all(name.endswith("_id") for name in told.ids), json.dumps(dict(told.ids))


async def test_m18_what_the_monitor_says_is_told_to_the_regulator_alone(gateway: Gateway) -> None:
    (alerts,) = [one for one in subscriptions(gateway.use_cases) if one.topic.startswith("monitoring.")]
    for event_class, handler in alerts.handlers.values():
        await handler(example(event_class), a_cause())

        assert gateway.log.said[-1].addresses == {gateway.log.address(one) for one in REGULATORS}


@pytest.mark.parametrize("operation", LIVE_OPERATIONS)
def test_every_operation_that_is_followed_has_its_row_of_the_matrix(operation: str) -> None:
    assert operation in load_matrix()


def test_m18_whoever_may_read_indicators_has_no_role_on_the_board() -> None:
    cells = load_matrix().permission("indicator.read").cells

    assert {role for role, cell in cells.items() if cell != "-"} == {"RA", "RS"}
