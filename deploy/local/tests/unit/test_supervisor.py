"""The supervisor starts in order, restarts what ends, stops in reverse, and ends when a task fails."""

import asyncio
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from local_stack import holds
from local_stack.plan import Member
from local_stack.server import Launch, Server
from local_stack.supervisor import Supervisor

_STAYS = "import time; print('here', flush=True); time.sleep(60)"
_WITHIN_S = 20


@dataclass(kw_only=True)
class Script(Server):
    """A server that is a few lines of Python; ready when it has made its file."""

    name: str
    folder: Path
    code: str = _STAYS
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout_s: float = 5
    preparations: list[str] = field(default_factory=list)

    def prepare(self) -> None:
        self.preparations.append(self.name)

    def launch(self) -> Launch:
        code = f"import pathlib; pathlib.Path({str(self.mark)!r}).touch(); {self.code}"
        return Launch(
            argv=[sys.executable, "-c", code], stop_signal=self.stop_signal, stop_timeout_s=self.stop_timeout_s
        )

    def is_ready(self) -> bool:
        return self.mark.exists()

    @property
    def mark(self) -> Path:
        return self.folder / self.name


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLEDGEBOARD_LOCAL", str(tmp_path / "local"))


class Journal:
    """What the supervisor said."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self._said = asyncio.Event()

    def say(self, name: str, line: str) -> None:
        self.lines.append((name, line))
        self._said.set()

    async def until_said(self, line: str, *, times: int) -> None:
        async with asyncio.timeout(_WITHIN_S):
            while sum(said == line for _, said in self.lines) < times:
                self._said.clear()
                await self._said.wait()

    def index(self, name: str, text: str) -> int:
        return next(i for i, (who, line) in enumerate(self.lines) if who == name and text in line)


async def _run(supervisor: Supervisor, until: asyncio.Event | None = None) -> int:
    running = asyncio.create_task(supervisor.run())
    if until is not None:
        await asyncio.wait_for(until.wait(), _WITHIN_S)
        supervisor.ask_to_stop()
    return await asyncio.wait_for(running, _WITHIN_S)


async def test_a_member_starts_only_when_those_it_needs_are_ready(tmp_path: Path) -> None:
    journal = Journal()
    base = Script(name="base", folder=tmp_path, code=f"import time; time.sleep(.3); {_STAYS}")
    task = Script(name="task", folder=tmp_path, code="print('made')")
    user = Script(name="user", folder=tmp_path)
    members = [
        Member(server=user, needs=("base", "task")),
        Member(server=task, needs=("base",), is_task=True),
        Member(server=base),
    ]
    supervisor = Supervisor(members, journal.say)

    assert await _run(supervisor, supervisor.all_ready) == 0
    assert journal.index("base", "就绪") < journal.index("task", "made") < journal.index("task", "完成")
    assert journal.index("task", "完成") < journal.index("user", "就绪")


async def test_a_failed_task_stops_everything_and_the_exit_code_says_so(tmp_path: Path) -> None:
    journal = Journal()
    members = [
        Member(server=Script(name="base", folder=tmp_path)),
        Member(server=Script(name="task", folder=tmp_path, code="raise SystemExit(3)"), needs=("base",), is_task=True),
        Member(server=Script(name="user", folder=tmp_path), needs=("task",)),
    ]
    supervisor = Supervisor(members, journal.say)

    assert await _run(supervisor) == 1
    assert supervisor.failed == "task"
    assert supervisor.pids() == {}
    assert not (tmp_path / "user").exists()


async def test_a_member_that_ends_is_started_again_after_a_growing_pause(tmp_path: Path) -> None:
    journal = Journal()
    supervisor = Supervisor([Member(server=Script(name="brief", folder=tmp_path, code="print('lived')"))], journal.say)
    running = asyncio.create_task(supervisor.run())
    await journal.until_said("lived", times=3)
    supervisor.ask_to_stop()

    assert await asyncio.wait_for(running, _WITHIN_S) == 0
    assert journal.index("brief", "again in 0.5 s") < journal.index("brief", "again in 1 s")


async def test_members_stop_before_those_they_need(tmp_path: Path) -> None:
    journal = Journal()
    says_bye = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (print('bye', flush=True), sys.exit(0))); "
        "print('here', flush=True); time.sleep(60)"
    )
    members = [
        Member(server=Script(name="base", folder=tmp_path, code=says_bye)),
        Member(server=Script(name="user", folder=tmp_path, code=says_bye), needs=("base",)),
    ]
    supervisor = Supervisor(members, journal.say)
    running = asyncio.create_task(supervisor.run())
    await journal.until_said("here", times=2)
    supervisor.ask_to_stop()
    await asyncio.wait_for(running, _WITHIN_S)

    assert journal.index("user", "bye") < journal.index("base", "bye")


async def test_a_member_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    journal = Journal()
    stubborn = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {_STAYS}"
    server = Script(name="stubborn", folder=tmp_path, code=stubborn, stop_timeout_s=0.3)
    supervisor = Supervisor([Member(server=server)], journal.say)
    running = asyncio.create_task(supervisor.run())
    await journal.until_said("here", times=1)
    supervisor.ask_to_stop()

    assert await asyncio.wait_for(running, _WITHIN_S) == 0
    assert journal.index("stubborn", "killed")


async def test_a_fault_in_preparing_ends_the_stack_and_is_raised(tmp_path: Path) -> None:
    class Broken(Script):
        def prepare(self) -> None:
            raise OSError("no room")

    members = [Member(server=Script(name="base", folder=tmp_path)), Member(server=Broken(name="x", folder=tmp_path))]
    supervisor = Supervisor(members, Journal().say)

    with pytest.raises(OSError, match="no room"):
        await _run(supervisor)
    assert supervisor.pids() == {}


async def test_a_member_that_is_held_stays_down_until_it_is_released(tmp_path: Path) -> None:
    journal = Journal()
    server = Script(name="held", folder=tmp_path)
    other = Script(name="other", folder=tmp_path)
    supervisor = Supervisor([Member(server=server), Member(server=other)], journal.say)
    running = asyncio.create_task(supervisor.run())
    await journal.until_said("here", times=2)
    first = supervisor.pids()

    await asyncio.to_thread(holds.hold, "held", is_ready=lambda: "held" in supervisor.pids())
    assert supervisor.pids() == {"other": first["other"]}

    await asyncio.to_thread(holds.release, "held", is_ready=lambda: "held" in supervisor.pids())
    assert supervisor.pids()["held"] != first["held"]
    supervisor.ask_to_stop()

    assert await asyncio.wait_for(running, _WITHIN_S) == 0
