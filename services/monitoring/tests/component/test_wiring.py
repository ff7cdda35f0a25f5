"""What the parts of one process of the monitor share, and by what they are told apart."""

from typing import Any

import pytest

from chassis.service import Service
from monitoring.settings import Settings
from monitoring.wiring import build


@pytest.fixture
def service() -> Service:
    nowhere: Any = "postgresql://nobody@127.0.0.1:9/none"
    settings = Settings(environment="test", database_url=nowhere, test_database_url=nowhere, kafka_security="PLAINTEXT")
    return build(settings)


def test_what_is_suspected_of_ending_the_process_is_tried_with_nothing_beside_it(service: Service) -> None:
    consumers = [part for one in service.together for part in one.slice_consumers if hasattr(part, "turns")]

    assert [one.name for one in consumers] == [
        "monitoring.intake",
        "monitoring.reference",
        "monitoring_test.intake",
        "monitoring_test.reference",
    ]
    assert len({id(one.turns) for one in consumers}) == 1


def test_every_part_of_a_process_has_a_name_of_its_own(service: Service) -> None:
    names = [part.name for one in service.together for part in one.slice_consumers]

    assert len(names) == len(set(names))
