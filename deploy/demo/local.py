"""The local stack as the story's stage: its public addresses, its clock, its services."""

from datetime import datetime
from pathlib import Path

from demo.world import World
from local_stack import holds, launcher
from local_stack.clock import set_clock
from local_stack.plan import Plan, make_plan
from market.files import read_manifest


class LocalStage:
    """What the local stack lets a demonstration do behind the stage."""

    def __init__(self, plan: Plan) -> None:
        self._database_url = plan.addresses.database_url
        self._probes = {one.name: one.server.is_ready for one in plan.members}

    def set_clock(self, moment: datetime) -> None:
        """Moves the business clock of all services."""
        set_clock(self._database_url, moment)

    def hold(self, service: str) -> None:
        """Drains a service and keeps it down."""
        holds.hold(service, is_ready=self._probes[service])

    def release(self, service: str) -> None:
        """Lets it run again."""
        holds.release(service, is_ready=self._probes[service])


def local_world(market: Path) -> World:
    """Starts the stack if it does not run, and leaves it running.

    Raises:
        StackProblem: it cannot start; the message says why and what to do.
    """
    launcher.start_detached()
    plan = make_plan()
    authority = plan.addresses.firms_authority_file
    return World(
        gateway=plan.gateway_url,
        issuer=plan.addresses.issuer,
        firms_bootstrap=plan.addresses.firms_bootstrap or plan.addresses.bootstrap,
        firms_authority=Path(authority) if authority else None,
        market=market,
        manifest=read_manifest(market),
        stagehand=LocalStage(plan),
    )
