"""Starts the members when those they need are ready, keeps them running, and stops them in the reverse order."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from local_stack import holds
from local_stack.plan import Member
from local_stack.server import Launch, dies_with_launcher

_POLL_S = 0.05
_HOLD_POLL_S = 0.2
_BACKOFF_FIRST_S = 0.5
_BACKOFF_MAX_S = 10.0
_STEADY_S = 30.0
_IMPATIENT_S = 30.0
_CHUNK = 64 * 1024
_KILLED_WITHIN_S = 10.0

Say = Callable[[str, str], None]


@dataclass
class _Running:
    """One member as it runs. `ready` is set while it is; who stops it waits for `starting`, so that none escapes."""

    member: Member
    process: asyncio.subprocess.Process | None = None
    launch: Launch | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    restarts: int = 0


class Supervisor:
    """Runs the members until it is told to stop, or a task among them fails.

    It must run in the main thread: the kernel ends the members with the thread that started them.
    """

    def __init__(self, members: Sequence[Member], say: Say) -> None:
        self._running = {member.name: _Running(member) for member in members}
        self._say = say
        self._stopping = asyncio.Event()
        self._in_a_hurry = False
        self.failed: str | None = None
        self.all_ready = asyncio.Event()

    def pids(self) -> dict[str, int]:
        """The process ids of those that run."""
        return {
            name: one.process.pid
            for name, one in self._running.items()
            if one.process is not None and one.process.returncode is None
        }

    def ask_to_stop(self) -> None:
        """Begins the ordered stop; asked a second time, ends everything at once."""
        self._in_a_hurry = self._stopping.is_set()
        if self._in_a_hurry:
            for one in self._running.values():
                _kill(one.process)
        self._stopping.set()

    async def run(self) -> int:
        """Runs until asked to stop. Answers the exit code: 1 when a task failed."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.ask_to_stop)
        tasks = [asyncio.create_task(self._look_after(one), name=name) for name, one in self._running.items()]
        tasks.append(asyncio.create_task(self._announce()))
        await self._stopping.wait()
        await self._stop_in_order()
        for task in tasks:
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome
        return 1 if self.failed else 0

    async def _announce(self) -> None:
        for one in self._running.values():
            await one.ready.wait()
        self.all_ready.set()

    async def _look_after(self, one: _Running) -> None:
        try:
            await self._keep_running(one)
        except Exception:
            self._stopping.set()  # a fault here ends the stack as loudly as a signal does
            raise

    async def _keep_running(self, one: _Running) -> None:
        for needed in one.member.needs:
            if needed in self._running:
                await self._running[needed].ready.wait()
        backoff = _BACKOFF_FIRST_S
        while not self._stopping.is_set():
            await self._wait_while_held(one)
            started = time.monotonic()
            code = await self._run_once(one)
            if self._stopping.is_set() or (one.member.is_task and code == 0):
                return
            if holds.is_held(one.member.name):
                continue
            if one.member.is_task:
                self._fail(one, code)
                return
            if time.monotonic() - started > _STEADY_S:
                backoff = _BACKOFF_FIRST_S
            self._say(
                one.member.name, f"已退出（{code}），{backoff:g} 秒后重启 / ended ({code}), again in {backoff:g} s"
            )
            one.restarts += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), backoff)
            backoff = min(backoff * 2, _BACKOFF_MAX_S)

    def _fail(self, one: _Running, code: int) -> None:
        self._say(one.member.name, f"失败（退出码 {code}），停止全部 / failed with code {code}: stopping")
        self.failed = one.member.name
        self._stopping.set()

    async def _wait_while_held(self, one: _Running) -> None:
        if holds.is_held(one.member.name):
            self._say(one.member.name, "已按要求停下 / held back")
            await _until(lambda: self._stopping.is_set() or not holds.is_held(one.member.name))

    async def _stop_when_held(self, one: _Running) -> None:
        await _until(lambda: holds.is_held(one.member.name))
        await self._stop(one)

    async def _run_once(self, one: _Running) -> int:
        server = one.member.server
        await asyncio.to_thread(server.prepare)
        async with one.starting:
            if self._stopping.is_set():
                return 0
            started = time.monotonic()
            one.launch = server.launch()
            one.process = process = await _start(one.launch)
        pump = asyncio.create_task(self._pump(one.member.name, process))
        exited = asyncio.create_task(process.wait())
        holding = asyncio.create_task(self._stop_when_held(one))
        if not one.member.is_task:
            await self._wait_until_ready(one, exited, started)
        code = await exited
        holding.cancel()
        await pump
        one.ready.clear()
        if one.member.is_task and code == 0:
            one.ready.set()
            self._say(one.member.name, f"完成 / done ({time.monotonic() - started:.1f} s)")
        return code

    async def _wait_until_ready(self, one: _Running, exited: asyncio.Task[int], started: float) -> None:
        # No limit: a service that catches up on its topics is late, not wrong. The log says that it is awaited.
        impatient = _IMPATIENT_S
        while not exited.done():
            if await asyncio.to_thread(one.member.server.is_ready):
                one.ready.set()
                self._say(one.member.name, f"就绪 / ready ({time.monotonic() - started:.1f} s)")
                return
            if time.monotonic() - started > impatient:
                self._say(one.member.name, f"{impatient:.0f} 秒后仍未就绪 / not ready after {impatient:.0f} s")
                impatient *= 2
            await asyncio.sleep(_POLL_S)

    async def _pump(self, name: str, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101  # it was asked for
        rest = b""
        while chunk := await process.stdout.read(_CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._say(name, line.decode(errors="replace").rstrip())
        if rest:
            self._say(name, rest.decode(errors="replace"))

    async def _stop_in_order(self) -> None:
        remaining = dict(self._running)
        while remaining:
            needed = {name for one in remaining.values() for name in one.member.needs}
            leaves = [name for name in remaining if name not in needed]
            await asyncio.gather(*(self._stop(remaining.pop(name)) for name in leaves))

    async def _stop(self, one: _Running) -> None:
        async with one.starting:
            process, launch = one.process, one.launch
        if process is None or launch is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(launch.stop_signal)
        patience = _KILLED_WITHIN_S if self._in_a_hurry else launch.stop_timeout_s
        try:
            await asyncio.wait_for(process.wait(), patience)
        except TimeoutError:
            self._say(one.member.name, "未按时停止，强制结束 / did not stop in time: killed")
            _kill(process)
            await process.wait()


async def _until(reached: Callable[[], bool]) -> None:
    while not reached():  # noqa: ASYNC110  # a hold is a file that any process may make: it has no event
        await asyncio.sleep(_HOLD_POLL_S)


async def _start(launch: Launch) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *launch.argv,
        cwd="/",
        env=launch.full_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=launch.user,
        group=launch.group,
        extra_groups=None if launch.user is None else [],
        preexec_fn=dies_with_launcher(launch.death_signal),  # async-signal-safe calls only
    )


def _kill(process: asyncio.subprocess.Process | None) -> None:
    if process is not None and process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
