"""The broker as its administrator sees it: registered topics, principals and access lists, firms on and off board.

Everything here may be run again: it makes what is missing, corrects what differs, and leaves the rest. The calls block;
a service calls them with `asyncio.to_thread`.
"""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from chassis.kafka_access import FirmEnvironment, FirmNames, Grant, grants_of, grants_of_firm, principals
from chassis.kafka_connection import KafkaConnection
from chassis.kafka_quotas import Quota, set_quota
from events import registry

__all__ = ["FirmCredentials", "KafkaAdmin", "KafkaConnection", "PartitionsDiffer"]

REQUEST_TIMEOUT_S: Final = 15
_SETTLED_WITHIN_S: Final = 10
_POLL_S: Final = 0.01
_SCRAM: Final = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
_RESOURCES: Final = {"topic": ResourceType.TOPIC, "group": ResourceType.GROUP, "cluster": ResourceType.BROKER}


@dataclass(frozen=True, kw_only=True)
class FirmCredentials:
    """What a firm is told once for each environment: the password is stored nowhere."""

    firm_id: str
    username: str
    password: str = field(repr=False)
    submissions_topic: str
    receipts_topic: str
    group_prefix: str
    mechanism: str = "SCRAM-SHA-512"


class PartitionsDiffer(RuntimeError):
    """A topic has another number of partitions than the registry says: keys would move, so nothing is changed."""


