"""The broker as a firm meets it: opened with the profile, and its refusals in words a person can act upon."""

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from pledgeboard_firm.exits import Failure, NotAdmitted, Unreachable
from pledgeboard_firm.profile import Profile
from pledgeboard_firm.words import Text

CONNECT_S = 5.0
REQUEST_MS = 10_000
_NOT_ALLOWED = (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,  # what may not be seen does not exist
)


@dataclass(frozen=True, kw_only=True)
class Handshake:
    """What was agreed over TLS, and until when the server's certificate holds."""

    version: str
    valid_until: datetime


@asynccontextmanager
async def client(profile: Profile) -> AsyncIterator[AIOKafkaClient]:
    """A plain client for questions.

    Raises:
        Unreachable: nobody answers.
        NotAdmitted: the credentials are refused.
    """
    made = AIOKafkaClient(**profile.client_options(), request_timeout_ms=REQUEST_MS)
    try:
        with explained(profile):
            await made.bootstrap()
        yield made
    finally:
        await made.close()


class explained:  # noqa: N801  # it reads as a word: `with explained(profile)`
    """Turns what the broker's client raises into a failure that names the cause and the way out."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, _NOT_ALLOWED):
            raise not_allowed(self._profile) from error
        if isinstance(error, (SaslAuthenticationFailed, IllegalSaslStateError)):
            raise refused(self._profile) from error
        if isinstance(error, KafkaConnectionError):
            # The client says no more than that no server would do: the layers below say which of them it was.
            raise found_below(self._profile) from error
        if isinstance(error, (TimeoutError, KafkaError)):
            raise Unreachable(
                Text(
                    zh=f"{self._profile.bootstrap} 未按时回答（{type(error).__name__}），请稍后重试",
                    en=f"{self._profile.bootstrap} did not answer in time ({type(error).__name__}): try again later",
                )
            ) from error


def found_below(profile: Profile) -> Failure:
    """Why no connection came about: the network, TLS, or else the credentials."""
    for host, port in profile.servers:
        try:
            reach(host, port)
            handshake(profile, host, port)
        except Failure as failure:
            return failure
    return refused(profile)


def reach(host: str, port: int) -> None:
    """Opens and closes a connection.

    Raises:
        Unreachable: nobody listens, or the way is closed.
    """
    try:
        socket.create_connection((host, port), timeout=CONNECT_S).close()
    except OSError as error:
        raise Unreachable(
            Text(
                zh=f"无法连接 {host}:{port}（{error}）：请检查网络、专线和防火墙",
                en=f"{host}:{port} cannot be reached ({error}): look at the network, the leased line and the firewall",
            )
        ) from error


def handshake(profile: Profile, host: str, port: int) -> Handshake:
    """Shakes hands over TLS and leaves.

    Raises:
        Unreachable: the server's certificate is not the platform's, or it speaks no TLS.
    """
    try:
        with (
            socket.create_connection((host, port), timeout=CONNECT_S) as plain,
            profile.tls().wrap_socket(plain, server_hostname=host) as secured,
        ):
            certificate = secured.getpeercert() or {}
            until = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
            return Handshake(version=secured.version() or "", valid_until=datetime.fromtimestamp(until, UTC))
    except OSError as error:  # ssl.SSLError is one
        raise Unreachable(
            Text(
                zh=f"{host}:{port} 的 TLS 校验失败（{error}）：请核对接入档案中的证书",
                en=f"TLS with {host}:{port} failed ({error}): compare the authority in the profile",
            )
        ) from error


def refused(profile: Profile) -> NotAdmitted:
    """The credentials are not accepted."""
    return NotAdmitted(
        Text(
            zh=f"{profile.username} 的口令不被接受：可能已轮换或吊销，请联系数据管理员",
            en=f"The password of {profile.username} is refused: it may have been rotated or revoked, ask the steward",
        )
    )


def not_allowed(profile: Profile) -> NotAdmitted:
    """The credentials are accepted and do not suffice."""
    return NotAdmitted(
        Text(
            zh=f"{profile.username} 无权访问 {profile.submissions_topic} 或 {profile.receipts_topic}：请联系数据管理员",
            en=f"{profile.username} may not use {profile.submissions_topic} or {profile.receipts_topic}: "
            "ask the steward",
        )
    )
