"""What the broker really lets each principal do, asked of the broker, not of our lists."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.admin import DescribeClientQuotasRequest
from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import (
    AclOperation,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
)

from chassis.kafka import client_settings
from chassis.kafka_access import FirmNames, principals
from chassis.kafka_admin import FirmCredentials, KafkaAdmin, KafkaConnection, PartitionsDiffer
from chassis.kafka_quotas import Quota
from events import registry
from testkit.world import World

pytestmark = pytest.mark.integration

_WITHIN_S = 10
_DENIED = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    # A topic one may not describe is as good as absent.
    KafkaError.UNKNOWN_TOPIC_OR_PART,
}


class Firm:
    """A firm's clients, with its own credentials over TLS."""

    def __init__(self, world: World, credentials: FirmCredentials) -> None:
        self.credentials = credentials
        self._settings = world.firm_connection(credentials).client_settings() | {"log_level": 0}

    def produce(self, topic: str, **settings: Any) -> None:
        producer = Producer(self._settings | {"topic.metadata.propagation.max.ms": 0, **settings})
        outcomes: list[KafkaError | None] = []

        def delivered(error: KafkaError | None, message: Message) -> None:
            del message
            outcomes.append(error)

        if "transactional.id" in settings:
            producer.init_transactions(_WITHIN_S)
        producer.produce(topic, b"{}", on_delivery=delivered)
        producer.flush(_WITHIN_S)
        if outcomes[0] is not None:
            raise KafkaException(outcomes[0])

    def consume(self, topic: str, group: str) -> bytes:
        consumer = Consumer(self._settings | {"group.id": group, "auto.offset.reset": "earliest"})
        try:
            consumer.subscribe([topic])
            message = consumer.poll(_WITHIN_S)
            assert message is not None
            if (error := message.error()) is not None:
                raise KafkaException(error)
            consumer.commit(message, asynchronous=False)
            return message.value() or b""
        finally:
            consumer.close()

    def commit(self, topic: str, group: str) -> None:
        admin, offsets = self.admin(), ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0, 0)])
        _settled(admin.alter_consumer_group_offsets([offsets], request_timeout=_WITHIN_S))

    def admin(self) -> AdminClient:
        return AdminClient(self._settings)


def _denied(attempt: Callable[[], object]) -> None:
    with pytest.raises(KafkaException) as refused:
        attempt()
    reason = refused.value.args[0]
    assert isinstance(reason, KafkaError)
    assert reason.code() in _DENIED, reason


def _settled(futures: dict[Any, Any]) -> None:
    for future in futures.values():
        future.result(_WITHIN_S)


@pytest.fixture
def firms(world: World) -> tuple[Firm, Firm]:
    return Firm(world, world.kafka_admin.onboard_firm("F001")), Firm(world, world.kafka_admin.onboard_firm("F002"))


def test_each_service_may_do_on_each_topic_what_the_registry_says(world: World) -> None:
    names = {world.topic(one.name): one for one in registry.shared_topics()}
    for service in principals():
        client = AdminClient(world.connection(service).client_settings())
        described = client.describe_topics(
            TopicCollection(list(names)), include_authorized_operations=True, request_timeout=_WITHIN_S
        )
        for name, future in described.items():
            topic = names[name]
            expected = {AclOperation.READ} if service in topic.heard_by else set()
            expected |= {AclOperation.WRITE} if service == topic.producer else set()
            if expected:
                allowed: Any = future.result().authorized_operations
                assert set(allowed) - {AclOperation.DESCRIBE} == expected, name
            else:
                _denied(future.result)


def test_t3_a_firm_reaches_its_own_topics(world: World, firms: tuple[Firm, Firm]) -> None:
    firm, _ = firms
    mine = firm.credentials
    firm.produce(mine.submissions_topic)
    firm.produce(mine.submissions_topic, **{"enable.idempotence": True})
    producer = Producer(world.connection("monitoring").client_settings())
    producer.produce(mine.receipts_topic, b"frame")
    assert producer.flush(_WITHIN_S) == 0

    assert firm.consume(mine.receipts_topic, f"{mine.group_prefix}main") == b"frame"
    seen = firm.admin().list_topics(timeout=_WITHIN_S).topics
    assert set(seen) == {mine.submissions_topic, mine.receipts_topic}


def test_t3_a_firm_reaches_nothing_else(world: World, firms: tuple[Firm, Firm]) -> None:
    firm, other = firms
    mine, theirs = firm.credentials, other.credentials

    _denied(lambda: firm.produce(theirs.submissions_topic))
    _denied(lambda: firm.produce(mine.receipts_topic))
    _denied(lambda: firm.produce(world.topic("listing.listing.v1")))
    _denied(lambda: firm.produce(mine.submissions_topic, **{"transactional.id": mine.username}))
    _denied(lambda: firm.consume(theirs.receipts_topic, f"{mine.group_prefix}x"))
    _denied(lambda: firm.consume(mine.submissions_topic, f"{mine.group_prefix}x"))
    _denied(lambda: firm.consume(mine.receipts_topic, f"{theirs.group_prefix}x"))
    _denied(lambda: firm.commit(mine.receipts_topic, f"{theirs.group_prefix}x"))