class KafkaAdmin:
    """Administers one broker for one prefix of topics, groups and principals (tests have one each)."""

    def __init__(self, connection: KafkaConnection, *, prefix: str = "") -> None:
        self.prefix = prefix
        self._connection = connection
        self.is_secured = connection.security.startswith("SASL")
        self._client = AdminClient(connection.client_settings() | {"log_level": 2})

    def create_topics(self) -> list[str]:
        """Creates the registered topics that exist once; answers the names of those that were missing.

        Raises:
            PartitionsDiffer: a topic exists with another number of partitions.
        """
        return self._create({self.prefix + one.name: one for one in registry.shared_topics()})

    def grant_services(self, passwords: Mapping[str, str]) -> None:
        """Gives each principal of our own side its password and exactly its access, no more than the registry says.

        `passwords` holds one for each of `chassis.kafka_access.principals()`.
        """
        self._set_passwords({self.prefix + name: passwords[name] for name in principals()})
        self._hold_to({self.prefix + name: grants_of(name, prefix=self.prefix) for name in principals()})

    def onboard_firm(
        self, firm_id: str, *, environment: FirmEnvironment = "PROD", quota: Quota | None = None
    ) -> FirmCredentials:
        """A firm's topics and credentials of one environment at once. Run again, it issues a new password.

        Raises:
            FirmIdInvalid: the id cannot name topics.
        """
        self.create_firm_topics(firm_id, environments=[environment])
        return self.issue_firm_credentials(firm_id, environment=environment, quota=quota)

    def create_firm_topics(self, firm_id: str, *, environments: Iterable[FirmEnvironment] = ("PROD", "TEST")) -> None:
        """Creates a firm's topics, to which nobody has access yet.

        Raises:
            FirmIdInvalid: the id cannot name topics.
            PartitionsDiffer: a topic exists with another number of partitions.
        """
        of_environments = [FirmNames(firm_id=firm_id, prefix=self.prefix, environment=one) for one in environments]
        wanted = (name for one in of_environments for name in (one.submissions, one.receipts))
        self._create({name: registry.topic(name.removeprefix(self.prefix)) for name in wanted})

    def issue_firm_credentials(
        self,
        firm_id: str,
        *,
        environment: FirmEnvironment = "PROD",
        password: str | None = None,
        quota: Quota | None = None,
    ) -> FirmCredentials:
        """Gives a firm's principal of one environment a password (made here unless given), its access and its quota.

        An earlier password is dead from then on. Run again with the same password, it mends the rest.

        Raises:
            FirmIdInvalid: the id cannot name a principal.
        """
        names = FirmNames(firm_id=firm_id, prefix=self.prefix, environment=environment)
        password = password or secrets.token_urlsafe(24)
        if self.is_secured:
            self._set_passwords({names.principal: password})
            self._hold_to({names.principal: grants_of_firm(names)})
            set_quota(self._connection, names.principal, quota or Quota())
        return FirmCredentials(
            firm_id=firm_id,
            username=names.principal,
            password=password,
            submissions_topic=names.submissions,
            receipts_topic=names.receipts,
            group_prefix=names.group_prefix,
        )

    def revoke_firm(self, firm_id: str, *, environment: FirmEnvironment = "PROD") -> None:
        """Takes a firm's access and credentials of an environment away; its topics and what is in them stay.

        Both go: without the access list a live connection stops at once, without the credentials no new one begins.
        """
        names = FirmNames(firm_id=firm_id, prefix=self.prefix, environment=environment)
        self._hold_to({names.principal: frozenset()})
        self._delete_users([names.principal])
        set_quota(self._connection, names.principal, None)

    def remove_everything(self) -> None:
        """Removes the topics, access lists and principals of this prefix: a test tidies up after itself.

        Raises:
            ValueError: there is no prefix, so everything would be everybody's.
        """
        if not self.prefix:
            raise ValueError("only what a prefix sets apart may be removed")
        topics = [name for name in self._client.list_topics(timeout=REQUEST_TIMEOUT_S).topics if self._is_mine(name)]
        if topics:
            _settle(self._client.delete_topics(topics, request_timeout=REQUEST_TIMEOUT_S))
        bindings = self._client.describe_acls(_any_of(None), request_timeout=REQUEST_TIMEOUT_S).result()
        users = {one.principal.removeprefix("User:") for one in bindings if self._is_mine(one.principal[5:])}
        self._hold_to(dict.fromkeys(users, frozenset()))
        self._delete_users(users)

    def _is_mine(self, name: str) -> bool:
        return name.startswith(self.prefix)

    def _create(self, wanted: Mapping[str, registry.Topic]) -> list[str]:
        existing = self._client.list_topics(timeout=REQUEST_TIMEOUT_S).topics
        for name in wanted.keys() & existing.keys():
            found, registered = len(existing[name].partitions), wanted[name].partitions
            if found != registered:
                raise PartitionsDiffer(f"{name} has {found} partitions, the registry says {registered}")
        missing = [
            NewTopic(name, num_partitions=one.partitions, replication_factor=-1, config=one.config())
            for name, one in wanted.items()
            if name not in existing
        ]
        if missing:
            created = self._client.create_topics(missing, request_timeout=REQUEST_TIMEOUT_S)
            _settle(created, tolerated=KafkaError.TOPIC_ALREADY_EXISTS)
            self._wait(lambda: wanted.keys() <= self._client.list_topics(timeout=REQUEST_TIMEOUT_S).topics.keys())
        self._correct_settings({name: wanted[name] for name in wanted.keys() & existing.keys()})
        return [one.topic for one in missing]

    def _correct_settings(self, topics: Mapping[str, registry.Topic]) -> None:
        resources = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in topics]
        if not resources:
            return
        differing = []
        described = self._client.describe_configs(resources, request_timeout=REQUEST_TIMEOUT_S)
        for resource, future in described.items():
            current = future.result()
            corrections = [
                ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
                for name, value in topics[resource.name].config().items()
                if current[name].value != value
            ]
            if corrections:
                differing.append(
                    ConfigResource(ConfigResource.Type.TOPIC, resource.name, incremental_configs=corrections)
                )
        if differing:
            _settle(self._client.incremental_alter_configs(differing, request_timeout=REQUEST_TIMEOUT_S))

    def _set_passwords(self, passwords: Mapping[str, str]) -> None:
        changes: list[UserScramCredentialAlteration] = [
            UserScramCredentialUpsertion(user, _SCRAM, word.encode()) for user, word in passwords.items()
        ]
        _settle(self._client.alter_user_scram_credentials(changes, request_timeout=REQUEST_TIMEOUT_S))

    def _delete_users(self, users: Iterable[str]) -> None:
        changes: list[UserScramCredentialAlteration] = [
            UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512) for user in users
        ]
        if changes:
            deleted = self._client.alter_user_scram_credentials(changes, request_timeout=REQUEST_TIMEOUT_S)
            _settle(deleted, tolerated=KafkaError.RESOURCE_NOT_FOUND)

    def _hold_to(self, grants: Mapping[str, frozenset[Grant]]) -> None:
        """Gives each principal exactly its grants."""
        wanted = {_binding(grant) for of_one in grants.values() for grant in of_one}
        existing = self._acls(grants)
        if missing := list(wanted - existing):
            _settle(self._client.create_acls(missing, request_timeout=REQUEST_TIMEOUT_S))
        if surplus := existing - wanted:
            filters = [_exactly(binding) for binding in surplus]
            _settle(self._client.delete_acls(filters, request_timeout=REQUEST_TIMEOUT_S))
        # The authorizer learns of a change a moment after the controller has recorded it.
        if missing or surplus:
            self._wait(lambda: self._acls(grants) == wanted)

    def _acls(self, principals_: Iterable[str]) -> set[AclBinding]:
        """What the authorizer knows of some principals."""
        users = {f"User:{principal}" for principal in principals_}
        asked = self._client.describe_acls(
            _any_of(next(iter(users)) if len(users) == 1 else None), request_timeout=REQUEST_TIMEOUT_S
        )
        return {one for one in asked.result() if one.principal in users}

    def _wait(self, is_settled: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _SETTLED_WITHIN_S
        while not is_settled():
            if time.monotonic() > deadline:
                raise TimeoutError(f"the broker did not show a change within {_SETTLED_WITHIN_S} s")
            time.sleep(_POLL_S)


def _binding(grant: Grant) -> AclBinding:
    return AclBinding(
        _RESOURCES[grant.resource],
        grant.name,
        ResourcePatternType.PREFIXED if grant.prefixed else ResourcePatternType.LITERAL,
        f"User:{grant.principal}",
        "*",
        AclOperation[grant.operation.upper()],
        AclPermissionType.ALLOW,
    )


def _exactly(one: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        one.restype, one.name, one.resource_pattern_type, one.principal, one.host, one.operation, one.permission_type
    )


def _any_of(principal: str | None) -> AclBindingFilter:
    anything: Any = None  # the filter matches any value for it, which the package's types do not say
    return AclBindingFilter(
        ResourceType.ANY,
        anything,
        ResourcePatternType.ANY,
        principal or anything,
        anything,
        AclOperation.ANY,
        AclPermissionType.ANY,
    )


def _settle(futures: Mapping[Any, Future[Any]], *, tolerated: int | None = None) -> None:
    for future in futures.values():
        try:
            future.result(REQUEST_TIMEOUT_S)
        except KafkaException as error:
            reason = error.args[0]
            if not isinstance(reason, KafkaError) or reason.code() != tolerated:
                raise
