"""Tells the door's part: what a home page holds, what is pushed and what is never lost, what needs no question."""

from demo.door_story import DELIVERED_WITHIN_S, Door
from demo.person import Person
from demo.screen import Screen
from demo.stated import require

_NOT_MODIFIED = 304
_NEEDED = 2


def tell_door(door: Door, screen: Screen) -> None:
    """From the home pages to a connection that ends with its session.

    Raises:
        StoryBroken: the door does not do what is promised of it.
    """
    screen.chapter("统一入口：首页、实时更新、缓存", "The one door: home pages, live updates, cached reads")
    users = dict.fromkeys(one["user"] for one in door.world.manifest["listings"])
    person = door.busiest([door.world.person(user) for user in users])
    _board_home(door, screen, person)
    _analyst_home(door, screen)
    _live(door, screen, person)
    _cached(door, screen)


def _board_home(door: Door, screen: Screen, person: Person) -> None:
    home = door.home(person)
    require(home.degraded == [], f"degraded: {home.degraded}")
    with door.client(person) as client:
        for box in ("published", "returned"):
            listed = client.list_my_listings(box=box, limit=10).body
            told = [one["id"] for one in home.parts[box]["items"]]
            require(told == [str(one.id) for one in listed.items], f"the home page differs from the box {box}")
    screen.line(
        f"{person.user} 的首页：{len(home.parts)} 个部分同时取得",
        f"the home page of a participant, {len(home.parts)} parts asked at once",
        f"已发布 {len(home.parts['published']['items'])} · 未读通知 {home.parts['notifications']['unread']}",
    )


def _analyst_home(door: Door, screen: Screen) -> None:
    analyst = door.world.person("analyst-lin")
    home = door.home(analyst)
    with door.client(analyst) as client:
        day = client.read_indicators().body.freshness.business_date
    require(home.parts["indicators"]["freshness"]["business_date"] == (day.isoformat() if day else None), "another day")
    intake = home.parts["intake"]["items"]
    require(all(one["holds"] for one in intake), f"conservation does not hold: {intake}")
    screen.line(
        f"分析人员首页：指标截至 {day}，{len(intake)} 家机构全部守恒",
        f"an analyst's: indicators as of {day}, conservation holds for {len(intake)} firm(s), every read traced",
        f"{len(home.parts['alerts']['items'])} 条未解除警报 open alerts",
    )


def _live(door: Door, screen: Screen, person: Person) -> None:
    unread = door.unread(person)
    if len(unread) < _NEEDED:
        screen.skipped("实时更新", f"live updates: {person.user} has nothing left to read")
        return
    heard, place = door.read_on_another_device(person, unread[0])
    screen.line(
        "在一台设备上已读，另一台即时得知，只含编号",
        f"read on one device, told to the other within {DELIVERED_WITHIN_S:.0f} s, as ids only",
        heard.ids["notification_id"],
    )
    door.read(person, unread[1])
    with door.follow(person, last=place) as device:
        door.heard_read(device, unread[1])
    screen.line(
        "断线重连后补发期间的更新", "told after a reconnect what was missed meanwhile", f"Last-Event-ID {place}"
    )
    require(door.sign_out_while_connected(person), "a connection outlived its session")
    screen.line("退出登录，实时连接随即结束", "the connection ends when its login signs out")


def _cached(door: Door, screen: Screen) -> None:
    first, again = door.guide_twice()
    require(again.status_code == _NOT_MODIFIED, f"the guide came again: {again.status_code}")
    screen.line(
        "指引未变则不再传送", "who has the guide is told that it has not changed", f"304 {first.headers['etag']}"
    )
