"""`doctor`: whether this machine can submit: profile, network, TLS, credentials, topics, access, clock."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import typer
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.client import AIOKafkaClient

from pledgeboard_firm.access import require_group, require_topics, require_write
from pledgeboard_firm.broker import REQUEST_MS, client, explained, handshake, reach
from pledgeboard_firm.exits import Failure, WrongUse, exit_code
from pledgeboard_firm.invocation import invocation_of
from pledgeboard_firm.profile import Profile, is_private
from pledgeboard_firm.words import Text

# A record may claim to have been reported at most this long after its append (V029).
_BEHIND_S_MAX = timedelta(minutes=5).total_seconds()
_EXPIRES_DAYS_MIN = 14
_DAY_S = 86_400
_READ_MS = 3_000


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    is_well: bool
    zh: str
    en: str


def doctor(context: typer.Context) -> None:
    """检查网络、TLS、凭据、权限、时钟和主题 / look at network, TLS, credentials, access, clock and topics."""
    invocation = invocation_of(context)
    findings = asyncio.run(_examine(invocation.profile, invocation.profile_path))
    for one in findings:
        mark = "✓" if one.is_well else "✗"
        invocation.screen.result(
            asdict(one), Text(zh=f"{mark} {one.subject}: {one.zh}", en=f"{mark} {one.subject}: {one.en}")
        )
    raise typer.Exit(exit_code("done" if all(one.is_well for one in findings) else "ill"))


async def _examine(profile: Profile, path: Path) -> list[Finding]:
    """From the ground up; what stands on something ill is not looked at."""
    findings = [_look("profile", lambda: _private(profile, path))]
    for host, port in profile.servers:
        findings += await asyncio.to_thread(lambda h=host, p=port: list(_layers(profile, h, p)))  # type: ignore[misc]
    if all(one.is_well for one in findings if one.subject != "profile"):
        findings += [one async for one in _broker(profile)]
    return findings


def _layers(profile: Profile, host: str, port: int) -> Iterator[Finding]:
    def network() -> Text:
        reach(host, port)
        return Text(zh=f"{host}:{port} 可达", en=f"{host}:{port} is reached")

    def tls() -> Text:
        found = handshake(profile, host, port)
        days = int((found.valid_until.timestamp() - time.time()) // _DAY_S)
        if days < _EXPIRES_DAYS_MIN:
            raise WrongUse(
                Text(
                    zh=f"证书 {days} 天后到期，请向平台索取新证书",
                    en=f"the certificate ends in {days} days: ask for the new one",
                )
            )
        return Text(zh=f"{found.version}，证书还有 {days} 天", en=f"{found.version}, certificate for {days} more days")

    first = _look(f"network {host}:{port}", network)
    yield first
    if first.is_well:
        yield _look(f"TLS {host}:{port}", tls)


async def _broker(profile: Profile) -> AsyncIterator[Finding]:
    try:
        async with client(profile) as asked:
            yield _well("credentials", zh=f"{profile.username} 可登录", en=f"{profile.username} is admitted")
            for subject, check in (
                ("topics", require_topics),
                ("access: write", require_write),
                ("access: groups", require_group),
            ):
                yield await _ask(subject, check, asked, profile)
            for finding in await _receipts(profile):
                yield finding
    except Failure as failure:
        yield _ill("credentials", failure)


Check = Callable[[AIOKafkaClient, Profile], Awaitable[None]]


async def _ask(subject: str, check: Check, asked: AIOKafkaClient, profile: Profile) -> Finding:
    try:
        with explained(profile):
            await check(asked, profile)
    except Failure as failure:
        return _ill(subject, failure)
    return _well(subject, zh="正常", en="as it should be")


async def _receipts(profile: Profile) -> list[Finding]:
    """Reading is tried on the last receipt, whose append time the broker's clock gave."""
    topic = TopicPartition(profile.receipts_topic, 0)
    consumer = AIOKafkaConsumer(**profile.client_options(), enable_auto_commit=False, request_timeout_ms=REQUEST_MS * 4)
    try:
        with explained(profile):
            await consumer.start()
            end = (await consumer.end_offsets([topic]))[topic]
            consumer.assign([topic])
            consumer.seek(topic, max(0, end - 1))
            found = await consumer.getmany(topic, timeout_ms=_READ_MS if end else 1)
    except Failure as failure:
        return [_ill("access: read", failure)]
    finally:
        await consumer.stop()
    last = max((one.timestamp / 1000 for records in found.values() for one in records), default=None)
    return [_well("access: read", zh=f"{end} 条回执消息", en=f"{end} receipt messages"), _clock(last)]


def _clock(last_receipt: float | None) -> Finding:
    """Behind the broker is seen by its last receipt; ahead of it is seen by none, and V028 and V029 will say so."""
    if last_receipt is None:
        return _well("clock", zh="尚无回执可比对", en="no receipt yet to compare with")
    behind = last_receipt - time.time()
    if behind > _BEHIND_S_MAX:
        return _ill(
            "clock",
            WrongUse(
                Text(
                    zh=f"本机时钟比平台慢 {behind:.0f} 秒：请校时（V029 允许 5 分钟）",
                    en=f"this machine's clock is {behind:.0f} s behind the platform: set it (V029 allows 5 minutes)",
                )
            ),
        )
    return _well("clock", zh="不慢于最近一次回执", en="not behind the last receipt")


def _private(profile: Profile, path: Path) -> Text:
    if not is_private(path):
        raise WrongUse(
            Text(
                zh=f"{path} 可被他人读取：请运行 chmod 600 {path}", en=f"{path} can be read by others: chmod 600 {path}"
            )
        )
    return Text(zh=f"{profile.firm_id}，{path}", en=f"{profile.firm_id}, {path}")


def _look(subject: str, look: Callable[[], Text]) -> Finding:
    try:
        text = look()
    except Failure as failure:
        return _ill(subject, failure)
    return _well(subject, zh=text.zh, en=text.en)


def _well(subject: str, *, zh: str, en: str) -> Finding:
    return Finding(subject=subject, is_well=True, zh=zh, en=en)


def _ill(subject: str, failure: Failure) -> Finding:
    return Finding(subject=subject, is_well=False, zh=failure.text.zh, en=failure.text.en)
