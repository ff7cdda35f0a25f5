"""What is generated and committed is what the registry says today."""

from events.publish import outdated


def test_schemas_examples_and_the_events_page_are_up_to_date() -> None:
    assert outdated() == [], "run `make events`"
