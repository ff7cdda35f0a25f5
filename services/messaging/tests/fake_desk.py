"""What reaches the operator, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from messaging.domain.administrator import AdministratorConversation, AdministratorMessage
from messaging.domain.report import Evidence, MessageReport


@dataclass
class FakeAdministrator:
    """Messages to the administrator."""

    talks: dict[UUID, AdministratorConversation] = field(default_factory=dict)
    written: dict[UUID, list[AdministratorMessage]] = field(default_factory=dict)

    async def of(self, participant_id: str, *, first_id: UUID, at: datetime) -> AdministratorConversation:
        found = next((one for one in self.talks.values() if one.participant_id == participant_id), None)
        return (
            replace(found)
            if found
            else AdministratorConversation(id=first_id, participant_id=participant_id, active_at=at)
        )

    async def get(self, conversation_id: UUID) -> AdministratorConversation | None:
        found = self.talks.get(conversation_id)
        return replace(found) if found else None

    async def send(self, conversation: AdministratorConversation, message: AdministratorMessage) -> None:
        self.talks[conversation.id] = conversation
        self.written.setdefault(conversation.id, []).append(message)


@dataclass
class FakeReports:
    """Reports and what was frozen with them."""

    kept: dict[UUID, MessageReport] = field(default_factory=dict)
    evidence: dict[UUID, Sequence[Evidence]] = field(default_factory=dict)

    async def add(self, report: MessageReport, evidence: Sequence[Evidence]) -> None:
        self.kept[report.id] = report
        self.evidence[report.id] = evidence

    async def get(self, report_id: UUID) -> MessageReport | None:
        found = self.kept.get(report_id)
        return replace(found) if found else None

    async def save(self, report: MessageReport) -> None:
        self.kept[report.id] = report
