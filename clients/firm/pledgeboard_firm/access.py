"""What the credentials are good for, asked of the broker without sending a record."""

import asyncio
from collections.abc import Awaitable, Callable

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import ClusterAuthorizationFailedError, KafkaError, NoError, for_code
from aiokafka.protocol.transaction import InitProducerIdRequest

from pledgeboard_firm.exits import NotAdmitted, WrongUse
from pledgeboard_firm.profile import Profile
from pledgeboard_firm.words import Text

_TRANSACTION_MS = 1_000
_ATTEMPTS_MAX = 20
_PAUSE_S = 0.25
_GROUP = 0  # the broker's word for a coordinator of consumer groups


async def require_topics(client: AIOKafkaClient, profile: Profile) -> None:
    """Both topics are there for these credentials, with one partition each (T1).

    Raises:
        NotAdmitted: a topic is not there, or not for this firm.
        WrongUse: it has more than one partition: then it is no topic of the platform's.
    """
    topics = [profile.submissions_topic, profile.receipts_topic]
    await client.set_topics(topics)
    for topic in topics:
        partitions = client.cluster.partitions_for_topic(topic)
        if not partitions:
            raise NotAdmitted(
                Text(
                    zh=f"{profile.username} 看不到主题 {topic}：请核对接入档案，或联系数据管理员",
                    en=f"{profile.username} does not see topic {topic}: compare the profile, or ask the steward",
                )
            )
        if len(partitions) > 1:
            raise WrongUse(
                Text(zh=f"{topic} 有 {len(partitions)} 个分区，应为 1 个：请核对接入档案中的主题名和地址",
                     en=f"{topic} has {len(partitions)} partitions instead of one: compare topic and address "
                        "in the profile")
            )  # fmt: skip


async def require_write(client: AIOKafkaClient, profile: Profile) -> None:
    """The firm may write, idempotently: the broker hands out producer ids to nobody else.

    Raises:
        NotAdmitted: it may not.
        KafkaError: the broker cannot say.
    """

    async def ask() -> None:
        answer = await client.send(client.get_random_node(), InitProducerIdRequest(None, _TRANSACTION_MS))
        if (error := for_code(answer.error_code)) is not NoError:
            raise error

    try:
        await _patiently(ask)
    except ClusterAuthorizationFailedError as denied:
        raise NotAdmitted(
            Text(
                zh=f"{profile.username} 无权写入 {profile.submissions_topic}：权限可能已被收回，请联系数据管理员",
                en=f"{profile.username} may not write {profile.submissions_topic}: its access may have been revoked, "
                "ask the steward",
            )
        ) from denied


async def require_group(client: AIOKafkaClient, profile: Profile) -> None:
    """The firm may use its consumer groups.

    Raises:
        GroupAuthorizationFailedError: it may not.
        KafkaError: the broker cannot say.
    """
    await _patiently(lambda: client.coordinator_lookup(_GROUP, f"{profile.group_prefix}doctor"))


async def _patiently(ask: Callable[[], Awaitable[object]]) -> None:
    """Asks again while the broker's coordinators are still on their way (a broker that has just started)."""
    for left in reversed(range(_ATTEMPTS_MAX)):
        try:
            await ask()
        except KafkaError as error:
            if not (left and error.retriable):
                raise
            await asyncio.sleep(_PAUSE_S)
        else:
            return
