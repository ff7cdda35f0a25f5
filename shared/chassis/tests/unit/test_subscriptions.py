import pytest
from faststream import AsyncAPI
from faststream.kafka import KafkaBroker

from chassis.cause import Cause
from chassis.subscriptions import HandlerTwice, NotOfThisTopic, Subscriptions
from events.listing.v1 import ListingDeleted
from events.review.v1 import CaseApproved


async def forget(event: ListingDeleted, cause: Cause) -> None:
    """Forgets a deleted listing."""


def hears() -> Subscriptions:
    return Subscriptions(service="review", topic=ListingDeleted.topic)


def test_holds_the_handler_by_event_type() -> None:
    made = hears()
    made.on(ListingDeleted)(forget)

    assert made.handlers[ListingDeleted.type] == (ListingDeleted, forget)
    assert made.consumer == "review.listing.listing.v1"


def test_refuses_a_second_handler_a_foreign_event_and_a_topic_not_heard() -> None:
    made = hears()
    made.on(ListingDeleted)(forget)

    with pytest.raises(HandlerTwice):
        made.on(ListingDeleted)(forget)
    with pytest.raises(NotOfThisTopic):
        made.on(CaseApproved)
    with pytest.raises(NotOfThisTopic):
        Subscriptions(service="monitoring", topic=ListingDeleted.topic)


def test_draws_asyncapi_from_the_declarations() -> None:
    made = hears()
    made.on(ListingDeleted)(forget)
    broker = KafkaBroker("localhost:1")
    broker.include_router(made.router)

    drawn = AsyncAPI(broker, title="review").to_specification().to_jsonable()

    assert [one["address"] for one in drawn["channels"].values()] == [ListingDeleted.topic]
    assert "listing_id" in str(drawn["components"]["schemas"])
