"""Access lists are made from the registry, and a firm's id cannot reach into another's."""

import pytest

from chassis.kafka_access import (
    ONBOARDING,
    FirmIdInvalid,
    FirmNames,
    grants_of,
    grants_of_firm,
    principals,
)
from events import registry

SERVICES = ("listing", "review", "messaging", "monitoring", "gateway")


def test_there_is_one_principal_per_service_and_one_that_onboards() -> None:
    assert set(principals()) == {*SERVICES, "identity", ONBOARDING}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_what_it_hears_and_writes_what_it_says(service: str) -> None:
    topics = [one for one in grants_of(service) if one.resource == "topic"]

    def granted(operation: str) -> set[str]:
        return {one.name for one in topics if one.operation == operation}

    assert granted("read") == {one.name.removesuffix("{firm}") for one in registry.heard_by(service)}
    assert granted("write") == {one.name.removesuffix("{firm}") for one in registry.said_by(service)}


@pytest.mark.parametrize("service", ["listing", "review", "messaging", "gateway"])
def test_nothing_that_firms_submit_reaches_the_board(service: str) -> None:
    assert not [one for one in grants_of(service) if "submissions." in one.name or "receipts." in one.name]


def test_no_service_may_administer_the_cluster() -> None:
    for service in SERVICES:
        assert not [one for one in grants_of(service) if one.resource == "cluster"]


def test_a_prefix_sets_names_and_principals_apart() -> None:
    assert all(one.principal == "t1.review" and one.name.startswith("t1.") for one in grants_of("review", prefix="t1."))


def test_t3_a_firm_writes_its_submissions_and_reads_its_receipts_and_nothing_else() -> None:
    found = {(one.resource, one.name, one.operation, one.prefixed) for one in grants_of_firm(FirmNames(firm_id="F001"))}

    assert found == {
        ("topic", "submissions.F001", "write", False),
        ("topic", "submissions.F001", "describe", False),
        ("topic", "receipts.F001", "read", False),
        ("group", "firm.F001.", "read", True),
    }


@pytest.mark.parametrize("firm_id", ["", "F1.x", "F1*", "../x", "F 1", "F" * 33, "-F1", "F1\n"])
def test_an_id_that_could_name_anothers_topics_is_refused(firm_id: str) -> None:
    with pytest.raises(FirmIdInvalid):
        FirmNames(firm_id=firm_id)
