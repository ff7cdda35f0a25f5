"""Fixtures of real servers: `stack` shared by the session, `world` for one test, `own_servers` to kill.

The controlling pytest process owns the shared set, also when xdist runs the tests in worker processes: workers ask it
over a socket, so that nothing is started that no test needs.
"""

from collections.abc import Iterator

import pytest
import structlog

from testkit.servers import Servers
from testkit.session import SessionServers, ask_controller
from testkit.world import Stack, World

_SERVERS = pytest.StashKey[SessionServers]()
_WORKER_INPUT = "testkit_servers"


def pytest_configure(config: pytest.Config) -> None:
    """Makes the session's set known to the controlling process; starts nothing yet."""
    _log_plainly()
    if not hasattr(config, "workerinput"):
        config.stash[_SERVERS] = SessionServers()


def _log_plainly() -> None:
    # Its default draws a traceback with every local: seconds in which the event loop misses its heartbeats.
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: "pytest.Item") -> None:
    """Tells a worker where to ask (an xdist hook, called in the controlling process)."""
    node.workerinput[_WORKER_INPUT] = node.config.stash[_SERVERS].listen()  # type: ignore[attr-defined]  # xdist's node


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops what was started."""
    if _SERVERS in config.stash:
        config.stash[_SERVERS].stop()


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Stack:
    """The servers that all tests of the session share; do not harm them."""
    worker_input = getattr(request.config, "workerinput", None)
    if worker_input is not None:
        return ask_controller(worker_input[_WORKER_INPUT])
    return request.config.stash[_SERVERS].stack()


@pytest.fixture
def world(stack: Stack) -> Iterator[World]:
    """Topics, principals and a migrated database of the test's own, on the shared servers."""
    made = World.create(stack)
    yield made
    made.remove()


@pytest.fixture
def own_servers() -> Iterator[Servers]:
    """A set of servers of the test's own, to be killed, frozen and restarted; `own_servers.world()` makes worlds on it.

    Wider scopes start and stop `Servers` themselves.
    """
    servers = Servers.start()
    yield servers
    servers.stop()
