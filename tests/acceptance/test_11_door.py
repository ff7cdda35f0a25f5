"""The door's story, walked as `make demo` tells it; reads go through the typed client."""

import pytest

from demo.board_story import Board
from demo.door_story import Door
from demo.monitor_story import Monitor
from demo.talk_story import Talk

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def door(verified_board: Board) -> Door:
    return Door(verified_board.world)


def test_a_participants_home_shows_what_its_owners_routes_show(door: Door, talk: Talk) -> None:
    home = door.home(talk.owner)

    assert home.degraded == []
    assert home.problems == {}
    with door.client(talk.owner) as client:
        published = client.list_my_listings(box="published").body.items
        conversations = client.list_conversations().body
        notices = client.list_my_notices().body.items
    assert [one["id"] for one in home.parts["published"]["items"]] == [str(one.id) for one in published]
    assert home.parts["conversations"]["unread"] == conversations.unread
    assert [one["id"] for one in home.parts["notices"]["items"]] == [str(one.id) for one in notices]


def test_an_analysts_home_shows_figures_alerts_and_every_firms_conservation(door: Door, monitor: Monitor) -> None:
    analyst = door.world.person("analyst-lin")

    home = door.home(analyst)

    with door.client(analyst) as client:
        freshness = client.read_indicators().body.freshness
        alerts = client.read_alerts(state="open").body.items
        firms = client.read_firms().body.items
    day = freshness.business_date.isoformat() if freshness.business_date else None
    assert home.parts["indicators"]["freshness"]["business_date"] == day
    assert {one["id"] for one in home.parts["alerts"]["items"]} <= {str(one.id) for one in alerts}
    assert [one["firm_id"] for one in home.parts["intake"]["items"]] == [one.firm_id for one in firms]
    assert not {"published", "board", "conversations"} & home.parts.keys()


def test_p15_4_what_is_read_on_one_device_is_told_to_the_other_also_after_a_reconnect(door: Door, talk: Talk) -> None:
    person = door.busiest([talk.owner, talk.opener])
    first, second, *_ = door.unread(person)

    heard, place = door.read_on_another_device(person, first)
    door.read(person, second)

    assert heard.ids.keys() == {"id", "notification_id"}
    with door.follow(person, last=place) as device:
        door.heard_read(device, second)
        assert "reset" not in [one.name for one in device.heard]


def test_a_live_connection_ends_when_its_login_signs_out(door: Door, talk: Talk) -> None:
    assert door.sign_out_while_connected(talk.owner)


def test_who_has_the_guide_is_told_that_it_has_not_changed(door: Door) -> None:
    first, again = door.guide_twice()

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again.headers["etag"] == first.headers["etag"]