def test_t3_a_firm_administers_nothing(world: World, firms: tuple[Firm, Firm]) -> None:
    firm, other = firms
    admin, mine = firm.admin(), firm.credentials
    raised = ConfigResource(
        ConfigResource.Type.TOPIC,
        mine.submissions_topic,
        incremental_configs=[ConfigEntry("retention.ms", "1", incremental_operation=AlterConfigOpType.SET)],
    )

    _denied(lambda: _settled(admin.create_topics([NewTopic(world.topic("submissions.F003"), 1, 1)])))
    _denied(lambda: _settled(admin.delete_topics([mine.submissions_topic])))
    _denied(lambda: _settled(admin.delete_topics([other.credentials.submissions_topic])))
    _denied(lambda: _settled(admin.incremental_alter_configs([raised])))
    _denied(lambda: _settled(admin.describe_topics(TopicCollection([other.credentials.receipts_topic]))))


def test_a_wrong_password_and_an_unknown_user_are_cut(world: World, firms: tuple[Firm, Firm]) -> None:
    right = world.firm_connection(firms[0].credentials)
    for user, password in ((right.username, "wrong"), ("nobody", "x")):
        wrong = KafkaConnection(
            bootstrap=right.bootstrap,
            security=right.security,
            username=user,
            password=password,
            authority_file=right.authority_file,
        )
        with pytest.raises(KafkaException):
            AdminClient(wrong.client_settings() | {"log_level": 0}).list_topics(timeout=2)


def test_onboarding_needs_no_super_user_and_may_be_repeated(world: World) -> None:
    onboarding = KafkaAdmin(world.connection("onboarding"), prefix=world.prefix)
    first, second = onboarding.onboard_firm("F009"), onboarding.onboard_firm("F009")

    Firm(world, second).produce(second.submissions_topic)
    assert first.password != second.password
    with pytest.raises(KafkaException):
        AdminClient(world.firm_connection(first).client_settings() | {"log_level": 0}).list_topics(timeout=2)


def test_a_revoked_firm_is_cut_even_on_a_live_connection(world: World, firms: tuple[Firm, Firm]) -> None:
    firm, other = firms
    topic = firm.credentials.submissions_topic
    live = Producer(world.firm_connection(firm.credentials).client_settings() | {"log_level": 0})
    outcomes: list[KafkaError | None] = []
    live.produce(topic, b"{}", on_delivery=lambda error, _: outcomes.append(error))
    live.flush(_WITHIN_S)

    world.kafka_admin.revoke_firm("F001")
    live.produce(topic, b"{}", on_delivery=lambda error, _: outcomes.append(error))
    live.flush(_WITHIN_S)

    assert outcomes[0] is None
    assert outcomes[1] is not None
    with pytest.raises(KafkaException):
        AdminClient(world.firm_connection(firm.credentials).client_settings() | {"log_level": 0}).list_topics(timeout=2)
    other.produce(other.credentials.submissions_topic)
    assert topic in AdminClient(world.addresses.kafka.client_settings()).list_topics(timeout=_WITHIN_S).topics


def test_firms_topics_have_one_partition_append_time_and_their_size(world: World, firms: tuple[Firm, Firm]) -> None:
    mine = firms[0].credentials
    client = AdminClient(world.addresses.kafka.client_settings())
    listed = client.list_topics(timeout=_WITHIN_S).topics
    asked = ConfigResource(ConfigResource.Type.TOPIC, mine.submissions_topic)
    settings = next(iter(client.describe_configs([asked]).values())).result(_WITHIN_S)

    assert len(listed[mine.submissions_topic].partitions) == len(listed[mine.receipts_topic].partitions) == 1
    assert settings["message.timestamp.type"].value == "LogAppendTime"
    assert settings["max.message.bytes"].value == str(16 * 1024 * 1024)


def test_settings_that_were_changed_by_hand_are_put_right(world: World) -> None:
    name = world.topic("listing.listing.v1")
    client = AdminClient(world.addresses.kafka.client_settings())
    change = ConfigEntry("retention.ms", "1000", incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ConfigResource.Type.TOPIC, name, incremental_configs=[change])
    _settled(client.incremental_alter_configs([resource]))

    assert world.kafka_admin.create_topics() == []

    asked = ConfigResource(ConfigResource.Type.TOPIC, name)
    assert next(iter(client.describe_configs([asked]).values())).result(_WITHIN_S)["retention.ms"].value == "-1"


def test_nobody_adds_a_partition_to_a_keyed_topic_unnoticed(world: World) -> None:
    client = AdminClient(world.addresses.kafka.client_settings())
    name = world.topic("receipts.F007")
    _settled(client.create_topics([NewTopic(name, 2, 1)]))

    with pytest.raises(PartitionsDiffer, match="2 partitions"):
        world.kafka_admin.onboard_firm("F007")


async def test_t3_a_firm_has_a_quota_until_it_is_revoked(world: World) -> None:
    names = FirmNames(firm_id="F010", prefix=world.prefix)
    await asyncio.to_thread(world.kafka_admin.onboard_firm, "F010", quota=Quota(producer_byte_rate=4096.0))
    kept = await _quota(world, names.principal)
    await asyncio.to_thread(world.kafka_admin.revoke_firm, "F010")

    assert kept == {"producer_byte_rate": 4096.0, "consumer_byte_rate": 67108864.0, "request_percentage": 100.0}
    assert await _quota(world, names.principal) == {}


async def _quota(world: World, principal: str) -> dict[str, float]:
    client = AIOKafkaClient(**client_settings(world.addresses.kafka))
    await client.bootstrap()
    try:
        asked = DescribeClientQuotasRequest([("user", 0, principal)], strict=True)
        answer = await client.send(client.get_random_node(), asked)
    finally:
        await client.close()
    return {name: value for _, values in answer.entries or () for name, value in values}
