"""A service in one of its roles: started in order, probed by role, drained in order, exit code 0.

`python -m listing {api|worker|relay|all|migrate|parked ...}` is `main(build)` with the service's own `wiring.build`.
"""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, cast, get_type_hints

from starlette.types import ASGIApp

from chassis import logs
from chassis.assembly import OwnedRelay, OwnSchema, make_consumers
from chassis.database import Database
from chassis.failures import is_transient
from chassis.fault_points import arm
from chassis.health import Condition, Readiness
from chassis.probes import HttpServer, Probes
from chassis.schedule import Schedule, Scheduler
from chassis.settings import ServiceSettings
from chassis.subscriptions import Subscriptions
from chassis.telemetry import Telemetry

Role = Literal["api", "worker", "relay", "all"]
ROLES: tuple[Role, ...] = ("api", "worker", "relay", "all")
CLOSE_SECONDS_MAX = 5.0
OPEN_RETRY_SECONDS = 1.0


class Runnable(Protocol):
    """A part that works until it is told to stop: a consumer, a slice consumer, the schedules, the relay."""

    @property
    def name(self) -> str:
        """What probes and logs call it."""
        ...

    async def run(self) -> None:
        """Works until `stop`; returning by itself, or raising, ends the process so that it is started anew."""
        ...

    async def stop(self) -> None:
        """Stops fetching, finishes what is in flight, commits, leaves its group; returns when that is done."""
        ...

    def condition(self) -> Condition:
        """Whether it makes progress, per partition where it has any."""
        ...


