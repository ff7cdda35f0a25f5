"""Takes the steps that follow firms' slices: valuation, and linking.

It is woken after each commit of intake, by new snapshots, and at start for the rest. A wake is lost with the process it
was meant for, so every process also asks now and then whose books were left unfinished: whoever died, another one
completes the work without waiting for the firm's next slice. Receipts never wait for any of it: waking returns at once,
and the steps are taken by a few tasks beside the intake.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

import structlog
from prometheus_client import Counter, Gauge

from chassis.cause import SYSTEM, Cause
from chassis.failures import Failure, classify
from chassis.health import Condition

ASKED_EVERY_S = 30.0
BACKOFF_S = (0.2, 1.0, 5.0, 30.0)
ATTEMPTS_BEFORE_PAGING = 5

STEPS = Counter(
    "pledgeboard_following_steps", "Steps that follow firms' slices, by work and by what became of them", ["work", "as"]
)
DIFFERENCES = Counter(
    "pledgeboard_valuation_differences", "Contracts where increments and a full recomputation disagreed; any pages"
)
WAITING = Gauge("pledgeboard_following_waiting", "Firms whose next step waits for its turn, by work", ["work"])

_log = structlog.get_logger("monitoring.following")


@dataclass(frozen=True, slots=True)
class Work:
    """What the steps do: its name to probes and metrics, the operation in the audit, how many firms at once.

    After each step a firm rests for `rest_s`: steps that need the row its slices need must not take turns with each.
    """

    name: str
    operation: str
    tasks: int
    rest_s: float = 0.0


VALUATION = Work("valuation", "monitoring.value_book", tasks=2)
LINKING = Work("linking", "monitoring.link_records", tasks=1, rest_s=0.1)
ValueStep = Callable[[str, Cause], Awaitable[bool]]
Firms = Callable[[], Awaitable[list[str]]]


class BookFollower:
    """A worker part (`chassis.service.Runnable`) that takes one firm's steps at a time, several firms at once.

    `firms` are all on board, asked for once; `unfinished` those with steps left to take, asked for again and again.
    """

    def __init__(
        self,
        *,
        step: ValueStep,
        firms: Firms,
        unfinished: Firms,
        work: Work = VALUATION,
        asked_every_s: float = ASKED_EVERY_S,
    ) -> None:
        self._step = step
        self._firms = firms
        self._unfinished = unfinished
        self._asked_every_s = asked_every_s
        self._work_of = work
        self._wanted: dict[str, None] = {}
        self._busy: set[str] = set()
        self._failures: dict[str, tuple[int, str]] = {}
        self._awake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()

    @property
    def name(self) -> str:
        """What probes and logs call it."""
        return f"monitoring.{self._work_of.name}"

    def condition(self) -> Condition:
        """Well unless a firm's steps fail again and again."""
        stuck = {firm: reason for firm, (attempts, reason) in self._failures.items() if attempts > 1}
        return Condition(ok=not stuck, detail="; ".join(f"{firm}: {reason}" for firm, reason in stuck.items()))

    async def book_changed(self, firm_id: str) -> None:
        """Wakes the work for a firm. Returns at once; what is lost with this process is found by any other."""
        self._wake(firm_id)

    async def run(self) -> None:
        """Works until stopped; begins with every firm that has a book."""
        try:
            await self._remember()
            await asyncio.gather(self._look_around(), *(self._work() for _ in range(self._work_of.tasks)))
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Finishes the steps in hand; returns when that is done."""
        self._stopping.set()
        self._awake.set()
        await self._ended.wait()

    def _wake(self, firm_id: str) -> None:
        self._wanted[firm_id] = None
        WAITING.labels(self._work_of.name).set(len(self._wanted))
        self._awake.set()

    async def _remember(self) -> None:
        attempts = 0
        while not self._stopping.is_set():
            try:
                for firm_id in await self._firms():
                    await self.book_changed(firm_id)
            except Exception as error:  # noqa: BLE001  # the database is away: it is waited for
                _log.warning("following waits", work=self._work_of.name, reason=f"{type(error).__name__}: {error}")
                await self._pause(_backoff(attempts))
                attempts += 1
            else:
                return

    async def _look_around(self) -> None:
        """Takes up what a process left behind that died between its commit and what follows."""
        while not self._stopping.is_set():
            await self._pause(self._asked_every_s)
            try:
                for firm_id in await self._unfinished():
                    self._wake(firm_id)
            except Exception as error:  # noqa: BLE001  # asked again the next time
                _log.warning(
                    "unfinished books are not known", work=self._work_of.name, reason=f"{type(error).__name__}: {error}"
                )

    async def _pause(self, seconds: float) -> None:
        """Waits, but not beyond the stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _work(self) -> None:
        while not self._stopping.is_set():
            firm_id = next((one for one in self._wanted if one not in self._busy), None)
            if firm_id is None:
                self._awake.clear()
                await self._awake.wait()
                continue
            del self._wanted[firm_id]
            self._busy.add(firm_id)
            try:
                await self._follow(firm_id)
            finally:
                self._busy.discard(firm_id)
                self._awake.set()

    async def _follow(self, firm_id: str) -> None:
        try:
            while not self._stopping.is_set() and await self._step(firm_id, self._cause()):
                STEPS.labels(self._work_of.name, "taken").inc()
                if self._work_of.rest_s:
                    await self._pause(self._work_of.rest_s)
        except Exception as error:  # noqa: BLE001  # judged by type; the firm is taken up again
            self._failed(firm_id, error)
        else:
            self._failures.pop(firm_id, None)

    def _cause(self) -> Cause:
        return Cause(subject=SYSTEM, operation=self._work_of.operation)

    def _failed(self, firm_id: str, error: Exception) -> None:
        attempts = self._failures.get(firm_id, (0, ""))[0] + 1
        self._failures[firm_id] = (attempts, type(error).__name__)
        transient = classify(error) is Failure.TRANSIENT
        say = _log.critical if attempts >= ATTEMPTS_BEFORE_PAGING and not transient else _log.warning
        say("following failed", work=self._work_of.name, firm=firm_id, attempt=attempts, exc_info=error)
        STEPS.labels(self._work_of.name, "failed").inc()
        # Later, and without holding up the firms behind it.
        asyncio.get_running_loop().call_later(_backoff(attempts - 1), self._wake, firm_id)


def differences_found(firm_id: str, day: date, found: Sequence[str]) -> None:
    """Pages where the end of a day is not what a full recomputation makes of it (I1)."""
    DIFFERENCES.inc(len(found))
    if found:
        _log.critical("valuation differs", firm=firm_id, business_date=day.isoformat(), where=list(found[:20]))


def _backoff(attempt: int) -> float:
    return BACKOFF_S[min(attempt, len(BACKOFF_S) - 1)] * random.uniform(0.5, 1.0)  # noqa: S311  # jitter
