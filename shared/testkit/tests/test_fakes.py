from dataclasses import dataclass

import pytest

from chassis.cause import SYSTEM, Cause, Idempotency
from chassis.kernel import Fact
from chassis.unit_of_work import CauseUsedTwice
from testkit.fakes import FakeBegin, FakeUnitOfWork


@dataclass(frozen=True)
class Happened(Fact):
    what: str


def cause(key: str = "k") -> Cause:
    return Cause(subject=SYSTEM, operation="test", idempotency=Idempotency(key=key, request_hash="r"))


async def test_a_clean_exit_leaves_facts_answer_and_schedule() -> None:
    begin = FakeBegin(FakeUnitOfWork)
    async with begin(cause()) as work:
        work.record(Happened("a"))
        work.schedule(kind="k", key="1", due_at=work.now)
        work.answer({"id": 1})

    journal = begin.journal
    assert (journal.facts, journal.answers) == ([Happened("a")], {"k": {"id": 1}})
    assert list(journal.due) == [("k", "1")]


async def test_a_failure_leaves_nothing() -> None:
    begin = FakeBegin(FakeUnitOfWork)

    async def fail() -> None:
        async with begin(cause()) as work:
            work.record(Happened("a"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert begin.journal.facts == []


async def test_a_cause_is_good_once() -> None:
    begin = FakeBegin(FakeUnitOfWork)
    once = cause()
    async with begin(once):
        pass
    with pytest.raises(CauseUsedTwice):
        async with begin(once):
            pass
