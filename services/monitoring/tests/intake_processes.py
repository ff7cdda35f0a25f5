"""The monitor as processes that are ended from outside, firms that write meanwhile, and the account afterwards."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.error import HTTPError

import asyncpg
from aiokafka import AIOKafkaProducer

from chassis.kafka import client_settings
from local_stack import ports
from local_stack.members import inherited_environment
from monitoring.tests.intake_world import FirmClient, insert_firm, insert_securities, submitted
from submissions.accession import accession
from submissions.conservation import tiles
from submissions.frames import Frame, read_frame
from submissions.tests.builders import a_contract, a_line
from testkit.eventually import eventually
from testkit.world import World

READY_S = 60
ENDED_S = 30
STILL_S = 60
PROGRESS_EVERY_S = 0.2
# Long enough for a heartbeat on a machine that does much else: members that are expelled while they work never settle.
SESSION_TIMEOUT_MS = 3_000
PAUSE_S = 0.02


@dataclass
class MonitorProcess:
    """One process of the monitor."""

    world: World
    module: str = "monitoring"
    point: str = ""
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="monitor-")))
    probe_port: int = field(default_factory=ports.reserved_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> "MonitorProcess":
        """Starts it; does not wait."""
        environment = inherited_environment() | self.world.settings(
            "monitoring",
            FAULT_POINTS=self.point,
            FAULT_MARKS=str(self.folder),
            CONSUMER_SESSION_TIMEOUT_MS=str(SESSION_TIMEOUT_MS),
            MONITORING_INTAKE_MESSAGES_MAX="64",
            MONITORING_TOPIC_DISCOVERY_MS="500",
            MONITORING_PROBE_PORT=str(self.probe_port),
            MONITORING_HTTP_PORT="0",
        )
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  # our own service
                [sys.executable, "-m", self.module, "all"], env=environment, stdout=log, stderr=log
            )
        return self

    @property
    def log(self) -> str:
        """What it printed."""
        return (self.folder / "log").read_text(errors="replace")

    async def ready(self) -> "MonitorProcess":
        """Waits until its probe says so."""

        async def is_ready() -> bool:
            assert self.exit_code is None, self.log[-4000:]
            with suppress(OSError):
                await asyncio.to_thread(self._get, "/readyz")
                return True
            return False

        await eventually(is_ready, within=READY_S, what="the monitor is ready")
        return self

    async def reached(self) -> None:
        """Waits for the mark of its fault point: it is frozen there."""
        mark = self.folder / self.point.partition(":")[0]

        async def marked() -> bool:
            assert self.exit_code is None, self.log[-4000:]
            return mark.exists()

        await eventually(marked, within=READY_S, what=f"{self.point}\n{self.log[-2000:]}")

    def let_go(self) -> None:
        """Lets it go on from the fault point it is frozen at."""
        (self.folder / self.point.partition(":")[0]).unlink()

    async def ends_or(self, is_done: Callable[[], Awaitable[bool]]) -> bool:
        """Waits until it has ended (False), or until something is done (True)."""

        async def either() -> bool | None:
            if self.exit_code is not None:
                return False
            return True if await is_done() else None

        found = await eventually(either, within=READY_S, until=lambda one: one is not None, what=self.log[-1000:])
        assert found is not None
        return found

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it lives."""
        return self.process.poll() if self.process else None

    async def ended(self) -> int:
        """Waits for its end."""

        async def code() -> int | None:
            return self.exit_code

        found = await eventually(code, within=ENDED_S, until=lambda one: one is not None, what="the monitor ended")
        assert found is not None
        return found

    async def kill(self) -> None:
        """Ends it as a loss of power would."""
        self.signal(signal.SIGKILL)
        await self.ended()

    async def stop(self) -> int:
        """Asks it to end in order; says its exit code."""
        self.signal(signal.SIGTERM)
        return await self.ended()

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, number)

    async def metric(self, name: str) -> float:
        """The sum of one metric over its labels."""
        text = await asyncio.to_thread(self._get, "/metrics")
        found = re.findall(rf"^{name}(?:\{{[^}}]*\}})? (\S+)$", text, re.MULTILINE)
        return sum(float(one) for one in found)

    def _get(self, path: str) -> str:
        try:
            with urllib.request.urlopen(f"http://{ports.HOST}:{self.probe_port}{path}", timeout=5) as answer:
                return str(answer.read().decode())
        except HTTPError as error:
            raise OSError(error.code) from error


