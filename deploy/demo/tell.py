"""Tells the whole story on the screen; every figure is asked of the platform, and compared with what was stated."""

from datetime import datetime
from pathlib import Path

from demo import reference_story
from demo.access_story import Access
from demo.board_story import SHANGHAI, Board
from demo.door_story import Door
from demo.monitor_story import Monitor
from demo.records_story import RecordTypes
from demo.screen import Screen
from demo.tell_access import tell_access
from demo.tell_board import tell_board
from demo.tell_door import tell_door
from demo.tell_ladder import tell_ladder
from demo.tell_monitor import tell_monitor
from demo.tell_records import tell_records
from demo.tell_registration import tell_registration
from demo.tell_talk import tell_talk
from demo.tell_trial import tell_trial
from demo.trial_story import Trial
from demo.world import World


def tell(world: World, screen: Screen, folder: Path) -> None:
    """The story, from an empty platform to an alert that is raised and cleared.

    Raises:
        StoryBroken: a result differs from what the market states.
    """
    morning = datetime.fromisoformat(world.manifest["today"]).replace(hour=10, tzinfo=SHANGHAI)
    world.stagehand.set_clock(morning)
    _assumptions(world, screen)
    _references(world, screen)
    board = Board(world)
    tell_board(board, screen, morning)
    tell_talk(board, screen)
    tell_access(Access(world), screen)
    monitor = Monitor(world, folder)
    tell_monitor(monitor, screen)
    tell_records(RecordTypes(monitor), screen)
    tell_trial(Trial(monitor), screen)
    tell_door(Door(world), screen)
    tell_registration(board, screen)
    tell_ladder(board, screen)


def _assumptions(world: World, screen: Screen) -> None:
    """Where real files are silent: nobody is to take a drawn number for a real one."""
    assumed = world.manifest["assumptions"]
    if not assumed:
        return
    screen.chapter("零、真实数据与假设", f"Real files, and the {len(assumed)} assumptions where they are silent")
    for at, one in enumerate(assumed, 1):
        screen.note(f"{at:2}. {one['zh']}")
        screen.note(f"    {one['en']}")


def _references(world: World, screen: Screen) -> None:
    screen.chapter("一、基准数据", "Reference data, as snapshots")
    loads = reference_story.load_market(world)
    for kind in ("calendar", "security", "corporate_action", "price", "holding"):
        of_kind = [one for one in loads if one["kind"] == kind]
        rows = sum(one["row_count"] for one in of_kind)
        days = f"{of_kind[0]['business_date']} … {of_kind[-1]['business_date']}"
        screen.line(f"{kind}", f"{len(of_kind)} complete snapshot(s), {days}", f"{rows:,} 行 rows")
