"""Twelve record types over public doors: sent by the firm's own machine, answered, linked, shown."""

from typing import Any

import pytest

from demo.monitor_story import Monitor
from demo.records_story import RecordTypes

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def records(monitor: Monitor) -> RecordTypes:
    if not monitor.conservation("F001")["applied_to"]:
        monitor.stream_all()
    return RecordTypes(monitor)


@pytest.fixture(scope="module")
def told(records: RecordTypes) -> dict[str, Any]:
    return records.stream()


def test_m4_1_a_record_of_every_type_has_the_outcome_that_is_stated(records: RecordTypes, told: dict[str, Any]) -> None:
    assert told["outcomes"] == records.expected(), told["rules"]


def test_m4_3_what_waited_is_told_to_be_linked_when_it_is_found(records: RecordTypes, told: dict[str, Any]) -> None:
    assert told["tiled"]
    assert {tuple(one) for one in records.stated["found"]} <= records.found()


def test_r8_what_waits_says_for_what(records: RecordTypes, told: dict[str, Any]) -> None:
    assert told["sent"]
    assert records.waiting() == records.stated["waiting"]
    assert records.open_items()["unlinked"] > 0


def test_m4_4_a_declared_stream_is_complete_and_silence_is_not(records: RecordTypes, told: dict[str, Any]) -> None:
    assert told["sent"]
    streams = records.streams()

    assert (streams["trade"]["complete"], streams["trade"]["received"]["count"]) == (True, 2)
    assert (streams["position"]["declared"], streams["position"]["complete"]) == (None, False)


def test_m19_1_personal_fields_are_masked_in_what_is_held(records: RecordTypes, told: dict[str, Any]) -> None:
    assert told["sent"]
    (borrower,) = records.held("borrower")

    assert borrower["link"] == "LINKED"
    assert {borrower["content"][name] for name in ("name", "unified_account")} == {"***"}