@dataclass
class FirmLoad:
    """A firm that writes without a pause: contracts and lines, alone and in envelopes; it knows what it wrote."""

    firm: FirmClient
    number: int = 0
    written: dict[int, int] = field(default_factory=dict)
    stopping: bool = False
    task: asyncio.Task[None] | None = None

    def start(self) -> "FirmLoad":
        """Begins to write."""
        self.task = asyncio.create_task(self._write())
        return self

    async def stop(self) -> None:
        """Writes nothing more."""
        self.stopping = True
        assert self.task is not None
        await self.task

    async def _write(self) -> None:
        producer = AIOKafkaProducer(**client_settings(self.firm.kafka), acks="all", enable_idempotence=True)
        await producer.start()
        try:
            while not self.stopping:
                records = self._records()
                topic = self.firm.world.topic(f"submissions.{self.firm.firm_id}")
                sent = await producer.send_and_wait(topic, submitted(records), partition=0)
                self.written[sent.offset] = len(records)
                await asyncio.sleep(PAUSE_S)
        finally:
            await producer.stop()

    def _records(self) -> list[dict[str, object]]:
        made: list[dict[str, object]] = []
        for _ in range(1 + self.number % 3):
            self.number += 1
            shared = {
                "firm_id": self.firm.firm_id,
                "contract_id": f"C-{self.number}",
                "sequence": self.number,
                "load_id": "L-1",
            }
            made += [a_contract(**shared), a_line(**shared)]
        return made


