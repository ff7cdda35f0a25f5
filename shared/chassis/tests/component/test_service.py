"""A role starts in order, answers its probes, and drains in order; a part that ends by itself ends the process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import ClassVar

import httpx2
import pytest
from opentelemetry.sdk.trace import TracerProvider
from starlette.types import Receive, Scope, Send

from chassis.health import Condition
from chassis.probes import HttpServer, PortTaken
from chassis.service import Process, Role, Runnable, Service, main
from chassis.settings import ServiceSettings
from chassis.telemetry import Telemetry
from testkit.eventually import eventually


class Settings(ServiceSettings):
    service: ClassVar[str] = "probe"


@dataclass
class Diary:
    lines: list[str] = field(default_factory=list)

    def write(self, line: str) -> None:
        self.lines.append(line)


class Part:
    """Works until it is told to stop, and says when it has."""

    def __init__(self, name: str, diary: Diary, *, fails: bool = False, stuck: bool = False) -> None:
        self.name = name
        self.well = True
        self._diary = diary
        self._fails = fails
        self._stuck = stuck
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        self._diary.write(f"{self.name} runs")
        if self._fails:
            raise RuntimeError(self.name)
        await self._stopping.wait()

    async def stop(self) -> None:
        if self._stuck:
            await asyncio.sleep(60)
        self._stopping.set()
        self._diary.write(f"{self.name} stopped")

    def condition(self) -> Condition:
        return Condition(ok=self.well, detail="" if self.well else "database")


class Pool:
    def __init__(self, diary: Diary) -> None:
        self._diary = diary

    async def close(self) -> None:
        self._diary.write("pool closed")


class Flushed(Telemetry):
    def __init__(self, diary: Diary) -> None:
        super().__init__(TracerProvider(shutdown_on_exit=False))
        self._diary = diary

    def close(self) -> None:
        super().close()
        self._diary.write("telemetry flushed")


@dataclass
class Slow:
    """An application whose answer takes until it is let go."""

    diary: Diary
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # ASGI's
        self.asked.set()
        await self.let_go.wait()
        self.diary.write("answered")
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"done"})


def world_that_is_never_built(settings: Settings) -> Service:
    raise AssertionError(settings)


@dataclass
class World:
    diary: Diary
    app: Slow
    workers: list[Runnable]
    drain_seconds_max: float = 5.0
    draining: Sequence[Callable[[], None]] = ()

    def process(self, role: Role) -> Process:
        settings = Settings(environment="test", drain_seconds_max=self.drain_seconds_max)
        service = Service(
            name="probe",
            settings=settings,
            api=lambda: self.app,
            slice_consumers=self.workers,
            draining=self.draining,
            resources=[Pool(self.diary)],
        )
        return Process(service, role, Flushed(self.diary))


@pytest.fixture
def world() -> World:
    diary = Diary()
    return World(diary, Slow(diary), [Part("consumer", diary)])


@asynccontextmanager
async def running(process: Process) -> AsyncIterator["asyncio.Task[int]"]:
    task = asyncio.create_task(process.run())
    try:
        yield task
    finally:
        process.ask_to_stop()
        await task


async def probe(process: Process, path: str) -> int:
    async with httpx2.AsyncClient() as client:
        return (await client.get(f"http://127.0.0.1:{process.probes.port}{path}")).status_code


async def ready(process: Process) -> None:
    async def state() -> bool:
        return process.readiness.ready()

    await eventually(state, within=5)


class TestDraining:
    async def test_what_is_in_flight_is_answered_before_anything_is_closed(self, world: World) -> None:
        process = world.process("all")
        async with running(process) as ended, httpx2.AsyncClient() as client:
            await ready(process)
            request = asyncio.create_task(client.get(f"http://127.0.0.1:{process.http_port}/"))
            await world.app.asked.wait()

            process.ask_to_stop()
            await asyncio.sleep(0.2)
            assert await probe(process, "/readyz") == 503
            assert await probe(process, "/livez") == 200
            world.app.let_go.set()

            assert (await request).text == "done"
            assert await ended == 0
        assert world.diary.lines == [
            "consumer runs", "answered", "consumer stopped", "telemetry flushed", "pool closed",
        ]  # fmt: skip

    async def test_an_answer_without_an_end_of_its_own_is_ended_by_whoever_gives_it(self, world: World) -> None:
        world.draining = (world.app.let_go.set,)
        process = world.process("api")
        async with running(process) as ended, httpx2.AsyncClient() as client:
            await ready(process)
            request = asyncio.create_task(client.get(f"http://127.0.0.1:{process.http_port}/"))
            await world.app.asked.wait()

            process.ask_to_stop()

            assert (await request).text == "done"
            assert await ended == 0

    async def test_a_part_that_does_not_stop_in_time_is_left_behind_and_told(self, world: World) -> None:
        world.workers = [Part("stuck", world.diary, stuck=True)]
        world.drain_seconds_max = 0.2
        process = world.process("worker")
        async with running(process) as ended:
            await ready(process)
            process.ask_to_stop()

            assert await ended == 1
        assert world.diary.lines[-1] == "pool closed"

    async def test_a_part_that_ends_by_itself_ends_the_process_so_that_it_is_started_anew(self, world: World) -> None:
        world.workers = [Part("broken", world.diary, fails=True), Part("consumer", world.diary)]

        assert await world.process("worker").run() == 1
        assert "consumer stopped" in world.diary.lines


class TestRoles:
    async def test_each_role_plays_its_own_parts_only(self, world: World) -> None:
        for role, runs in (("api", False), ("worker", True), ("relay", False)):
            world.diary.lines.clear()
            process = world.process(role)  # type: ignore[arg-type]  # one of the roles
            async with running(process):
                await ready(process)
                assert (process.http_port is not None) is (role == "api")
            assert ("consumer runs" in world.diary.lines) is runs

    async def test_readiness_looks_at_the_parts_the_role_plays(self, world: World) -> None:
        part = Part("consumer", world.diary)
        world.workers = [part]
        worker, api = world.process("worker"), world.process("api")
        async with running(worker), running(api):
            await ready(worker)
            await ready(api)
            part.well = False

            assert await probe(worker, "/readyz") == 503
            assert await probe(api, "/readyz") == 200


class TestStarting:
    async def test_nothing_starts_before_what_has_to_be_opened(self, world: World) -> None:
        async def refuse() -> None:
            raise RuntimeError("the days of this database can be moved")

        settings = Settings(environment="test")
        service = Service(name="probe", settings=settings, slice_consumers=world.workers, opening=[refuse])

        assert await Process(service, "worker", Flushed(world.diary)).run() == 1
        assert "consumer runs" not in world.diary.lines

    async def test_a_taken_port_is_told_with_the_way_out(self, world: World) -> None:
        first = HttpServer("one", world.app, host="127.0.0.1", port=0, drain_seconds_max=1)

        with pytest.raises(PortTaken, match="HTTP_PORT or PROBE_PORT"):
            HttpServer("two", world.app, host="127.0.0.1", port=first.port, drain_seconds_max=1)
        first.close()

    def test_a_wrong_word_is_answered_with_the_usage(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main(world_that_is_never_built, ["nonsense"])

        assert ended.value.code == 2
        assert "api|worker|relay|all|migrate" in capsys.readouterr().err
