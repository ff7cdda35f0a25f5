"""Who may do what on the broker: access lists made from the topic registry, as data.

Every service has a principal of its own name. It may read the topics it hears, write those it says, and use consumer
groups that begin with its name; nothing else. A securities firm has a principal in each environment, and each of them
exactly two topics (T1).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from chassis.kernel import Refusal
from events import registry

Resource = Literal["topic", "group", "cluster"]
# What counts, and where a firm tries out what it sends: topics, credentials and groups of the two never meet.
FirmEnvironment = Literal["PROD", "TEST"]
Operation = Literal["read", "write", "describe", "create", "alter", "describe_configs", "alter_configs"]

ONBOARDING = "onboarding"
CLUSTER_NAME = "kafka-cluster"
_ON_CLUSTER: tuple[Operation, ...] = ("alter", "describe", "alter_configs")
_ON_FIRMS_TOPICS: tuple[Operation, ...] = ("create", "describe", "describe_configs", "alter_configs")
_FIRM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


class FirmIdInvalid(Refusal):
    """A firm's id names topics and groups: letters, digits, dash and underscore, so that no id reaches into another."""

    slug = "firm-id-invalid"
    title_zh = "机构代码只能由字母、数字、连字符和下划线组成，最长 32 位"
    title_en = "A firm's id has letters, digits, dashes and underscores only, at most 32"


@dataclass(frozen=True, order=True, kw_only=True)
class Grant:
    """One thing a principal may do. `prefixed` means: to every resource whose name begins so."""

    principal: str
    resource: Resource
    name: str
    operation: Operation
    prefixed: bool = False


@dataclass(frozen=True, kw_only=True)
class FirmNames:
    """What is called after one firm in one environment. No id can reach another firm's names: an id holds no dot."""

    firm_id: str
    prefix: str = ""
    environment: FirmEnvironment = "PROD"

    def __post_init__(self) -> None:
        if not _FIRM_ID.fullmatch(self.firm_id):
            raise FirmIdInvalid(firm_id=self.firm_id)

    @property
    def principal(self) -> str:
        """As whom the firm signs in to the broker."""
        return self._named("firm")

    @property
    def submissions(self) -> str:
        """The topic it writes."""
        return self._named("submissions")

    @property
    def receipts(self) -> str:
        """The topic it reads."""
        return self._named("receipts")

    @property
    def group_prefix(self) -> str:
        """How its consumer groups begin."""
        return f"{self.principal}."

    def _named(self, kind: str) -> str:
        return f"{self.prefix}{'test.' if self.environment == 'TEST' else ''}{kind}.{self.firm_id}"


def principals() -> tuple[str, ...]:
    """The principals of our own side: every service, whoever else may speak or hear, and who onboards firms."""
    others = (one for one in get_args(registry.Service) if one not in registry.SERVICES and _speaks_or_hears(one))
    return (*registry.SERVICES, *others, ONBOARDING)


def grants_of(principal: str, *, prefix: str = "") -> frozenset[Grant]:
    """What one principal of our own side may do."""
    if principal == ONBOARDING:
        return frozenset(_onboarding(prefix))
    return frozenset(_service(principal, prefix))


def grants_of_firm(names: FirmNames) -> frozenset[Grant]:
    """What one firm may do: literal names, no transactional id (a hanging transaction would stall its readers)."""
    who = names.principal
    return frozenset(
        (
            Grant(principal=who, resource="topic", name=names.submissions, operation="write"),
            Grant(principal=who, resource="topic", name=names.submissions, operation="describe"),
            Grant(principal=who, resource="topic", name=names.receipts, operation="read"),
            Grant(principal=who, resource="group", name=names.group_prefix, operation="read", prefixed=True),
        )
    )


def _speaks_or_hears(service: str) -> bool:
    return bool(registry.said_by(service) or registry.heard_by(service))


def _service(service: str, prefix: str) -> Iterator[Grant]:
    who = prefix + service
    for topic in registry.said_by(service):
        yield _on_topic(who, topic, "write", prefix)
    for topic in registry.heard_by(service):
        yield _on_topic(who, topic, "read", prefix)
    if registry.heard_by(service):
        yield Grant(principal=who, resource="group", name=who, operation="read", prefixed=True)


def _onboarding(prefix: str) -> Iterator[Grant]:
    # Creating credentials and access lists is ALTER on the cluster: Kafka has nothing narrower, so this is a principal
    # of its own that only the onboarding of firms uses.
    who = prefix + ONBOARDING
    for operation in _ON_CLUSTER:
        yield Grant(principal=who, resource="cluster", name=CLUSTER_NAME, operation=operation)
    for topic in registry.TOPICS:
        if topic.per_firm:
            for operation in _ON_FIRMS_TOPICS:
                yield _on_topic(who, topic, operation, prefix)


def _on_topic(who: str, topic: registry.Topic, operation: Operation, prefix: str) -> Grant:
    name = prefix + topic.name.removesuffix("{firm}")
    return Grant(principal=who, resource="topic", name=name, operation=operation, prefixed=topic.per_firm)