class Resource(Protocol):
    """What lives as long as the process and is closed last: a pool, a client session."""

    async def close(self) -> None:
        """Gives everything back."""
        ...


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service, wired but not started: what a role does not play is never opened.

    `consumers` run on `database`; `slice_consumers` and other workers come ready-made. `opening` is awaited before
    anything starts, `draining` is called first when the process is asked to stop (answers without an end of their own
    end then), `resources` are closed last, in their order, and the database after them.
    """

    name: str
    settings: ServiceSettings
    database: Database | None = None
    api: Callable[[], ASGIApp] | None = None
    consumers: Sequence[Subscriptions] = ()
    slice_consumers: Sequence[Runnable] = ()
    schedules: Sequence[Schedule] = ()
    relay: bool = False
    schema: OwnSchema | None = None
    beside: Sequence["Service"] = ()
    opening: Sequence[Callable[[], Awaitable[None]]] = ()
    draining: Sequence[Callable[[], None]] = ()
    resources: Sequence[Resource] = ()

    @property
    def together(self) -> "Sequence[Service]":
        """This one and those beside it."""
        return (self, *self.beside)


@dataclass
class _Parts:
    servers: list[HttpServer] = field(default_factory=list)
    workers: list[Runnable] = field(default_factory=list)
    relays: list[Runnable] = field(default_factory=list)


class Process:
    """One role of a service as it runs."""

    def __init__(self, service: Service, role: Role, telemetry: Telemetry) -> None:
        self._service = service
        self._telemetry = telemetry
        self._log = logs.logger("service")
        self._asked_to_stop = asyncio.Event()
        self.readiness = Readiness(role=role)
        self.exit_code = 0
        settings = service.settings
        self.probes = HttpServer(
            "probes", Probes(self.readiness), host=settings.http_host, port=settings.probe_port, drain_seconds_max=1
        )
        self._parts = self._assemble(role)

    @property
    def http_port(self) -> int | None:
        """The port of the interface, where this role has one."""
        return self._parts.servers[0].port if self._parts.servers else None

    def ask_to_stop(self) -> None:
        """What SIGTERM and SIGINT do."""
        self._asked_to_stop.set()

    async def run(self) -> int:
        """Runs until it is asked to stop or a part ends by itself; drains; says the exit code."""
        tasks: dict[asyncio.Task[None], str] = {}
        probing = asyncio.create_task(self.probes.serve(), name="probes")
        try:
            await self._open()
            if not self._asked_to_stop.is_set():
                tasks = self._start()
                self.readiness.started = True
                self._log.info("started", http_port=self.http_port, probe_port=self.probes.port)
                await self._until_stopped(tasks)
        except Exception:  # noqa: BLE001  # whatever it was, the process drains and says so by its exit code
            self._log.exception("failed")
            self.exit_code = 1
        finally:
            await self._drain(tasks)
            self.probes.stop()
            await probing
            for server in (self.probes, *self._parts.servers):
                server.close()
        return self.exit_code

    def _assemble(self, role: Role) -> _Parts:
        service, settings = self._service, self._service.settings
        parts = _Parts()
        if role in {"api", "all"} and service.api:
            server = HttpServer(
                "api",
                service.api(),
                host=settings.http_host,
                port=settings.http_port,
                drain_seconds_max=settings.drain_seconds_max,
            )
            parts.servers.append(server)
        for one in service.together:
            if role in {"worker", "all"}:
                parts.workers.extend(_workers(one))
            if role in {"relay", "all"} and one.relay:
                parts.relays.append(OwnedRelay(one.settings, schema=one.schema))
        return parts

    async def _open(self) -> None:
        for one in self._service.together:
            if one.database is not None:
                await self._open_database(one.database)
        for opening in self._service.opening:
            await opening()

    async def _open_database(self, database: Database) -> None:
        while not self._asked_to_stop.is_set():
            try:
                async with database.engine.connect() as connection:
                    await database.clock.verify(connection)
                break
            except Exception as error:
                if not is_transient(error):
                    raise
                self._log.warning("the database is away; the start waits for it", reason=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked_to_stop.wait(), OPEN_RETRY_SECONDS)

    def _start(self) -> dict[asyncio.Task[None], str]:
        tasks = {}
        for server in self._parts.servers:
            tasks[asyncio.create_task(server.serve(), name=server.name)] = server.name
        for part in (*self._parts.relays, *self._parts.workers):
            self.readiness.register(part.name, part.condition)
            tasks[asyncio.create_task(part.run(), name=part.name)] = part.name
        return tasks

    async def _until_stopped(self, tasks: dict[asyncio.Task[None], str]) -> None:
        stopping = asyncio.create_task(self._asked_to_stop.wait())
        ended, _ = await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        for task in ended - {stopping}:
            # A part that ends unasked is a fault: the supervisor starts the process anew.
            self.exit_code = 1
            part = tasks[cast("asyncio.Task[None]", task)]
            self._log.error("a part ended by itself", ended=part, exc_info=task.exception())

    async def _drain(self, tasks: dict[asyncio.Task[None], str]) -> None:
        """Not ready, stop fetching, finish in flight, commit, leave the group, relay, telemetry, pools."""
        self.readiness.draining = True
        seconds = self._service.settings.drain_seconds_max
        self._log.info("draining")
        for server in self._parts.servers:
            server.stop()
        for end in self._service.draining:
            end()
        by_name = {name: task for task, name in tasks.items()}
        servers = [by_name[server.name] for server in self._parts.servers if server.name in by_name]
        await self._within(seconds, "api", _all_done(servers))
        if tasks:
            await self._within(seconds, "workers", _stop_all(self._parts.workers))
            await self._within(seconds, "relay", _stop_all(self._parts.relays))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._within(CLOSE_SECONDS_MAX, "telemetry", asyncio.to_thread(self._telemetry.close))
        for one in self._service.together:
            for resource in (*one.resources, *([one.database] if one.database else [])):
                await self._within(CLOSE_SECONDS_MAX, type(resource).__name__, resource.close())
        self._log.info("drained")

    async def _within(self, seconds: float, what: str, work: Awaitable[object]) -> None:
        try:
            await asyncio.wait_for(work, seconds)
        except TimeoutError:
            self.exit_code = 1
            self._log.error("did not stop in time", late=what, seconds_max=seconds)
        except Exception:  # noqa: BLE001  # one part's fault keeps no other from stopping
            self.exit_code = 1
            self._log.exception("did not stop cleanly", failed=what)


def _workers(service: Service) -> list[Runnable]:
    workers: list[Runnable] = list(service.slice_consumers)
    if service.database is not None:
        workers.extend(make_consumers(service.settings, service.database, service.consumers))
        if service.schedules:
            workers.append(Scheduler(service.name, service.schedules, service.database))
    return workers


async def _all_done(tasks: Sequence[asyncio.Task[None]]) -> None:
    if tasks:
        await asyncio.wait(tasks)


async def _stop_all(parts: Sequence[Runnable]) -> None:
    await asyncio.gather(*(part.stop() for part in parts))


async def run_role(service: Service, role: Role) -> int:
    """Runs one role of a service in this process until a signal asks it to stop."""
    settings = service.settings
    arm(settings.fault_points, marks=Path(settings.fault_marks), environment=settings.environment)
    telemetry = Telemetry.open(
        service=service.name, role=role, endpoint=settings.otel_exporter_otlp_endpoint, file=settings.otel_file
    )
    telemetry.install()
    process = Process(service, role, telemetry)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, process.ask_to_stop)
    try:
        return await process.run()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(ValueError):
                loop.remove_signal_handler(number)


def main(build: Callable[..., Service], arguments: Sequence[str] | None = None) -> None:
    """The command line of every service. `build` takes the service's settings, whose class its annotation names."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["parked"]:
        from chassis import parked_command  # noqa: PLC0415  # a person's command: no serving role needs it

        sys.exit(parked_command.run(words[1:], settings=_settings_of(build)))
    if len(words) != 1 or words[0] not in {*ROLES, "migrate"}:
        sys.stderr.write(f"usage: {{{'|'.join((*ROLES, 'migrate', 'parked ...'))}}}\n")
        sys.exit(2)
    settings = _settings_of(build)()
    logs.configure(service=settings.service, role=words[0], level=settings.log_level)
    if words[0] == "migrate":
        _migrate(settings)
        return
    sys.exit(_run(build(settings=settings), words[0]))


def _migrate(settings: ServiceSettings) -> None:
    if owners := settings.owner_urls():
        from chassis import migrations  # noqa: PLC0415  # alembic is heavy, and no serving role needs it

        for schema, url in owners.items():
            migrations.upgrade(package=settings.service, url=url, schema=schema)


def _settings_of(build: Callable[..., Service]) -> type[ServiceSettings]:
    settings_class: type[ServiceSettings] = get_type_hints(build)["settings"]
    return settings_class


def _run(service: Service, word: str) -> int:
    import uvloop  # noqa: PLC0415  # only a process that serves needs it

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(run_role(service, cast("Role", word)))
