"""Reference data as snapshots: calendar, security master, closes, corporate actions and end-of-day holdings."""

from typing import Any

from demo.world import World, eventually

# AVG7 needs seven closes before the day, and prices are looked for over this many.
PRICE_DAYS = 10


def load(world: World, kind: str, day: str, *, last: bool = False, **told: str) -> dict[str, Any]:
    """Loads one file and waits until its snapshot is complete; answers the load."""
    file = world.reference_file(kind, day, last=last)
    sent = world.steward.load(kind, file, told={"business_date": day, **told}).body

    def completed() -> dict[str, Any] | None:
        found: dict[str, Any] = world.steward.ask(f"/reference/loads/{sent['load_id']}").body
        return found if found["state"] == "completed" else None

    return eventually(completed, within=60, what=f"{kind} {day} is complete")


def load_market(world: World) -> list[dict[str, Any]]:
    """What must stand before anybody publishes: everything of the quiet days but the last day's holdings."""
    days = world.manifest["quiet_days"]
    last, before = days[-1], days[-2]
    loads = [load(world, kind, last) for kind in ("calendar", "security", "corporate_action")]
    loads += [load(world, "price", day) for day in days[-PRICE_DAYS:]]
    return [*loads, load(world, "holding", before)]
