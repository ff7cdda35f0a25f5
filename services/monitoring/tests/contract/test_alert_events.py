"""What the monitor says of alerts is what its golden messages show, and nothing of a person."""

from datetime import date, datetime

import msgspec
import pytest

from chassis.kernel import SHANGHAI, Fact, new_id
from events.base import encode
from events.publish import golden_path
from monitoring.domain.alert import (
    Alert,
    AlertChanged,
    AlertCleared,
    AlertConfirmed,
    AlertEased,
    AlertRaised,
    AlertWorsened,
)
from monitoring.outbox.translation import translate

AT = datetime(2026, 3, 31, 15, 1, tzinfo=SHANGHAI)
ALERT = Alert(
    id=new_id(),
    indicator_id="B11.2a",
    entity_kind="borrower",
    entity_id="F1/B1",
    firm_id="F1",
    level="warning",
    provisional=True,
    partial=False,
    raised_on=date(2026, 3, 31),
    raised_at=AT,
    since=date(2026, 3, 31),
    changed_at=AT,
)


@pytest.mark.parametrize("fact", [AlertRaised, AlertWorsened, AlertEased, AlertConfirmed, AlertCleared])
def test_every_change_is_said_in_the_form_of_its_golden_message(fact: type[AlertChanged]) -> None:
    (event,) = translate(fact(alert=ALERT, day=ALERT.raised_on, at=AT))

    said = msgspec.json.decode(encode(event))
    golden = msgspec.json.decode(golden_path(type(event)).read_bytes())
    assert type(event).type == f"monitoring.alert.{fact.change}.v1"
    assert said.keys() == golden.keys()
    assert (said["alert_id"], said["entity_id"], said["provisional"]) == (str(ALERT.id), "F1/B1", True)


def test_other_facts_are_not_said() -> None:
    assert list(translate(Fact())) == []
