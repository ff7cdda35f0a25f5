"""Firms' topics and credentials on the broker, made as the principal that may. The calls block in threads."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chassis.kafka_admin import KafkaAdmin, KafkaConnection
from monitoring.application.onboarding_ports import Credentials
from monitoring.domain.firm_credential import FirmCredential


@dataclass(frozen=True, kw_only=True)
class FirmsBroker:
    """The broker as onboarding needs it; `bootstrap` and `authority_file` are what firms are told about the way in.

    `administrators` is asked when a firm is: a process that takes none on board need not know them.
    """

    administrators: Callable[[], KafkaConnection]
    prefix: str
    bootstrap: str
    authority_file: str | None

    async def create_topics(self, firm_id: str) -> None:
        """A firm's topics in both environments; may be run again."""
        await asyncio.to_thread(self._admin.create_firm_topics, firm_id)

    async def issue(self, credential: FirmCredential) -> Credentials:
        """Gives the credential's principal its password and access; run again, it is the same password."""
        return await asyncio.to_thread(self._issue, credential)

    @property
    def _admin(self) -> KafkaAdmin:
        return KafkaAdmin(self.administrators(), prefix=self.prefix)

    def _issue(self, credential: FirmCredential) -> Credentials:
        made = self._admin.issue_firm_credentials(
            credential.firm_id,
            environment=credential.environment,
            # Where the broker asks for no password, this one opens nothing and is told all the same.
            password=credential.password(self.administrators().password or ""),
        )
        return Credentials(
            bootstrap=self.bootstrap,
            authority=Path(self.authority_file).read_text() if self.authority_file else None,
            mechanism=made.mechanism,
            username=made.username,
            password=made.password,
            submissions_topic=made.submissions_topic,
            receipts_topic=made.receipts_topic,
            group_prefix=made.group_prefix,
        )
