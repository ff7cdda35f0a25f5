"""What one firm may take of the broker, so that one firm's flood delays no other.

Neither of our client libraries sets quotas; the protocol's request is small enough to be written down here.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Float64, Int16, Int32, Schema, String

from chassis.kafka import client_settings
from chassis.kafka_connection import KafkaConnection

_MIB = 1024 * 1024
_ANSWER_S = 15
_TEXT = String("utf-8")
_ENTITY = ("entity", Array(("entity_type", _TEXT), ("entity_name", _TEXT)))


@dataclass(frozen=True, kw_only=True)
class Quota:
    """Limits of one principal, in the broker's own names; above them it is slowed down, never refused.

    `request_percentage` counts the broker's request threads: 100 is all the time of one of them.
    """

    producer_byte_rate: float = 64 * _MIB
    consumer_byte_rate: float = 64 * _MIB
    request_percentage: float = 100


class QuotaRefused(RuntimeError):
    """The broker did not take the quota."""


class _AlterClientQuotasResponse(Response):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = 49
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("entries", Array(("error_code", Int16), ("error_message", _TEXT), _ENTITY)),
    )


class _AlterClientQuotasStruct(RequestStruct):  # type: ignore[misc]  # the same
    API_KEY = 49
    API_VERSION = 0
    RESPONSE_TYPE = _AlterClientQuotasResponse
    SCHEMA = Schema(
        ("entries", Array(_ENTITY, ("ops", Array(("key", _TEXT), ("value", Float64), ("remove", Boolean))))),
        ("validate_only", Boolean),
    )


class _AlterClientQuotas(Request[_AlterClientQuotasStruct]):  # type: ignore[misc]  # the same
    API_KEY = 49

    def __init__(self, user: str, limits: Mapping[str, float | None]) -> None:
        self._user = user
        self._limits = limits

    def build(self, request_struct_class: type[_AlterClientQuotasStruct]) -> _AlterClientQuotasStruct:
        changes = [(name, limit or 0.0, limit is None) for name, limit in self._limits.items()]
        validate_only = False
        return request_struct_class([([("user", self._user)], changes)], validate_only)


def set_quota(connection: KafkaConnection, principal: str, quota: Quota | None) -> None:
    """Sets the quota of a principal; None lifts it. Blocks, whether or not the caller stands in a running loop.

    Raises:
        QuotaRefused: the broker did not take it.
    """
    limits = asdict(quota) if quota else dict.fromkeys(asdict(Quota()))
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, _alter(connection, _AlterClientQuotas(principal, limits))).result()


async def _alter(connection: KafkaConnection, request: _AlterClientQuotas) -> None:
    client = AIOKafkaClient(**client_settings(connection), request_timeout_ms=_ANSWER_S * 1000)
    try:
        async with asyncio.timeout(_ANSWER_S):
            await client.bootstrap()
            answer = await client.send(client.get_random_node(), request)
    finally:
        await client.close()
    for code, message, _ in answer.entries:
        if code:
            raise QuotaRefused(message or for_code(code).__name__)