@dataclass
class IntakeUnderFire:
    """A world whose monitor runs as processes."""

    world: World
    made: list[MonitorProcess] = field(default_factory=list)
    loads: list[FirmLoad] = field(default_factory=list)

    @classmethod
    async def prepared(cls, world: World, *firm_ids: str) -> "IntakeUnderFire":
        """Firms on board, and a security master."""
        made = cls(world)
        connection = await asyncpg.connect(world.database_url)
        try:
            await insert_securities(connection, "600000")
            for firm_id in firm_ids:
                await insert_firm(connection, firm_id)
                await asyncio.to_thread(world.kafka_admin.onboard_firm, firm_id)
                made.loads.append(FirmLoad(FirmClient(firm_id, world, world.addresses.kafka)))
        finally:
            await connection.close()
        return made

    def monitor(self, point: str = "", *, module: str = "monitoring") -> MonitorProcess:
        """Starts a process that freezes at a point, or at none."""
        made = MonitorProcess(self.world, module=module, point=point).start()
        self.made.append(made)
        return made

    def start_load(self) -> None:
        """Every firm begins to write."""
        for one in self.loads:
            one.start()

    async def settled(self) -> None:
        """Firms stop; everything they wrote is applied and told, exactly once, in order."""
        for one in self.loads:
            await one.stop()
        for one in self.loads:
            await self.account(one)

    async def account(self, load: FirmLoad, *, refused: int = 0) -> list[Frame]:
        """Compares what a firm wrote with frames and tables: lost 0, twice 0, order kept, no gap."""
        end = max(load.written) + 1

        try:
            await self._told(load.firm.firm_id, end)
        except AssertionError as standing:
            standing.add_note(self.logs())
            raise
        frames = await self._identical(load.firm.firm_id, await load.firm.receipts())
        self._complete(load, frames, end, refused)
        await self._kept(load, refused)
        return frames

    async def _told(self, firm_id: str, end: int) -> None:
        """Waits while anything still moves: a busy machine takes its time, a defect stands still."""
        applied, unsent = await self._progress(firm_id)
        while applied < end or unsent:
            before = (applied, unsent)
            applied, unsent = await eventually(
                partial(self._progress, firm_id),
                within=STILL_S,
                until=before.__ne__,
                what=f"{firm_id} moves on, to {end} and to no frame unsent",
                every=PROGRESS_EVERY_S,
            )

    async def _progress(self, firm_id: str) -> tuple[int, int]:
        """Up to where a firm's records are applied, and how many frames are not sent yet."""
        (row,) = await self.rows(
            "select coalesce((select max(next) from monitoring.consumer_offset where topic = 'submissions.' || $1), 0) "
            "as applied, (select count(*) from monitoring.outbox where topic = 'receipts.' || $1 and sent_at is null) "
            "as unsent",
            firm_id,
        )
        return row["applied"], row["unsent"]

    def logs(self) -> str:
        """The ends of all logs, for a failing test."""
        return "\n".join(f"--- {one.point or 'no point'}: {one.exit_code}\n{one.log[-2000:]}" for one in self.made)

    async def _identical(self, firm_id: str, receipts: list[bytes]) -> list[Frame]:
        """A frame that was sent again is the same bytes, which are those that were kept."""
        copies: defaultdict[tuple[int, int], set[bytes]] = defaultdict(set)
        for one in receipts:
            frame = read_frame(one)
            copies[frame.sequence, frame.part].add(one)
        assert all(len(one) == 1 for one in copies.values()), "a frame was sent again with other bytes"
        kept = await self.rows(
            "select sequence, part, kind, body from monitoring.receipt_frame where firm_id = $1", firm_id
        )
        bodies = {(row["sequence"], row["part"]): {row["body"]} for row in kept}
        assert {key: bodies.get(key) for key in copies} == dict(copies)
        # Linking follows the slices at its own pace: its frames may be kept and not heard yet.
        assert {row["kind"] for row in kept if (row["sequence"], row["part"]) not in copies} <= {"update"}
        return [read_frame(min(copies[key])) for key in sorted(copies)]

    def _complete(self, load: FirmLoad, heard: list[Frame], end: int, refused: int) -> None:
        numbers = sorted({one.sequence for one in heard})
        assert numbers == list(range(1, len(numbers) + 1)), "the receipt sequence has a gap"
        frames = [one for one in heard if one.kind == "slice"]
        assert tiles([(one.start or 0, one.end or 0) for one in frames if one.part == 1], start=0, end=end)
        told = Counter(item.accession for one in frames for item in one.items)
        topic = f"submissions.{load.firm.firm_id}"
        wanted = [
            accession(topic, 0, offset, index) for offset, count in load.written.items() for index in range(count)
        ]
        assert set(told) == set(wanted), (set(told) ^ set(wanted), "lost or invented")
        assert max(told.values()) == 1, "told twice"
        outcomes = Counter(str(item.outcome) for one in frames for item in one.items)
        assert outcomes["QUARANTINED"] == refused, outcomes
        assert set(outcomes) <= {"ACCEPTED", "ACCEPTED_WARN", "QUARANTINED"}, outcomes

    async def _kept(self, load: FirmLoad, refused: int) -> None:
        firm_id, records = load.firm.firm_id, sum(load.written.values())
        (row,) = await self.rows(
            "select (select count(*) from monitoring.submission_record where firm_id = $1) as records, "
            "(select sum(records + unreadable) from monitoring.intake_day where firm_id = $1) as received, "
            "(select count(*) from monitoring.contract where firm_id = $1) as contracts, "
            "(select count(*) from monitoring.collateral_line where firm_id = $1) as lines, "
            "(select max(next) from monitoring.consumer_offset where topic = 'submissions.' || $1) as next",
            firm_id,
        )
        assert (row["records"], row["received"], row["next"]) == (records, records, max(load.written) + 1)
        assert row["contracts"] + row["lines"] == records - refused

    async def applied_to(self, firm_id: str, end: int) -> bool:
        """Whether everything of a firm before an offset is applied."""
        rows = await self.rows(
            "select next from monitoring.consumer_offset where topic = 'submissions.' || $1", firm_id
        )
        return bool(rows) and rows[0]["next"] >= end

    async def rows(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """As the database's administrator."""
        connection = await asyncpg.connect(self.world.database_url)
        try:
            return list(await connection.fetch(query, *arguments))
        finally:
            await connection.close()

    async def end(self) -> None:
        """Ends what is left."""
        for load in self.loads:
            load.stopping = True
            if load.task is not None:
                await asyncio.gather(load.task, return_exceptions=True)
        for one in self.made:
            if one.exit_code is None:
                one.signal(signal.SIGCONT)
                await one.kill()
