import asyncpg
import pytest
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis.failures import Failure, Poison, classify, sqlstate
from chassis.inbox import OutOfSequence


class Coded(Exception):  # what a driver raises
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.sqlstate = code


def wrapped(code: str) -> DBAPIError:
    return OperationalError("select", {}, Coded(code))


@pytest.mark.parametrize("code", ["08006", "40001", "40P01", "53300", "57P01", "57014", "25P03", "55P03"])
def test_what_the_database_cannot_do_now_is_waited_for(code: str) -> None:
    assert classify(wrapped(code)) is Failure.TRANSIENT
    assert sqlstate(wrapped(code)) == code


@pytest.mark.parametrize("code", ["22001", "23505", "42P01", "28000"])
def test_what_the_database_refuses_is_not(code: str) -> None:
    assert classify(wrapped(code)) is Failure.UNEXPECTED


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        PoolTimeout(),
        asyncpg.InterfaceError("connection is closed"),
        KafkaConnectionError(),
    ],
)
def test_what_the_network_cannot_do_now_is_waited_for(error: Exception) -> None:
    assert classify(error) is Failure.TRANSIENT


@pytest.mark.parametrize("error", [KeyError("x"), asyncpg.DataError("x"), TopicAuthorizationFailedError("t")])
def test_everything_else_is_unexpected(error: Exception) -> None:
    assert classify(error) is Failure.UNEXPECTED


@pytest.mark.parametrize("error", [Poison("x"), OutOfSequence("x")])
def test_what_can_never_be_applied_is_poison(error: Exception) -> None:
    assert classify(error) is Failure.POISON
