"""One role of the probe as a process: `python -m testkit.probe relay|consumer`."""

import asyncio
import os
import sys
from typing import ClassVar

import uvloop

from chassis import logs
from chassis.assembly import open_database
from chassis.schedule import Schedule
from chassis.service import Service, run_role
from chassis.settings import ServiceSettings
from chassis.subscriptions import Subscriptions
from testkit.probe import plants
from testkit.probe.handler import STRIKE, DueHandler, Handler
from testkit.spine import HEARS, SAYS, TOPIC, Counted


class Says(ServiceSettings):
    """The settings of the half that speaks."""

    service: ClassVar[str] = SAYS


class Hears(ServiceSettings):
    """The settings of the half that listens."""

    service: ClassVar[str] = HEARS


async def run(word: str) -> int:
    """Builds and runs one role, assembled as every service is."""
    if word == "relay":
        return await run_role(Service(name=SAYS, settings=Says(), relay=True), "relay")
    settings = Hears()
    database = open_database(settings)
    hears = Subscriptions(service=HEARS, topic=TOPIC)
    hears.on(Counted)(Handler(database))
    service = Service(
        name=HEARS,
        settings=settings,
        database=database,
        consumers=[hears],
        schedules=[Schedule(kind=STRIKE, run=DueHandler(database))],
    )
    return await run_role(service, "worker")


def main(word: str) -> int:
    """Runs one role until it is asked to stop; its exit code."""
    logs.configure(service="probe", role=word, level="info")
    plants.apply(os.environ.get("PLANT", ""))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(run(word))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
