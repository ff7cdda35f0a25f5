"""A new version of the guide. The last of all: from its day on everybody has to accept it."""

from datetime import datetime, timedelta

import pytest

from demo.access_story import Access
from demo.board_story import Board
from demo.person import Answered

pytestmark = pytest.mark.acceptance


def test_p4_5_a_new_version_of_two_people_is_asked_for_from_its_day(verified_board: Board) -> None:
    access = Access(verified_board.world)
    person = access.world.person("zhao-min")
    now = datetime.fromisoformat(person.ask("/my/pledgeable-holdings").body["as_of"])
    access.publish_guide("2", effective_from=(now + timedelta(days=1)).date().isoformat())
    person.ask("/listings")

    access.world.stagehand.set_clock(now + timedelta(days=1))
    with pytest.raises(Answered) as refused:
        person.ask("/my/listings")
    person.accept("guide", "2")

    assert (refused.value.status, refused.value.body["missing"]) == (403, ["guide"])
    assert person.ask("/my/listings").status == 200
